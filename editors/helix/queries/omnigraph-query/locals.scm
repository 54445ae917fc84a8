; Generated from editors/tree-sitter/query/queries/locals.scm.

; A query is a scope, and so is what stands in a `not` or an `exists`.
(query_declaration) @local.scope
(negation) @local.scope
(existence) @local.scope
(block_value) @local.scope
(parameter name: (variable) @local.definition.parameter)
(binding variable: (variable) @local.definition.var)
(let_clause variable: (variable) @local.definition.var)
(each_clause variable: (variable) @local.definition.var)
(traversal variable: (variable) @local.definition.var)
(projection alias: (alias) @local.definition.var)
(variable) @local.reference
(sort_key (identifier) @local.reference)
