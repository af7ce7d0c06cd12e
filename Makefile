# Everything a newcomer needs: Python 3.10 or newer, make, and a package index.
# `make demo` and `make test` set up .venv by themselves, once.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
COLAB := .venv-colab/.ready

# bubblewrap isolates submissions best, chromium is for the browser tests. Both are optional, so a failure is none.
SYSTEM_PACKAGES = if [ "$$(id -u)" = 0 ] && command -v apt-get && ! { command -v bwrap && command -v chromium; }; then \
	apt-get update -qq; for package in bubblewrap chromium; do apt-get install -y -qq $$package; done; fi >/dev/null 2>&1 || true

.PHONY: help setup demo test test-colab test-browser test-gpu bench check build slides clean
.DEFAULT_GOAL := help

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "%-13s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with the locked versions, and what the operating system can add to it

# The stamp lies inside .venv, so removing .venv is a fresh start; a changed lock or project file sets up again.
$(READY): uv.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv sync --quiet --frozen --all-extras --all-groups
	@$(SYSTEM_PACKAGES)
	@touch $@

demo: $(READY) ## Grade a made-up class from end to end and say where to look
	$(BIN)/autograder demo

# A file's costly fixtures are made once: its tests stay on one process.
test: check $(COLAB) ## Run every test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q

test-colab: $(COLAB) ## Run every notebook with Colab's versions
	$(BIN)/python -m pytest -n 2 -q tests/colab

$(COLAB): $(READY) tests/colab/constraints.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-colab
	VIRTUAL_ENV=.venv-colab $(BIN)/uv pip install --quiet --constraint tests/colab/constraints.txt \
		torch torchvision numpy matplotlib ipywidgets ipython ipykernel scikit-image scikit-learn scipy
	VIRTUAL_ENV=.venv-colab $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

test-browser: $(READY) ## Open every lecture in a real browser; screenshots stay in .screenshots/
	BROWSER=all $(BIN)/python -m pytest -q tests/browser

test-gpu: $(READY) ## Run the CUDA legs; they are skipped, and say so, where there is no CUDA device
	$(BIN)/python -m pytest -q -m cuda

bench: $(READY) ## Measure what the README states about speed
	$(BIN)/python -m benchmarks

check: $(READY) ## Style, types, and whether the built notebooks are up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/autograder build --check

build: $(READY) ## Build lectures, solutions and assignments from sources/
	$(BIN)/autograder build

slides: $(READY) ## Make slides of every lecture in slides/, to be shown without a network
	$(BIN)/autograder slides

clean: ## Remove the environments, caches and everything that was generated
	rm -rf .venv .venv-colab .pytest_cache .mypy_cache .ruff_cache .hypothesis slides
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
