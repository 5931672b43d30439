#!/usr/bin/env bash
# The structure checks: style, types, layers.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff check --quiet .
$bin/ruff format --check --quiet .
$bin/mypy --no-error-summary
$bin/lint-imports --no-logo 2>&1 | tail -n 12
