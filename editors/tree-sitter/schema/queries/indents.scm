[(body) (migration_check_declaration) (query_block) (arguments) (enum_type)] @indent.begin
["}" ")"] @indent.branch @indent.end
[(string) (block_comment)] @indent.ignore
