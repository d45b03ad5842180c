# Mendwell. `make help` lists what there is. Needs Python 3.11 to 3.13 with venv, git and make; nothing else.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# One that is named (make demo PYTHON=python3.12) is taken at its word; else the first fitting one is.
ifdef PYTHON
export MENDWELL_PYTHON_NAMED := 1
else
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$p; exit; }; \
	done; echo python3)
endif
VENV := .venv/bin/python

.PHONY: help demo demo-reset test lint format bench lighthouse pictures drill install install-dev pins check-python

help:
	@echo "make demo         the whole shop on one port, with demo data (DEMO_PORT=8000, DEMO_PACK=beauty ...)"
	@echo "                  PAYMENTS=standin: with Stripe and PayPal, as stand-ins on a port of their own"
	@echo "make demo-reset   throw the demo's data away and start over"
	@echo "make test         every test this machine can run, and a list of what it cannot"
	@echo "make lint         style, types, walls between rooms, migrations, API schema"
	@echo "make format       put code into the house style"
	@echo "make bench        cost of each operation beside a bare Django view; 1,500 prices, 50,000 devices, 100,000 rows"
	@echo "make lighthouse   Lighthouse 12 on a phone for five pages, median of five (needs chromium and npx)"
	@echo "make pictures     take the pictures of README and handbook anew (needs chromium)"
	@echo "make drill        the long proofs"
	@echo "make pins         resolve the dependencies again and write the pins"
	@echo "Choose a Python with PYTHON=python3.12."

check-python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "There is no $(PYTHON) here. Mendwell needs Python 3.11, 3.12 or 3.13: install one, or name it with PYTHON=..." >&2; \
		exit 1; }
	@$(PYTHON) .ci/install.py check

install: check-python
	@$(PYTHON) .ci/install.py demo

install-dev: check-python
	@$(PYTHON) .ci/install.py dev

# The port is asked for first: a taken one is said before anything is installed or started.
demo: check-python
	@$(PYTHON) -m site_config.demo.port
	@$(PYTHON) .ci/install.py demo
	@exec $(VENV) manage.py demo

demo-reset: install
	@exec $(VENV) manage.py reset_demo --yes

test: install-dev
	@$(VENV) -m tests.run $(ARGS)

lint: install-dev
	@$(VENV) .ci/lint.py

format: install-dev
	@$(VENV) -m ruff check --fix-only --quiet .
	@$(VENV) -m ruff format .

bench: install-dev
	@$(VENV) -m tests.bench $(ARGS)
	@$(VENV) -m tests.bench.prices
	@$(VENV) -m tests.bench.search
	@$(VENV) -m tests.bench.imports
	@if command -v chromium >/dev/null; then $(VENV) -m tests.bench.phone; else echo "No chromium: the phone was left out."; fi

lighthouse: install-dev
	@$(VENV) -m tests.bench.lighthouse

pictures: install-dev
	@$(VENV) -m tests.pictures $(ARGS)

drill: install-dev
	@$(VENV) -m pytest -m drill $(ARGS)

# Pins name versions, never where a package came from.
COMPILE := compile pyproject.toml --universal --no-annotate --no-header --no-emit-index-url --quiet
pins: install-dev
	@PATH=".venv/bin:$$PATH"; for set in "pins.txt" "deploy/pins.txt --extra prod" "pins-dev.txt --extra prod --group dev"; do \
		uv pip $(COMPILE) --output-file $$set || exit 1; done
