# Every target sets up what it needs. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Ours to set: make run RUN_DATE=2026-11-23, make install PYTHON=/usr/bin/python3.12, make test ARGS="-k titles"
PYTHON ?=
RUN_DATE ?= $(shell date -u +%F)
RELATED_JOBS_HOME ?= $(CURDIR)/related-jobs-home
ARGS ?=

SIZES ?= 10000,100000
SAMPLE_ROWS ?= 2000
SAMPLE_SEED ?= 1
SAMPLE := sample/$(SAMPLE_ROWS)-$(SAMPLE_SEED)
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
# Trust whom the system trusts (a company's proxy, say); UV_SYSTEM_CERTS=false trusts uv's own list.
UV_SYSTEM_CERTS ?= true
UV := UV_SYSTEM_CERTS=$(UV_SYSTEM_CERTS) UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON_DOWNLOADS=never $(BIN)/uv
SYNC := $(UV) sync --frozen --inexact --compile-bytecode --quiet

# Stamps: a second `make` finds them and goes straight to work. Bytecode is compiled once, imports are 3 times faster then.
CORE := .venv/.core-installed
ALL := .venv/.all-installed
LOOPS := .venv/.loops-compiled
BROWSER := .venv/.browser-installed
SPARK := .venv/.spark-installed

.PHONY: help install run report test slow-test spark-test browser-test check fmt docs loops bench bench-scale bench-faults fuzz audit-dependencies airflow airflow-e2e wheel-check remote-check docker-check clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

install: $(ALL) $(LOOPS) ## .venv with everything: .venv/bin/related-jobs, Airflow, tools for tests
	@echo "installed: $(BIN)/related-jobs --help"

run: $(CORE) $(LOOPS) $(SAMPLE)/feeds.toml ## one night on a sample of our own; RUN_DATE=2026-11-23 names another night
	@[ -f "$(RELATED_JOBS_HOME)/feeds.toml" ] || scripts/copy-feeds $(SAMPLE) "$(RELATED_JOBS_HOME)"
	@$(BIN)/related-jobs run --home "$(RELATED_JOBS_HOME)" --run-date $(RUN_DATE) $(ARGS)

report: run ## one night, and where its report is
	@echo "report: $(RELATED_JOBS_HOME)/report.html"

test: $(ALL) $(LOOPS) ## all tests but the slow ones; ARGS="-k titles" picks some
	@$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not browser and not spark" $(ARGS)

slow-test: $(ALL) $(LOOPS) ## nights that are killed or disturbed, bombs: what takes longer than make test may
	@$(BIN)/pytest -n 2 --dist loadfile -m slow $(ARGS)

spark-test: $(SPARK) ## the engines side by side: Spark's tables are the local engine's; needs Java 17 or newer
	@$(BIN)/pytest -m spark tests/engines $(ARGS)

browser-test: $(BROWSER) ## the widget, the preview and the report in the system's chromium; ARGS="--screenshots DIR" keeps pictures
	@$(BIN)/pytest -m browser tests/browser $(ARGS)

check: $(ALL) ## style, types, layers, lock file
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(UV) lock --check
	@if grep -E '^(source|wheels|sdist)|url = ' uv.lock | grep -oE 'https?://[^/"]+' | sort -u | grep -vE '^https://(pypi\.org|files\.pythonhosted\.org)$$'; then \
		echo "uv.lock: only pypi.org may be named: unset UV_INDEX_URL and the like, then uv lock" >&2; exit 1; fi

fmt: $(ALL) ## put the code in the house's style
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

docs: $(ALL) ## write the pages of docs/ that are made from the code
	@$(BIN)/python scripts/make_docs.py

loops: $(ALL) ## write the list of what is compiled ahead, from a night on the sample; where a loop is new or called otherwise
	@$(BIN)/python scripts/make_loops.py

bench: $(CORE) $(LOOPS) ## seconds and memory of each stage; ARGS="--rows 20000" or ARGS="FEED..." says over what
	@$(BIN)/python -m benchmarks.night $(ARGS)

bench-scale: $(CORE) $(LOOPS) ## nights by size: seconds, memory, growth, recall; SIZES=10000,100000 ARGS="--changed 1,3,10,50"
	@$(BIN)/python -m benchmarks.scale --sizes $(SIZES) $(ARGS)

bench-faults: $(CORE) ## 200 kills and 20 snapshots under 4 readers (half an hour); log in bench-faults.log; ARGS="--kills 40"
	@$(BIN)/python -m benchmarks.faults $(ARGS)

fuzz: $(ALL) ## 100,000 broken and hostile feeds through every reader; ARGS="--inputs 5000"
	@$(BIN)/python -m benchmarks.fuzz $(ARGS)

audit-dependencies: $(ALL) ## known vulnerabilities of what uv.lock pins; asks pypi.org, and says so where it can't
	@scripts/audit-dependencies

airflow: $(ALL) $(SAMPLE)/feeds.toml ## Airflow with the DAGs loaded, in .airflow; ends with Ctrl-C
	@SAMPLE="$(SAMPLE)" scripts/airflow-standalone

airflow-e2e: $(ALL) ## a real scheduler runs a night; its tables are checked
	@$(BIN)/python tests/airflow/e2e.py $(ARGS)

wheel-check: $(ALL) ## a built wheel, installed outside the checkout, runs a night
	@scripts/wheel-check

remote-check: $(CORE) ## a night out of an object store of this machine (s3fs, moto) is a night out of the files
	@scripts/remote-check

docker-check: ## the images: built, a night in one, its feed fetched, sizes; docker, or buildah as root; ARGS="cli" picks some
	@scripts/docker-check $(ARGS)

clean: ## take away what make made; .venv and related-jobs-home stay
	@rm -rf build dist sample .airflow .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
	@rm -f $(LOOPS)

$(BIN)/uv:
	@python="$$(scripts/find-python $(PYTHON))"; \
	echo "setting up .venv with $$python"; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13,<0.14'

$(CORE): pyproject.toml uv.lock | $(BIN)/uv
	@echo "installing what a night needs into .venv (once; about 550 MB)"
	@$(SYNC) --no-default-groups
	@touch $@

$(ALL): pyproject.toml uv.lock | $(BIN)/uv
	@echo "installing everything into .venv (once; about 720 MB)"
	@$(SYNC)
	@touch $(CORE) $@

# The loops over words, pairs and vectors. Left to the first night, each of its workers would compile all of them.
$(LOOPS): $(shell grep -rl --include='*.py' 'import compiled' pipeline) pipeline/models/loops.json | $(CORE)
	@echo "compiling loops (once, and when they change)"
	@$(BIN)/python -m pipeline.warm
	@touch $@

$(BROWSER): $(ALL)
	@$(SYNC) --group browser
	@touch $@

$(SPARK): $(ALL)
	@echo "installing PySpark into .venv (once; about 500 MB more)"
	@$(SYNC) --extra spark
	@touch $@

$(SAMPLE)/feeds.toml: $(wildcard pipeline/sample/*.py pipeline/sample/bank/*) | $(CORE)
	@rm -rf $(SAMPLE)
	@$(BIN)/related-jobs sample --rows $(SAMPLE_ROWS) --seed $(SAMPLE_SEED) --out $(SAMPLE)
