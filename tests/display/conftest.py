"""A two-arm study of five subjects with results written by hand, for the tests of displays."""

from types import MappingProxyType

import pandas as pd
import pytest

from tlf.model.ard import Ard
from tlf.model.dataset import Dataset, Variable, sas_date, text
from tlf.model.output_request import OutputRequest
from tlf.model.study_data import Parameter, StudyData
from tlf.run.plan import output_keywords, plan_study
from tlf.spec.load import load_spec

ARM_A, ARM_B = "177Lu-DOTATATE", "Octreotide LAR 60 mg"


def char(name, label="", length=40):
    return Variable(name, label, "char", length)


def adsl():
    frame = pd.DataFrame(
        {
            "STUDYID": text(["S"] * 5),
            "USUBJID": text([f"S-{n}" for n in range(1, 6)]),
            "TRT01P": text([ARM_A, ARM_B, ARM_A, ARM_B, ARM_A]),
            "TRT01PN": [1.0, 2.0, 1.0, 2.0, 1.0],
            "FASFL": text(["Y"] * 5),
            "AGE": [50.0, 60.0, 70.0, 61.0, 66.0],
            "SEX": text(["F", "M", "F", "M", ""]),
        }
    )
    variables = (
        char("STUDYID"),
        char("USUBJID", "Unique Subject Identifier"),
        char("TRT01P", "Planned Treatment for Period 01"),
        Variable("TRT01PN", "Planned Treatment for Period 01 (N)"),
        char("FASFL"),
        Variable("AGE", "Age"),
        char("SEX", "Sex"),
    )
    return Dataset("ADSL", "", frame, variables)


def adtr():
    frame = pd.DataFrame(
        {
            "USUBJID": text(["S-1", "S-1", "S-2", "S-3", "S-9"]),
            "ASEQ": [1.0, 2.0, 1.0, 1.0, 1.0],
            "PARAMCD": text(["SDIAM"] * 5),
            "PARCAT2": text(["LOCAL"] * 5),
            "AVISIT": text(["Baseline", "Week 12", "Baseline", "Baseline", "Baseline"]),
            "ADT": [sas_date("2013-05-01"), sas_date("2013-07-24"), sas_date("2013-06-03"), float("nan"), 0.0],
            "AVAL": [55.0, 38.5, 60.0, 71.25, 1.0],
            "PCHG": [float("nan"), -30.0, float("nan"), float("nan"), float("nan")],
        }
    )
    variables = (
        char("USUBJID"),
        Variable("ASEQ"),
        char("PARAMCD", length=8),
        char("PARCAT2"),
        char("AVISIT", "Analysis Visit"),
        Variable("ADT", "Analysis Date", format="DATE9."),
        Variable("AVAL", "Analysis Value"),
        Variable("PCHG", "Percent Change from Baseline"),
    )
    return Dataset("ADTR", "", frame, variables)


@pytest.fixture(scope="session")
def plan(root):
    return plan_study(load_spec(root / "specs" / "netter1" / "study.yaml"))


@pytest.fixture
def request_of(plan):
    """Return an OutputRequest for an output of the example spec with hand-made rows, and the display's keywords."""

    def make(output_id, rows, /, **changed):
        planned = next(p for p in plan.outputs if p.output_id == output_id)
        levels = plan.spec.derivations["landmark_pfs"].at
        parameters = {
            f"landmark_pfs.{level}": Parameter("ADTTE", f"PFSL{level[1:]}", duration.label, level, duration)
            for level, duration in levels.items()
        }
        data = StudyData(plan.spec, {"ADSL": adsl(), "ADTR": adtr()}, MappingProxyType(parameters))
        numbered = [{**row, "id": f"{row['analysis_id']}#{n}"} for n, row in enumerate(rows, start=1)]
        own = changed.pop("output", {})
        request = OutputRequest(
            output_id,
            planned.output.model_copy(update=own),
            data,
            Ard.of(numbered),
            {name: plan.analyses[name] for name in planned.analyses},
            program="netter1/study.yaml",
            code="0a1b2c3d",
        )
        return request, {**output_keywords(planned), **changed}

    return make
