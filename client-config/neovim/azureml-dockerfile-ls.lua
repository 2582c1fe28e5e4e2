-- azureml-dockerfile-ls in Neovim 0.11 and newer.
-- Copy this file to ~/.config/nvim/plugin/azureml-dockerfile-ls.lua.

-- Neovim itself recognizes Dockerfile, Dockerfile.gpu, gpu.dockerfile and Containerfile.
vim.filetype.add({
  extension = { containerfile = 'dockerfile' },
  filename = { containerfile = 'dockerfile' },
})

vim.lsp.config('azureml-dockerfile-ls', {
  cmd = { 'azureml-dockerfile-ls', '--stdio' },
  filetypes = { 'dockerfile' },
  root_markers = { '.git' },
  -- For example, before this file is read: vim.g.azureml_dockerfile_ls = { rules = { UntaggedImage = 'off' } }
  settings = { azuremlDockerfile = vim.g.azureml_dockerfile_ls },
  on_attach = function(client, buffer)
    -- Open the menu also for a single match, and preselect nothing.
    vim.bo[buffer].completeopt = 'menuone,noselect,popup'
    -- Open the menu while you type, and expand the tab stops of an entry.
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
    -- Show the tag that `latest` stands for, and the current user.
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end,
})

vim.lsp.enable('azureml-dockerfile-ls')

-- Neovim itself says nothing if the command is missing.
vim.api.nvim_create_autocmd('FileType', {
  pattern = 'dockerfile',
  once = true,
  callback = function()
    if vim.fn.executable('azureml-dockerfile-ls') == 0 then
      vim.notify('azureml-dockerfile-ls is not on your PATH: install it first.', vim.log.levels.WARN)
    end
  end,
})

-- Rules read the entry script, requirements.txt and other files: notify the server when you write one of them.
vim.api.nvim_create_autocmd('BufWritePost', {
  callback = function(event)
    local changes = { { uri = vim.uri_from_fname(vim.fn.fnamemodify(event.file, ':p')), type = 2 } }
    for _, client in ipairs(vim.lsp.get_clients({ name = 'azureml-dockerfile-ls' })) do
      client:notify('workspace/didChangeWatchedFiles', { changes = changes })
    end
  end,
})
