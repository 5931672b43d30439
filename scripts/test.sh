#!/usr/bin/env bash
# The whole suite: structure checks, then every test with the coverage floor.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/lint.sh
exec .venv/bin/python -m pytest -n auto --dist loadfile --cov --cov-report=term "$@"
