"""The steps of one landmark, on plain frames."""

import numpy as np
import pandas as pd

from tlf.derive.landmark_disposition import BestResponsePd, LandmarkInputs, disposition
from tlf.model.duration import Duration


def inputs(**changes):
    subjects = ["A", "B", "C"]
    given = {
        "source": pd.DataFrame({"AVAL": [400.0, 150.0, 400.0], "CNSR": [0.0, 1.0, 0.0]}, index=subjects),
        "assessments": pd.DataFrame({"USUBJID": ["A", "B"], "ADY": [84.0, 84.0], "LESION": [False, False]}),
        "baseline": None,
        "rule": BestResponsePd(pchg_ge=20, new_lesion="all"),
    }
    return LandmarkInputs(**{**given, **changes})


def test_subjects_come_in_the_order_of_the_source_whatever_that_of_the_changes():
    found = disposition(inputs(), pd.Series({"B": -5.0, "A": -10.0}), Duration(150.0))
    assert found.index.tolist() == ["A", "B", "C"]
    assert found["EXSTEP"].fillna(0).tolist() == [0.0, 4.0, 2.0]
    assert found["EXREAS"].tolist() == [
        "",
        "Not at risk: censored by 150 days",
        "No baseline or no valid post-baseline assessment by 150 days",
    ]


def test_a_subject_without_any_assessment_has_no_new_lesion_at_all_of_them():
    empty = inputs().assessments.iloc[:0]
    found = disposition(inputs(assessments=empty), pd.Series({"A": -10.0}), Duration(None))
    assert found["EXSTEP"].fillna(0).tolist() == [0.0, 2.0, 2.0]


def test_nobody_at_all_is_an_empty_answer():
    nobody = inputs(source=inputs().source.iloc[:0])
    assert disposition(nobody, pd.Series(dtype=np.float64), Duration(150.0)).empty
