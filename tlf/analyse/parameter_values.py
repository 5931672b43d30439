"""A parameter's values for the subjects of a group, one a subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tlf.analyse.analysis_groups import Cell, refusal
from tlf.analyse.survival_input import BoolArray, FloatArray
from tlf.errors import AnalysisError, DerivationError
from tlf.model.study_data import Parameter, StudyData

_SHOWN: Final = 3
_UNIT_IN_LABEL: Final = re.compile(r"\(([A-Za-z]+)\)")
_UNITS: Final = {
    "day": "d",
    "days": "d",
    "d": "d",
    "week": "wk",
    "weeks": "wk",
    "wk": "wk",
    "month": "mo",
    "months": "mo",
    "mo": "mo",
    "year": "y",
    "years": "y",
}


@dataclass(frozen=True, eq=False)
class Times:
    """Time to event of a group's subjects: USUBJID, time in the parameter's unit, and whether the event happened."""

    usubjid: pd.Series
    time: FloatArray
    event: BoolArray


def parameter_of(data: StudyData, name: str, key: str, reference: str, *, level: str | None) -> Parameter:
    """Return the parameter that a reference stands for in a group.

    Args:
        data: the study's data.
        name: the analysis.
        key: its key that holds the reference.
        reference: a PARAMCD, a level of a derivation (``shrinkage.ALL``), or a derivation alone (``shrinkage``),
            which is its level of the group's name.
        level: the level of the group; None if the analysis is for no derivation's levels.

    Raises:
        AnalysisError: nothing has that name, or a derivation alone where the group has no level of it.
    """
    levels = {parameter.level: parameter for parameter in data.levels(reference)}
    if levels and "." not in reference:
        if level is None or level not in levels:
            known = ", ".join(f"{reference}.{known}" for known in levels)
            here = "for_each has no levels" if level is None else f"not {level}"
            raise refusal(data, name, f"{key} {reference} has levels, {here}: expected one of {known}", key)
        return levels[level]
    try:
        return data.parameter(reference)
    except DerivationError as error:
        raise refusal(data, name, str(error), key) from error


def records_in(data: StudyData, parameter: Parameter, cell: Cell) -> pd.DataFrame:
    """Return the parameter's records of a group's subjects, one a subject, in ADSL's order.

    Raises:
        AnalysisError: a subject with several records; the message names dataset, PARAMCD and subjects.
    """
    frame = data.dataset(parameter.dataset).frame
    frame = frame[(frame["PARAMCD"] == parameter.paramcd).fillna(False).to_numpy(dtype=bool)]
    position = frame["USUBJID"].map(
        pd.Series(np.arange(len(cell.subjects)), index=pd.Index(cell.subjects["USUBJID"].to_numpy()))
    )
    inside = frame[position.notna()]
    again = inside["USUBJID"].duplicated(keep=False)
    if again.any():
        subjects = _named(inside["USUBJID"][again])
        raise AnalysisError(f"{_address(parameter)} has several records for {subjects}: expected one a subject")
    return inside.iloc[np.argsort(position[position.notna()].to_numpy(), kind="stable")]


def values_in(data: StudyData, parameter: Parameter, cell: Cell) -> pd.Series:
    """Return AVAL of a parameter for a group's subjects that have one, indexed by USUBJID, in ADSL's order.

    Raises:
        AnalysisError: a subject with several records, or AVAL that is not numeric.
    """
    dataset = data.dataset(parameter.dataset)
    if not dataset.has("AVAL") or dataset.variable("AVAL").type != "num":
        raise AnalysisError(f"{parameter.dataset} has no numeric AVAL")
    return records_in(data, parameter, cell).set_index("USUBJID")["AVAL"].dropna()


def times_in(data: StudyData, parameter: Parameter, cell: Cell) -> Times:
    """Return time to event of a group's subjects that have a record; CNSR 0 is an event, 1 and above censored.

    Raises:
        AnalysisError: no AVAL or CNSR, a missing or negative time, or a CNSR that is no whole number >= 0; the
            message names dataset, PARAMCD, subjects and value.
    """
    dataset = data.dataset(parameter.dataset)
    for variable in ("AVAL", "CNSR"):
        if not dataset.has(variable) or dataset.variable(variable).type != "num":
            raise AnalysisError(f"{parameter.dataset} has no numeric {variable}: expected a time-to-event dataset")
    records = records_in(data, parameter, cell)
    time, censored = records["AVAL"], records["CNSR"]
    _refuse(parameter, records, "AVAL", ~(time >= 0), "a time >= 0")
    _refuse(parameter, records, "CNSR", ~((censored >= 0) & (censored % 1 == 0)), "0 (event) or a whole number above")
    return Times(records["USUBJID"], time.to_numpy(dtype=np.float64), (censored == 0).to_numpy(dtype=np.bool_))


def check_unit(data: StudyData, parameter: Parameter, unit: str) -> None:
    """Refuse a parameter that says, in AVALU or in PARAM, that it is in another unit of time.

    Raises:
        AnalysisError: naming the parameter and both units.
    """
    dataset = data.dataset(parameter.dataset)
    frame = dataset.frame[(dataset.frame["PARAMCD"] == parameter.paramcd).fillna(False).to_numpy(dtype=bool)]
    said = set(frame["AVALU"].dropna()) if dataset.has("AVALU") else set()
    if dataset.has("PARAM"):
        said |= {word for label in frame["PARAM"].dropna().unique() for word in _UNIT_IN_LABEL.findall(label)}
    other = sorted(word for word in said if _UNITS.get(word.lower(), unit) != unit)
    if other:
        raise AnalysisError(f"{_address(parameter)} is in {other[0]}, but the spec says unit: {unit}")


def _refuse(parameter: Parameter, records: pd.DataFrame, variable: str, wrong: pd.Series, expected: str) -> None:
    if wrong.any():
        row = records[wrong].iloc[0]
        value = "missing" if pd.isna(row[variable]) else f"{row[variable]:g}"
        subjects = _named(records["USUBJID"][wrong])
        raise AnalysisError(f"{_address(parameter)}: {variable} is {value} for {subjects}: expected {expected}")


def _address(parameter: Parameter) -> str:
    return f"{parameter.dataset} {parameter.paramcd}"


def _named(subjects: pd.Series) -> str:
    distinct = subjects.drop_duplicates()
    more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
    return ", ".join(str(subject) for subject in distinct.head(_SHOWN)) + more
