#!/usr/bin/env bash
# Runs statements in Kùzu and their translations in OmniGraph, and compares the rows. OMNIGRAPH_BINARY is the binary. Kùzu comes
# from PyPI into a folder of its own, which COMPARE_VENV names.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${OMNIGRAPH_BINARY:?set it to the omnigraph binary}
venv=${COMPARE_VENV:-${CARGO_TARGET_DIR:-target}/compare-translations}

if ! "$venv/bin/python" -c "import kuzu" 2>/dev/null; then
    if ! { python3 -m venv "$venv" && "$venv/bin/python" -m pip install --quiet kuzu; }; then
        echo "compare-translations: Kùzu cannot be installed from PyPI (python3 -m pip install kuzu); nothing was compared" >&2
        exit 1
    fi
fi
exec "$venv/bin/python" scripts/compare-translations.py "$binary" translate/tests/comparison
