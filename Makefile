# Everything starts here: `make setup` on a fresh machine needs only Python 3.11 and make.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# The torch to install first. On Linux without a GPU choose a CPU build (README, "Install").
TORCH_SPEC ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
# Other people's trainers, each in an environment of its own.
VERL_VENV ?= .venv-verl
VERIFIERS_VENV ?= .venv-verifiers
OPENRLHF_VENV ?= .venv-openrlhf
OUT ?= outputs/demo
# Folder with public benchmarks in their authors' layout; optional.
DATA ?= $(or $(SOCIAL_R1_DATA),$(wildcard ../shared/benchmarks))

# Idle OpenMP threads that spin make small models many times slower on a shared machine.
export OMP_WAIT_POLICY := passive
export GOMP_SPINCOUNT := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo smoke test check format nano clean
.PHONY: verl-env test-verl verifiers-env test-verifiers openrlhf-env test-openrlhf test-agreement

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

setup: $(STAMP) ## build .venv: torch, the locked requirements, this package

$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $(PYTHON) is older than Python 3.11; repair: make setup PYTHON=/path/to/python3.11" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q "$(TORCH_SPEC)"
	$(BIN)/python -m pip install -q -r requirements/dev.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## the whole pipeline on the embedded model, with a report in outputs/demo
	$(BIN)/social-r1 demo --out $(OUT) $(if $(DATA),--data $(DATA))

smoke: setup ## the demo at its smallest
	$(BIN)/social-r1 demo --smoke --out outputs/smoke

test: setup ## every test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --durations=10

check: setup ## lint, format, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

verl-env: $(VERL_VENV)/.setup-done ## build .venv-verl: training on Ray (about 2 GB)

$(VERL_VENV)/.setup-done: pyproject.toml requirements/verl.txt
	test -x $(VERL_VENV)/bin/python || $(PYTHON) -m venv $(VERL_VENV)
	$(VERL_VENV)/bin/python -m pip install -q "$(TORCH_SPEC)"
	$(VERL_VENV)/bin/python -m pip install -q -r requirements/verl.txt
	$(VERL_VENV)/bin/python -m pip install -q --no-deps -e .
	@touch $@

test-verl: verl-env ## the tests that need verl: real Ray workers, real configs, on CPU
	$(VERL_VENV)/bin/python -m pytest tests/integrations/verl --durations=10

verifiers-env: $(VERIFIERS_VENV)/.setup-done ## build .venv-verifiers: the reward as a taskset

$(VERIFIERS_VENV)/.setup-done: pyproject.toml requirements/verifiers.txt
	test -x $(VERIFIERS_VENV)/bin/python || $(PYTHON) -m venv $(VERIFIERS_VENV)
	$(VERIFIERS_VENV)/bin/python -m pip install -q -r requirements/verifiers.txt
	$(VERIFIERS_VENV)/bin/python -m pip install -q --no-deps -e .
	@touch $@

test-verifiers: verifiers-env ## the tests that need verifiers, against a server on the loopback
	$(VERIFIERS_VENV)/bin/python -m pytest tests/integrations/test_verifiers_taskset.py tests/doctor/test_plugins.py

openrlhf-env: $(OPENRLHF_VENV)/.setup-done ## build .venv-openrlhf: its rollout code, no GPU libraries

$(OPENRLHF_VENV)/.setup-done: pyproject.toml requirements/openrlhf.txt
	test -x $(OPENRLHF_VENV)/bin/python || $(PYTHON) -m venv $(OPENRLHF_VENV)
	$(OPENRLHF_VENV)/bin/python -m pip install -q --no-deps -r requirements/openrlhf.txt
	$(OPENRLHF_VENV)/bin/python -m pip install -q --no-deps -e .
	@touch $@

test-openrlhf: openrlhf-env ## the tests that need OpenRLHF, against a server on the loopback
	$(OPENRLHF_VENV)/bin/python -m pytest tests/serving/test_openrlhf_executor.py

test-agreement: setup verl-env verifiers-env ## saved completions have one total by every path
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/serving/test_agreement.py --durations=10

format: setup ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

nano: setup ## train the shipped checkpoint of the embedded model anew
	$(BIN)/social-r1 nano train

clean: ## remove caches and outputs, keep .venv
	rm -rf outputs build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
