; Generated from editors/tree-sitter/query/queries/highlights.scm.

(query_declaration name: (identifier) @function)
(fragment_declaration name: (identifier) @function)
(annotation name: (identifier) @attribute)
(annotation "@" @attribute)

(binding type: (type_identifier) @type)
(type_test type: (type_identifier) @type)
(insert_statement type: (type_identifier) @type)
(upsert_statement type: (type_identifier) @type)
(update_statement type: (type_identifier) @type)
(delete_statement type: (type_identifier) @type)
(parameter_type (type_identifier) @type.builtin)
(list_type (type_identifier) @type.builtin)
(enum_type (type_identifier) @type)

[(variable) "$"] @variable
(parameter name: (variable) @variable.parameter)
(property_identifier) @variable.other.member
(edge) @type
(alias) @variable.other.member
(projection (identifier) @variable.other.member)
(sort_key (identifier) @variable.other.member)
(comparison (identifier) @variable.other.member)
(null_test (identifier) @variable.other.member)
(type_test (identifier) @variable.other.member)
(logical (identifier) @variable.other.member)
(negated (identifier) @variable.other.member)
(arithmetic (identifier) @variable.other.member)
(signed (identifier) @variable.other.member)
(parenthesized (identifier) @variable.other.member)
(argument_list (identifier) @variable.other.member)
(list (identifier) @variable.other.member)
(index (identifier) @variable.other.member)
(slice (identifier) @variable.other.member)
(case (identifier) @variable.other.member)
(property_match value: (identifier) @variable.other.member)
(update_statement condition: (identifier) @variable.other.member)
(delete_statement condition: (identifier) @variable.other.member)
(call function: (identifier) @function.builtin)
(block_value function: (identifier) @function.builtin)

["query" "fragment" "union" "all" "match" "with" "return" "having" "order" "limit" "offset" "after" "nulls" "first" "last" "not" "exists" "optional" "either" "let" "each" "path" "shortest" "cheapest" "trail" "simple" "by" "as" "asc" "desc" "insert" "upsert" "update" "delete" "set" "where" "returning" "distinct"] @keyword
["contains" "starts_with" "ends_with" "matches" "in" "and" "or" "is"] @keyword.operator
["case" "when" "then" "else" "end" "for" "if" "cast" "try_cast"] @keyword

(boolean) @constant.builtin.boolean
(null) @constant.builtin
[(integer) (float)] @constant.numeric
(string) @string
(escape_sequence) @constant.character.escape
[(line_comment) (block_comment)] @comment

["=" "!=" "<" "<=" ">" ">=" "=>" "||" "|" "+" "-" "*" "/" "%" "?"] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
[":" "," "." ";"] @punctuation.delimiter
