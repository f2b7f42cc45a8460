# Two commands matter: `make run` opens the workbench, `make test` proves it.
PORT ?= 8501
export PORT PYTHON LABEL_STUDIO_PORT
python := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test setup format label-studio

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set everything up and open the workbench on this machine (PORT=8501)
	@scripts/setup run
	@scripts/serve

test: ## set everything up, then run the linters and all tests
	@scripts/setup test
	@echo "· ruff: style and layout"
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@echo "· mypy: types"
	@$(python) -m mypy
	@echo "· pytest: layers, units, contracts, pages, journeys"
	@$(python) -m pytest

label-studio: ## install and start a Label Studio on this machine, connected by itself (LABEL_STUDIO_PORT=8080)
	@scripts/setup run
	@scripts/label-studio start

setup: ## only set everything up, for working on PlateLoop
	@scripts/setup test

format: ## bring the code into the house's layout
	@scripts/setup test
	@$(python) -m ruff check --fix .
	@$(python) -m ruff format .
