-- Drives a real editor: nvim --headless -u NONE -l neovim.lua LASHLANG FILE, or with -c "luafile …" where -l is not known.
-- Prints one line for each thing that worked, and ends with an error at the first that does not.
local binary, path = vim.env.LASHLANG, vim.env.PROGRAM

local function fail(what)
  io.stdout:write("failed: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if vim.wait(10000, condition, 20) then
    io.stdout:write(what .. "\n")
  else
    fail(what)
  end
end

vim.cmd("edit " .. path)
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ name = "lashlang", cmd = { binary, "lsp" }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(buffer, id)
local client = vim.lsp.get_client_by_id(id)

local function lines() return vim.api.nvim_buf_get_lines(buffer, 0, -1, false) end

local function ask(method, position, more)
  local parameters = vim.tbl_extend("force", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    position = position and { line = position[1], character = position[2] },
  }, more or {})
  local answer = client.request_sync(method, parameters, 10000, buffer)
  if not answer or answer.err then fail(method .. ": " .. vim.inspect(answer)) end
  return answer.result
end

wait("diagnostics", function() return #vim.diagnostic.get(buffer) == 1 end)

local range = { start = { line = 1, character = 0 }, ["end"] = { line = 1, character = 10 } }
local actions = ask("textDocument/codeAction", nil, { range = range, context = { diagnostics = {} } })
vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
wait("code action", function() return lines()[2] == "total = total + 1" end)
wait("no diagnostics", function() return #vim.diagnostic.get(buffer) == 0 end)

local hover = ask("textDocument/hover", { 2, 11 })
wait("hover", function() return hover.contents.value:find("upper%(text%)") ~= nil end)

local items = ask("textDocument/completion", { 2, 12 })
wait("completion", function()
  for _, item in ipairs(items) do
    if item.label == "upper" then return true end
  end
  return false
end)

vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", { 0, 1 }, { newName = "sum_of_all" }), client.offset_encoding)
wait("rename", function() return lines()[2] == "sum_of_all = sum_of_all + 1" end)

local options = { tabSize = 2, insertSpaces = true }
vim.lsp.util.apply_text_edits(ask("textDocument/formatting", nil, { options = options }), buffer, client.offset_encoding)
wait("formatting", function() return lines()[3] == 'finish [upper("é𝄞"), sum_of_all]' end)

vim.lsp.stop_client(id)
wait("shutdown", function() return client.is_stopped() end)
vim.cmd("qall!")
