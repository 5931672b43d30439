"""What the tests of several rooms share: the checkout, text snapshots, and the example study analysed once."""

import os
from pathlib import Path

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
