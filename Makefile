# make demo       set up, solve the real Kaizhou instance, write the run and its report
# make test       set up, lint, check types and import contracts, run the tests with coverage
# make lint       the checks of `make test` that run no test
# make test-slow  the suites that take minutes
# make bench      build and solve times beside a hand-written model
# make lock       write requirements.lock anew from the ranges in pyproject.toml (needs uv)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv
STAMP := $(VENV)/.installed
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help setup demo test lint test-slow bench lock clean

help:
	@sed -n 's/^# //p' Makefile

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make environments; on Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages named in requirements.lock into $(VENV) (once; a minute or two)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

setup: $(STAMP)

demo: setup
	$(BIN)/infraplan demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

test: lint
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal -q --cov --cov-report=term

test-slow: setup
	$(BIN)/python -m pytest -m slow -q

bench: setup
	$(BIN)/python -m tests.benchmarks.run

## Setuptools and wheel are locked too: the project itself is then installed without a build download.
lock:
	printf 'setuptools>=77\nwheel\n' | $(UV) pip compile pyproject.toml - --extra test --universal \
	  --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --quiet --output-file $(VENV)/lock.body
	{ sed -n '/^#/p' requirements.lock; cat $(VENV)/lock.body; } > $(VENV)/lock.new
	! grep -nE '://|^-' $(VENV)/lock.new
	mv $(VENV)/lock.new requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
