"""Records and subjects that must be one, or must exist: keys, and subjects in ADSL."""

from __future__ import annotations

from functools import partial

import numpy as np

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import members
from tlf.validate.group import group_codes, group_text
from tlf.validate.outcome import Mask, Outcome, Skipped, Violations, lacking, missing, other_dataset
from tlf.validate.rule import Family


@check("unique", offers=("key", "records"))
def check_unique(dataset: Dataset, study: StudyData, *, key: list[str], also: tuple[Family, ...] = ()) -> Outcome:
    """No two records agree in the key and in those further variables that the dataset has."""
    reason = lacking(dataset, *key)
    if reason is not None:
        return reason
    names = [*key, *(member.name for member in members(also, dataset.variable_names))]
    codes = group_codes(dataset, names)
    sizes = np.bincount(codes, minlength=1)[codes]
    offered = {"key": partial(group_text, dataset, names), "records": sizes}
    return (Violations(", ".join(key), sizes > 1, offered),)


@check("subjects_in", offers=("source",))
def check_subjects_in(dataset: Dataset, study: StudyData, *, source: str = "ADSL") -> Outcome:
    """Every USUBJID is in another dataset."""
    subjects = other_dataset(study, source)
    if isinstance(subjects, Skipped):
        return subjects
    reason = lacking(dataset, "USUBJID") or lacking(subjects, "USUBJID")
    if reason is not None:
        return reason
    column = dataset.frame["USUBJID"]
    known: Mask = column.isin(subjects.frame["USUBJID"].dropna()).to_numpy(dtype=bool)
    return (Violations("USUBJID", ~known & ~missing(column), {"source": source}),)
