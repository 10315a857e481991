# Everything a newcomer needs; `make help` lists it. Nothing has to be prepared but Python 3.11 or newer.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
BUF_VERSION := 1.75.0
BUF := .tools/node_modules/.bin/buf
BASELINE := protos/baseline.binpb
PROTOS := $(wildcard protos/smartsuschef/forecast/v1/*.proto)
PROTOC = $(CURDIR)/$(BIN)/python -m grpc_tools.protoc -I. --python_out=$(1) --pyi_out=$(1) --grpc_python_out=$(1) \
	--mypy_grpc_out=quiet:$(1) $(PROTOS:protos/%=%)

# What `make demo` trains: a sales file, its country, and which of its stores; without them a sample restaurant.
SALES ?=
COUNTRY ?=
STORE ?=
# What `make bench-accuracy` measures; without it the real data sets.
DATA ?=
SUBDIVISION ?=
CUTOFFS ?=
# The recipes read them from their environment: a path may have blanks and quotes.
export SALES COUNTRY STORE DATA SUBDIVISION CUTOFFS

.PHONY: help
help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/.local-is-installed  ## Train a restaurant and forecast it [SALES=file.csv COUNTRY=CN STORE=name]
	@exec $(BIN)/python -m local_stack.demo $${SALES:+--sales "$$SALES"} $${COUNTRY:+--country "$$COUNTRY"} \
	  $${STORE:+--store "$$STORE"}

.PHONY: up
up: .venv/.local-is-installed  ## Keep the whole system running until Ctrl-C
	@exec $(BIN)/python -m local_stack.up

.PHONY: test
test: .venv/.dev-is-installed buf-if-npm  ## Run all tests [ARGS='-k name']
	$(BIN)/python -m pytest $(ARGS)

BENCH_ARGUMENTS = $${DATA:+--data "$$DATA"} $${COUNTRY:+--country "$$COUNTRY"} \
	$${SUBDIVISION:+--subdivision "$$SUBDIVISION"} $${CUTOFFS:+--cutoffs "$$CUTOFFS"}

.PHONY: bench-accuracy
bench-accuracy: .venv/.dev-is-installed .venv-bench/.is-installed  ## Compare with other forecasters [DATA=folder COUNTRY=XX CUTOFFS=n]
	@exec $(BIN)/python -m bench.accuracy --peers .venv-bench/bin/python $(BENCH_ARGUMENTS)

.PHONY: bench-new-dishes
bench-new-dishes: .venv/.dev-is-installed  ## Measure forecasts of dishes with a few weeks of history [the same]
	@exec $(BIN)/python -m bench.accuracy --new-dishes $(BENCH_ARGUMENTS)

.PHONY: golden
golden: .venv/.dev-is-installed  ## Record the forecasts of a new FEATURE_SCHEMA, which tests then hold
	$(BIN)/python -m tests.golden.record

.PHONY: bench
bench: .venv/.dev-is-installed  ## Measure calls and trainings, as multiples of simpler ones
	@exec $(BIN)/python -m bench.speed

.PHONY: bench-database
bench-database: .venv/.dev-is-installed  ## Measure the memory that reading 5 million rows takes [DATABASES='url url']
	@exec $(BIN)/python -m bench.database $(DATABASES)

.PHONY: bench-stores
bench-stores: .venv/.dev-is-installed  ## Measure how small stores fare that are trained behind a big one
	@exec $(BIN)/python -m bench.stores

.PHONY: docs-accuracy
docs-accuracy: .venv/.dev-is-installed  ## Put the benchmarks' latest results into docs/accuracy.md
	$(BIN)/python -m bench.accuracy.document

.PHONY: lint
lint: .venv/.dev-is-installed  ## Check style, format and the layers' contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=.:protos:client $(BIN)/lint-imports

.PHONY: types
types: .venv/.dev-is-installed  ## Check the types
	$(BIN)/mypy

.PHONY: format
format: .venv/.dev-is-installed  ## Format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: protos
protos: .venv/.dev-is-installed  ## Generate the stubs from the protos
	cd protos && PATH="$(CURDIR)/$(BIN):$$PATH" $(call PROTOC,.)

.PHONY: protos-check
protos-check: .venv/.dev-is-installed  ## Fail if the committed stubs are not those of the protos
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	(cd protos && PATH="$(CURDIR)/$(BIN):$$PATH" $(call PROTOC,"$$fresh")) && \
	diff -r -x '*.proto' -x py.typed -x __pycache__ "$$fresh/smartsuschef" protos/smartsuschef \
	|| { echo "The stubs are not those of the protos: run 'make protos' and commit."; exit 1; }

.PHONY: contract
contract: buf-if-npm  ## Check the protos with buf: clean, and nothing that clients rely on is broken
	@if [ -x $(BUF) ]; then $(BUF) lint protos && $(BUF) breaking protos --against $(BASELINE) \
	&& echo "buf lint, buf breaking: the contract is clean, and holds what $(BASELINE) promised"; \
	else echo "skipped: buf lint and breaking (npm is missing, or could not install buf)"; fi

.PHONY: contract-baseline
contract-baseline: buf-if-npm  ## With a release: what the protos say now is promised from now on
	$(BUF) build protos --exclude-source-info -o $(BASELINE)

.PHONY: buf-if-npm
buf-if-npm:
	@if [ -x $(BUF) ] && [ "$$($(BUF) --version)" = "$(BUF_VERSION)" ]; then :; \
	elif command -v npm >/dev/null; then \
	  echo "Installing buf $(BUF_VERSION) under .tools …"; \
	  npm install --prefix .tools --no-save --no-package-lock --fetch-retries=1 --silent --loglevel=error @bufbuild/buf@$(BUF_VERSION) \
	  || { echo "npm could not install buf" >&2; [ -z "$${CI:-}" ]; }; \
	elif [ -n "$${CI:-}" ]; then echo "CI needs npm for buf" >&2; exit 1; fi

.PHONY: constraints
constraints: .venv/.dev-is-installed  ## Pin every package anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --output-file constraints.txt pyproject.toml client/pyproject.toml

.PHONY: clean
clean:  ## Remove the environments, caches and everything the local stack has written
	rm -rf .venv .venv-bench .tools var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One environment; what it has is remembered in files, so that a second start is immediate.
.venv/.local-is-installed: pyproject.toml client/pyproject.toml constraints.txt | .venv/bin/pip
	@echo "Installing what the local stack needs (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local]' -e './client[console]'
	@touch $@

.venv/.dev-is-installed: pyproject.toml client/pyproject.toml constraints.txt | .venv/bin/pip
	@echo "Installing what development needs (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' -e './client[console]'
	@touch $@ .venv/.local-is-installed

.venv-bench/.is-installed: bench/accuracy/peers.txt | .venv/bin/pip
	@echo "Installing the forecasters to compare with (once) …"
	@$(BIN)/python -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r bench/accuracy/peers.txt
	@touch $@

# Pip comes last: without it the making was interrupted.
.venv/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is $$($(PYTHON) --version): Python 3.11 or newer is needed; name one: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making the environment .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
	  echo "$(PYTHON) cannot make environments: install its venv module (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
