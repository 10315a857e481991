# The commands of development; `make help` lists them. Only Python 3.11 or newer must be installed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
# The tools of npm are those that this file names, each with its version: buf, and the compilers of the TypeScript example.
NPM_TOOLS := examples/typescript/package.json
BUF_VERSION := $(shell sed -n 's|.*"@bufbuild/buf": "\(.*\)".*|\1|p' $(NPM_TOOLS) 2>/dev/null)
BUF := .tools/node_modules/.bin/buf
BASELINE := protos/baseline.binpb
PROTOS := $(wildcard protos/smartsuschef/forecast/v1/*.proto)
PROTOC = $(CURDIR)/$(BIN)/python -m grpc_tools.protoc -I. --python_out=$(1) --pyi_out=$(1) --grpc_python_out=$(1) \
	--mypy_grpc_out=quiet:$(1) --include_source_info \
	--descriptor_set_out=$(1)/smartsuschef/forecast/v1/contract.binpb $(PROTOS:protos/%=%)

# `make demo` trains the store STORE of the sales file SALES in the country COUNTRY, or by default a sample restaurant.
SALES ?=
COUNTRY ?=
STORE ?=
# `make test-first-start` tries these interpreters.
PYTHONS ?= $(PYTHON)
# `make bench-accuracy` measures the sales in the folder DATA, or by default the real data sets.
DATA ?=
SUBDIVISION ?=
CUTOFFS ?=
# `make bench-derived` measures these of the real and derived sets, and compares with the results in the folder BEFORE.
SETS ?=
BEFORE ?=
# `make bench-install` measures the client of the commit BASE beside that of the working tree.
BASE ?=
# Processes of pytest that share the files of tests. Three keep two cores busy, as tests wait for the processes that they
# start. The integration tests come first because they take longest. ARGS='-n0 -s' runs all tests in one process.
TEST_WORKERS ?= 3
# The recipes read these variables from their environment, because a path may contain blanks and quotes.
export SALES COUNTRY STORE DATA SUBDIVISION CUTOFFS SETS BEFORE BASE
# make must not take a "$" in a name for a variable of its own.
override SALES := $(value SALES)
override STORE := $(value STORE)
override DATA := $(value DATA)

.PHONY: help
help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | LC_ALL=C sort -t: -k1,1 | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/.local-is-installed  ## Train a restaurant and forecast its dishes [SALES=file.csv COUNTRY=CN STORE=name]
	@exec $(BIN)/python -m local_stack.demo $${SALES:+--sales "$$SALES"} $${COUNTRY:+--country "$$COUNTRY"} \
	  $${STORE:+--store="$$STORE"}

.PHONY: up
up: INSTALL_OPTIONS = --redis-url-is-enough
up: .venv/.local-is-installed  ## Keep the whole system running until Ctrl-C
	@exec $(BIN)/python -m local_stack.up

.PHONY: test
test: .venv/.dev-is-installed npm-tools  ## Run all tests [ARGS='-k name']
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: test-first-start
test-first-start:  ## Run make demo from nothing, without a compiler, for minutes [PYTHONS='python3.13 python3.14']
	@exec $(PYTHON) -m tests.first_start $(PYTHONS)

BENCH_ARGUMENTS = $${DATA:+--data "$$DATA"} $${COUNTRY:+--country "$$COUNTRY"} \
	$${SUBDIVISION:+--subdivision "$$SUBDIVISION"} $${CUTOFFS:+--cutoffs "$$CUTOFFS"}

.PHONY: bench-accuracy
bench-accuracy: .venv/.dev-is-installed .venv-bench/.is-installed  ## Compare the accuracy with other forecasters [DATA=folder COUNTRY=XX CUTOFFS=n]
	@exec $(BIN)/python -m bench.accuracy --peers .venv-bench/bin/python $(BENCH_ARGUMENTS)

.PHONY: bench-derived
bench-derived: .venv/.dev-is-installed .venv-bench/.is-installed  ## The same on the real sets and on sets derived from them [SETS='name name' BEFORE=folder]
	@exec $(BIN)/python -m bench.accuracy --derived --peers .venv-bench/bin/python $${CUTOFFS:+--cutoffs "$$CUTOFFS"} \
	  $${BEFORE:+--before "$$BEFORE"} $${SETS:+--sets $$SETS}

.PHONY: bench-new-dishes
bench-new-dishes: .venv/.dev-is-installed  ## Measure the accuracy for dishes with a few weeks of history [the same]
	@exec $(BIN)/python -m bench.accuracy --new-dishes $(BENCH_ARGUMENTS)

.PHONY: golden
golden: .venv/.dev-is-installed  ## Record the forecasts of a new FEATURE_SCHEMA, which tests then hold
	$(BIN)/python -m tests.golden.record

.PHONY: bench
bench: .venv/.dev-is-installed  ## Measure the time of calls and trainings beside simpler ones
	@exec $(BIN)/python -m bench.speed

.PHONY: bench-install
bench-install: .venv/.dev-is-installed  ## Measure the size and the import of the client [BASE=commit to compare with]
	@exec $(BIN)/python -m bench.client_package $${BASE:+--base "$$BASE"}

.PHONY: bench-database
bench-database: .venv/.dev-is-installed  ## Measure the memory that reading 5 million rows takes [DATABASES='url url']
	@exec $(BIN)/python -m bench.database $(DATABASES)

.PHONY: bench-sales
bench-sales: .venv/.dev-is-installed  ## Measure the reading of sales files of 5 million rows beside pandas alone
	@exec $(BIN)/python -m bench.sales_files $(ARGS)

.PHONY: bench-prophet
bench-prophet: .venv/.dev-is-installed  ## Compare our fits of Prophet with those of Stan on the real data sets
	@exec $(BIN)/python -m bench.prophet

.PHONY: bench-stores
bench-stores: .venv/.dev-is-installed  ## Measure how long small stores wait behind the training of a big one
	@exec $(BIN)/python -m bench.stores

.PHONY: docs-accuracy
docs-accuracy: .venv/.dev-is-installed  ## Write the latest results of the benchmarks into docs/accuracy.md
	$(BIN)/python -m bench.accuracy.document

.PHONY: lint
lint: .venv/.dev-is-installed  ## Check style, format and which folder may import which
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
protos: .venv/.dev-is-installed  ## Generate the gRPC stubs from the protos
	cd protos && PATH="$(CURDIR)/$(BIN):$$PATH" $(call PROTOC,.)

.PHONY: protos-check
protos-check: .venv/.dev-is-installed  ## Check that the committed stubs match the protos
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	(cd protos && PATH="$(CURDIR)/$(BIN):$$PATH" $(call PROTOC,"$$fresh")) && \
	diff -r -x '*.proto' -x py.typed -x __pycache__ "$$fresh/smartsuschef" protos/smartsuschef \
	|| { echo "The stubs do not match the protos: run 'make protos' and commit."; exit 1; }

.PHONY: contract
contract: npm-tools  ## Check the protos with buf: style, and compatibility with released clients
	@if [ -x $(BUF) ]; then $(BUF) lint protos && $(BUF) breaking protos --against $(BASELINE) \
	&& echo "buf lint, buf breaking: the style is clean, and the protos are compatible with $(BASELINE)"; \
	else echo "skipped: buf lint and breaking (npm is missing, or could not install buf)"; fi

.PHONY: contract-baseline
contract-baseline: npm-tools  ## Promise the present protos to clients, with a release
	$(BUF) build protos --exclude-source-info -o $(BASELINE)

.PHONY: npm-tools
npm-tools:  ## Install buf and what the TypeScript example needs, if npm is installed
	@if cmp -s $(NPM_TOOLS) .tools/package.json && [ "$$($(BUF) --version 2>/dev/null)" = "$(BUF_VERSION)" ]; then :; \
	elif command -v npm >/dev/null; then \
	  echo "Installing buf $(BUF_VERSION) and the tools of TypeScript under .tools …"; \
	  mkdir -p .tools && cp $(NPM_TOOLS) .tools/package.json && \
	  npm install --prefix .tools --no-package-lock --fetch-retries=1 --silent --loglevel=error \
	  || { rm -f .tools/package.json; echo "npm could not install buf and the tools of TypeScript" >&2; [ -z "$${CI:-}" ]; }; \
	elif [ -n "$${CI:-}" ]; then echo "CI needs npm for buf and the TypeScript example" >&2; exit 1; fi

.PHONY: constraints
constraints: .venv/.dev-is-installed  ## Update the pinned version of every package
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --output-file constraints.txt pyproject.toml client/pyproject.toml

.PHONY: clean
clean:  ## Remove the environments, the caches, and everything that the local stack has written
	rm -rf .venv .venv-bench .tools var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One environment for all commands. Marker files remember what is installed, so that a second start is immediate.
INSTALL = @python=$(BIN)/python; $$python -c 'import pip' 2>/dev/null || { python="$(PYTHON)"; \
	  command -v "$$python" >/dev/null || { echo "There is no $(PYTHON): install Python 3.11 or newer, or name its path: make PYTHON=/path/to/python3.12 …"; exit 1; }; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$(PYTHON) is $$("$$python" --version): Python 3.11 or newer is needed: install it, or name it: make PYTHON=python3.12 …"; exit 1; }; }; \
	exec "$$python" -m local_stack.install

.venv/.local-is-installed: pyproject.toml client/pyproject.toml constraints.txt
	$(INSTALL) local $(INSTALL_OPTIONS)

.venv/.dev-is-installed: pyproject.toml client/pyproject.toml constraints.txt
	$(INSTALL) dev

.venv-bench/.is-installed: bench/accuracy/peers.txt | .venv/.dev-is-installed
	@echo "Installing the forecasters to compare with (once) …"
	@$(BIN)/python -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r bench/accuracy/peers.txt
	@touch $@
