# make demo       set up, solve the real Kaizhou instance, write the run and its report
# make test       set up, lint, check types and import contracts, run the tests
# make coverage   the same tests traced: fails below 90 % of lines and branches
# make lint       the checks of `make test` that run no test
# make test-slow  the suites that take minutes; one part: make test-slow PART=install|solvers|agreement|bench|reasons|shifts|late_works|lives|more_cases|cluster|browser|mspdi|bundle (RUNS=FOLDER: runs of the five instances that reasons and shifts take)
# make bench      build and solve times beside a hand-written model
# make bench-shell  CPU time of --help and validate beside that of their libraries
# make bench-stages  CPU time and memory of every stage of a run, by size
# make bench-before  the five plans of version 0.1.0 beside it, in one run
# make bench-reasons  how narrow and how true the losses of the five instances are
# make pages      solve the five instances and write the figures into their pages
# make bundle     a folder to install and start from without a network, in dist/infraplan-offline
# make lock       write requirements.lock anew from the ranges in pyproject.toml (needs uv)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv
STAMP := $(VENV)/.installed
RUN := $(VENV)/.run
TEST := $(VENV)/.test
SHELL := /bin/bash
## Every command and every guest is a process of its own: without kept bytecode each would compile
## the whole package anew, a fifth of a second and more.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

.PHONY: help setup setup-test demo test coverage lint kernels test-slow bench bench-shell bench-stages bench-before bench-reasons pages bundle lock clean

help:
	@sed -n 's/^# //p' Makefile

## Which files there are, not what they say: the environment links each file of the package, so it
## is made anew only when a file comes or goes.
SOURCES := $(sort $(shell find models optimizer instances -type f ! -path '*/__pycache__/*'))
LISTED := $(VENV)/.sources
$(shell mkdir -p $(VENV) && echo '$(SOURCES)' | cmp -s - $(LISTED) || echo '$(SOURCES)' > $(LISTED))
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

## The locks are complete, so nothing is resolved (`--no-deps`): no extra and no later release of a
## dependency can bring in what the lock does not hold.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make environments; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock $(BIN)/python
	@echo "Installing requirements.lock into $(VENV) (once; a minute or two)"
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	@touch $@

$(TEST): requirements-test.lock $(RUN)
	@echo "Installing requirements-test.lock into $(VENV) (once)"
	$(PIP) install --require-hashes --no-deps -r requirements-test.lock
	@touch $@

$(STAMP): $(RUN) pyproject.toml setup.py $(LISTED)
	rm -rf build .import_linter_cache
	$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=strict -e .
	@touch $@

setup: $(STAMP)
setup-test: $(TEST) $(STAMP)

demo: setup
	$(BIN)/infraplan demo

## The cache of import-linter knows a file by its time alone: an import of a module that came later
## stays in it as an import of the whole package, and breaks contracts that hold.
lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/mypy --follow-imports=silent tests/benchmarks tools

## Kernels of numba are compiled while the types are checked, which takes one processor: the tests
## would compile them in each of their processes, and twice as long under the tracer.
kernels: setup-test
	$(BIN)/python -m tests.kernels

test: setup-test
	$(MAKE) --no-print-directory -j2 lint kernels
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal -q

## Tracing costs a third of the time of the tests, and tells nothing that they do not.
coverage: setup-test kernels
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal -q --cov --cov-report=term

test-slow: setup-test
	$(if $(RUNS),INFRAPLAN_RUNS=$(abspath $(RUNS))) $(BIN)/python -m pytest -m "slow$(if $(PART), and $(PART))" -q

pages: setup
	for name in kaizhou tongliang qijiang-wansheng wan-da-kai chongqing-counties; do \
	  $(BIN)/infraplan solve instances/$$name --gap 0.001 --time-limit 300 -o results/pages/$$name && \
	  $(BIN)/python -m tools.run_figures results/pages/$$name || exit 1; done

bundle: setup
	$(BIN)/python -m tools.make_bundle dist/infraplan-offline

bench: setup-test
	$(BIN)/python -m tests.benchmarks.run

bench-shell: setup-test
	$(BIN)/python -m tests.benchmarks.shell

bench-stages: setup-test
	$(BIN)/python -m tests.benchmarks.stages

bench-before: setup-test
	$(BIN)/python -m tests.benchmarks.beside_v01

bench-reasons: setup-test
	$(BIN)/python -m tests.benchmarks.reasons

## Two locks: what running needs, and what testing needs besides. Each is complete, the second holds
## the versions of the first. Setuptools and wheel are locked too, so that installing the project
## downloads nothing for its build.
COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-header --no-emit-index-url --no-emit-find-links --quiet
LOCKS := requirements.lock requirements-test.lock

lock:
	printf 'setuptools>=77\nwheel\n' > $(VENV)/build.in
	$(COMPILE) pyproject.toml $(VENV)/build.in --output-file $(VENV)/requirements.lock
	$(COMPILE) pyproject.toml $(VENV)/build.in --extra test --constraint $(VENV)/requirements.lock \
	  --output-file $(VENV)/requirements-test.lock
	! grep -nE '://|^-' $(addprefix $(VENV)/,$(LOCKS))
	for lock in $(LOCKS); do \
	  { sed -n '/^#/p' $$lock; cat $(VENV)/$$lock; } > $$lock.new && mv $$lock.new $$lock; done

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
