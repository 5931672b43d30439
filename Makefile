# Two commands for a new checkout: `make demo` and `make test`. Both set up what is missing first.
VENV := .venv
OUT ?= out/netter1-sim

.PHONY: demo test setup setup-dev lint clean

demo: setup
	@$(VENV)/bin/tlf run specs/netter1/study.yaml --out $(OUT)

test: setup-dev
	@scripts/test.sh

setup:
	@scripts/setup.sh

setup-dev:
	@scripts/setup.sh dev

lint: setup-dev
	@scripts/lint.sh

clean:
	rm -rf $(VENV) out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
