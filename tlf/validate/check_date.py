"""Dates: their formats, their order, the parts of a datetime, and the data cut-off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tlf.model.dataset import Dataset, sas_date
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import members, twin
from tlf.validate.message import sas_text, value_text
from tlf.validate.outcome import Outcome, Skipped, Violations, differs, is_numeric, not_numeric, numbers
from tlf.validate.rule import Family

DAY_SECONDS: Final = 86400.0


@check("date_format", offers=("format", "expected"))
def check_date_format(
    dataset: Dataset,
    study: StudyData,
    *,
    variables: list[Family],
    kind: Literal["date", "time", "datetime"],
    exclude: tuple[Family, ...] = (),
) -> Outcome:
    """The numeric variables carry a SAS format that shows them as dates, times or datetimes."""
    found = [
        dataset.variable(member.name)
        for member in members(variables, dataset.variable_names, exclude=exclude)
        if is_numeric(dataset.frame[member.name])
    ]
    wrong = (variable for variable in found if variable.kind != kind)
    broken = tuple(Violations(v.name, None, {"format": v.format or "none", "expected": kind}) for v in wrong)
    return broken if found else Skipped(f"{dataset.name} has no numeric {', '.join(variables)}")


@check("order", offers=("last", "last_value"))
def check_order(dataset: Dataset, study: StudyData, *, first: Family, last: Family) -> Outcome:
    """The first of two variables is not after the last, where both are filled."""
    checked = []
    for member in members([first], dataset.variable_names):
        end = twin(last, member)
        if not_numeric(dataset, member.name, end) is None:
            wrong = numbers(dataset, member.name) > numbers(dataset, end)
            shown = partial(value_text, dataset, end)
            checked.append(Violations(member.name, wrong, {"last": end, "last_value": shown}))
    return tuple(checked) or Skipped(f"{dataset.name} has no numeric pair {first}, {last}")


@check("not_after_cutoff", offers=("cutoff",))
def check_not_after_cutoff(dataset: Dataset, study: StudyData, *, variables: list[Family]) -> Outcome:
    """No date is after the data cut-off that the study declares."""
    cutoff = study.spec.study.data_cutoff
    if cutoff is None:
        return Skipped("the spec declares no study.data_cutoff")
    checked = []
    for member in members(variables, dataset.variable_names):
        if is_numeric(dataset.frame[member.name]):
            values = numbers(dataset, member.name)
            if dataset.variable(member.name).kind == "datetime":
                values = np.floor(values / DAY_SECONDS)
            checked.append(Violations(member.name, values > sas_date(cutoff), {"cutoff": cutoff}))
    return tuple(checked) or Skipped(f"{dataset.name} has no numeric {', '.join(variables)}")


@check("datetime_part", offers=("expected", "of"))
def check_datetime_part(
    dataset: Dataset, study: StudyData, *, variable: Family, of: Family, part: Literal["date", "time"]
) -> Outcome:
    """A date or time equals that part of the datetime of the same record, where both are filled."""
    checked = []
    for member in members([variable], dataset.variable_names):
        whole = twin(of, member)
        if whole != member.name and not_numeric(dataset, member.name, whole) is None:
            values = numbers(dataset, whole)
            days = np.floor(values / DAY_SECONDS)
            expected = days if part == "date" else values - days * DAY_SECONDS
            wrong = differs(numbers(dataset, member.name), expected)
            checked.append(Violations(member.name, wrong, {"of": whole, "expected": _shown(expected, part)}))
    return tuple(checked) or Skipped(f"{dataset.name} has no numeric pair {variable}, {of}")


def _shown(values: npt.NDArray[np.float64], kind: str) -> Callable[[int], str]:
    return lambda position: sas_text(float(values[position]), kind)
