; Generated from editors/tree-sitter/schema/queries/injections.scm.

([(line_comment) (block_comment)] @injection.content
  (#set! injection.language "comment"))

((query_text) @injection.content
  (#set! injection.language "omnigraph_query"))

((annotation name: (identifier) @_name (arguments (argument (string (string_content) @injection.content))))
  (#eq? @_name "check")
  (#set! injection.language "regex"))
