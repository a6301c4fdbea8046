# The commands people type. Each sets itself up: python3 with venv, git and make are enough, and no rights are needed.
# PYTHON=python3.12 make test   uses another Python (3.11 or later).

PYTHON ?= python3
UV     := uv==0.13.9
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())' 2>/dev/null)

SIDE_BY_SIDE := --numprocesses auto --dist loadfile   # a file of tests to each core

.DEFAULT_GOAL := help
.PHONY: help run test check bench ablation drill audit lock

help: ## lists these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.run ## serves Telegram; without TELEGRAM_BOT_TOKEN the preview, in the browser (Ctrl-C ends it)
	@if [ -n "$$TELEGRAM_BOT_TOKEN$$TELEGRAM_BOT_TOKEN_FILE" ]; \
	then exec $(BIN)/klyngebot run; \
	else exec $(BIN)/klyngebot preview; fi

test: $(VENV)/.test ## runs the tests
	$(BIN)/pytest $(SIDE_BY_SIDE)

check: $(VENV)/.test ## format, lint, types, import contracts, the knowledge base, and the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/klyngebot check
	$(BIN)/pytest $(SIDE_BY_SIDE)

bench: $(VENV)/.test ## prints how well and how fast questions are understood
	$(BIN)/klyngebot evaluate
	$(BIN)/python tests/bench/ratios.py

ablation: $(VENV)/.test ## prints what each step of understanding is worth (DATA=folder of question sets)
	$(BIN)/python tests/bench/ablation.py $(if $(DATA),--data $(DATA))

HOURS := 7200 # seconds; a long drill is no test that hangs
drill: $(VENV)/.test ## kills processes 350 times and sends 10,000 announcements at Telegram's pace (most of an hour)
	DRILL_STRICT=1 DRILL_KILLS=50 DRILL_CHATS=500 $(BIN)/pytest tests/drill/test_power_cuts.py tests/drill/test_in_the_middle.py \
		tests/drill/test_killed_while_answering.py tests/drill/test_replicas.py -s --timeout $(HOURS)
	SIM_SEEDS=2000 $(BIN)/pytest tests/simulation --timeout $(HOURS)
	DRILL_STRICT=1 DRILL_SCALE=1 DRILL_BROADCAST=10000 $(BIN)/pytest tests/drill/test_broadcasts.py tests/test_troubles.py -s --timeout $(HOURS)

# Exit status 1: holes were found; 2: nothing could be looked up.
AUDIT := pip-audit==2.10.1
audit: ## asks PyPI for known holes in the libraries (needs the network)
	@mkdir -p build && $(PYTHON) -m venv build/audit
	@build/audit/bin/python -m pip --disable-pip-version-check --quiet install $(AUDIT) \
	|| { echo "make audit: $(AUDIT) cannot be installed from here, so nothing was looked up" >&2; exit 2; }
	@for set in run postgres; do \
	  build/audit/bin/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r requirements/$$set.txt \
	  2>build/audit/said || { status=$$?; tail -n 20 build/audit/said >&2; \
	    if grep -qiE 'not found on PyPI|connection|resolve|proxy|timed? ?out|HTTPError|JSONDecode|status code' build/audit/said; \
	    then echo "make audit: PyPI's list of holes cannot be reached from here, so nothing was looked up" >&2; exit 2; fi; \
	    exit $$status; }; \
	done

# Of one Python version: another PYTHON makes the environment anew, and with it everything below.
PYTHON_STAMP := $(VENV)/.python-$(VERSION)
$(PYTHON_STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Klyngebot needs Python 3.11 or later, and $(PYTHON) is $(or $(VERSION),not there)." >&2; exit 1; }
	@echo "Making $(VENV) with Python $(VERSION)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Exactly the files whose hashes are listed, and only wheels: building one would fetch unlisted files.
$(VENV)/.%: requirements/%.txt requirements/build.txt pyproject.toml $(PYTHON_STAMP)
	@echo "Installing requirements/$*.txt (once, and again when it changes)"
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/build.txt -r $<
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

LOCK := build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header
lock: ## writes requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade takes newer versions)
	@$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip --quiet install $(UV)
	$(LOCK) $(UPGRADE) --group build --output-file requirements/build.txt
	$(LOCK) $(UPGRADE) pyproject.toml --output-file requirements/run.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra postgres --constraints requirements/run.txt --output-file requirements/postgres.txt
	$(LOCK) $(UPGRADE) pyproject.toml --group test --constraints requirements/run.txt --output-file requirements/test.txt
