; Generated from editors/tree-sitter/schema/queries/highlights.scm.

; Names that say what they are by where they stand.
(node_declaration name: (type_identifier) @type)
(interface_declaration name: (type_identifier) @type)
(edge_declaration name: (type_identifier) @type)
(edge_declaration from: (type_identifier) @type)
(edge_declaration to: (type_identifier) @type)
(implements_clause (type_identifier) @type)
(entity type: (type_identifier) @type)
(argument (type_identifier) @type)
((scalar_type (type_identifier) @type)
  (#not-any-of? @type "String" "Bool" "I32" "I64" "U32" "U64" "F32" "F64" "Date" "DateTime" "Vector" "Blob"))
((scalar_type (type_identifier) @type.builtin)
  (#any-of? @type.builtin "String" "Bool" "I32" "I64" "U32" "U64" "F32" "F64" "Date" "DateTime" "Vector" "Blob"))

(property_identifier) @variable.other.member
(argument keyword: (identifier) @variable.parameter)
(annotation name: (identifier) @attribute)
(annotation "@" @attribute)
(enum_value) @constant
(code) @constant

[
  "node" "edge" "interface" "implements" "enum"
  "allow" "on" "schema" "because" "until"
  "migration_check" "guards" "query" "expect" "no" "rows"
] @keyword

(boolean) @constant.builtin.boolean
[(integer) (float) (number)] @constant.numeric
(string) @string
(escape_sequence) @constant.character.escape
[(line_comment) (block_comment)] @comment

["->" "?" ".." "=" "!=" "<" "<=" ">" ">="] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
[":" "," "."] @punctuation.delimiter
