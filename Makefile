# make demo       set up, solve the real Kaizhou instance, write the run and its report
# make test       set up, lint, check types and import contracts, run the tests
# make coverage   the same tests traced: fails below 90 % of lines and branches
# make lint       the checks of `make test` that run no test
# make test-slow  the suites that take minutes; one part: make test-slow PART=install|solvers|agreement|bench|reasons|shifts|late_works|lives|closures|more_cases|cluster|browser|killed|postgres|notebooks|mspdi|bundle (RUNS=FOLDER: runs of the five instances that reasons and shifts take)
# make nightly    trials for MINUTES=120 over the parts, added to docs/ledger.json; one part: PART=edits|differential|readers|requests|numbers|cents|faults|mutants, its trials again: SEED=N
# make bench      build and solve times beside a hand-written model
# make bench-shell  CPU time of --help and validate beside that of their libraries
# make bench-stages  CPU time and memory of every stage of a run, by size
# make bench-before  the five plans of version 0.1.0 beside it, in one run
# make bench-reasons  how narrow and how true the losses of the five instances are
# make site       build the documentation site, offline and strict, in an environment of its own: build/site/html/index.html (RUNS=FOLDER: runs of the five instances, drawn into the gallery)
# make pages      solve the five instances and write the figures into their pages
# make bundle     a folder to install and start from without a network, in dist/infraplan-offline
# make sbom       the bill of materials of requirements.lock, CycloneDX JSON: dist/infraplan.cdx.json
# make lock       write the five locks anew from the ranges in pyproject.toml (needs uv)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV ?= uv
STAMP := $(VENV)/.installed
DOCS := .venv-docs
DOCS_STAMP := $(DOCS)/.installed
RUN := $(VENV)/.run
TEST := $(VENV)/.test
BESIDE := $(VENV)/browser
WALK := $(BESIDE)/.installed
MPXJ := $(VENV)/mspdi
READER := $(MPXJ)/.installed
SHELL := /bin/bash
## Every command and every guest is a process of its own: without kept bytecode each would compile
## the whole package anew, a fifth of a second and more.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

.PHONY: help setup setup-test demo test coverage lint kernels test-slow nightly bench bench-shell bench-stages bench-before bench-reasons site pages bundle sbom lock clean

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

## What the parts `browser` and `postgres` need besides lies in a folder of its own, which they alone
## look into: the environment of the tests stays what its lock says. So does what `mspdi` needs.
$(WALK): requirements-browser.lock $(TEST)
	@echo "Installing requirements-browser.lock into $(BESIDE) (once)"
	rm -rf $(BESIDE)
	$(PIP) install --require-hashes --no-deps --target $(BESIDE) -r requirements-browser.lock
	@touch $@

$(READER): requirements-mspdi.lock $(TEST)
	@echo "Installing requirements-mspdi.lock into $(MPXJ) (once)"
	rm -rf $(MPXJ)
	$(PIP) install --require-hashes --no-deps --target $(MPXJ) -r requirements-mspdi.lock
	@touch $@

$(STAMP): $(RUN) pyproject.toml setup.py $(LISTED)
	rm -rf .import_linter_cache $(filter-out build/site,$(wildcard build/*))
	$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=strict -e .
	@touch $@

## The documentation's tools have an environment of their own, so that they change no other. jieba
## comes as source: setuptools of requirements.lock builds it.
$(DOCS_STAMP): requirements.lock requirements-docs.lock pyproject.toml setup.py
	$(PYTHON) -m venv $(DOCS)
	@echo "Installing requirements.lock and requirements-docs.lock into $(DOCS) (once; a minute or two)"
	$(DOCS)/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(DOCS)/bin/python -m pip install --quiet --require-hashes --no-deps --no-build-isolation -r requirements-docs.lock
	$(DOCS)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

site: $(DOCS_STAMP)
	$(DOCS)/bin/python -m tools.site build/site $(if $(RUNS),--runs $(abspath $(RUNS)))

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
## would compile them in each of their processes, and twice as long under the tracer. So is the
## bytecode of the tests, whose assertions pytest rewrites: collecting them once keeps it.
kernels: setup-test
	$(BIN)/python -m tests.kernels
	$(BIN)/python -m pytest -m "not slow" --collect-only -q > $(VENV)/collected.txt

test: setup-test
	$(MAKE) --no-print-directory -j2 lint kernels
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal -q

## Tracing costs a third of the time of the tests, and tells nothing that they do not.
coverage: setup-test kernels
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal -q --cov --cov-report=term

test-slow: setup-test $(if $(filter notebooks,$(PART)),$(DOCS_STAMP)) $(if $(filter-out browser postgres,$(PART)),,$(WALK)) $(if $(filter-out mspdi,$(PART)),,$(READER))
	$(if $(RUNS),INFRAPLAN_RUNS=$(abspath $(RUNS))) PYTHONPATH=$(abspath $(BESIDE)):$(abspath $(MPXJ)) $(BIN)/python -m pytest -m "slow$(if $(PART), and $(PART))" -q

MINUTES ?= 120
nightly: setup-test
	$(BIN)/python -m tests.nightly --minutes $(MINUTES) $(if $(PART),--part $(PART)) $(if $(SEED),--seed $(SEED))

pages: setup
	for name in kaizhou tongliang qijiang-wansheng wan-da-kai chongqing-counties; do \
	  $(BIN)/infraplan solve instances/$$name --gap 0.001 --time-limit 300 -o results/pages/$$name && \
	  $(BIN)/python -m tools.run_figures results/pages/$$name || exit 1; done

bundle: setup
	$(BIN)/python -m tools.make_bundle dist/infraplan-offline

sbom: setup
	mkdir -p dist && $(BIN)/python -m tools.sbom dist/infraplan.cdx.json

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

## Five locks: what running needs, what testing and the documentation need besides, and what a walk
## in a browser or a try with PostgreSQL, and reading a schedule with mpxj, need besides the tests.
## The first three are complete, the last two are laid beside the second; all hold the versions of
## the first. Setuptools and wheel are locked too, so that installing the project downloads nothing
## for its build.
COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-header --no-emit-index-url --no-emit-find-links --quiet
LOCKS := requirements.lock requirements-test.lock requirements-docs.lock requirements-browser.lock requirements-mspdi.lock

lock:
	printf 'setuptools>=77\nwheel\n' > $(VENV)/build.in
	$(COMPILE) pyproject.toml $(VENV)/build.in --output-file $(VENV)/requirements.lock
	$(COMPILE) pyproject.toml $(VENV)/build.in --extra test --constraint $(VENV)/requirements.lock \
	  --output-file $(VENV)/requirements-test.lock
	$(COMPILE) pyproject.toml $(VENV)/build.in --extra docs --constraint $(VENV)/requirements.lock \
	  --constraint $(VENV)/requirements-test.lock --output-file $(VENV)/requirements-docs.lock
	$(COMPILE) --group browser --constraint $(VENV)/requirements-test.lock \
	  --output-file $(VENV)/requirements-browser.lock
	$(COMPILE) --group mspdi --constraint $(VENV)/requirements-test.lock \
	  --output-file $(VENV)/requirements-mspdi.lock
	! grep -nE '://|^-' $(addprefix $(VENV)/,$(LOCKS))
	for lock in $(LOCKS); do \
	  { sed -n '/^#/p' $$lock; cat $(VENV)/$$lock; } > $$lock.new && mv $$lock.new $$lock; done

clean:
	rm -rf $(VENV) $(DOCS) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
