;;; omnigraph.el --- OmniGraph schemas and queries  -*- lexical-binding: t -*-

;; Author: OmniGraph
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages

;;; Commentary:

;; Modes for `.pg' and `.gq' files, served by `omnigraph lsp' through Eglot.  Colours come from tree-sitter where Emacs has it
;; and the grammars are installed, and else from patterns.

;;; Code:

(require 'eglot)

(defgroup omnigraph nil "OmniGraph schemas and queries." :group 'languages)

(defcustom omnigraph-program "omnigraph"
  "The `omnigraph' program."
  :type 'string)

(defcustom omnigraph-store nil
  "The graph that queries run on, relative to the project."
  :type '(choice (const :tag "None" nil) string))

(defconst omnigraph--syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?$ "'" table)
    (modify-syntax-entry ?@ "'" table)
    table))

(defconst omnigraph--scalars
  (regexp-opt '("String" "Bool" "I32" "I64" "U32" "U64" "F32" "F64" "Date" "DateTime" "Vector" "Blob") 'symbols))

(defconst omnigraph--schema-words
  `(("\\_<\\(node\\|interface\\|edge\\)\\s-+\\([A-Z][A-Za-z0-9_]*\\)" (1 font-lock-keyword-face) (2 font-lock-type-face))
    ("\\_<\\(implements\\)\\s-+[A-Z]" 1 font-lock-keyword-face)
    ("^\\s-*\\(allow\\|migration_check\\)\\s-+[\"A-Z]" 1 font-lock-keyword-face)
    ("@\\s-*[a-z_][A-Za-z0-9_]*" 0 font-lock-preprocessor-face)
    ("\\_<\\(enum\\)\\s-*(" 1 font-lock-keyword-face)
    (,omnigraph--scalars 0 font-lock-builtin-face)
    ("\\_<[A-Z][A-Za-z0-9_]*\\_>" 0 font-lock-type-face)
    ("\\_<\\([a-z_][A-Za-z0-9_]*\\)\\s-*:" 1 font-lock-variable-name-face))
  "Colours of a schema without tree-sitter.")

(defconst omnigraph--query-words
  `(("\\_<\\(query\\|fragment\\)\\s-+\\([a-z_][A-Za-z0-9_]*\\)" (1 font-lock-keyword-face) (2 font-lock-function-name-face))
    ("\\_<\\(union\\(?:\\s-+all\\)?\\)\\s-*{" 1 font-lock-keyword-face)
    ("\\_<\\(match\\|with\\|return\\|returning\\|having\\|order\\|not\\|set\\|distinct\\)\\s-*{" 1 font-lock-keyword-face)
    ("\\_<\\(and\\|or\\|in\\|ends_with\\|matches\\|when\\|then\\|else\\)\\s-+[$\"0-9[(a-z]" 1 font-lock-keyword-face)
    ("\\_<\\(exists\\|optional\\|either\\)\\s-*{\\s-*[^0-9 \t]" 1 font-lock-keyword-face)
    ("\\_<\\(let\\)\\s-+[$][a-z_A-Z0-9]+\\s-*=" 1 font-lock-keyword-face)
    ("\\_<\\(each\\)\\s-+[$][a-z_A-Z0-9]+\\s-+in\\_>" 1 font-lock-keyword-face)
    ("\\_<\\(path\\)\\s-+[$][a-z_A-Z0-9]+\\s-*=" 1 font-lock-keyword-face)
    ("=\\s-*\\(\\(?:all\\s-+\\)?shortest\\|cheapest\\|trail\\|simple\\)\\s-+[$0-9]" 1 font-lock-keyword-face)
    ("[$][a-z_A-Z0-9]+\\s-+\\(by\\)\\s-+[$0-9(a-z]" 1 font-lock-keyword-face)
    ("\\_<\\(insert\\|upsert\\|update\\|delete\\)\\s-+[A-Z$]" 1 font-lock-keyword-face)
    ("\\_<\\(limit\\|offset\\|after\\)\\s-+[0-9$]" 1 font-lock-keyword-face)
    ("\\_<\\(where\\|as\\)\\s-+[$(a-z_]" 1 font-lock-keyword-face)
    ("\\_<\\(asc\\|desc\\)\\s-*[,}]" 1 font-lock-keyword-face)
    ("=>" 0 font-lock-keyword-face)
    ("[$][a-z_][A-Za-z0-9_]*" 0 font-lock-variable-name-face)
    ("@\\s-*[a-z_][A-Za-z0-9_]*" 0 font-lock-preprocessor-face)
    (,omnigraph--scalars 0 font-lock-builtin-face)
    ("\\_<[A-Z][A-Za-z0-9_]*\\_>" 0 font-lock-type-face)
    ("\\_<\\([a-z_][A-Za-z0-9_]*\\)(" 1 font-lock-builtin-face))
  "Colours of a query without tree-sitter.")

(defun omnigraph--indent-line ()
  "Indent by the brackets around the line."
  (interactive)
  (let* ((column (save-excursion
                   (back-to-indentation)
                   (let ((depth (car (syntax-ppss)))
                         (closing (looking-at "[])}]")))
                     (* 4 (max 0 (- depth (if closing 1 0)))))))
         (inside (> (current-column) (current-indentation))))
    (if (nth 8 (save-excursion (syntax-ppss (line-beginning-position))))
        'noindent
      (if inside (save-excursion (indent-line-to column)) (indent-line-to column)))))

(define-derived-mode omnigraph-mode prog-mode "OmniGraph"
  "What the modes for OmniGraph have in common."
  :syntax-table omnigraph--syntax-table
  (setq-local comment-start "// "
              comment-start-skip "\\(?://+\\|/\\*+\\)\\s-*"
              comment-end ""
              indent-tabs-mode nil
              tab-width 4
              indent-line-function #'omnigraph--indent-line))

;;;###autoload
(define-derived-mode omnigraph-schema-mode omnigraph-mode "OmniGraph Schema"
  "For schemas."
  (setq-local font-lock-defaults '(omnigraph--schema-words)
              imenu-generic-expression
              '((nil "^\\s-*\\(?:node\\|edge\\|interface\\)\\s-+\\([A-Z][A-Za-z0-9_]*\\)" 1)))
  (omnigraph--tree-sitter 'omnigraph_schema))

;;;###autoload
(define-derived-mode omnigraph-query-mode omnigraph-mode "OmniGraph Query"
  "For queries."
  (setq-local font-lock-defaults '(omnigraph--query-words)
              imenu-generic-expression '((nil "^\\s-*\\(?:query\\|fragment\\)\\s-+\\([a-z_][A-Za-z0-9_]*\\)" 1)))
  (omnigraph--tree-sitter 'omnigraph_query))

;; Tree-sitter, in Emacs 29 and later.

(declare-function treesit-ready-p "treesit")
(declare-function treesit-parser-create "treesit.c")
(declare-function treesit-font-lock-rules "treesit")
(declare-function treesit-major-mode-setup "treesit")
(defvar treesit-font-lock-settings)
(defvar treesit-font-lock-feature-list)
(defvar treesit-simple-imenu-settings)

(defconst omnigraph--schema-query "
[(line_comment) (block_comment)] @font-lock-comment-face
(string) @font-lock-string-face
(node_declaration name: (type_identifier) @font-lock-type-face)
(interface_declaration name: (type_identifier) @font-lock-type-face)
(edge_declaration name: (type_identifier) @font-lock-type-face)
(type_identifier) @font-lock-type-face
(property_identifier) @font-lock-variable-name-face
(annotation name: (identifier) @font-lock-preprocessor-face)
(enum_value) @font-lock-constant-face
(code) @font-lock-constant-face
(boolean) @font-lock-constant-face
[\"node\" \"edge\" \"interface\" \"implements\" \"enum\" \"allow\" \"on\" \"schema\" \"because\" \"until\"
 \"migration_check\" \"guards\" \"query\" \"expect\" \"no\" \"rows\"] @font-lock-keyword-face
" "Colours of a schema by tree-sitter.")

(defconst omnigraph--query-query "
[(line_comment) (block_comment)] @font-lock-comment-face
(string) @font-lock-string-face
(query_declaration name: (identifier) @font-lock-function-name-face)
(fragment_declaration name: (identifier) @font-lock-function-name-face)
(type_identifier) @font-lock-type-face
(edge) @font-lock-type-face
(variable) @font-lock-variable-name-face
(annotation name: (identifier) @font-lock-preprocessor-face)
(call function: (identifier) @font-lock-builtin-face)
[(boolean) (null)] @font-lock-constant-face
[\"query\" \"fragment\" \"union\" \"all\" \"match\" \"with\" \"return\" \"having\" \"order\" \"limit\" \"offset\" \"after\" \"nulls\" \"first\" \"last\" \"not\" \"exists\" \"optional\" \"either\" \"let\" \"each\" \"path\" \"shortest\" \"cheapest\" \"trail\" \"simple\" \"by\" \"as\" \"asc\" \"desc\" \"insert\" \"upsert\" \"update\"
 \"delete\" \"set\" \"where\" \"returning\" \"contains\" \"starts_with\" \"ends_with\" \"matches\" \"in\" \"and\" \"or\" \"is\"
 \"distinct\" \"case\" \"when\" \"then\" \"else\" \"end\" \"for\" \"if\" \"cast\" \"try_cast\"] @font-lock-keyword-face
" "Colours of a query by tree-sitter.")

(defun omnigraph--tree-sitter (language)
  "Colour by the grammar of LANGUAGE, if there is one."
  (when (and (fboundp 'treesit-ready-p) (treesit-ready-p language t))
    (treesit-parser-create language)
    (setq-local treesit-font-lock-feature-list '((all))
                treesit-font-lock-settings
                (treesit-font-lock-rules
                 :language language :feature 'all
                 (if (eq language 'omnigraph_schema) omnigraph--schema-query omnigraph--query-query)))
    (treesit-major-mode-setup)))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.pg\\'" . omnigraph-schema-mode))
;;;###autoload
(add-to-list 'auto-mode-alist '("\\.gq\\'" . omnigraph-query-mode))

(put 'omnigraph-schema-mode 'eglot-language-id "omnigraph-schema")
(put 'omnigraph-query-mode 'eglot-language-id "omnigraph-query")

(defun omnigraph--contact (&rest _)
  "How Eglot starts the server."
  (append (list omnigraph-program "lsp")
          (and omnigraph-store (list :initializationOptions (list :store omnigraph-store)))))

(add-to-list 'eglot-server-programs '((omnigraph-schema-mode omnigraph-query-mode) . omnigraph--contact))
(add-hook 'omnigraph-schema-mode-hook #'eglot-ensure)
(add-hook 'omnigraph-query-mode-hook #'eglot-ensure)

(provide 'omnigraph)
;;; omnigraph.el ends here
