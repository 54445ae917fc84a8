(query_declaration "query" @context name: (identifier) @name) @item
(fragment_declaration "fragment" @context name: (identifier) @name) @item
