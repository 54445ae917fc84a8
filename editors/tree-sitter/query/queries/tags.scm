(query_declaration name: (identifier) @name) @definition.function
(fragment_declaration name: (identifier) @name) @definition.function
(binding type: (type_identifier) @name) @reference.class
(insert_statement type: (type_identifier) @name) @reference.class
(update_statement type: (type_identifier) @name) @reference.class
(delete_statement type: (type_identifier) @name) @reference.class
(traversal edge: (edge) @name) @reference.class
(call function: (identifier) @name) @reference.call
