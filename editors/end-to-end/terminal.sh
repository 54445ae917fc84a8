#!/usr/bin/env bash
# Neovim and Emacs without a screen, each with the configuration of its page, on a copy of examples/movies.
# Usage: OMNIGRAPH_BINARY=… terminal.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$(readlink -f "$OMNIGRAPH_BINARY")" "$work/bin/omnigraph"
export PATH=$work/bin:$PATH HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home XDG_CACHE_HOME=$work/home XDG_STATE_HOME=$work/home
mkdir "$HOME"

project() { # a fresh copy
    cd "$work"
    rm -rf ws
    mkdir ws
    cp "$here"/../../examples/movies/{schema.pg,queries.gq} "$work/ws"
    cat > "$work/ws/mistake.gq" <<'QUERY'
query newest() {
    match {
        $m: Movie
    }
    return { $m.titel, $m.imdb }
    order { $m.released desc, $m.title }
    limit 5
}
QUERY
    printf 'query   ugly( ){match{$m:Movie}return{$m.title}order{$m.title}limit 3}' \
        | omnigraph fmt - --stdin-filename ugly.gq > "$work/ws/ugly.expected"
    cd "$work/ws"
}

project
timeout 120 nvim --headless -u "$here/../neovim/omnigraph.lua" -i NONE -n -S "$here/neovim.lua" mistake.gq

project
OMNIGRAPH_EL=$here/../emacs/omnigraph.el timeout 120 emacs --batch -l "$here/emacs.el" 2> "$work/emacs.log" || { grep -v '^Loading' "$work/emacs.log" >&2; exit 1; }
