# The two commands of README.md are `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
POSTINGS ?=
REGION ?=

.PHONY: demo test check audit setup system lock clean

demo: setup
	$(BIN)/yingcai demo $(if $(POSTINGS),--postings "$(POSTINGS)") $(if $(REGION),--region "$(REGION)") $(if $(filter 0,$(SERVE)),--no-serve)

test: setup check
	.ci/system-packages tests
	$(BIN)/yingcai model build
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml data matching training api
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/numpydoc lint $$(find data matching training api -name '*.py' -not -path '*/migrations/*')

# Ask PyPI's advisory service about every pinned version; without that service it fails, and proves nothing.
audit:
	rm -rf var/audit && $(PYTHON) -m venv var/audit
	var/audit/bin/pip install --quiet --disable-pip-version-check "pip-audit>=2.10,<3"
	var/audit/bin/pip-audit --strict --disable-pip --no-deps --requirement requirements.lock

setup: $(VENV)/.ready

# torch comes first: anything that pulls it by itself would fetch another build.
$(VENV)/.ready: requirements.lock pyproject.toml
	.ci/system-packages
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# Resolve the ranges of pyproject.toml anew and write down the exact versions.
lock:
	rm -rf var/lock && $(PYTHON) -m venv var/lock
	var/lock/bin/pip install --quiet torch==2.13.0
	var/lock/bin/pip install --quiet ".[pg,oidc,redis,otel,client,scale,milvus,s3,dev]" hatchling editables
	var/lock/bin/pip freeze --exclude yingcai | sed 's/+cpu$$//' > requirements.lock
	rm -rf var/lock

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
