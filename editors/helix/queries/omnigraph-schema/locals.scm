; Generated from editors/tree-sitter/schema/queries/locals.scm.

; A schema is one scope: a type may be used before it is declared.
(source_file) @local.scope
(node_declaration name: (type_identifier) @local.definition.type)
(interface_declaration name: (type_identifier) @local.definition.type)
(edge_declaration name: (type_identifier) @local.definition.type)
(body) @local.scope
(property name: (property_identifier) @local.definition.field)
(edge_declaration from: (type_identifier) @local.reference)
(edge_declaration to: (type_identifier) @local.reference)
(implements_clause (type_identifier) @local.reference)
(entity type: (type_identifier) @local.reference)
(argument (property_identifier) @local.reference)
