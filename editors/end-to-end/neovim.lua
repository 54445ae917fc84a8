-- Neovim with the configuration of editors/neovim/omnigraph.lua, on mistake.gq: diagnostics, completion, a quick fix, rename,
-- formatting. Run by terminal.sh; ends with an error at the first thing that is not as it should be.
local buffer = vim.api.nvim_get_current_buf()
local function say(text) io.stdout:write("ok neovim: " .. text .. "\n") end
local function check(ok, what, seen)
  if not ok then error(what .. (seen ~= nil and ("; seen: " .. vim.inspect(seen)) or ""), 0) end
end
local function wait(what, f, seen) check(vim.wait(20000, f, 20), "timed out waiting for " .. what, seen and seen()) end
local function text() return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n" end
local function file(name)
  local handle = assert(io.open(name))
  local content = handle:read("*a")
  handle:close()
  return content
end
local function request(method, params)
  local answers, problem = vim.lsp.buf_request_sync(buffer, method, params, 20000)
  check(answers, method .. ": " .. tostring(problem))
  for _, answer in pairs(answers) do
    check(not answer.error, method, answer.error)
    return answer.result
  end
end
local function codes()
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do found[#found + 1] = ("%d:%d %s"):format(d.lnum + 1, d.col + 1, d.code) end
  table.sort(found)
  return table.concat(found, ", ")
end
local function clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)()
end

local function run()
  check(vim.bo.filetype == "omnigraph_query", "the file type", vim.bo.filetype)
  wait("the server", function() return clients()[1] and clients()[1].initialized end)
  wait("diagnostics", function() return codes() == "5:17 T6.2" end, codes)
  say("diagnostics " .. codes())

  vim.api.nvim_win_set_cursor(0, { 5, 17 })
  local params = vim.lsp.util.make_range_params(0, clients()[1].offset_encoding)
  params.range.start.character = 16
  params.range["end"].character = 21
  params.context = { diagnostics = {} }
  local titles = vim.tbl_map(function(action) return action.title end, request("textDocument/codeAction", params) or {})
  check(vim.tbl_contains(titles, "Replace by `title`"), "the quick fix", titles)
  vim.cmd([[%s/titel/title/g]])
  wait("the diagnostics to go", function() return #vim.diagnostic.get(buffer) == 0 end)
  say("the quick fix is offered; mended, nothing is found")

  -- As a person does it: the documented omnifunc fills the pop-up menu.
  check(vim.bo.omnifunc == "v:lua.vim.lsp.omnifunc", "omnifunc", vim.bo.omnifunc)
  vim.api.nvim_buf_set_lines(buffer, 4, 5, false, { "    return { $m.title, $m.re }" })
  vim.api.nvim_win_set_cursor(0, { 5, 28 })
  local position = vim.lsp.util.make_position_params(0, clients()[1].offset_encoding)
  local items = request("textDocument/completion", position)
  local labels = vim.tbl_map(function(item) return item.label end, items.items or items)
  check(vim.tbl_contains(labels, "released"), "completion", labels)
  vim.api.nvim_buf_set_lines(buffer, 4, 5, false, { "    return { $m.title, $m.imdb }" })
  say("completion offers " .. #labels .. " entries, released among them")

  vim.api.nvim_win_set_cursor(0, { 5, 28 })
  vim.lsp.buf.rename("stars")
  wait("the rename", function() return text():find("%$m%.stars") ~= nil end)
  vim.cmd("silent wall")
  for _, name in ipairs({ "schema.pg", "queries.gq", "mistake.gq" }) do
    -- A column is called `imdb` as well; that name is another's.
    check(not file(name):find("%.imdb") and not file(name):find("imdb:"), name .. " still says imdb")
    check(file(name):find("%.stars") or file(name):find("stars:"), name .. " does not say stars")
  end
  say("rename across schema.pg, queries.gq and mistake.gq")

  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { "query   ugly( ){match{$m:Movie}return{$m.title}order{$m.title}limit 3}" })
  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 20000 }) else vim.lsp.buf.formatting_sync(nil, 20000) end
  check(text() == file("ugly.expected"), "formatting", text())
  say("formatting is that of omnigraph fmt")
end

local ok, problem = pcall(run)
if not ok then io.stderr:write("neovim: " .. tostring(problem) .. "\n") end
vim.cmd(ok and "qall!" or "cquit!")
