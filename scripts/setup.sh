#!/usr/bin/env bash
# Makes sure that the tools for a build are there: cargo, a C compiler, protoc. Installs protoc where apt can.
set -euo pipefail

missing() { ! command -v "$1" >/dev/null 2>&1; }

if missing cargo; then
    echo "setup: cargo is missing. Install Rust 1.94 or newer: https://rustup.rs" >&2
    exit 1
fi
if missing cc && missing gcc && missing clang; then
    echo "setup: a C compiler is missing. On Debian and Ubuntu: apt-get install build-essential" >&2
    exit 1
fi
if missing protoc && [ -z "${PROTOC:-}" ]; then
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        missing sudo || as_root="sudo"
    fi
    if missing apt-get || { [ "$(id -u)" -ne 0 ] && [ -z "$as_root" ]; }; then
        echo "setup: protoc is missing and cannot be installed from here. Install the protobuf compiler of your" >&2
        echo "system (Debian: protobuf-compiler, Fedora: protobuf-compiler, macOS: brew install protobuf)." >&2
        exit 1
    fi
    echo "setup: installing protoc (Debian package protobuf-compiler)" >&2
    $as_root apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq protobuf-compiler >&2
fi
