"""Values copied from another dataset: the same variable, or a named one, on the same subject."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import members
from tlf.validate.message import as_text, sas_text
from tlf.validate.outcome import (
    Mask,
    Outcome,
    Skipped,
    Violations,
    differs,
    is_numeric,
    lacking,
    missing,
    numbers,
    other_dataset,
)
from tlf.validate.rule import Family

Positions = np.ndarray[tuple[int], np.dtype[np.intp]]


@check("same_as_source", offers=("source", "source_variable", "expected"))
def check_same_as_source(
    dataset: Dataset,
    study: StudyData,
    *,
    variables: list[Family],
    source: str = "ADSL",
    source_variable: str = "",
) -> Outcome:
    """The variables hold, on each record, the value that the subject has in the source dataset.

    ``source_variable`` is set where it has another name there. Subjects that are not in the source, or in it
    more than once, have rules of their own and are not judged here.
    """
    origin = other_dataset(study, source)
    if isinstance(origin, Skipped):
        return origin
    reason = lacking(dataset, "USUBJID") or lacking(origin, "USUBJID")
    if reason is not None:
        return reason
    rows = subject_rows(dataset, origin)
    checked = []
    for member in members(variables, dataset.variable_names):
        name = source_variable or member.name
        if origin.has(name):
            checked.append(_against_source(dataset, origin, rows, names=(member.name, name)))
    return tuple(checked) or Skipped(f"{dataset.name} and {source} share no variable to compare")


def subject_rows(dataset: Dataset, source: Dataset) -> Positions:
    """Return for each record the position of its subject in the source; -1 if it is not there exactly once."""
    subjects = source.frame["USUBJID"]
    once = ~(subjects.duplicated(keep=False) | subjects.isna()).to_numpy(dtype=bool)
    positions = np.flatnonzero(once)
    found = pd.Index(subjects[once]).get_indexer(pd.Index(dataset.frame["USUBJID"]))
    return np.where(found >= 0, positions[found] if len(positions) else -1, -1)


def _against_source(dataset: Dataset, source: Dataset, rows: Positions, *, names: tuple[str, str]) -> Violations:
    name, source_name = names
    here, there = dataset.frame[name], source.frame[source_name].take(np.maximum(rows, 0) if len(source.frame) else [])
    offered = {
        "source": source.name,
        "source_variable": source_name,
        "expected": _shown(source, source_name, rows),
    }
    judged = rows >= 0
    if not judged.any():
        return Violations(name, judged, offered)
    blank = missing(here), missing(there)
    unequal: Mask
    if is_numeric(here) and is_numeric(there):
        unequal = differs(numbers(dataset, name), there.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        unequal = here.astype(str).to_numpy() != there.astype(str).to_numpy()
    unequal = np.where(blank[0] | blank[1], blank[0] != blank[1], unequal)
    return Violations(name, judged & unequal, offered)


def _shown(source: Dataset, name: str, rows: Positions) -> Callable[[int], str]:
    def text(position: int) -> str:
        value = source.frame[name].iloc[rows[position]]
        kind = source.variable(name).kind
        return as_text(value) if kind == "char" else sas_text(float(value), kind)

    return text
