"""Plain records for the second program: one Python object a subject or a record, read by simple loops.

The production program works on whole columns. This one walks subject by subject on purpose, so that the two
programs share no way of going wrong. They share only the types in ``tlf.model`` and the data as read.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from tlf.errors import AnalysisError, did_you_mean
from tlf.model.spec import Derivation, Records
from tlf.model.study_data import SUBJECTS, StudyData

P = ParamSpec("P")
R = TypeVar("R")

ROUNDING: Final = 1e-9
"""How far a percentage may be off a limit and still be exactly on it: above float noise, below any real change."""


@dataclass(frozen=True)
class Change:
    """One assessment of a subject: study day, SAS date, and percentage change from baseline."""

    usubjid: str
    day: float
    date: float
    pchg: float


@dataclass(frozen=True)
class Survival:
    """One subject's time to event in days, whether the event happened, and the SAS date it ended on."""

    usubjid: str
    time: float
    event: bool
    date: float | None


def once_a_study(function: Callable[Concatenate[StudyData, P], R]) -> Callable[Concatenate[StudyData, P], R]:
    """Return a function of study data that does its work once for the same data and arguments.

    Results are shared and must not be changed. They are forgotten with the data.
    """
    known: WeakKeyDictionary[StudyData, dict[object, R]] = WeakKeyDictionary()

    @functools.wraps(function)
    def remembered(data: StudyData, /, *args: P.args, **kwargs: P.kwargs) -> R:
        results = known.setdefault(data, {})
        key = (args, tuple(sorted(kwargs.items())))
        if key not in results:
            results[key] = function(data, *args, **kwargs)
        return results[key]

    return remembered


def number(value: Any) -> float | None:
    """Return a stored value as a number, or None if it is missing.

    Example:
        >>> number(float("nan")) is None, number(3)
        (True, 3.0)
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(value)


def words(value: Any) -> str | None:
    """Return a stored value as text, or None if it is missing or blank."""
    return value if isinstance(value, str) and value.strip() else None


def at_least(value: float, limit: float) -> bool:
    """Say whether a percentage is at or above a limit; float noise does not move it off the limit.

    Example:
        >>> at_least(20.0, 20), at_least(19.999999999999996, 20), at_least(19.9, 20)
        (True, True, False)
    """
    return value >= limit - ROUNDING


def records_of(data: StudyData, records: Records) -> list[dict[str, Any]]:
    """Return the records that ``DATASET where ...`` selects, each a dict by variable, in dataset order."""
    return [{str(k): v for k, v in row.items()} for row in data.records(records).to_dict("records")]


@once_a_study
def subject_rows(data: StudyData) -> dict[str, dict[str, Any]]:
    """Return the ADSL record of each subject, by USUBJID, in ADSL order.

    Raises:
        AnalysisError: a subject without USUBJID, or with two records.
    """
    rows: dict[str, dict[str, Any]] = {}
    for row in records_of(data, Records(SUBJECTS)):
        usubjid = words(row["USUBJID"])
        if usubjid is None or usubjid in rows:
            raise AnalysisError(f"{SUBJECTS}: USUBJID {usubjid!r} is missing or not unique")
        rows[usubjid] = row
    return rows


@once_a_study
def randomisation_dates(data: StudyData) -> dict[str, float]:
    """Return RANDDT (SAS date) by subject, for those that have one."""
    dates = {usubjid: number(row.get("RANDDT")) for usubjid, row in subject_rows(data).items()}
    return {usubjid: date for usubjid, date in dates.items() if date is not None}


def study_day(date: float, reference: float) -> float:
    """Return the analysis day of a date: the reference date is day 1, the day before it day -1.

    Example:
        >>> study_day(100, 100), study_day(99, 100)
        (1, -1)
    """
    return date - reference + 1 if date >= reference else date - reference


@once_a_study
def survival_times(data: StudyData, paramcd: str) -> dict[str, Survival]:
    """Return each subject's record of a time-to-event parameter that the data have, by USUBJID.

    Raises:
        AnalysisError: two records of a subject, a missing or negative AVAL, or a CNSR that is missing; the
            message names dataset, subject and value.
        DerivationError: no dataset, or several, have the parameter.
    """
    home = data.parameter(paramcd).dataset
    found: dict[str, Survival] = {}
    for row in (r for r in records_of(data, Records(home)) if r.get("PARAMCD") == paramcd):
        usubjid, time, censored = str(row["USUBJID"]), number(row.get("AVAL")), number(row.get("CNSR"))
        place = f"{home} {paramcd} of {usubjid}"
        if usubjid in found:
            raise AnalysisError(f"{place}: more than one record")
        if time is None or time < 0 or censored is None or censored < 0:
            raise AnalysisError(f"{place}: AVAL {row.get('AVAL')} and CNSR {row.get('CNSR')}, expected both, 0 or more")
        found[usubjid] = Survival(usubjid, time, censored == 0, number(row.get("ADT")))
    return found


def derivation_block(data: StudyData, name: str, method: str) -> Any:
    """Return a derivation of the spec, whose attributes are its YAML keys.

    Raises:
        AnalysisError: no such derivation, or one of another method.
    """
    blocks: Mapping[str, Derivation] = data.spec.derivations
    if name not in blocks:
        raise AnalysisError(f"the spec has no derivation {name}.{did_you_mean(name, blocks)}")
    if blocks[name].method != method:
        raise AnalysisError(f"derivation {name} is a {blocks[name].method}, expected a {method}")
    return blocks[name]


def in_order(values: Iterable[str]) -> list[str]:
    """Return the distinct values in order of first appearance."""
    return list(dict.fromkeys(values))
