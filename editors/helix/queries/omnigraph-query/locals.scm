; Generated from editors/tree-sitter/query/queries/locals.scm.

; A query is a scope, and so is what stands in a block inside of it.
(query_declaration) @local.scope
(fragment_declaration) @local.scope
(branch) @local.scope
(negation) @local.scope
(existence) @local.scope
(optional_block) @local.scope
(either_block) @local.scope
(block_value) @local.scope
(parameter name: (variable) @local.definition.parameter)
(binding variable: (variable) @local.definition.var)
(let_clause variable: (variable) @local.definition.var)
(each_clause variable: (variable) @local.definition.var)
(path_clause variable: (variable) @local.definition.var)
(traversal variable: (variable) @local.definition.var)
(insert_statement variable: (variable) @local.definition.var)
(upsert_statement variable: (variable) @local.definition.var)
(projection alias: (alias) @local.definition.var)
(variable) @local.reference
(sort_key (identifier) @local.reference)
