# Two commands matter to a newcomer: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: setup demo test test-all test-engines lint format bench widget clean

setup: .venv/.ready node_modules/.ready widget .venv/.browser

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	HANDRAIL_SKIP_WIDGET_BUILD=1 $(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

node_modules/.ready: package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or newer is needed to build the widget: install nodejs and npm, then run this again."; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

widget: node_modules/.ready
	npm run --silent build

# A browser for the tests, only where there is none: Playwright's own, or Debian's package.
.venv/.browser: .venv/.ready
	$(BIN)/python -m handrail_guides.walk.browser --ensure
	touch $@

# Needs no browser of its own: yours opens the addresses that it prints.
demo: .venv/.ready widget
	$(BIN)/handrail demo --port $(PORT) --crowd 200

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	npm run --silent check
	node_modules/.bin/pyright

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm run --silent format

test: lint
	npm run --silent test
	$(BIN)/python -m tests.behaviours
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

test-all: lint
	npm run --silent test
	$(BIN)/python -m tests.behaviours
	$(BIN)/pytest -n 2 --dist worksteal

test-engines: setup
	$(BIN)/pytest -m engines

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv node_modules widget/dist cms/handrail_cms/static/build
