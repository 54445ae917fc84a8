(query_declaration "query" @context name: (identifier) @name) @item
