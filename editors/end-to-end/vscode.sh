#!/usr/bin/env bash
# Packages the extension and uses it in a real VS Code. Usage: OMNIGRAPH_BINARY=… vscode.sh
# The pictures go to editors/end-to-end/output; UPDATE_EXPECT=1 puts them into docs/images.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export OUTPUT=$here/output
"$here/setup.sh" node chromium
VSCODE_HOST_DIR=${VSCODE_HOST_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/omnigraph/vscode-host}
export VSCODE_HOST_DIR
"$here/vscode-host.sh" "$VSCODE_HOST_DIR" >/dev/null
rm -rf "$OUTPUT"
mkdir -p "$OUTPUT"
(cd "$here/../vscode" && npm run --silent package -- --out "$OUTPUT/omnigraph.vsix" >"$OUTPUT/package.log" 2>&1) || { cat "$OUTPUT/package.log" >&2; exit 1; }
node "$here/vscode.mjs" "$OUTPUT/omnigraph.vsix"
if [ "${UPDATE_EXPECT:-}" = 1 ]; then
    mkdir -p "$here/../../docs/images"
    cp "$OUTPUT"/vscode-{problems,completion,table,picture,diagram}.png "$here/../../docs/images/"
fi
