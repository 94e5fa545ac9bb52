# Every everyday task by name; `make` alone lists them.
# Needs Rust 1.95 (with rustfmt and clippy), Node 20.19 or later with npm, and Python 3.9 or later.

CARGO ?= cargo
PYTHON ?= python3
export CARGO

.DEFAULT_GOAL := help
.PHONY: help build demo test fuzz fmt bench bench-peers deny

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the release binary, the map in it
	$(CARGO) build --release --locked

demo: ## write, build and serve an invented council
	$(CARGO) run --release --locked -- demo

test: ## everything: format, lints, tests, the web page, real GIS clients (tests/run.py --help)
	@$(PYTHON) tests/run.py

fuzz: ## feed every parser bytes that nobody meant, SECONDS=60 each (tests/fuzz/fuzz.py --help)
	@$(PYTHON) tests/fuzz/fuzz.py --seconds $(or $(SECONDS),60)

fmt: ## format the Rust code
	$(CARGO) fmt --all

bench: ## time the hot paths
	$(CARGO) bench --locked -p catchment

bench-peers: build ## the same work beside other programs, which it installs (ONLY=coordinates for some of it; benches/peers)
	@$(if $(ONLY),,$(PYTHON) benches/peers/roads.py && $(PYTHON) benches/peers/isochrones.py && $(PYTHON) benches/peers/opening.py)
	@$(PYTHON) benches/peers/searches.py $(if $(ONLY),--only $(ONLY))

deny: ## check the licences and sources of the dependencies (needs cargo-deny)
	$(CARGO) deny --locked check bans licenses sources
