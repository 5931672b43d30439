"""Small studies made of plain records, with spec blocks as the loader would make them."""

from typing import Any

import pandas as pd
import pytest
from pydantic import Field

from tlf.model.condition import Comparison, Condition, Junction
from tlf.model.dataset import Dataset, Variable, text
from tlf.model.duration import Duration
from tlf.model.spec import (
    Analysis,
    AnalysisSet,
    Block,
    Data,
    Derivation,
    Grouping,
    MethodProfile,
    Records,
    Study,
    StudySpec,
)
from tlf.model.study_data import StudyData

DAY0 = 20000.0  # RANDDT of every subject: day n of the study is the SAS date 19999 + n


class BestResponse(Block):
    pchg_ge: float | None = None
    new_lesion: str | None = None


class BestChange(Derivation):
    method: str = "best_change"
    records: Records
    until: str | None = "PFS"
    landmarks: dict[str, Duration]
    paramcd: str = "BPC"


class Landmark(Derivation):
    method: str = "landmark"
    of: str = "PFS"
    at: dict[str, Duration]
    change: str = "shrinkage"
    new_lesions: Records | None = None
    best_response_pd: BestResponse | None = BestResponse(pchg_ge=20, new_lesion="all")
    paramcd: str = "PFSL"
    analysis_set: str = "FAS"
    baseline: Records | None = None


class Categorise(Derivation):
    method: str = "categorise"
    of: str = "shrinkage.ALL"
    baseline: Records
    variable: str = "BPCGR1"
    cut: dict[str, str] = Field(default_factory=lambda: {"down": "<= -30", "rest": "else"})
    missing_to: str | None = "rest"


class AnyAnalysis(Analysis):
    time: str = ""
    covariate: dict[str, str] = Field(default_factory=dict)
    by: str | None = None
    rates_at: list[Duration] = Field(default_factory=list)
    at_risk_every: Duration | None = None
    value: str = ""
    among: str | None = None
    quantiles: tuple[float, ...] = (0.25, 0.5, 0.75)
    unit: str = "d"
    total: bool = False
    variables: list[str] = Field(default_factory=list)


def where(**equal: str) -> Condition:
    terms = tuple(Comparison(name, "=", value) for name, value in equal.items())
    return Condition(terms[0] if len(terms) == 1 else Junction("and", terms))


def dataset(name: str, rows: list[dict[str, Any]], columns: dict[str, str]) -> Dataset:
    frame = pd.DataFrame(index=range(len(rows)))
    for column, kind in columns.items():
        values = [row.get(column) for row in rows]
        frame[column] = text(values) if kind == "char" else pd.Series(values, dtype="float64")
    return Dataset(name, "", frame, tuple(Variable(c, type=k) for c, k in columns.items()))


def profiles() -> dict[str, MethodProfile]:
    shared = {"conf_type": "log-log"}
    return {
        "r": MethodProfile(label="R", ties="efron", quantile_rule="r", beyond_last="r", percentile_rule="r", **shared),
        "sas": MethodProfile(label="SAS", ties="breslow", quantile_rule="sas", convergence="sas", **shared),
        "breslow": MethodProfile(label="Breslow", ties="breslow", quantile_rule="r", **shared),
        "efron_sas": MethodProfile(label="E", ties="efron", quantile_rule="sas", convergence="sas", **shared),
    }


ADSL = {"USUBJID": "char", "TRT01P": "char", "TRT01PN": "num", "FASFL": "char", "RANDDT": "num", "AGE": "num"}
ADSL |= {"SEX": "char", "SEXN": "num"}
ADTR = {"USUBJID": "char", "PARAMCD": "char", "ADT": "num", "AVAL": "num", "AVALC": "char", "PCHG": "num"}
ADTR |= {"ABLFL": "char", "ANL01FL": "char"}
ADTTE = {"USUBJID": "char", "PARAMCD": "char", "ADT": "num", "AVAL": "num", "CNSR": "num"}
MARKS = {"L150": Duration(150.0), "ALL": Duration(None)}


class Trial:
    """A trial under construction: subjects with their assessments (study day, change) and time to event."""

    def __init__(self) -> None:
        self.adsl: list[dict[str, Any]] = []
        self.adtr: list[dict[str, Any]] = []
        self.adtte: list[dict[str, Any]] = []
        self.marks = dict(MARKS)
        self.best_response = BestResponse(pchg_ge=20, new_lesion="all")

    def subject(
        self,
        usubjid: str,
        *,
        pfs: float | None = 400,
        event: bool = True,
        changes: dict[int, float | None] | None = None,
        lesions: tuple[int, ...] = (),
        baseline: float | None = 50,
        **adsl: Any,
    ) -> "Trial":
        row = {"USUBJID": usubjid, "TRT01P": "A", "TRT01PN": 1, "FASFL": "Y", "RANDDT": DAY0, **adsl}
        self.adsl.append(row)
        if pfs is not None:
            tte = {"USUBJID": usubjid, "PARAMCD": "PFS", "ADT": DAY0 + pfs - 1, "AVAL": pfs}
            self.adtte.append({**tte, "CNSR": 0 if event else 1})
        tumour = {"USUBJID": usubjid, "PARAMCD": "SDIAM", "ANL01FL": "Y"}
        if baseline is not None:
            self.adtr.append({**tumour, "ADT": DAY0, "AVAL": baseline, "ABLFL": "Y", "PCHG": 0})
        for day, pchg in (changes or {}).items():
            self.adtr.append({**tumour, "ADT": DAY0 + day - (1 if day > 0 else 0), "AVAL": 1, "PCHG": pchg})
        for day in lesions:
            lesion = {"USUBJID": usubjid, "PARAMCD": "NEWLES", "AVALC": "Y", "ADT": DAY0 + day - 1}
            self.adtr.append(lesion)
        return self

    def study(self, *, profile: str = "r", analyses: dict[str, dict[str, Any]] | None = None, **more: Any) -> StudyData:
        derivations = {
            "shrinkage": BestChange(records=Records("ADTR", where(PARAMCD="SDIAM", ANL01FL="Y")), landmarks=self.marks),
            "landmark_pfs": Landmark(
                at=self.marks,
                new_lesions=Records("ADTR", where(PARAMCD="NEWLES", AVALC="Y")),
                best_response_pd=self.best_response,
            ),
            "group": Categorise(baseline=Records("ADTR", where(PARAMCD="SDIAM", ABLFL="Y"))),
        }
        spec = StudySpec(
            study=Study(id="T1", title="A trial"),
            data=Data(folder=".", datasets=["ADSL", "ADTR", "ADTTE"]),
            analysis_sets={"FAS": AnalysisSet(label="Full", where=where(FASFL="Y"))},
            groupings={"arm": Grouping(variable="TRT01P", order="TRT01PN")},
            method_profile=profile,
            profiles=profiles(),
            derivations=derivations | more.pop("derivations", {}),
            analyses={n: AnyAnalysis(analysis_set="FAS", **b) for n, b in (analyses or {}).items()},
            **more,
        )
        made = [dataset("ADSL", self.adsl, ADSL), dataset("ADTR", self.adtr, ADTR), dataset("ADTTE", self.adtte, ADTTE)]
        return StudyData(spec, {d.name: d for d in made})


@pytest.fixture
def trial() -> Trial:
    return Trial()


@pytest.fixture
def blocks() -> Any:
    """The spec blocks and builders of this file, for tests that need another than the trial's own."""
    from types import SimpleNamespace

    return SimpleNamespace(
        Analysis=AnyAnalysis, BestResponse=BestResponse, Categorise=Categorise, DAY0=DAY0, where=where, dataset=dataset
    )


@pytest.fixture
def stats() -> Any:
    """Return a function: an Ard as a dict by group levels, variable, level, statistic; number or reason."""

    def of(ard: Any) -> dict[tuple[Any, ...], Any]:
        return {
            (*(level for _, level in row.groups), row.variable, row.variable_level, row.stat_name): (
                row.warning if row.value is None else row.value
            )
            for row in ard.rows()
        }

    return of
