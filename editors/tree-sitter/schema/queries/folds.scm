[(body) (migration_check_declaration) (query_block) (arguments) (enum_type) (block_comment)] @fold
