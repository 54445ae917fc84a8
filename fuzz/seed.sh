#!/bin/sh
# Fills the corpora of the fuzz targets: whole files, and every schema and query of the literate tests.
set -eu
cd "$(dirname "$0")"

# seeds EXTENSION FILE... : prints nothing, writes each file and each fenced block of it into the corpora.
seeds() {
    kind=$1
    language=$2
    shift 2
    for target in lexer parser checker formatter; do
        mkdir -p "corpus/${kind}_${target}"
    done
    for file in "$@"; do
        name=$(echo "$file" | tr '/.' '__')
        case $file in
        *.md) awk -v start="^\`\`\`$language" -v base="corpus/${kind}_lexer/$name" '
            $0 ~ start { n++; inside = 1; next }
            /^```/ { inside = 0 }
            inside { print > (base "-" n) }' "$file" ;;
        *) cp "$file" "corpus/${kind}_lexer/$name" ;;
        esac
    done
    for target in parser checker formatter; do
        cp "corpus/${kind}_lexer/"* "corpus/${kind}_${target}/"
    done
}

seeds schema pg ../examples/*/schema.pg ../grammar/tests/*/*.pg ../compiler/tests/schema/*.md
seeds query gq ../examples/*/queries.gq ../grammar/tests/*/*.gq ../compiler/tests/query/*.md
