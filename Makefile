# What can be done here: `make help`.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
BOOTSTRAP := $(PYTHON) deploy/bootstrap.py
ARGS ?=

.PHONY: help up down demo doctor test abuse mutate lint format bench secrets lock clean

help:  ## this list
	@echo "giamngheo: sổ hộ nghèo, vay vốn ưu đãi và đỡ đầu / register of poor households, loans, sponsors"
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'
	@echo "ARGS='…' is handed on: make up ARGS='--port-base 9000', make test ARGS='-k disburse -x'"

up:  ## run all of it with demo data; Ctrl-C stops it (needs Python 3.11+ only)
	@$(BOOTSTRAP) bundled
	@exec $(BIN)/giamngheo up $(ARGS)

down:  ## stop what `make up` started
	@$(BOOTSTRAP) bundled
	@$(BIN)/giamngheo down $(ARGS)

demo:  ## add the demo data to a running system
	@$(BOOTSTRAP) bundled
	@$(BIN)/giamngheo demo $(ARGS)

doctor:  ## what is running, versions, lag, and what is wrong
	@$(BOOTSTRAP) bundled
	@$(BIN)/giamngheo doctor $(ARGS)

test:  ## every test, with PostgreSQL and Kafka of its own
	@$(BOOTSTRAP) bundled dev
	$(BIN)/python -m pytest $(ARGS)

abuse:  ## try what rude and hostile senders send on a running system of your own; ARGS='--data data'
	@$(BOOTSTRAP) bundled dev
	$(BIN)/python -m tests.abuse $(ARGS)

mutate:  ## plant slips in the pure core, one by one, that the unit tests must see
	@$(BOOTSTRAP) bundled dev
	$(BIN)/python -m tests.mutation $(ARGS)

lint:  ## ruff, its formatter and mypy --strict, changing nothing
	@$(BOOTSTRAP) bundled dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format:  ## let ruff fix and format
	@$(BOOTSTRAP) bundled dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench:  ## measure, beside references measured in the same run
	@$(BOOTSTRAP) bundled dev
	$(BIN)/python -m bench $(ARGS)

secrets:  ## write .env for docker-compose: passwords and keys made here, once
	@$(PYTHON) -m deploy.container.secrets

lock:  ## make requirements.lock anew from pyproject.toml (needs uv; ARGS=--upgrade)
	$(PYTHON) deploy/lock.py $(ARGS)

clean:  ## remove what can be made again; the data folder stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build bench/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
