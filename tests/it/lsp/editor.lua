-- A session of a person in Neovim: opens a file, waits for diagnostics, and does what the test asks for in $DO.
local server = vim.env.SERVER
local out = io.open(vim.env.OUT, 'w')
local function say(...) out:write(table.concat({...}, ' '), '\n') out:flush() end
local function fail(why) say('FAILED', why) vim.cmd('cquit 1') end
local function wait(what, done) if not vim.wait(60000, done, 20) then fail('waited in vain for ' .. what) end end

vim.cmd('edit app.py')
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ cmd = { server, 'lsp' }, root_dir = vim.fn.getcwd(), name = 'victor-migrate' })
vim.lsp.buf_attach_client(buffer, id)
local function shown()
  local all = vim.diagnostic.get(buffer)
  table.sort(all, function(a, b) return a.lnum < b.lnum end)
  return all
end
wait('diagnostics', function() return #shown() > 0 end)
for _, one in ipairs(shown()) do
  say('diagnostic', one.lnum, one.col, one.severity, one.code, one.source)
end

local client = vim.lsp.get_client_by_id(id)
local function ask(method, params)
  local answer, why = client.request_sync(method, params, 60000, buffer)
  if not answer then fail(method .. ': ' .. tostring(why)) end
  if answer.err then say('refused', method, answer.err.code) return nil end
  return answer.result
end
local function at(line)
  local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
  params.position = { line = line, character = 10 }
  params.range = { start = { line = line, character = 0 }, ['end'] = { line = line, character = 40 } }
  params.context = { diagnostics = {} }
  return params
end

local hover = ask('textDocument/hover', at(3))
say('hover', vim.split(hover.contents.value, '\n')[1])

-- Somebody types: a line more, not saved. Every site moves down.
vim.api.nvim_buf_set_lines(buffer, 0, 0, true, { '# näh 😀' })
wait('moved diagnostics', function() return #shown() > 0 and shown()[1].lnum == 4 end)

local function choose(line, part)
  for _, action in ipairs(ask('textDocument/codeAction', at(line))) do
    if action.title:find(part, 1, true) then
      local whole = ask('codeAction/resolve', action)
      vim.lsp.util.apply_workspace_edit(whole.edit, client.offset_encoding)
      return
    end
  end
  fail('there is no action ' .. part)
end
choose(4, '[provider-read]')
wait('one diagnostic less', function() return #shown() > 0 and shown()[1].lnum ~= 4 end)
choose(shown()[1].lnum, 'Make the safe fix')
wait('the safe fixes', function()
  for _, one in ipairs(shown()) do if one.severity == vim.diagnostic.severity.INFO then return false end end
  return true
end)
choose(6, 'Leave it for now')
wait('no diagnostics', function() return #shown() == 0 end)
for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, true)) do say('line', line) end
client.stop()
wait('the end', function() return client.is_stopped() end)
say('end')
out:close()
vim.cmd('qall!')
