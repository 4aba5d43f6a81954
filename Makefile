# make demo       set up .venv and show splitlint at work on one small repository of corpus/
# make demo-all   the same on all of them
# make share      the man page and completions for shells, in share/
# make docs       the documentation site, in build/site
# make test       ruff, mypy --strict, pytest
# make coverage   the tests with branch coverage, which takes half as long again

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready-for-tests

.PHONY: demo demo-all test coverage lint readme docs share clean

demo: $(INSTALLED)
	@corpus/demo.sh "$(CURDIR)/$(BIN)/splitlint"

demo-all: $(INSTALLED)
	@$(BIN)/splitlint check corpus/ --exit-zero

test: lint
	$(BIN)/python -m pytest

coverage: $(READY)
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy

# The rule table and the picture of the README are made from what splitlint says.
readme: $(INSTALLED)
	$(BIN)/python docs/make_readme.py

# Completions for shells and the man page, made from the command line.
share: $(READY)
	$(BIN)/python docs/make_share.py

# One folder for each version, as findings link to it.
docs: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	$(BIN)/python docs/make_site.py build/site

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "splitlint needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml setup.py | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(READY): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
