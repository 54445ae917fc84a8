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
(property_identifier) @property
(edge) @type
(alias) @variable.member
(projection (identifier) @variable.member)
(sort_key (identifier) @variable.member)
(comparison (identifier) @property)
(null_test (identifier) @property)
(type_test (identifier) @property)
(logical (identifier) @property)
(negated (identifier) @property)
(arithmetic (identifier) @property)
(signed (identifier) @property)
(parenthesized (identifier) @property)
(argument_list (identifier) @property)
(list (identifier) @property)
(index (identifier) @property)
(slice (identifier) @property)
(case (identifier) @property)
(property_match value: (identifier) @property)
(update_statement condition: (identifier) @property)
(delete_statement condition: (identifier) @property)
(call function: (identifier) @function.builtin)
(block_value function: (identifier) @function.builtin)

["query" "fragment" "union" "all" "match" "with" "return" "having" "order" "limit" "offset" "after" "nulls" "first" "last" "not" "exists" "optional" "either" "let" "each" "path" "shortest" "cheapest" "trail" "simple" "by" "as" "asc" "desc" "insert" "upsert" "update" "delete" "set" "where" "returning" "distinct"] @keyword
["contains" "starts_with" "ends_with" "matches" "in" "and" "or" "is"] @keyword.operator
["case" "when" "then" "else" "end" "for" "if" "cast" "try_cast"] @keyword

(boolean) @boolean
(null) @constant.builtin
[(integer) (float)] @number
(string) @string
(escape_sequence) @string.escape
[(line_comment) (block_comment)] @comment

["=" "!=" "<" "<=" ">" ">=" "=>" "||" "|" "+" "-" "*" "/" "%" "?"] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
[":" "," "." ";"] @punctuation.delimiter
