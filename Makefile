# OneGrid: `make run` starts it, `make test` checks it. The README names what a fresh Debian needs first.
SHELL       := /bin/sh
PYTHON      ?= python3
VENV        := .venv
BIN         := $(VENV)/bin
PORT        ?= 8050
PROFILE     ?= jindong
WORKERS     ?= 2
RUNTIME     := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
CHECKED     := app.py policy geo data layers dashboard api jobs tests bench
APT         := chromium fonts-noto-cjk postgresql

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1

.PHONY: run test test-long coverage lint bench clean tools requirements revision

## the demonstration: built if there is none, else migrated; then served; only the address goes to standard output
run: $(RUNTIME)
	@export ONEGRID_DEMO="$${ONEGRID_DEMO:-1}" ONEGRID_PORT="$(PORT)"; \
	$(BIN)/python app.py demo --profile $(PROFILE) --if-missing >&2 \
	&& exec $(BIN)/python app.py serve

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "OneGrid needs Python 3.11 or later; $(PYTHON) is older. Name another one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) >&2 \
	|| { echo "No virtual environment could be made. On Debian: apt-get install python3-venv" >&2; exit 1; }

$(RUNTIME): requirements.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install -r requirements.txt >&2
	@touch $@

$(DEVELOPMENT): requirements-dev.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install -r requirements-dev.txt >&2
	@touch $@ $(RUNTIME)

## a browser, CJK fonts and PostgreSQL's binaries: installed where that is allowed, asked for where it is not
tools:
	@sh .ci/tools $(APT)

lint: $(DEVELOPMENT)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(DEVELOPMENT) tools lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long"

## a quarter longer than the tests alone
coverage: $(DEVELOPMENT) tools
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long" --cov --cov-report term:skip-covered

test-long: $(DEVELOPMENT) tools
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m long --timeout 3600

bench: $(DEVELOPMENT)
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python -m "bench.$$(basename $$script .py)" || exit 1; done

## after a change of requirements*.in
requirements: $(DEVELOPMENT)
	$(BIN)/python -m pip install pip-tools
	@for name in requirements requirements-dev; do \
	$(BIN)/pip-compile -q --strip-extras --allow-unsafe --no-header --no-annotate --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links -o $$name.txt $$name.in && sed -i -e '/^#/d' -e '/./!d' $$name.txt || exit 1; done

## after a change of data/models: make revision m="What changed"
revision: $(DEVELOPMENT)
	@test -n "$(m)" || { echo 'say what changed: make revision m="Teams have a radio"' >&2; exit 2; }
	@folder=$$(mktemp -d) && $(BIN)/python -c 'import sys; from data.migrate import draft; print(draft(*sys.argv[1:]))' \
	"$(m)" "sqlite:///$$folder/draft.db"; rm -rf "$$folder"

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
