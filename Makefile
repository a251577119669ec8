# Two commands do everything: `make demo` runs the product, `make test` runs every test.
# Each installs what is missing; a second run starts in seconds.

PORT ?= 8000
export PORT
# What was compiled once is kept: to do it again takes each process of a run half a minute.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick deep pythons times check fix dev bench lock clean

help:  ## Say what each command does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup:  ## Make .venv, install the pinned packages, build the browser files
	@bash tools/setup.sh

demo: setup  ## Run the product with a made-up nation at http://127.0.0.1:8000 (PORT changes it)
	@exec .venv/bin/leeward demo

dev: setup  ## Run the product alone, without partner platforms, restarting when code changes
	@export LEEWARD_ENV=demo; .venv/bin/leeward migrate --verbosity 0 && .venv/bin/leeward found && exec .venv/bin/leeward serve --reload

test: setup  ## Run every test, on SQLite and on PostgreSQL, in real browsers
	@bash tools/test.sh

quick: setup  ## Run the tests that a change touches (SINCE=REV; else what is not committed, or the last commit)
	@.venv/bin/python -m tools.quick $(SINCE)

deep: setup  ## Run every test at length: on both databases, in every language and size, with hundreds of kills
	@LEEWARD_DEEP=1 bash tools/test.sh

pythons: setup  ## Run hashmatch's tests with each Python that is here, with the newest and the oldest packages (PYTHONS=...)
	@bash tools/pythons.sh $(PYTHONS)

times: setup  ## Say how many seconds each file of tests takes, and the slowest tests; writes build/times.json
	@bash tools/test.sh --times

check: setup  ## Lint, types, layers, templates: everything that needs no browser and no database
	@bash tools/check.sh

fix: setup  ## Let the formatters mend what they can
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

bench: setup  ## Measure against the named peers and write build/bench.json
	@bash tools/bench.sh

lock: setup  ## Choose package versions anew and pin them by hash
	@bash tools/lock.sh

clean:  ## Remove what can be made again (never the data folder)
	@rm -rf .venv .tools node_modules build hashmatch/browser/dist leeward/*/*/static/*/built
