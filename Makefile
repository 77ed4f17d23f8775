# Everything runs from one folder, .venv; nothing is installed elsewhere and no service is started.
PYTHON ?= python3
BIN := .venv/bin
WAREHOUSE ?= data/warehouse/gongkai.duckdb
SOURCES := pipelines schemas tests benchmarks

.PHONY: run test ui notebook ocr format clean

run: .venv/run.stamp ## set up what is missing, then run the nightly job once on data/raw
	$(BIN)/gongkai ingest

test: .venv/test.stamp ## set up, then format, lint, types and the whole test suite
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/python -m pytest

ui: .venv/run.stamp ## the Dagster UI with its daemon, at http://127.0.0.1:3000
	$(BIN)/gongkai ui

notebook: .venv/notebook.stamp ## ask on in a notebook
	$(BIN)/marimo edit notebooks/agencies.py

ocr: .venv/ocr.stamp ## text recognition for scans and pictures (some 350 MB)

format: .venv/test.stamp
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

clean: ## remove the environment; the warehouse stays
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "gongkai needs Python 3.11 or newer; call make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "this Python cannot make environments: apt-get install python3-venv, then again"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/ocr.stamp .venv/notebook.stamp: .venv/%.stamp: requirements/%.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/$*.txt
	touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/test.txt
	touch $@
