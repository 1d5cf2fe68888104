# Everything a fresh machine needs is git, make and Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-crash lint format translations pictures clean

demo: $(VENV)/installed
	$(BIN)/outreach demo

test: lint
	$(BIN)/pytest -n 2 --dist loadgroup

# Kill the sender at every step and at 200 random moments; a few of these kills are part of `make test` too.
test-crash: $(VENV)/ready
	$(BIN)/pytest tests/crash -m "crash or not crash"

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint outreach --quiet --lint
	$(BIN)/lint-imports

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Take up new and changed texts into the English catalogue; what is missing there fails a test.
translations: $(VENV)/ready
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy -k lazy_gettext --no-location --sort-output --no-wrap \
	  --project Outreach --copyright-holder "" --msgid-bugs-address "" -o build/messages.pot outreach
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date \
	  -i build/messages.pot -d outreach/translations
	$(BIN)/pybabel -q compile -d outreach/translations

# Take the pictures of the guides in docs/ anew, with Chromium, after a page has changed.
pictures: $(VENV)/ready
	$(BIN)/python docs/take_pictures.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Outreach needs Python 3.11 or newer: set PYTHON, as in 'make demo PYTHON=python3.12'." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml hatch_build.py $(wildcard outreach/translations/*/LC_MESSAGES/*.po)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready: $(VENV)/bin/python pyproject.toml hatch_build.py $(wildcard outreach/translations/*/LC_MESSAGES/*.po)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[development]'
	@touch $@ $(VENV)/installed
