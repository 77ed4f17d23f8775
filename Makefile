# Everything runs from one folder, .venv; nothing is installed elsewhere and no service is started.
PYTHON ?= python3
BIN := .venv/bin
WAREHOUSE ?= data/warehouse/gongkai.duckdb
SOURCES := pipelines schemas tests benchmarks compiled
COMPILED := .venv/compiled
STAMP := $(wildcard .venv/compiled.stamp)
GONGKAI := $(if $(STAMP),PYTHONPATH=$(COMPILED)) $(BIN)/gongkai

.PHONY: run test ui notebook ocr compiled format clean

run: .venv/run.stamp $(STAMP) ## set up what is missing, then run the nightly job once on data/raw
	$(GONGKAI) ingest

test: .venv/test.stamp ## set up, then format, lint, types and the whole test suite
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/python -m pytest

ui: .venv/run.stamp $(STAMP) ## the Dagster UI with its daemon, at http://127.0.0.1:3000
	$(GONGKAI) ui

notebook: .venv/notebook.stamp ## ask on in a notebook
	$(BIN)/marimo edit notebooks/agencies.py

ocr: .venv/ocr.stamp ## text recognition for scans and pictures (some 350 MB)

compiled: .venv/compiled.stamp ## compile the readers and the report core for `run` and `ui` (a C compiler, 3 minutes)

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

# A copy of the packages with machine code beside the sources that it was made from; the stamp bears the time of the copy.
.venv/compiled.stamp: requirements/compiled.txt compiled/setup.py .venv/run.stamp $(shell find pipelines schemas -type f ! -name '*.pyc')
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/compiled.txt
	rm -rf $@ $(COMPILED)
	mkdir $(COMPILED)
	touch $(COMPILED)/begun
	cp -R pipelines schemas compiled/setup.py $(COMPILED)
	cd $(COMPILED) && ../bin/python setup.py --quiet build_ext --inplace --parallel 2
	rm -rf $(COMPILED)/build
	mv $(COMPILED)/begun $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/test.txt
	touch $@
