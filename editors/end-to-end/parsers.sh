#!/usr/bin/env bash
# The generated parsers are those of the grammars beside them. Needs the command line of tree-sitter 0.25.10 on the path.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "$(tree-sitter --version 2>/dev/null | cut -d' ' -f2)" != 0.25.10 ]; then
    echo "parsers: tree-sitter 0.25.10 is missing: cargo install tree-sitter-cli --version 0.25.10 --locked" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for language in schema query; do
    cp -r "$here/../tree-sitter/$language" "$work/$language"
    (cd "$work/$language" && tree-sitter generate --abi 14)
    diff -r "$here/../tree-sitter/$language/src" "$work/$language/src"
    echo "ok $language: the parser is that of the grammar"
done
