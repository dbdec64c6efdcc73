# Each target makes and uses its own .venv, unless PYTHON= names an interpreter that has all of
# requirements-dev.txt. ARGS= is handed to pytest (make test ARGS="-k contacts").

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

ifdef PYTHON
PY := $(PYTHON)
RUNTIME :=
DEV :=
else
PY := .venv/bin/python
RUNTIME := .venv/.runtime
DEV := .venv/.dev
endif
PIP := $(PY) -m pip --disable-pip-version-check --quiet
MANAGE := $(PY) manage.py

# The first interpreter that Django 5.2 supports and that can make virtual environments.
define FIND_PYTHON
for name in python3 python3.13 python3.12 python3.11 python3.14; do
  check='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
  if "$$name" -c "$$check" >/dev/null 2>&1; then echo "$$name"; exit; fi
done
echo "Python 3.11 to 3.14 with the venv module is needed:" \
  "install it (Debian: apt-get install python3-venv) or name one with PYTHON=." >&2
exit 1
endef
export FIND_PYTHON

# Web and worker of `make run` end together, whichever way it ends.
export WEB_ADDRESS ?= 127.0.0.1:8000

.PHONY: help demo run test sim soak bench lint format

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## everything running with made-up data: CRM, worker, Microsoft 365 emulator
	@DJANGO_SETTINGS_MODULE=config.settings.demo $(MANAGE) agentbox_demo --serve

run: export DJANGO_SETTINGS_MODULE ?= config.settings.production
run: $(RUNTIME) ## your own data and the real Microsoft: web and worker, settings from .env
	@$(MANAGE) migrate --no-input
	@$(MANAGE) collectstatic --no-input
	@$(MANAGE) qcluster & worker=$$!; \
	trap 'kill $$worker 2>/dev/null || true; wait $$worker || true' EXIT; \
	$(PY) -m gunicorn --bind "$$WEB_ADDRESS" --threads 4 config.wsgi

test: $(DEV) ## all tests, on SQLite and on PostgreSQL
	@$(PY) -m tests.environment $(ARGS)

sim: $(DEV) ## play N sequences of the sync engine from SEED on (KIND=calendar, tasks; MUTANTS=1: the table)
	@$(PY) -m tests.sim $(if $(N),--count $(N)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(KIND),--kind $(KIND)) $(if $(MUTANTS),--mutants)

soak: $(DEV) ## kill the worker fifty times in a two-way run of 500 contacts (ARGS="--kills 9")
	@$(PY) -m tests.journeys.soak $(ARGS)

bench: $(DEV) ## how fast, how many statements, how much memory: JSON lines (ARGS="--only idle")
	@$(PY) -m tests.bench $(ARGS)

lint: $(DEV) ## style, types and missing migrations
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) makemigrations --check --dry-run

format: $(DEV) ## put the code into the form that lint asks for
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

# A .venv without pip is what an interrupted start leaves behind: it is made anew.
.venv/.runtime: requirements.txt
	@if ! $(PY) -m pip --version >/dev/null 2>&1; then \
	  python=$$(bash -c "$$FIND_PYTHON"); echo "Making .venv with $$python"; \
	  "$$python" -m venv --clear .venv; \
	fi
	@echo "Installing requirements.txt"; $(PIP) install -r requirements.txt
	@touch $@

# msgraph-sdk has 16,700 files, of which the tests import a few hundred: Python compiles those.
.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "Installing requirements-dev.txt"; $(PIP) install --no-compile -r requirements-dev.txt
	@touch $@
