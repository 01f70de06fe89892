# Layer Studio: `make` lists what can be done.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run check test parity applications kill bench clean
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PY := $(BIN)/python
PROJECT := examples/digits_two_branch.layers

# $(call step,NAME,COMMAND): run one step under its name, and say its name again if it fails.
define step
@printf '\n== %s\n' '$(1)'; $(2) || { code=$$?; printf '\nFAILED: %s\n' '$(1)' >&2; exit $$code; }
endef

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

setup: ## Make .venv ready (every other target does this by itself)
	@.ci/set-up

run: setup ## Open the example in the window; with no display, drive the same window and write out/
ifneq ($(DISPLAY)$(WAYLAND_DISPLAY),)
	@$(PY) -m studio $(PROJECT)
else
	@QT_QPA_PLATFORM=offscreen $(PY) -m studio --demo $(PROJECT) --out out
endif

check: setup ## Check without running: ruff, mypy, import contracts
	$(call step,ruff check,$(PY) -m ruff check .)
	$(call step,ruff format,$(PY) -m ruff format --check .)
	$(call step,mypy,$(PY) -m mypy)
	$(call step,import contracts,$(BIN)/lint-imports --no-logo)

test: check ## Check, then run every test but the large ones
	$(call step,pytest,$(PY) -m pytest)

parity: setup ## Compare every layer's rules with the installed Keras, at length
	$(call step,parity,$(PY) -m tests.parity --large)

applications: setup ## Open every model of keras.applications, compare it with Keras, and export it again
	$(call step,applications,$(PY) -m tests.applications)

kill: setup ## Run the large tests: hundreds of kills during saves and runs
	$(call step,large tests,$(PY) -m pytest -m large)

bench: setup ## Run every benchmark and print its result, one JSON line each
	@for script in benchmarks/[!_]*.py; do QT_QPA_PLATFORM=offscreen $(PY) "$$script" | tail -n 1; done

clean: ## Remove .venv, caches and out/
	rm -rf .venv out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find studio tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
