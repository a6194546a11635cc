# Each target makes its environment first where it is missing: Python 3.11 and `venv` are all it takes.
# PYTHON=/path/to/python picks the interpreter, ARGS="-k name" goes to pytest, to bench and to serve.
PYTHON ?=
ARGS ?=
# Processes that share the tests, each with servers of its own; 0 runs them in one, as a debugger needs.
JOBS ?= 2
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile
COVERAGE := --cov --cov-report=term-missing:skip-covered --cov-fail-under=90

# The stamp holds the folder it was made for: a checkout that was moved or copied, or whose Python
# is gone, gets a new environment, since scripts and the editable install name absolute paths.
REBUILD := $(shell [ "$$(cat $(STAMP) 2>/dev/null)" = "$$(pwd -P)" ] && [ -x $(BIN)/python ] || echo rebuild)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help .venv rebuild demo test check fmt lint types imports coverage snapshots docs docs-check deploy-check image-replay chaos outage load fuzz bench accuracy conformance evals lock clean screenshots

help:             ## List the targets
	@grep -E '^[a-z.-]+:.*##' Makefile | sed -E 's/^([a-z.-]+):[^#]*## */  make \1\t/' | expand -t 20

.venv: $(STAMP)   ## Make the environment that every target uses

# The first Python from 3.11 on that can make an environment, or one sentence about what is missing.
# pip checks every file against the hashes of the lock; the project itself is built with the build
# back end that the lock pins. The stamp comes last, so an installation that was cut short is
# done again.
$(STAMP): requirements.lock pyproject.toml $(REBUILD)
	@found=''; lacking=''; \
	for python in $(if $(PYTHON),'$(PYTHON)',python3.11 python3.12 python3.13 python3); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then found=$$python; break; fi; \
	  lacking=$${lacking:-$$python}; \
	done; \
	if [ -z "$$found" ]; then \
	  if [ -n "$$lacking" ]; then \
	    echo "$$lacking cannot make an environment: on Debian and Ubuntu, run \`apt install python3-venv\`." >&2; \
	  else \
	    echo "Python 3.11 or newer is needed and was not found: install it, or say \`make PYTHON=/path/to/python3.11\`." >&2; \
	  fi; \
	  exit 1; \
	fi; \
	clear=$$([ -z '$(REBUILD)' ] || echo --clear); \
	rm -f $(STAMP); \
	echo "Installing into .venv with $$("$$found" --version) (about a minute, once)." >&2; \
	"$$found" -m venv $$clear .venv
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@pwd -P > $(STAMP)

rebuild:

demo: .venv       ## Build a universe from typed symbols, on the real parts
	@$(BIN)/universe demo

test: .venv       ## Run the tests
	$(PYTEST) $(ARGS)

check: lint types imports docs-check deploy-check coverage  ## Everything a change must pass

fmt: .venv        ## Format the code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lint: .venv       ## Rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv      ## Types, strictly
	$(BIN)/pyright

imports: .venv    ## Who may import whom
	$(BIN)/lint-imports

coverage: .venv   ## The tests, with at least 90 % of the lines run
	$(PYTEST) $(COVERAGE) $(ARGS)

snapshots: .venv  ## Accept the tools' present schemas
	$(BIN)/python -m pytest tests/acceptance/test_snapshots.py --update-snapshots

docs: .venv       ## Write the generated documents
	$(BIN)/python docs/generate_tools.py

docs-check: .venv ## Fail where a generated document is stale
	$(BIN)/python docs/generate_tools.py --check

deploy-check: .venv ## The Dockerfile and the compose file against their rules
	$(BIN)/hadolint --failure-threshold info Dockerfile
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml

chaos: .venv      ## Kill workers, queue and database in the middle of a job (ARGS="--symbols 600")
	$(BIN)/python -m tests.chaos $(ARGS)

outage: .venv     ## Ten seconds without Valkey: CPU seconds and log lines
	$(BIN)/python -m tests.chaos.outage $(ARGS)

load: .venv       ## Thousands of unknown symbols, by one worker and by four (ARGS=--denied)
	$(BIN)/python -m tests.chaos.load $(ARGS)

image-replay: .venv ## The steps of the Dockerfile in an empty folder, and its health check
	$(BIN)/python -m tests.replay_image

fuzz: .venv       ## Thousands of made-up requests against the API's own document (ARGS="--examples 50")
	$(BIN)/python -m tests.fuzz $(ARGS)

bench: .venv      ## Measure, beside a floor for each figure
	$(BIN)/python -m bench $(ARGS)

conformance: .venv ## The protocol's own suite and the Inspector, against the real application (needs npm)
	$(BIN)/python -m tests.conformance

evals: .venv      ## What an agent does with the tools: tasks, calls, tokens and success
	@$(BIN)/python -m tests.evals

screenshots: .venv ## Take the pictures of the dashboard in docs/screenshots again
	$(BIN)/python -m tests.browser.pictures

accuracy: .venv   ## How often validation is right, on the labelled set
	@$(BIN)/python -m tests.accuracy

search-quality: .venv  ## How well search finds what is meant, kind by kind
	$(BIN)/python -m bench.quality

lock: .venv       ## Pin what pyproject.toml asks for, with hashes, for every platform (ARGS=--upgrade)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --group dev \
	  --no-emit-index-url --no-header $(ARGS) pyproject.toml -o requirements.lock

clean:            ## Remove the environment and what tools left behind; data stays
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
