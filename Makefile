# What a newcomer runs: `make demo` and `make test`. Both install what is missing.

export CARGO_TARGET_DIR ?= $(HOME)/.cache/omnigraph/target
CARGO ?= cargo

.PHONY: demo test test-translate test-memory lint bench setup test-grammars test-editors test-vscode-unit test-vscode test-terminal-editors test-parsers

# The main job on real input: check, load, query, and a mistake shown as a report.
demo: setup
	$(CARGO) build --quiet --package omnigraph-cli
	scripts/demo.sh "$(CARGO_TARGET_DIR)/debug/omnigraph"

# Tests write small files and wait for each: they go to memory where there is room. The tests of killed writers stay on the disk.
MEMORY := $(shell test -w /dev/shm && test "$$(df -k /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 2000000 && echo /dev/shm)
IN_MEMORY := $(if $(MEMORY),TMPDIR=$(MEMORY))

# One more than there are cores: while a test waits for a process that it has started, another one can go on.
TEST_THREADS := $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)

# All tests of all crates. The random ones begin with one seed, so that what fails is due to a change; give another, or run
# `cargo test`, which takes a new one each time, to look further.
export PROPTEST_RNG_SEED ?= 20261130
test: setup
	$(CARGO) build --quiet --package omnigraph-cli
	$(CARGO) test --quiet --workspace --no-run
	INSTA_UPDATE=no $(IN_MEMORY) RUST_TEST_THREADS=$(TEST_THREADS) $(CARGO) test --workspace
	$(MAKE) --no-print-directory test-grammars

# The grammars of the editors against the compiler's parser, and their pages. A folder of its own for the build: see
# editors/Cargo.toml.
test-grammars: setup
	env -u CARGO_BUILD_BUILD_DIR CARGO_TARGET_DIR=$(CARGO_TARGET_DIR)/editors $(CARGO) test --quiet --manifest-path editors/Cargo.toml

# The editors themselves: VS Code, Neovim and Emacs. docs/editors.md says what it needs and takes.
test-editors: test-grammars test-vscode-unit test-vscode test-terminal-editors

test-vscode-unit: editors/vscode/node_modules
	cd editors/vscode && npm test

test-vscode: editors/vscode/node_modules
	$(CARGO) build --quiet --package omnigraph-cli
	OMNIGRAPH_BINARY=$(CARGO_TARGET_DIR)/debug/omnigraph editors/end-to-end/vscode.sh

test-terminal-editors:
	editors/end-to-end/setup.sh neovim emacs
	$(CARGO) build --quiet --package omnigraph-cli
	OMNIGRAPH_BINARY=$(CARGO_TARGET_DIR)/debug/omnigraph editors/end-to-end/terminal.sh

# Are the generated parsers current? Needs tree-sitter's command line, which takes minutes to build, so nobody else asks for it.
test-parsers:
	editors/end-to-end/parsers.sh

editors/vscode/node_modules: editors/vscode/package-lock.json
	editors/end-to-end/setup.sh node
	cd editors/vscode && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# Peak memory on millions of rows; takes a quarter of an hour and some gigabytes of disk.
test-memory: setup
	$(CARGO) build --quiet --package omnigraph-cli
	$(CARGO) test --package omnigraph-tests --test it memory -- --ignored --nocapture --test-threads 1

# Statements in Kùzu, and their translations here: the rows are compared. Installs Kùzu from PyPI into a folder of its own.
test-translate: setup
	$(CARGO) build --quiet --package omnigraph-cli
	OMNIGRAPH_BINARY=$(CARGO_TARGET_DIR)/debug/omnigraph scripts/compare-translations.sh

# Formatting, and every lint of the compiler as an error.
lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- --deny warnings

# Measurements; nothing here is asserted.
bench: setup
	$(CARGO) bench --workspace

# Building the storage library needs a C compiler and protoc.
setup:
	@scripts/setup.sh
