; Generated from editors/tree-sitter/query/queries/injections.scm.

([(line_comment) (block_comment)] @injection.content
  (#set! injection.language "comment"))
