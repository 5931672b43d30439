"""Time to event on one record: the duration against its dates, and what an event or a censoring needs."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.model.duration import DAYS_PER_MONTH
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import members
from tlf.validate.outcome import (
    Mask,
    Outcome,
    Skipped,
    Violations,
    differs,
    lacking,
    missing,
    not_numeric,
    numbers,
)
from tlf.validate.rule import Family

DAYS: Final = {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH, "year": 365.25}
"""Days in each unit that PARAM may name in brackets at its end."""


@check("duration", offers=("expected", "formula"))
def check_duration(
    dataset: Dataset, study: StudyData, *, value: str = "AVAL", start: str = "STARTDT", end: str = "ADT"
) -> Outcome:
    """The value is end - start + 1, in days, or in the unit that PARAM names in brackets at its end.

    1. days = end - start + 1, both dates as stored (days since 1960).
    2. PARAM that ends in (weeks), (months) or (years): divided by 7, 30.4375, 365.25.
    3. Equal to 1e-9 of the larger; records with any of the three missing are not judged.
    """
    reason = not_numeric(dataset, value, start, end)
    if reason is not None:
        return reason
    unit = units_of(dataset)
    expected = (numbers(dataset, end) - numbers(dataset, start) + 1) / np.array([DAYS[name] for name in unit])
    days = f"{end} - {start} + 1"
    offered = {
        "expected": expected,
        "formula": lambda at: days if unit[at] == "day" else f"({days}) / {DAYS[str(unit[at])]:g}",
    }
    return (Violations(value, differs(numbers(dataset, value), expected), offered),)


def units_of(dataset: Dataset) -> npt.NDArray[np.str_]:
    """Return each record's unit of time, read once for each PARAM: what it names in brackets at its end, else day."""
    if not dataset.has("PARAM"):
        return np.full(len(dataset.frame), "day")
    codes, distinct = pd.factorize(dataset.frame["PARAM"])
    found = pd.Series(list(distinct), dtype=str).str.extract(r"(?i)\((day|week|month|year)s?\)\s*$")[0]
    units = [*found.str.lower().fillna("day"), "day"]
    return np.array(units)[codes]


@check("filled_with", offers=("needs",))
def check_filled_with(dataset: Dataset, study: StudyData, *, variable: Family, needs: list[str]) -> Outcome:
    """Where the variable is filled, at least one of those that it needs is filled."""
    found = members([variable], dataset.variable_names)
    present = [name for name in needs if dataset.has(name)]
    if not found or not present:
        return lacking(dataset, variable, *needs) or Skipped("nothing to compare")
    none = np.logical_and.reduce([missing(dataset.frame[name]) for name in present])
    wanted = " or ".join(needs)
    return tuple(Violations(m.name, ~missing(dataset.frame[m.name]) & none, {"needs": wanted}) for m in found)


@check("event_described", offers=("outcome", "needs"))
def check_event_described(
    dataset: Dataset, study: StudyData, *, event: str = "EVNTDESC", censoring: str = "CNSDTDSC"
) -> Outcome:
    """An event (CNSR 0) says which; a censored record says so in either description."""
    reason = not_numeric(dataset, "CNSR")
    if reason is not None:
        return reason
    blank = [missing(dataset.frame[name]) if dataset.has(name) else True for name in (event, censoring)]
    is_event = numbers(dataset, "CNSR") == 0
    is_censored = numbers(dataset, "CNSR") > 0
    undescribed: Mask = (is_event & blank[0]) | (is_censored & blank[0] & blank[1])
    offered = {
        "outcome": np.where(is_event, "an event", "censored"),
        "needs": np.where(is_event, event, f"{event} and {censoring}"),
    }
    return (Violations(event, undescribed, offered),)
