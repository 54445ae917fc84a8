#!/usr/bin/env bash
# Runs the regression tests against the binary of an older revision, where each of them must fail:
#   scripts/regressions-on.sh 862984d
# An existing binary may be given instead of a revision. Ends with 0 if every test failed, and lists those that passed.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:?a revision, or a binary}
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/omnigraph/target}"
if [ -f "$what" ]; then
    # The tests run in folders of their own.
    binary=$(realpath "$what")
else
    folder=$(mktemp -d)
    # Both trees share what is built of other libraries; cargo cannot tell their own crates apart.
    forget() { cargo clean --quiet --workspace && (cd "$folder/source" && cargo clean --quiet --workspace); }
    tidy() {
        git worktree remove --force "$folder/source"
        rm -rf "$folder"
    }
    trap 'forget; tidy' EXIT
    git worktree add --quiet --detach "$folder/source" "$what"
    forget
    # By the name of the binary: that of its package was another once.
    (cd "$folder/source" && cargo build --quiet --bin omnigraph)
    cp "$CARGO_TARGET_DIR/debug/omnigraph" "$folder/omnigraph"
    forget
    trap tidy EXIT
    binary=$folder/omnigraph
fi
cargo build --quiet --bin omnigraph
log=$(mktemp)
# Of the whole workspace, as `make test` builds it: one package alone has other features of the libraries.
OMNIGRAPH_BINARY=$binary cargo test --workspace --test it --no-fail-fast regressions:: -- \
    --skip regressions::table >"$log" 2>&1 || true
passed=$(grep -E '^test regressions::.* \.\.\. ok$' "$log" || true)
failed=$(grep -cE '^test regressions::.* \.\.\. FAILED$' "$log" || true)
[ -n "$passed" ] && printf 'passed on the older binary:\n%s\n' "$passed"
echo "$failed tests fail on the older binary"
# Tests that did not even run.
[ "$failed" -gt 0 ] || tail -n 40 "$log"
rm -f "$log"
[ -z "$passed" ] && [ "$failed" -gt 0 ]
