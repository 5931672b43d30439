"""What the tests of several rooms share: the checkout, text snapshots, and the example study analysed once."""

import json
import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
SNAPSHOTS = ROOT / "tests" / "snapshots"


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def snapshot():
    """Compare text with a file of tests/snapshots; TLF_UPDATE_SNAPSHOTS=1 writes the file again."""

    def compare(name, text):
        file = SNAPSHOTS / f"{name}.txt"
        if os.environ.get("TLF_UPDATE_SNAPSHOTS"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"no snapshot {file.name}: run with TLF_UPDATE_SNAPSHOTS=1 and read what it writes"
        assert text == file.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def example():
    """The example study, read, validated, derived and analysed once for all tests that look at its results."""
    from tlf.run.build import analyse_study
    from tlf.spec.load import load_spec

    return analyse_study(load_spec(ROOT / "specs" / "netter1" / "study.yaml"))


@pytest.fixture
def tlf(capsys):
    """Call the command as a user does; return its exit code, what it printed, and what it said on standard error."""
    from tlf.cli.app import main

    def call(*arguments):
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code or 0
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return call


@pytest.fixture(scope="session")
def trial():
    """Return the functions of tests/oracle/shrinkage_trial.py: the small trial that R analysed."""
    return SimpleNamespace(**runpy.run_path(str(ROOT / "tests" / "oracle" / "shrinkage_trial.py")))


@pytest.fixture(scope="session")
def expected():
    """Return the results of tests/oracle/shrinkage_oracle.R."""
    return json.loads((ROOT / "tests" / "oracle" / "shrinkage_expected.json").read_text(encoding="utf-8"))
