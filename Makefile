# legup's chores. `make run` and `make test` need nothing but python3.11+ with pip and venv, make and git.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --quiet
ARGS   ?=

# Every worker and every program that a test starts would compile the same files again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo test coverage torture fuzz mutation check format lock bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: $(VENV)/.run ## write legup.yaml if there is none, show today's plan, send the welcome, then keep nudging (Ctrl-C stops)
	@$(BIN)/legup run $(ARGS)

demo: $(VENV)/.run ## watch a whole day of nudges in about a minute; nothing leaves this machine
	@$(BIN)/legup demo $(ARGS)

# Four workers on two cores, because many tests wait for a process or a provider. A file goes to one worker, so that what
# its tests share is made once, and in order, so that the long ones, which are the acceptance tests, begin first.
WORKERS := --numprocesses 4 --dist loadfile --no-loadscope-reorder

test: $(VENV)/.dev ## every test (under 4 minutes); with ARGS only what they pick
	$(BIN)/python -m pytest $(if $(ARGS),$(ARGS),$(WORKERS))

# Apart from `make test`, because measuring makes every line slower. The acceptance tests, which run whole programs, are
# left out: what only they reach is not held by a test of its own.
coverage: $(VENV)/.dev ## branch coverage by all tests but the acceptance tests; fails below the threshold
	$(BIN)/python -m pytest $(WORKERS) --cov --cov-report term --ignore tests/acceptance --ignore tests/fuzz --ignore tests/browser

# Files in tests/torture are called torture_*.py, so that `make test` passes them by.
torture: $(VENV)/.dev ## the long tests: crashes, outages, clocks, soak; a line per round
	$(BIN)/python -m pytest -o python_files='torture_*.py' --capture=no --quiet tests/torture $(ARGS)

# Rounds with new random seeds; whatever a round finds is kept in .hypothesis and tried first by the next `make test`.
fuzz: $(VENV)/.dev ## hostile input for ten minutes: files, templates, answers, addresses, requests, command lines
	$(BIN)/python -m tests.fuzz $(ARGS)

mutation: $(VENV)/.dev ## small slips in planning, delivery and conversation: does a test find each? (docs/mutation.md)
	$(BIN)/python -m tests.mutation $(ARGS)

check: $(VENV)/.dev ## lint, formatting, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml

format: $(VENV)/.dev ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev $(VENV)/.rivals ## speed, as ratios against what you would use instead
	$(BIN)/python -m bench $(ARGS)

lock: ## resolve pyproject.toml anew into requirements.lock and requirements-dev.lock (needs uv)
	uv pip compile --quiet pyproject.toml --extra build $(LOCK_FLAGS) --output-file requirements.lock
	uv pip compile --quiet pyproject.toml --extra build --extra test --extra dev --constraint requirements.lock $(LOCK_FLAGS) --output-file requirements-dev.lock
	uv pip compile --quiet bench/rivals.in --constraint requirements-dev.lock $(LOCK_FLAGS) --output-file bench/rivals.lock

LOCK_FLAGS := --python-version 3.11 --universal --generate-hashes --no-header --no-annotate

clean: ## remove the environment and everything built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .coverage htmlcov

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'legup needs Python 3.11 or later. With another one installed: make PYTHON=python3.12 run' >&2; exit 1; }
	@echo "setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Hashes are checked; the project itself is linked, so an edit counts at once.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# What legup is compared with, apart from what it needs. Where it cannot be had, the bench says so and goes on without it.
$(VENV)/.rivals: bench/rivals.lock | $(VENV)/.run
	@rm -rf $(VENV)/rivals
	@$(PIP) --require-hashes --target $(VENV)/rivals -r bench/rivals.lock && touch $@ || true
