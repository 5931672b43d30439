"""What one variable must satisfy by itself: present, type, filled, code list, pattern, length. Built by pandera."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import Member, members
from tlf.validate.message import as_text
from tlf.validate.outcome import ColumnCheck, ColumnTest, Outcome, Skipped, is_numeric, missing
from tlf.validate.rule import Family, Regex, Value


@check("present")
def check_present(dataset: Dataset, study: StudyData, *, variables: list[str]) -> Outcome:
    """The variables are in the dataset."""
    return tuple(ColumnCheck(name) for name in variables)


@check("type", offers=("expected", "found"))
def check_type(
    dataset: Dataset,
    study: StudyData,
    *,
    variables: list[Family],
    kind: Literal["char", "num"],
    exclude: tuple[Family, ...] = (),
) -> Outcome:
    """The variables are numeric, or are character."""
    words = {"num": "numeric", "char": "character"}
    other = words["char" if kind == "num" else "num"]

    def test(column: pd.Series[Any]) -> bool:
        return is_numeric(column) == (kind == "num")

    return _each(dataset, variables, exclude, test, expected=words[kind], found=other)


@check("required")
def check_required(
    dataset: Dataset, study: StudyData, *, variables: list[Family], exclude: tuple[Family, ...] = ()
) -> Outcome:
    """The variables are filled on every record."""

    def test(column: pd.Series[Any]) -> pd.Series[bool]:
        return pd.Series(~missing(column), index=column.index)

    return _each(dataset, variables, exclude, test)


@check("codelist", offers=("expected",))
def check_codelist(
    dataset: Dataset,
    study: StudyData,
    *,
    variables: list[Family],
    values: list[Value],
    missing_allowed: bool = True,
    exclude: tuple[Family, ...] = (),
) -> Outcome:
    """The variables hold only the listed values, blanks at the end aside; numbers are compared to 12 digits."""
    allowed = {as_text(value).rstrip() for value in values}
    expected = ", ".join(as_text(value) for value in values) + (" or missing" if missing_allowed else "")

    def listed(value: Any) -> bool:
        return as_text(value).rstrip() in allowed

    return _each(dataset, variables, exclude, _by_value(listed, missing_allowed=missing_allowed), expected=expected)


@check("pattern", offers=("expected",))
def check_pattern(
    dataset: Dataset, study: StudyData, *, variables: list[Family], regex: Regex, exclude: tuple[Family, ...] = ()
) -> Outcome:
    """The filled values of the variables match a regular expression as a whole."""
    compiled = re.compile(regex)

    def matches(value: Any) -> bool:
        return compiled.fullmatch(as_text(value)) is not None

    return _each(dataset, variables, exclude, _by_value(matches), expected=regex)


@check("length", offers=("length", "maximum"))
def check_length(
    dataset: Dataset, study: StudyData, *, variables: list[Family], maximum: int, exclude: tuple[Family, ...] = ()
) -> Outcome:
    """No value of the character variables has more characters than the maximum."""
    text = [
        m for m in members(variables, dataset.variable_names, exclude=exclude) if not is_numeric(dataset.frame[m.name])
    ]

    def test(column: pd.Series[Any]) -> pd.Series[bool]:
        return column.str.len().fillna(0).le(maximum).astype(bool)

    def length_of(name: str) -> Callable[[int], int]:
        return lambda position: len(str(dataset.frame[name].iloc[position]))

    found = (ColumnCheck(m.name, test, {"length": length_of(m.name), "maximum": maximum}) for m in text)
    return tuple(found) or Skipped(f"{dataset.name} has no character variable {', '.join(variables)}")


def _each(
    dataset: Dataset, variables: Sequence[str], exclude: Sequence[str], test: ColumnTest, **values: Any
) -> Outcome:
    found: Iterable[Member] = members(variables, dataset.variable_names, exclude=exclude)
    checks = tuple(ColumnCheck(member.name, test, values) for member in found)
    return checks or Skipped(f"{dataset.name} has no {', '.join(variables)}")


def _by_value(accepts: Any, *, missing_allowed: bool = True) -> ColumnTest:
    """Return a test that asks once for each distinct value, whatever the column's type."""

    def test(column: pd.Series[Any]) -> pd.Series[bool]:
        codes, distinct = pd.factorize(column)
        verdicts = np.array([*(bool(accepts(value)) for value in distinct), missing_allowed])
        blank = missing(column)
        return pd.Series(np.where(blank, missing_allowed, verdicts[codes]), index=column.index, dtype=bool)

    return test
