-- Loaded into Neovim before the user's configuration. It watches what the editor shows and answers its one question
-- (which code action?); everything else is done by keys. `driver.state(path)` is called from outside, and writes JSON.

local driver = { actions = {}, messages = {}, diagnosed = {}, wanted = nil }
_G.driver = driver

local notify = vim.notify
vim.notify = function(message, level, options)
  table.insert(driver.messages, tostring(message))
  return notify(message, level, options)
end

-- Which version of the text the last diagnostics belong to: a clean text is known to be clean only when they are its own.
local function remember_version(method, version_of)
  local handler = vim.lsp.handlers[method]
  if not handler then
    return
  end
  vim.lsp.handlers[method] = function(err, result, context, config)
    local returned = handler(err, result, context, config)
    local buffer, version = version_of(result or {}, context)
    driver.diagnosed[buffer] = version
    return returned
  end
end
remember_version('textDocument/publishDiagnostics', function(result)
  return vim.uri_to_bufnr(result.uri), result.version
end)
remember_version('textDocument/diagnostic', function(_, context)
  return context.bufnr, context.version
end)

-- The menu of code actions. Before Neovim 0.10 an item is {client, action}.
vim.ui.select = function(items, options, on_choice)
  driver.actions = {}
  local chosen
  for index, item in ipairs(items) do
    local action = item.action or item[2]
    driver.actions[index] = { title = action.title, kind = action.kind, preferred = action.isPreferred }
    if not chosen and action.title:find(driver.wanted or '', 1, true) then
      chosen = index
    end
  end
  on_choice(chosen and items[chosen], chosen)
end

local function floating_texts()
  local texts = {}
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      table.insert(texts, table.concat(lines, '\n'))
    end
  end
  return texts
end

local function findings(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    local lsp = (diagnostic.user_data or {}).lsp or {}
    table.insert(found, {
      rule = diagnostic.code or lsp.code,
      source = diagnostic.source,
      message = diagnostic.message,
      start = { diagnostic.lnum, diagnostic.col },
      stop = { diagnostic.end_lnum, diagnostic.end_col },
    })
  end
  return found
end

-- Whether a server has still to answer. Neovim has the list from 0.8 on.
local function awaits_answer()
  for _, client in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    if next(client.requests or {}) then
      return true
    end
  end
  return false
end

-- Neovim has them from 0.10 on.
local function hints(buffer)
  local labels = {}
  for index, hint in ipairs(vim.lsp.inlay_hint and vim.lsp.inlay_hint.get({ bufnr = buffer }) or {}) do
    labels[index] = hint.inlay_hint.label
  end
  return labels
end

-- Into a file: Neovim 0.7 cuts a long answer to what fits on a screen.
function driver.state(path)
  local buffer = vim.api.nvim_get_current_buf()
  local menu = vim.fn.complete_info({ 'items', 'selected' })
  local labels = {}
  for index, item in ipairs(menu.items or {}) do
    labels[index] = item.abbr ~= '' and item.abbr or item.word
  end
  local cursor = vim.api.nvim_win_get_cursor(0)
  local shown = vim.fn.json_encode({
    mode = vim.api.nvim_get_mode().mode,
    lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false),
    cursor = { cursor[1] - 1, cursor[2] },
    modified = vim.bo[buffer].modified,
    findings = findings(buffer),
    up_to_date = driver.diagnosed[buffer] ~= nil and driver.diagnosed[buffer] == vim.lsp.util.buf_versions[buffer],
    menu = vim.fn.pumvisible() == 1 and labels or {},
    selected = menu.selected or -1,
    awaits_answer = awaits_answer(),
    hints = hints(buffer),
    floats = floating_texts(),
    actions = driver.actions,
    messages = driver.messages,
  })
  vim.fn.writefile({ shown }, path)
end
