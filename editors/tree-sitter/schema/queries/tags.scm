(node_declaration name: (type_identifier) @name) @definition.class
(interface_declaration name: (type_identifier) @name) @definition.interface
(edge_declaration name: (type_identifier) @name) @definition.class
(property name: (property_identifier) @name) @definition.field
(edge_declaration from: (type_identifier) @name) @reference.class
(edge_declaration to: (type_identifier) @name) @reference.class
(implements_clause (type_identifier) @name) @reference.implementation
