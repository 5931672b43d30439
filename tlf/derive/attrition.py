"""The dataset ADATTRIT: for each landmark parameter and subject, whether it is analysed, or the reason it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tlf.derive.bds_records import fitted
from tlf.derive.subject_records import refusal
from tlf.model.dataset import Dataset, Variable, text
from tlf.model.study_data import SUBJECTS, LogStep, StudyData

ATTRITION: Final = "ADATTRIT"
_FROM_SUBJECTS: Final = ("STUDYID", "USUBJID", "TRT01P", "TRT01PN")
_OWN: Final = (
    Variable("PARAMCD", "Parameter Code", "char", 8),
    Variable("PARAM", "Parameter", "char", 1),
    Variable("LMDAY", "Landmark Day"),
    Variable("ANL01FL", "Analysis Flag 01", "char", 1),
    Variable("EXSTEP", "Analysis Step of Exclusion"),
    Variable("EXREAS", "Reason for Exclusion", "char", 1),
)


@dataclass(frozen=True, eq=False)
class Attrition:
    """One landmark's attrition: its parameter, its day (None for no limit), EXSTEP and EXREAS by USUBJID."""

    paramcd: str
    param: str
    day: float | None
    disposition: pd.DataFrame


def with_attrition(data: StudyData, name: str, subjects: pd.DataFrame, parts: list[Attrition]) -> StudyData:
    """Return the data with the rows of some landmarks added to ADATTRIT, one a subject of the analysis set.

    Args:
        data: the study's data.
        name: the derivation.
        subjects: ADSL records of the analysis set, in the order of each part's index.
        parts: the landmarks, in order.

    Raises:
        DerivationError: the data already have a dataset ADATTRIT that is not of this structure.
    """
    adsl = data.dataset(SUBJECTS)
    subject = tuple(adsl.variable(v) for v in _FROM_SUBJECTS if adsl.has(v))
    variables = (*subject, *_OWN)
    rows = pd.concat([_rows(subjects[[v.name for v in subject]], part) for part in parts], ignore_index=True)
    if ATTRITION in data.datasets:
        before = data.dataset(ATTRITION)
        if before.variable_names != tuple(v.name for v in variables):
            raise refusal(data, name, f"the data have a dataset {ATTRITION} with other variables: rename it")
        rows = pd.concat([before.frame, rows], ignore_index=True)
    dataset = Dataset(
        ATTRITION, "Landmark Attrition by Subject", rows, tuple(fitted(v, rows[v.name]) for v in variables)
    )
    analysed = int((rows["ANL01FL"] == "Y").sum())
    return data.with_dataset(
        dataset, LogStep(name, f"{ATTRITION}: one row a subject and landmark", len(rows), analysed)
    )


def _rows(subjects: pd.DataFrame, part: Attrition) -> pd.DataFrame:
    step = part.disposition["EXSTEP"].to_numpy()
    index = subjects.index
    return subjects.assign(
        PARAMCD=text(part.paramcd, index=index),
        PARAM=text(part.param, index=index),
        LMDAY=np.nan if part.day is None else part.day,
        ANL01FL=text(np.where(np.isnan(step), "Y", ""), index=index),
        EXSTEP=step,
        EXREAS=text(part.disposition["EXREAS"].to_numpy(), index=index),
    )
