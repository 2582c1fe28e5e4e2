-- azureml-dockerfile-ls in Neovim 0.11 and newer.
-- Copy this file to ~/.config/nvim/plugin/azureml-dockerfile-ls.lua.

-- The menu opens for a single match too, and nothing is chosen before you choose.
vim.opt.completeopt = { 'menuone', 'noselect', 'popup' }

vim.lsp.config('azureml-dockerfile-ls', {
  cmd = { 'azureml-dockerfile-ls', '--stdio' },
  filetypes = { 'dockerfile' },
  root_markers = { '.git' },
  -- For example, before this file is read: vim.g.azureml_dockerfile_ls = { rules = { UntaggedImage = 'off' } }
  settings = { azuremlDockerfile = vim.g.azureml_dockerfile_ls },
  on_attach = function(client, buffer)
    -- The menu opens while you type; an entry brings its tab stops with it.
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
  end,
})

vim.lsp.enable('azureml-dockerfile-ls')
