"""The groups of an analysis: its subjects, split by groupings and by the levels of derivations.

Every method writes the number of subjects of each group as a row of the variable ``..population..``, statistic ``N``,
which displays show as (N=xx).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from tlf import registry
from tlf.errors import AnalysisError, did_you_mean
from tlf.model.ard import Groups, Stat, stat_rows
from tlf.model.dataset import TEXT
from tlf.model.spec import Where
from tlf.model.study_data import SUBJECTS, StudyData

POPULATION: Final = "..population.."
TOTAL: Final = "Total"

Row = dict[str, Any]


@dataclass(frozen=True)
class Factor:
    """A grouping variable of ADSL with its levels as text, in order."""

    variable: str
    levels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Cell:
    """One combination of groups: its subjects (ADSL records) and the level of a derivation that it looks at.

    ``population`` are the groups that divide subjects, without the derivation's level.
    """

    groups: Groups
    population: Groups
    subjects: pd.DataFrame
    level: str | None = None


def refusal(data: StudyData, name: str, message: str, *keys: str) -> AnalysisError:
    """Return the error that stops an analysis: what is wrong, and the place in the spec of the key at fault.

    The caller of the method, which knows the analysis, puts its name before it.
    """
    return AnalysisError(f"{message} ({data.spec.origins.at('analyses', name, *keys)})" if keys else message)


def analysed_subjects(data: StudyData, name: str, *, analysis_set: str, where: Where | None) -> Cell:
    """Return the subjects of an analysis set that a where-clause on ADSL selects.

    Raises:
        AnalysisError: nobody is selected; the message has the clause's file and line.
        DerivationError: no such analysis set.
        ConditionError: the clause does not fit ADSL.
    """
    subjects = data.subjects(analysis_set)
    if where is not None:
        mask = where.mask(data.dataset(SUBJECTS))
        subjects = subjects[mask[subjects.index.to_numpy()]]
    if subjects.empty:
        clause = f" where {where}" if where is not None else ""
        raise refusal(
            data, name, f"no subject is selected by {analysis_set}{clause}", "where" if where else "analysis_set"
        )
    if subjects["USUBJID"].duplicated().any():
        raise refusal(data, name, f"{SUBJECTS} has several records of a subject: expected one")
    return Cell((), (), subjects)


def cells(data: StudyData, name: str, whole: Cell, *, analysis_set: str, for_each: Sequence[str]) -> tuple[Cell, ...]:
    """Return every combination of ``for_each``, the first entry varying slowest.

    Args:
        data: the study's data.
        name: the analysis.
        whole: its subjects.
        analysis_set: whose subjects say which levels there are, so that a level without subjects is kept.
        for_each: groupings, derivations that make a variable, or ``derivation.at`` for each of its levels.

    Raises:
        AnalysisError: an entry that is none of these, or two derivations with levels.
    """
    found: tuple[Cell, ...] = (whole,)
    levelled: list[str] = []
    for reference in for_each:
        derived = _levelled(data, name, reference)
        if derived is None:
            division = factor(data, name, reference, analysis_set=analysis_set)
            found = tuple(part for cell in found for part in split(cell, division))
        else:
            levelled.append(derived)
            levels = [parameter.level for parameter in data.levels(derived)]
            found = tuple(_at_level(cell, derived, level) for cell in found for level in levels)
    if len(levelled) > 1:
        raise refusal(data, name, f"for_each has the levels of {' and '.join(levelled)}: expected of one", "for_each")
    return found


def factor(data: StudyData, name: str, reference: str, *, analysis_set: str) -> Factor:
    """Return the variable and the levels of a grouping, or of a derivation that makes a variable.

    1. Levels that the spec lists (a grouping's ``levels``, a derivation's ``cut``) stand as listed, used or not.
    2. Else the values in the analysis set, ordered by the grouping's ``order``, or by the variable's numeric twin
       (AGEGR1N for AGEGR1), or alphabetically.

    Raises:
        AnalysisError: neither a grouping nor a variable's derivation, a variable that ADSL lacks, or an order that
            is not the same for all of a level.
    """
    adsl = data.dataset(SUBJECTS)
    grouping = data.spec.groupings.get(reference)
    if grouping is None and reference not in data.variables:
        known = [*data.spec.groupings, *data.variables]
        raise refusal(data, name, f"{reference} is no grouping of the spec.{did_you_mean(reference, known)}")
    variable = data.variables[reference] if grouping is None else grouping.variable
    if not adsl.has(variable):
        hint = did_you_mean(variable, adsl.variable_names)
        raise refusal(data, name, f"grouping {reference}: {SUBJECTS} has no variable {variable}.{hint}")
    declared = list(getattr(data.spec.derivations.get(reference), "cut", ())) if grouping is None else grouping.levels
    if declared:
        return Factor(variable, tuple(declared))
    order = None if grouping is None else grouping.order
    return Factor(variable, levels_of(data, name, variable, analysis_set=analysis_set, order=order))


def levels_of(
    data: StudyData, name: str, variable: str, *, analysis_set: str, order: str | None = None
) -> tuple[str, ...]:
    """Return the values of a variable of ADSL in an analysis set, as text, ordered as ``factor`` says."""
    adsl = data.dataset(SUBJECTS)
    subjects = data.subjects(analysis_set)
    twin = f"{variable[:7]}N"
    by = order or (twin if adsl.has(twin) and adsl.variable(twin).type == "num" and twin != variable else None)
    if by is None:
        present = subjects[variable].dropna().drop_duplicates().sort_values()
        return tuple(as_text(present))
    if not adsl.has(by):
        raise refusal(data, name, f"{SUBJECTS} has no variable {by}.{did_you_mean(by, adsl.variable_names)}")
    pairs = subjects[[variable, by]].dropna(subset=[variable]).drop_duplicates().sort_values(by, kind="stable")
    again = pairs[variable].duplicated() | pairs[by].isna()
    if again.any():
        level = as_text(pairs[variable][again]).iloc[0]
        raise refusal(data, name, f"{SUBJECTS}.{by} does not order {variable}: {level!r} has no value, or several")
    return tuple(as_text(pairs[variable]))


def split(cell: Cell, division: Factor) -> tuple[Cell, ...]:
    """Return the cell's subjects divided by a factor, a part a level, empty parts too."""
    values = as_text(cell.subjects[division.variable])
    parts = []
    for level in division.levels:
        group = ((division.variable, level),)
        subjects = cell.subjects[(values == level).fillna(False).to_numpy(dtype=bool)]
        parts.append(replace(cell, groups=cell.groups + group, population=cell.population + group, subjects=subjects))
    return tuple(parts)


def together(parts: Sequence[Cell], division: Factor) -> Cell:
    """Return the parts of a division put together again, as the level Total."""
    group = ((division.variable, TOTAL),)
    first = parts[0]
    subjects = pd.concat([part.subjects for part in parts]).sort_index()
    return replace(first, groups=first.groups[:-1] + group, population=first.population[:-1] + group, subjects=subjects)


def population_rows(name: str, method: str, found: Iterable[Cell]) -> list[Row]:
    """Return the number of subjects of each group, once however many levels of a derivation it is looked at for."""
    sizes = {cell.population: len(cell.subjects) for cell in found}
    return [
        row
        for groups, size in sizes.items()
        for row in stat_rows(name, method, [Stat("N", "N", float(size))], groups=groups, variable=POPULATION)
    ]


def as_text(values: pd.Series) -> pd.Series:
    """Return values as text; whole numbers without decimals.

    Example:
        >>> as_text(pd.Series([1.0, 2.5, np.nan])).tolist()
        ['1', '2.5', nan]
    """
    if isinstance(values.dtype, pd.StringDtype):
        return values
    shown = [np.nan if np.isnan(value) else f"{value:.15g}" for value in values.to_numpy(dtype=np.float64)]
    return pd.Series(shown, index=values.index, dtype=TEXT)


def _at_level(cell: Cell, derived: str, level: str) -> Cell:
    return replace(cell, groups=(*cell.groups, (derived, level)), level=level)


def _levelled(data: StudyData, name: str, reference: str) -> str | None:
    """Return the derivation that an entry of for_each names the levels of, or None if it names no such one."""
    derived, _, key = reference.partition(".")
    if not data.levels(derived) or derived not in data.spec.derivations:
        return None
    levels = registry.lookup("derivation", data.spec.derivations[derived].method).options["levels"]
    if key not in ("", levels):
        known = [derived, f"{derived}.{levels}"]
        raise refusal(data, name, f"for_each {reference} names no levels.{did_you_mean(reference, known)}", "for_each")
    return derived
