#!/usr/bin/env bash
# Makes sure that programs are there, by Debian's packages where apt can. Usage: setup.sh node|chromium|neovim|emacs …
set -euo pipefail

packages=()
for what in "$@"; do
    case $what in
        node) command -v npm >/dev/null || packages+=(nodejs npm) ;;
        chromium) command -v chromium >/dev/null || packages+=(chromium) ;;
        neovim) command -v nvim >/dev/null || packages+=(neovim) ;;
        emacs)
            command -v emacs >/dev/null || packages+=(emacs-nox)
            emacs --batch --eval '(progn (package-initialize) (require (quote eglot)))' >/dev/null 2>&1 || packages+=(elpa-eglot)
            ;;
        *) echo "setup: nobody knows $what" >&2; exit 2 ;;
    esac
done
if [ ${#packages[@]} -gt 0 ]; then
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo"
    if ! command -v apt-get >/dev/null || { [ -n "$as_root" ] && ! command -v sudo >/dev/null; }; then
        echo "setup: these are missing and cannot be installed from here (names of Debian's packages): ${packages[*]}" >&2
        exit 1
    fi
    echo "setup: installing ${packages[*]}" >&2
    $as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
fi
