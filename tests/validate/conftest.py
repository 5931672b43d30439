"""A tiny valid study (ADSL, ADTR, ADTTE, ADAE) as columns of values, and the way from columns to StudyData."""

import copy
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tlf.model.dataset import Dataset, Variable, text
from tlf.model.spec import Data, Study, StudySpec
from tlf.model.study_data import StudyData
from tlf.validate.outcome import Skipped

LABELS = {"ADSL": "Subject-Level Analysis Dataset"}

ADSL = {
    "STUDYID": ["T"] * 3,
    "USUBJID": ["T-01", "T-02", "T-03"],
    "SUBJID": ["01", "02", "03"],
    "SITEID": ["S1", "S1", "S2"],
    "AGE": [61.0, 62.0, 63.0],
    "AGEU": ["YEARS"] * 3,
    "SEX": ["F", "M", "F"],
    "RACE": ["WHITE", "ASIAN", "WHITE"],
    "ARM": ["A", "B", "A"],
    "TRT01P": ["A", "B", "A"],
    "TRT01PN": [1.0, 2.0, 1.0],
    "FASFL": ["Y", "Y", "N"],
    "DTHFL": [None, "Y", None],
    "RANDDT": [20000.0, 20010.0, 20020.0],
    "TRTSDT": [20001.0, 20011.0, 20021.0],
    "TRTEDT": [20050.0, 20060.0, 20070.0],
    "DTHDT": [None, 20110.0, None],
}
# SDIAM at baseline, week 12, week 24 for each subject; new lesions (no baseline) for the first
ADTR = {
    "STUDYID": ["T"] * 10,
    "USUBJID": ["T-01"] * 3 + ["T-02"] * 3 + ["T-03"] * 3 + ["T-01"],
    "ASEQ": [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0],
    "TRTP": ["A"] * 3 + ["B"] * 3 + ["A"] * 4,
    "TRTPN": [1.0] * 3 + [2.0] * 3 + [1.0] * 4,
    "PARAM": ["Sum of Diameters (mm)"] * 9 + ["New Lesions"],
    "PARAMCD": ["SDIAM"] * 9 + ["NEWLES"],
    "PARCAT1": ["Target"] * 9 + ["New"],
    "AVISIT": ["Baseline", "Week 12", "Week 24"] * 3 + ["Week 24"],
    "AVISITN": [0.0, 12.0, 24.0] * 3 + [24.0],
    "ADT": [19990.0, 20084.0, 20168.0, 20000.0, 20094.0, 20178.0, 20010.0, 20104.0, 20188.0, 20168.0],
    "ADY": [-10.0, 85.0, 169.0] * 3 + [169.0],
    "AVAL": [50.0, 40.0, 45.0, 30.0, 33.0, 36.0, 50.0, 50.0, 60.0, 1.0],
    "BASE": [50.0] * 3 + [30.0] * 3 + [50.0] * 3 + [None],
    "CHG": [None, -10.0, -5.0, None, 3.0, 6.0, None, 0.0, 10.0, None],
    "PCHG": [None, -20.0, -10.0, None, 10.0, 20.0, None, 0.0, 20.0, None],
    "ABLFL": ["Y", None, None] * 3 + [None],
    "ANL01FL": ["Y"] * 10,
}
ADTTE = {
    "STUDYID": ["T"] * 6,
    "USUBJID": ["T-01", "T-01", "T-02", "T-02", "T-03", "T-03"],
    "ASEQ": [1.0, 2.0] * 3,
    "AGE": [61.0, 61.0, 62.0, 62.0, 63.0, 63.0],
    "TRTP": ["A", "A", "B", "B", "A", "A"],
    "PARAM": ["Progression-Free Survival", "Overall Survival"] * 3,
    "PARAMCD": ["PFS", "OS"] * 3,
    "STARTDT": [20000.0, 20000.0, 20010.0, 20010.0, 20020.0, 20020.0],
    "ADT": [20057.0, 20099.0, 20080.0, 20110.0, 20050.0, 20120.0],
    "AVAL": [58.0, 100.0, 71.0, 101.0, 31.0, 101.0],
    "CNSR": [0.0, 1.0, 1.0, 0.0, 2.0, 1.0],
    "EVNTDESC": ["Progression", "Alive", "Last scan", "Death", "Last scan", "Alive"],
    "CNSDTDSC": [None, "Last contact", "Last scan", None, "Last scan", "Last contact"],
}
ADAE = {
    "STUDYID": ["T"] * 2,
    "USUBJID": ["T-01", "T-02"],
    "AESEQ": [1.0, 1.0],
    "AETERM": ["HEADACHE", "NAUSEA"],
    "AEDECOD": ["Headache", "Nausea"],
    "ASTDT": [20005.0, 20015.0],
    "AENDT": [20006.0, 20015.0],
    "ASTDY": [6.0, 6.0],
    "AENDY": [7.0, 6.0],
    "TRTEMFL": ["Y", None],
}


def _format(name):
    return {"DT": "DATE9.", "DTM": "DATETIME20.", "TM": "TIME8."}.get(
        next((suffix for suffix in ("DTM", "DT", "TM") if name.endswith(suffix)), ""), ""
    )


def _dataset(name, columns, *, label=None, formats=None, labels=None):
    frame, variables = {}, []
    for column, values in columns.items():
        # all-missing columns are what their name says: flags are character
        is_text = any(isinstance(v, str) for v in values) or (
            all(v is None for v in values) and column.endswith(("FL", "FLAG"))
        )
        frame[column] = text(values) if is_text else pd.Series(values, dtype="float64")
        written = "" if is_text else (formats or {}).get(column, _format(column))
        told = (labels or {}).get(column, column.title())
        length = max((len(v) for v in values if v), default=1) if is_text else 8
        variables.append(Variable(column, told, "char" if is_text else "num", length, written))
    return Dataset(name, LABELS.get(name, name) if label is None else label, pd.DataFrame(frame), tuple(variables))


def _spec(*, waivers=(), sets=("adam",), folder="", **study):
    return StudySpec(
        study=Study(id="T", title="Test", **study),
        data=Data(folder=".", datasets=["ADSL"]),
        method_profile="r",
        rules={"sets": list(sets)},
        waivers=list(waivers),
        folder=str(folder),
    )


@pytest.fixture
def make():
    """Build a dataset from columns of values; character where any value is text."""
    return _dataset


@pytest.fixture
def make_spec():
    """Build a minimal spec."""
    return _spec


@pytest.fixture
def clean():
    """The tiny study as columns that a test may change: ``columns``, ``formats``, ``labels``, ``titles``, ``study``."""
    columns = {"ADSL": ADSL, "ADTR": ADTR, "ADTTE": ADTTE, "ADAE": ADAE}
    return SimpleNamespace(columns=copy.deepcopy(columns), formats={}, labels={}, titles={}, study={})


@pytest.fixture
def build():
    """Turn the (changed) columns into StudyData."""

    def to_data(parts, **spec):
        datasets = {
            name: _dataset(
                name,
                columns,
                label=parts.titles.get(name),
                formats=parts.formats.get(name),
                labels=parts.labels.get(name),
            )
            for name, columns in parts.columns.items()
        }
        return StudyData(_spec(**{**parts.study, **spec}), datasets)

    return to_data


@pytest.fixture
def broken():
    """Run a check function on a dataset (and others of the study) and return its wrong positions by variable."""

    def run(check, dataset, *others, **keys):
        study = {"data_cutoff": keys.pop("data_cutoff", None)}
        data = StudyData(_spec(**study), {one.name: one for one in (dataset, *others)})
        outcome = check(dataset, data, **keys)
        if isinstance(outcome, Skipped):
            return outcome
        return {v.variable: np.flatnonzero(v.mask).tolist() for v in outcome if v.count}

    return run
