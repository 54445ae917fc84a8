[
  (query_declaration) (fragment_declaration) (branch) (match_block) (with_block) (return_block) (returning_block) (having_block) (order_block) (negation) (existence) (optional_block) (either_block) (block_value) (object) (rows) (property_list) (assignments) (parameter_list)
  (argument_list) (list)
] @indent.begin
["}" ")" "]"] @indent.branch @indent.end
[(string) (block_comment)] @indent.ignore
