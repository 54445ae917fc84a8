-- OmniGraph for Neovim 0.7 and later: schemas (.pg), queries (.gq) and omnigraph.toml.
local filetypes = { "omnigraph_schema", "omnigraph_query" }

local function detect(pattern, filetype)
  vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
    pattern = pattern,
    callback = function() vim.bo.filetype = filetype end,
  })
end
detect("*.pg", "omnigraph_schema")
detect("*.gq", "omnigraph_query")

-- The folder of the settings, or else that of the schema.
local function root(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local settings = vim.fn.findfile("omnigraph.toml", vim.fn.escape(folder, " ") .. ";")
  return settings ~= "" and vim.fn.fnamemodify(settings, ":p:h") or folder
end

local server = {
  name = "omnigraph",
  cmd = { "omnigraph", "lsp" },
  filetypes = filetypes,
  get_language_id = function(_, filetype) return (filetype:gsub("_", "-")) end,
  -- The graph that queries run on, relative to the project.
  init_options = { store = vim.g.omnigraph_store },
}

local function attach(buffer)
  if vim.fn.has("nvim-0.8") == 1 then
    vim.lsp.start(vim.tbl_extend("force", server, { root_dir = root(vim.api.nvim_buf_get_name(buffer)) }), { bufnr = buffer })
    return
  end
  -- 0.7: one client for each folder, by hand.
  local folder = root(vim.api.nvim_buf_get_name(buffer))
  for _, client in pairs(vim.lsp.get_active_clients()) do
    if client.name == server.name and client.config.root_dir == folder then
      vim.lsp.buf_attach_client(buffer, client.id)
      return
    end
  end
  local id = vim.lsp.start_client(vim.tbl_extend("force", server, { root_dir = folder }))
  if id then vim.lsp.buf_attach_client(buffer, id) end
end

if vim.lsp.config and vim.lsp.enable then
  -- 0.11 and later.
  vim.lsp.config("omnigraph", vim.tbl_extend("force", server, { root_markers = { "omnigraph.toml", "schema.pg" } }))
  vim.lsp.enable("omnigraph")
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = filetypes,
  callback = function(event)
    local buffer = event.buf
    vim.bo[buffer].commentstring = "// %s"
    vim.bo[buffer].shiftwidth = 4
    vim.bo[buffer].expandtab = true
    vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
    if not (vim.lsp.config and vim.lsp.enable) then attach(buffer) end

    -- Colours: tree-sitter if its parser is installed, and else a few words.
    local parsed = vim.treesitter.start and pcall(vim.treesitter.start, buffer)
    if not parsed then
      vim.cmd([[
        syntax match omnigraphType /\<[A-Z]\w*\>/
        syntax match omnigraphVariable /\$\w\+/
        syntax match omnigraphAnnotation /@\s*\w\+/
        syntax match omnigraphNumber /\<\d\+\(\.\d\+\)\?\>/
        syntax match omnigraphWord /\<\(match\|with\|return\|returning\|having\|order\|not\|set\)\>\ze\s*{/
        syntax match omnigraphWord /\<union\>\(\s\+all\>\)\?\ze\s*{/
        syntax match omnigraphWord /\<\(exists\|optional\|either\)\>\ze\s*{\(\s*\d\)\@!/
        syntax match omnigraphWord /\<let\>\ze\s\+\$\w\+\s*=/
        syntax match omnigraphWord /\<each\>\ze\s\+\$\w\+\s\+in\>/
        syntax match omnigraphWord /\<\(query\|fragment\|node\|edge\|interface\|insert\|upsert\|update\|delete\|limit\|offset\|after\|where\|implements\)\>\ze\s\+[$A-Za-z0-9_]/
        syntax region omnigraphText start=/"/ skip=/\\./ end=/"/
        syntax match omnigraphComment "//.*$"
        syntax region omnigraphComment start="/\*" end="\*/"
        highlight default link omnigraphType Type
        highlight default link omnigraphVariable Identifier
        highlight default link omnigraphAnnotation PreProc
        highlight default link omnigraphNumber Number
        highlight default link omnigraphWord Statement
        highlight default link omnigraphText String
        highlight default link omnigraphComment Comment
      ]])
    end

    local function map(keys, action) vim.keymap.set("n", keys, action, { buffer = buffer }) end
    map("K", vim.lsp.buf.hover)
    map("gd", vim.lsp.buf.definition)
    map("gr", vim.lsp.buf.references)
    map("<leader>r", vim.lsp.buf.rename)
    map("<leader>a", vim.lsp.buf.code_action)
    map("<leader>f", function()
      if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync() end
    end)
  end,
})
