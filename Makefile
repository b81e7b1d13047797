# `make serve` starts the mock server, `make test` runs every check, `make soak` what takes long,
# `make coverage` holds what the tests reach against the threshold.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
READY := $(VENV)/ready
DEV := $(VENV)/ready-for-development
# Each worker costs the seconds of CPU that it takes to collect all tests.
PARALLEL := -n auto --maxprocesses 4
ARGS ?=
# Without bytecode every worker and every server that a test starts would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test checks check lint docs soak coverage bench dist

serve: $(READY)
	@$(BIN)/kiwoom-mockserver serve $(ARGS)

test: $(DEV)
	@$(BIN)/python .ci/cpu_time.py $(MAKE) --no-print-directory checks

checks: check
	$(BIN)/pytest $(PARALLEL) -m "not soak"

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV)
	$(BIN)/kiwoom-mockserver errors page > docs/errors.md
	$(BIN)/kiwoom-mockserver contracts cards > docs/contract-cards.md
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs build/docs
	@echo "build/docs/index.html"

soak: $(DEV)
	$(BIN)/pytest $(PARALLEL) -m "soak or sampled" -o faulthandler_timeout=7200

coverage: $(DEV)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(PARALLEL) -m "not soak"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(DEV)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

dist: $(DEV)
	$(BIN)/hatchling build

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $(READY)

$(DEV): $(READY)
	$(BIN)/python -m pip install --quiet --editable ".[pytest]" --group dev
	@touch $(DEV)
