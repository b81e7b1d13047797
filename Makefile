# `make serve` starts the fake server, `make test` runs every check, `make soak` what takes long.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
READY := $(VENV)/ready
DEV := $(VENV)/ready-for-development
ARGS ?=

.PHONY: serve test check lint docs soak bench

serve: $(READY)
	@$(BIN)/kiwoom-mockserver serve $(ARGS)

test: check
	$(BIN)/pytest -n auto -m "not soak"

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

soak: $(DEV)
	$(BIN)/pytest -n auto -m soak -o faulthandler_timeout=7200

bench: $(DEV)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable .
	@touch $(READY)

$(DEV): $(READY)
	$(BIN)/python -m pip install --quiet --editable ".[pytest]" --group dev
	@touch $(DEV)
