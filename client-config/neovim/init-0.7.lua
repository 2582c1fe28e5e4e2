-- azureml-dockerfile-ls in Neovim 0.7 to 0.10.
-- Copy this file to ~/.config/nvim/plugin/azureml-dockerfile-ls.lua.

-- The menu opens for a single match too, and nothing is inserted before you choose.
vim.opt.completeopt = { 'menuone', 'noinsert' }

local clients = {}

local function project_folder(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  local git = vim.fn.finddir('.git', vim.fn.fnameescape(folder) .. ';')
  return git == '' and folder or vim.fn.fnamemodify(git, ':p:h:h')
end

-- The same keys as the defaults of Neovim 0.11. CTRL-X CTRL-O completes.
local function on_attach(_, buffer)
  vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
  local keys = {
    K = vim.lsp.buf.hover,
    gra = vim.lsp.buf.code_action,
    gO = vim.lsp.buf.document_symbol,
  }
  for key, action in pairs(keys) do
    vim.keymap.set('n', key, function() action() end, { buffer = buffer })
  end
end

vim.api.nvim_create_autocmd('FileType', {
  pattern = 'dockerfile',
  callback = function(event)
    if vim.bo[event.buf].buftype ~= '' then
      return
    end
    local root = project_folder(vim.api.nvim_buf_get_name(event.buf))
    clients[root] = clients[root] or vim.lsp.start_client({
      name = 'azureml-dockerfile-ls',
      cmd = { 'azureml-dockerfile-ls', '--stdio' },
      root_dir = root,
      -- For example, before this file is read: vim.g.azureml_dockerfile_ls = { rules = { UntaggedImage = 'off' } }
      init_options = vim.g.azureml_dockerfile_ls,
      on_attach = on_attach,
      on_exit = function()
        clients[root] = nil
      end,
    })
    if clients[root] then
      vim.lsp.buf_attach_client(event.buf, clients[root])
    end
  end,
})
