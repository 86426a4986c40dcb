# Two commands matter: `make verify` (judge every claim) and `make test`. Both make their own environment in .venv first.
# Needs Python 3.11 or newer and make, nothing else; PYTHON=... chooses the interpreter.

VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := $(VENV)/bin
TORCH ?= torch==2.13.0

.PHONY: verify test test-slow test-torch notebooks lint wheel picture pages bench bench-quick bench-readme \
	bench-derivations conformance clean help

help:
	@echo 'make verify      judge every claim: a table, a report folder, an exit code'
	@echo 'make test        the test suite'
	@echo 'make test-slow   the tests that take longer'
	@echo 'make test-torch  the tests that need PyTorch, in an environment of their own'
	@echo 'make notebooks   execute the notebooks in place (NOTEBOOKS="1 4" for some of them)'
	@echo 'make lint        ruff and pyright'
	@echo 'make wheel       build the wheel and try it in an empty environment'
	@echo 'make picture     draw the pictures of the README anew (the page of the report with Chromium)'
	@echo 'make pages       write the README of starnaud2025, nguyen2021 and xiao2020 anew, from their claims'
	@echo 'make bench       kernels beside neural-tangents, NumPy and memory copies: benchmarks/results.md (40 minutes)'
	@echo 'make bench-quick the same, fewer cells (3 minutes); make bench-readme copies the summary into the README'
	@echo 'make bench-derivations  derivations beside the integrals of SymPy (60 s for each that SymPy cannot do)'
	@echo 'make conformance the laws of kernels, tried on neural-tangents, GPJax, scikit-learn: conformance/results.md'
	@echo 'make clean       remove the environment and what was built'

verify: $(VENV)/.core
	$(BIN)/deepcond verify --mutants --out report

test: $(VENV)/.test
	$(BIN)/pytest -n auto -q -m 'not slow and not torch'

test-slow: $(VENV)/.test
	$(BIN)/pytest -n auto -q -m 'slow and not torch'

test-torch: $(VENV)-notebooks/.ready
	$(VENV)-notebooks/bin/python -c 'import torch' || { echo 'PyTorch is not there: rm -r $(VENV)-notebooks and set TORCH, see README.md' >&2; exit 1; }
	$(VENV)-notebooks/bin/python -m pytest -q -m torch tests/interop

notebooks: $(VENV)-notebooks/.ready
	$(VENV)-notebooks/bin/python notebooks/run.py $(NOTEBOOKS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/pyright

wheel: $(VENV)/.dev
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist
	rm -rf $(VENV)-wheel
	$(PYTHON) -m venv $(VENV)-wheel
	$(VENV)-wheel/bin/pip install -q --disable-pip-version-check dist/*.whl
	cd / && $(abspath $(VENV)-wheel)/bin/deepcond --version
	cd / && $(abspath $(VENV)-wheel)/bin/deepcond verify agarwal2021/L20 --out $(abspath $(VENV)-wheel)/report
	cd / && $(abspath $(VENV)-wheel)/bin/python -c 'import proofs_checks; print("proofs_checks imports")'
	rm -rf $(VENV)-wheel

picture: $(VENV)/.core
	$(BIN)/python docs/picture.py

pages: $(VENV)/.core
	$(BIN)/deepcond page starnaud2025
	$(BIN)/deepcond page nguyen2021
	$(BIN)/deepcond page xiao2020

bench bench-quick: $(VENV)/.test
	@$(MAKE) --no-print-directory $(VENV)-peers/.ready \
		|| echo 'neural-tangents could not be installed: the table will be without it.' >&2
	$(BIN)/python benchmarks/peers/run.py --peers-python $(VENV)-peers/bin/python $(if $(filter bench-quick,$@),--quick) $(ARGS)

bench-readme: $(VENV)/.core
	$(BIN)/python benchmarks/peers/readme.py

bench-derivations: $(VENV)/.core
	$(BIN)/python benchmarks/derivations.py

conformance: $(VENV)-conformance/.ready
	$(VENV)-conformance/bin/python conformance/run.py $(ARGS)

clean:
	rm -rf $(VENV) $(VENV)-wheel $(VENV)-peers $(VENV)-conformance $(VENV)-notebooks dist build report
	rm -rf .pytest_cache .ruff_cache

$(VENV)/bin/python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed: install it, or say PYTHON=/path/to/python' >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# The peer is pinned and apart: nothing of the project imports it. Without dependencies, which would bring TensorFlow.
$(VENV)-peers/.ready: benchmarks/peers/requirements.txt
	rm -rf $(VENV)-peers
	$(PYTHON) -m venv $(VENV)-peers
	$(VENV)-peers/bin/pip install -q --disable-pip-version-check --no-deps -r benchmarks/peers/requirements.txt
	@touch $@

$(VENV)-conformance/.ready: conformance/requirements.txt benchmarks/peers/requirements.txt pyproject.toml
	rm -rf $(VENV)-conformance
	$(PYTHON) -m venv $(VENV)-conformance
	$(VENV)-conformance/bin/pip install -q --disable-pip-version-check --no-deps -r conformance/requirements.txt
	$(VENV)-conformance/bin/pip install -q --disable-pip-version-check -e '.[testing]'
	@touch $@

# Without PyTorch all notebooks but one run. TORCH is what pip is given for it: a version, or an index of smaller builds.
$(VENV)-notebooks/.ready: pyproject.toml
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed: install it, or say PYTHON=/path/to/python' >&2; exit 2; }
	test -x $(VENV)-notebooks/bin/python || $(PYTHON) -m venv $(VENV)-notebooks
	$(VENV)-notebooks/bin/pip install -q --disable-pip-version-check $(TORCH) \
		|| echo 'PyTorch could not be installed: the notebook that needs it will be left out.' >&2
	$(VENV)-notebooks/bin/pip install -q --disable-pip-version-check -e '.[notebooks,testing]' 'pytest>=8'
	@touch $@

$(VENV)/.core: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check -e '.[test]'
	@touch $@ $(VENV)/.core

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check -e '.[test,dev]'
	@touch $@ $(VENV)/.test $(VENV)/.core
