"""The arithmetic of change from baseline, and values that must be equal on one record."""

from __future__ import annotations

import numpy as np

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.group import group_codes
from tlf.validate.message import value_text
from tlf.validate.outcome import Outcome, Violations, differs, is_numeric, lacking, missing, not_numeric, numbers


@check("change", offers=("expected",))
def check_change(
    dataset: Dataset, study: StudyData, *, change: str = "CHG", value: str = "AVAL", base: str = "BASE"
) -> Outcome:
    """The change is value minus base where all three are filled (to 1e-9 of the largest of them)."""
    reason = not_numeric(dataset, change, value, base)
    if reason is not None:
        return reason
    values, bases = numbers(dataset, value), numbers(dataset, base)
    expected = values - bases
    scale = np.fmax(np.abs(values), np.abs(bases))
    wrong = differs(numbers(dataset, change), expected, scale=scale)
    return (Violations(change, wrong, {"expected": expected}),)


@check("percent_change", offers=("expected",))
def check_percent_change(
    dataset: Dataset, study: StudyData, *, change: str = "PCHG", value: str = "AVAL", base: str = "BASE"
) -> Outcome:
    """The percent change is 100 * (value - base) / base where all are filled; a base of 0 has none."""
    reason = not_numeric(dataset, change, value, base)
    if reason is not None:
        return reason
    changes, values, bases = (numbers(dataset, name) for name in (change, value, base))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.where(bases == 0, np.nan, 100 * (values - bases) / bases)
        scale = np.fmax(100, 100 * np.abs(values / bases))
    impossible = (bases == 0) & ~np.isnan(changes)
    wrong = impossible | differs(changes, expected, scale=np.where(bases == 0, np.nan, scale))
    return (Violations(change, wrong, {"expected": expected}),)


@check("equal", offers=("expected",))
def check_equal(dataset: Dataset, study: StudyData, *, variable: str, to: str) -> Outcome:
    """Where the variable is filled it equals another variable of the record."""
    reason = lacking(dataset, variable, to)
    if reason is not None:
        return reason
    left, right = dataset.frame[variable], dataset.frame[to]
    filled = ~missing(left)
    if is_numeric(left) and is_numeric(right):
        unequal = differs(numbers(dataset, variable), numbers(dataset, to)) | missing(right)
    else:
        unequal = left.astype(str).ne(right.astype(str)).to_numpy(dtype=bool)
    return (Violations(variable, filled & unequal, {"expected": lambda position: value_text(dataset, to, position)}),)


@check("baseline_record")
def check_baseline_record(dataset: Dataset, study: StudyData, *, base: str, flag: str = "ABLFL") -> Outcome:
    """A filled baseline value has a record flagged as baseline under the same USUBJID and PARAMCD."""
    reason = lacking(dataset, base, "USUBJID", "PARAMCD")
    if reason is not None:
        return reason
    filled = ~missing(dataset.frame[base])
    if not dataset.has(flag):
        return (Violations(base, filled),)
    codes = group_codes(dataset, ["USUBJID", "PARAMCD"])
    flagged = dataset.frame[flag].eq("Y").fillna(False).to_numpy(dtype=bool)
    has_baseline = np.isin(codes, codes[flagged])
    return (Violations(base, filled & ~has_baseline),)
