-- azureml-dockerfile-ls in Neovim 0.7 to 0.10.
-- Copy this file to ~/.config/nvim/plugin/azureml-dockerfile-ls.lua.

-- The server also knows Azure ML's YAML: the lines that one has at its start, all of a row.
local azureml_yaml = {
  { 'endpoint_name:' },
  { 'code_configuration:', ' +scoring_script *:' },
  { 'environment: *["\']?azureml:' },
  { 'compute: *["\']?azureml:' },
  { 'command:', 'environment:', 'type: *["\']?command' },
  { 'jobs:', 'type: *["\']?pipeline' },
  { 'image:', 'conda_file:' },
  { 'image:', 'inference_config:' },
  { 'name:', 'image: *["\']?mcr%.microsoft%.com/a' },
  { 'build:', ' +dockerfile_path *:' },
  { 'image: *\n', ' +context *:' },
  { 'spec:', 'type: *["\']?environment' },
  { 'spec:', 'type: *["\']?component' },
  { 'dependencies:', 'channels:' },
  { 'dependencies:', ' *%- *["\']?python' },
  { 'dependencies:', ' *%- *["\']?pip' },
}

-- Whether the server has something to say about a buffer. Other YAML, such as that of Kubernetes, starts no server.
local function is_served(buffer)
  if vim.bo[buffer].filetype ~= 'yaml' then
    return true
  end
  local text = '\n' .. table.concat(vim.api.nvim_buf_get_lines(buffer, 0, 200, false), '\n') .. '\n'
  local schema = text:match('\n["\']?%$schema["\']? *: *(%S+)') or text:match('\n# *yaml%-language%-server: *%$schema=(%S+)')
  if schema then
    local address = schema:lower()
    return address:find('azuremlschemas', 1, true) ~= nil or address:find('//azureml/sdk-2-0/', 1, true) ~= nil
  end
  local function has_all(lines)
    for _, line in ipairs(lines) do
      if not text:find('\n' .. line) then
        return false
      end
    end
    return true
  end
  if has_all({ 'apiVersion:' }) or has_all({ 'kind:' }) or has_all({ 'services:' }) then
    return false
  end
  for _, lines in ipairs(azureml_yaml) do
    if has_all(lines) then
      return true
    end
  end
  return false
end

local clients = {}
local missing = false

-- While our menu is open: show it also for a single match, and insert nothing before you choose. The option is global
-- in these versions, so it gets your value back when the menu closes.
local your_completeopt
local is_opening = false

local function open_menu(start, matches)
  your_completeopt = your_completeopt or vim.o.completeopt
  vim.o.completeopt = 'menuone,noinsert'
  -- A menu that was open before is done first.
  is_opening = true
  vim.fn.complete(start, matches)
  is_opening = false
end

vim.api.nvim_create_autocmd({ 'CompleteDone', 'InsertLeave' }, {
  callback = function()
    if your_completeopt and not is_opening then
      vim.o.completeopt = your_completeopt
      your_completeopt = nil
    end
  end,
})

local function project_folder(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  local git = vim.fn.finddir('.git', vim.fn.fnameescape(folder) .. ';')
  return git == '' and folder or vim.fn.fnamemodify(git, ':p:h:h')
end

-- Neovim's own function drops items that only contain the word before the cursor, such as the full name of an image.
function _G.azureml_dockerfile_ls_complete(find_start)
  if find_start == 0 then
    return {}
  end
  local parameters = vim.lsp.util.make_position_params()
  local function show(_, result)
    local matches, line, stop = {}, vim.fn.getline('.'), vim.fn.col('.')
    local start = stop
    for _, item in ipairs(result and result.items or {}) do
      start = vim.str_byteindex(line, item.textEdit.range.start.character, true) + 1
      if item.textEdit.newText:lower():find(line:sub(start, stop - 1):lower(), 1, true) then
        local kind = vim.lsp.protocol.CompletionItemKind[item.kind]
        local word = { word = item.textEdit.newText, abbr = item.label, kind = kind, menu = item.detail, icase = 1 }
        table.insert(matches, word)
      end
    end
    if vim.fn.mode() == 'i' and #matches > 0 then
      open_menu(start, matches)
    end
  end
  -- With 0 for the buffer, Neovim would ask before it sends the last keys.
  local buffer = vim.api.nvim_get_current_buf()
  for _, id in pairs(clients) do
    if vim.lsp.buf_is_attached(buffer, id) then
      vim.lsp.get_client_by_id(id).request('textDocument/completion', parameters, show, buffer)
    end
  end
  return -2
end

-- The same keys as the defaults of Neovim 0.11. CTRL-X CTRL-O completes, CTRL-] goes to a definition.
local function on_attach(_, buffer)
  vim.bo[buffer].omnifunc = 'v:lua.azureml_dockerfile_ls_complete'
  vim.bo[buffer].tagfunc = 'v:lua.vim.lsp.tagfunc'
  -- It formats Dockerfiles only: leave `gq` in YAML to Neovim.
  if vim.bo[buffer].filetype == 'yaml' then
    vim.bo[buffer].formatexpr = ''
  end
  local keys = {
    K = vim.lsp.buf.hover,
    gra = vim.lsp.buf.code_action,
    grn = vim.lsp.buf.rename,
    grr = vim.lsp.buf.references,
    gO = vim.lsp.buf.document_symbol,
    ['<C-w>d'] = vim.diagnostic.open_float,
    [']d'] = vim.diagnostic.goto_next,
    ['[d'] = vim.diagnostic.goto_prev,
  }
  for key, action in pairs(keys) do
    vim.keymap.set('n', key, function() action() end, { buffer = buffer })
  end
  -- Neovim 0.10 can show the tag that `latest` stands for, and the current user.
  if vim.lsp.inlay_hint then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
end

vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
  pattern = { 'dockerfile', '*.dockerfile', 'containerfile', '*.containerfile' },
  command = 'setfiletype dockerfile',
})

vim.api.nvim_create_autocmd('FileType', {
  pattern = { 'dockerfile', 'yaml' },
  callback = function(event)
    if vim.bo[event.buf].buftype ~= '' or not is_served(event.buf) then
      return
    end
    if vim.fn.executable('azureml-dockerfile-ls') == 0 then
      if not missing then
        vim.notify('azureml-dockerfile-ls is not on your PATH: install it first.', vim.log.levels.WARN)
      end
      missing = true
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

-- Rules read the entry script, requirements.txt and other files: notify the server when you write one of them.
vim.api.nvim_create_autocmd('BufWritePost', {
  callback = function(event)
    local changes = { { uri = vim.uri_from_fname(vim.fn.fnamemodify(event.file, ':p')), type = 2 } }
    for _, id in pairs(clients) do
      vim.lsp.get_client_by_id(id).notify('workspace/didChangeWatchedFiles', { changes = changes })
    end
  end,
})
