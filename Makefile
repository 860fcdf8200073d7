# Two commands matter: `make demo` shows the product, `make test` proves it.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# 0.0.0.0 and :: listen everywhere, but are no address that a link can have.
LINK_HOST := $(if $(filter 0.0.0.0 ::,$(HOST)),localhost,$(HOST))
# What `make bench` gives to http_bench: without and with kept pages.
BENCH ?= --cached
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: demo demo-check install install-production test lint types migrations messages check bench audit screenshots upgrade-fixture lock help

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/ —/'

$(VENV)/.installed: requirements.lock
	@echo "Setting up $(VENV) (locked dependencies with hashes) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

install: $(VENV)/.installed ## create .venv with the locked dependencies

install-production: requirements-production.lock ## .venv with what the running site needs, nothing else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<

demo: install ## set up everything, load the demo content, serve and work until Ctrl-C
	@BASE_URL="$${BASE_URL:-http://$(LINK_HOST):$(PORT)}" $(PY) manage.py demo --host $(HOST) --port $(PORT)

demo-check: install ## the whole journey without a person, in a database of its own
	@var=$$(mktemp -d) && trap 'rm -rf "$$var"' EXIT && \
		VAR_DIR=$$var DATABASE_URL= EMAIL_URL= ANYMAIL_ESP= $(PY) manage.py demo_check

test: install ## all tests on SQLite, and on PostgreSQL when one answers
	@tests/run

lint: install ## style of code
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: install ## mypy, strict on cms and newsletter
	@$(PY) -m mypy

migrations: install ## models and migrations agree
	@$(PY) manage.py makemigrations --check --dry-run --settings cms.settings.test

messages: install ## every string has its Polish translation
	@$(PY) -m tools.messages check

check: lint types migrations messages test ## what CI runs

audit: install ## what takes long: kill campaigns, accessibility in every look and language, Lighthouse
	@tests/run -m audit

screenshots: install ## pictures of every kind of page, light and dark, wide and 320 px: var/screenshots/
	@$(PY) -m tests.browser.install
	@TEST_DATABASE_URL= $(PY) -m pytest -q -m screenshots tests/browser/test_screenshots.py

bench: install ## timings as ratios within one run; how to read them: docs/bench.md
	@var=$$(mktemp -d) && trap 'rm -rf "$$var"' EXIT && export VAR_DIR=$$var DATABASE_URL= && \
		postgres="$${TEST_POSTGRES_URL:-$${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/}}" && \
		$(PY) manage.py migrate --verbosity 0 && cp "$$var/db.sqlite3" "$$var/migrated.sqlite3" && \
		{ status=0; $(PY) manage.py newsletter_bench || status=1; \
		$(PY) manage.py http_bench --postgres "$$postgres" --migrated "$$var/migrated.sqlite3" \
		$(BENCH) || status=1; exit $$status; }

upgrade-fixture: install ## keep the state of this version for the upgrade test: NAME=2026-11-21-words
	@$(PY) -m tools.upgrade_fixture $(NAME)

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra site --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock
	$(PYTHON) -m tools.production_lock
