# Everything starts from here; `make` alone lists it. Needs Python 3.11 or newer, make and git.
PYTHON ?= python3

.PHONY: help run test lint bench clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: ## set up and start the portal with its demonstration; Ctrl-C stops it
	@MVAI_DEMO=$${MVAI_DEMO-1} $(PYTHON) tools/bootstrap.py run

test: ## set up, then the whole gate and all tests; ARGS="-k words" goes to pytest
	@$(PYTHON) tools/bootstrap.py test $(ARGS)

lint: ## the gate without the tests
	@$(PYTHON) tools/bootstrap.py lint

bench: ## measure what docs/performance.md promises
	@$(PYTHON) tools/bootstrap.py bench $(ARGS)

clean: ## remove what was installed and made here, the demonstration's database too
	@$(PYTHON) tools/clean.py
