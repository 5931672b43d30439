"""The small trial of tests/oracle, and what R derives from it."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

ORACLE = Path(__file__).parents[1] / "oracle"


@pytest.fixture(scope="session")
def trial():
    """Return the functions of tests/oracle/shrinkage_trial.py."""
    return SimpleNamespace(**runpy.run_path(str(ORACLE / "shrinkage_trial.py")))


@pytest.fixture(scope="session")
def expected():
    """Return the results of tests/oracle/shrinkage_oracle.R."""
    return json.loads((ORACLE / "shrinkage_expected.json").read_text(encoding="utf-8"))
