"""Small methods and displays of their own for the tests of specs, and a way to write and load a spec."""

from typing import Literal

import pytest

from tlf import registry
from tlf.errors import SpecError
from tlf.model.spec import Block, DerivationRef, Duration, GroupingRef, Landmarks, ParameterRef, RecordsOf, Where
from tlf.spec.load import load_spec

BASE = """\
study: { id: S1, title: A study }
data: { folder: data, datasets: [ADSL, ADTTE] }
method_profile: r
profiles: { r: { label: R, ties: efron, conf_type: plain, quantile_rule: r } }
analysis_sets: { FAS: { label: Full, where: "FASFL = 'Y'" } }
groupings: { arm: { variable: TRT01P } }
"""


class Columns(Block):
    """The columns of the test's table."""

    by: GroupingRef
    total: bool = False


class Wide(Block):
    """A column with a header of its own."""

    variable: str
    label: str = ""


def spec_best(data, name, *, records: RecordsOf, landmarks: Landmarks, until: str = "PFS", after: ParameterRef = "PFS"):
    """Derive the best value up to each landmark."""


def spec_group(data, name, *, of: str, cut: dict[str, float], dataset: str | None = None):
    """Derive a grouping variable."""


def spec_curve(
    data,
    name,
    *,
    time: str,
    by: str | None = None,
    rates_at: list[Duration] | None = None,
    reads: list[DerivationRef] | None = None,
    among: Where | None = None,
    covariate: dict[ParameterRef, str] | None = None,
):
    """Estimate a curve.

    Args:
        time: the time to ``event``, a
            parameter.
        by: a grouping.

    Returns:
        Nothing.
    """


def spec_table(request, *, columns: Columns, rows: list[str] = [], style: Literal["wide", "narrow"] = "wide"):  # noqa: B006
    """Show a table."""


def spec_listing(request, *, records: RecordsOf, columns: list[str | Wide], group: int | list[str] = 0):
    """Show a listing."""


METHODS = (
    ("derivation", "spec_best", spec_best, {"levels": "landmarks", "makes": "parameter"}),
    ("derivation", "spec_group", spec_group, {"levels": None, "makes": "variable"}),
    ("ard_method", "spec_curve", spec_curve, {"label": "Curve"}),
    ("table", "spec_table", spec_table, {}),
    ("listing", "spec_listing", spec_listing, {}),
)


@pytest.fixture(autouse=True)
def methods():
    for kind, name, function, options in METHODS:
        registry.register(kind, name, **options)(function)
    yield
    for kind, name, _, _ in METHODS:
        registry._entries.pop((kind, name))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that is the current one, so that messages name files relative to it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def loaded(folder):
    """Load a spec from text that follows the base study's."""

    def load(text="", *, base=BASE):
        (folder / "study.yaml").write_text(base + text, encoding="utf-8")
        return load_spec("study.yaml")

    return load


@pytest.fixture
def refused(loaded):
    """Return the problems of a spec that is refused; a place in the added text counts its lines from 1."""

    def problems(text="", *, base=BASE):
        with pytest.raises(SpecError) as caught:
            loaded(text, base=base)
        lines = base.count("\n")
        shifted = []
        for problem in caught.value.problems:
            file, line, rest = problem.split(":", 2)
            shifted.append(f"{int(line) - lines}:{rest}" if file == "study.yaml" else problem)
        return shifted

    return problems
