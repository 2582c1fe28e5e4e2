-- azureml-dockerfile-ls in Neovim 0.11 and newer.
-- Copy this file to ~/.config/nvim/plugin/azureml-dockerfile-ls.lua.

-- Neovim itself recognizes Dockerfile, Dockerfile.gpu, gpu.dockerfile and Containerfile.
vim.filetype.add({
  extension = { containerfile = 'dockerfile' },
  filename = { containerfile = 'dockerfile' },
})

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

vim.lsp.config('azureml-dockerfile-ls', {
  cmd = { 'azureml-dockerfile-ls', '--stdio' },
  filetypes = { 'dockerfile', 'yaml' },
  root_dir = function(buffer, start_in)
    if is_served(buffer) then
      start_in(vim.fs.root(buffer, '.git'))
    end
  end,
  -- For example, before this file is read: vim.g.azureml_dockerfile_ls = { rules = { UntaggedImage = 'off' } }
  settings = { azuremlDockerfile = vim.g.azureml_dockerfile_ls },
  -- A lens above FROM, in Neovim 0.12 and newer: `grx` opens the YAML of the environment that builds this Dockerfile.
  init_options = { commands = { 'azuremlDockerfile.openEnvironment' } },
  commands = {
    ['azuremlDockerfile.openEnvironment'] = function(command, context)
      local uri, position = unpack(command.arguments)
      local encoding = vim.lsp.get_client_by_id(context.client_id).offset_encoding
      vim.lsp.util.show_document({ uri = uri, range = { start = position, ['end'] = position } }, encoding)
    end,
  },
  on_attach = function(client, buffer)
    -- Open the menu also for a single match, and preselect nothing.
    vim.bo[buffer].completeopt = 'menuone,noselect,popup'
    -- Open the menu while you type, and expand the tab stops of an entry.
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
    -- Show the tag that `latest` stands for, and the current user.
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
    if vim.lsp.codelens.enable then
      vim.lsp.codelens.enable(true, { bufnr = buffer })
    end
    -- It formats Dockerfiles only: leave `gq` in YAML to another server, or to Neovim.
    if vim.bo[buffer].filetype == 'yaml' and #vim.lsp.get_clients({ bufnr = buffer, method = 'textDocument/rangeFormatting' }) == 1 then
      vim.bo[buffer].formatexpr = ''
    end
  end,
})

vim.lsp.enable('azureml-dockerfile-ls')

-- Neovim itself says nothing if the command is missing.
local is_reported = false
vim.api.nvim_create_autocmd('FileType', {
  pattern = { 'dockerfile', 'yaml' },
  callback = function(event)
    if not is_reported and is_served(event.buf) and vim.fn.executable('azureml-dockerfile-ls') == 0 then
      is_reported = true
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
