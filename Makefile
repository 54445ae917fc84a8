# What a newcomer runs: `make demo` and `make test`. Both install what is missing.

export CARGO_TARGET_DIR ?= $(HOME)/.cache/omnigraph/target
CARGO ?= cargo

.PHONY: demo test test-memory lint bench setup

# The main job on real input: check, load, query, and a mistake shown as a report.
demo: setup
	$(CARGO) build --quiet --package omnigraph
	scripts/demo.sh "$(CARGO_TARGET_DIR)/debug/omnigraph"

# All tests of all crates.
test: setup
	$(CARGO) build --quiet --package omnigraph
	INSTA_UPDATE=no $(CARGO) test --workspace

# Peak memory on millions of rows; takes a quarter of an hour and some gigabytes of disk.
test-memory: setup
	$(CARGO) build --quiet --package omnigraph
	$(CARGO) test --package omnigraph-tests --test it memory -- --ignored --nocapture --test-threads 1

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
