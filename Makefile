# Each target makes its environment first where it is missing: Python 3.11 is all it takes.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt lint types imports snapshots docs docs-check bench lock clean

help:            ## List the targets
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | expand -t 12

# pip checks every file against the hashes of the lock; the stamp is younger than the lock only
# when an installation has ended well.
.venv: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: .venv      ## Run the main job on a fresh machine
	$(BIN)/universe demo

test: .venv      ## Run the tests
	$(BIN)/python -m pytest
