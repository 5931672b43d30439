"""Ard method ``summary``: descriptive statistics and counts of ADSL's variables by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tlf.analyse.analysis_groups import (
    Cell,
    Factor,
    Row,
    analysed_subjects,
    cells,
    factor,
    levels_of,
    population_rows,
    refusal,
    split,
    together,
)
from tlf.analyse.descriptive import describe, recorded_decimals
from tlf.errors import did_you_mean
from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.spec import Where
from tlf.model.study_data import SUBJECTS, StudyData
from tlf.registry import ard_method

METHOD = "summary"

Denominator = Literal["population", "non_missing"]


@dataclass(frozen=True)
class _Column:
    """A variable of ADSL: its levels (None if it is numeric), its decimals as recorded, and whether values miss."""

    variable: str
    levels: tuple[str, ...] | None
    decimals: int | None
    gaps: bool


@ard_method(METHOD, label="Summary by group")
def ard_summary(  # noqa: PLR0913 - the keyword parameters are the keys of the spec
    data: StudyData,
    name: str,
    *,
    analysis_set: str,
    where: Where | None = None,
    for_each: Sequence[str] = (),
    by: str,
    variables: list[str],
    total: bool = False,
    denominator: Denominator = "population",
) -> Ard:
    """Summarise variables of ADSL by group: statistics of numbers, counts and percentages of text.

    Rows, for each group, and for ``Total``:
        - ``..population..``: ``N``.
        - A numeric variable: ``n``, ``mean``, ``sd``, ``median``, ``q1``, ``q3``, ``min``, ``max``, with formats by
          the decimals that the values are recorded with (see ``describe``).
        - A character variable: ``n``, subjects with a value; and for each level, as variable_level: ``n``,
          ``denominator`` and ``p``, the percentage (0 to 100).
        - Either: ``n_missing``, if a value misses in any group.

    Levels are those of the analysis set, so that tables of one population have the same rows, ordered by the
    variable's numeric twin (AGEGR1N, KRENNINN) if ADSL has one, else alphabetically.

    Args:
        data: the study's data.
        name: the analysis.
        analysis_set: the population.
        where: a clause on ADSL that narrows it.
        for_each: groupings; each combination is summarised by itself.
        by: a grouping, or a derivation that makes a variable: the columns.
        variables: of ADSL, character or numeric; dates are refused.
        total: whether all groups are also summarised together.
        denominator: of percentages: the group's subjects, or those with a value.

    Raises:
        AnalysisError: the spec names what is not there; a variable that is a date or time.

    Example:
        ``{ method: summary, analysis_set: FAS, by: arm, total: true, variables: [AGE, SEX] }``
    """
    whole = analysed_subjects(data, name, analysis_set=analysis_set, where=where)
    division = factor(data, name, by, analysis_set=analysis_set)
    found = [
        part
        for cell in cells(data, name, whole, analysis_set=analysis_set, for_each=for_each)
        for part in _parts(cell, division, total=total)
    ]
    rows = population_rows(name, METHOD, found)
    for variable in variables:
        column = _column(data, name, variable, analysis_set=analysis_set, cells_=found)
        for cell in found:
            rows.extend(_rows(data, name, cell, column, denominator))
    return numbered(rows)


def _parts(cell: Cell, division: Factor, *, total: bool) -> tuple[Cell, ...]:
    parts = split(cell, division)
    return (*parts, together(parts, division)) if total else parts


def _column(data: StudyData, name: str, variable: str, *, analysis_set: str, cells_: list[Cell]) -> _Column:
    adsl = data.dataset(SUBJECTS)
    if not adsl.has(variable):
        hint = did_you_mean(variable, adsl.variable_names)
        raise refusal(data, name, f"{SUBJECTS} has no variable {variable}.{hint}", "variables")
    kind = adsl.variable(variable).kind
    gaps = any(bool(cell.subjects[variable].isna().any()) for cell in cells_)
    if kind == "char":
        levels = levels_of(data, name, variable, analysis_set=analysis_set)
        return _Column(variable, levels, None, gaps)
    if kind != "num":
        message = f"{SUBJECTS}.{variable} is a {kind} ({adsl.variable(variable).format}): expected a number or text"
        raise refusal(data, name, message, "variables")
    return _Column(variable, None, recorded_decimals(data.subjects(analysis_set)[variable].dropna()), gaps)


def _rows(data: StudyData, name: str, cell: Cell, column: _Column, denominator: Denominator) -> list[Row]:
    values = cell.subjects[column.variable]
    present = values.dropna()
    if column.levels is None:
        stats = describe(present, rule=data.spec.profile.percentile_rule, decimals=column.decimals)
    else:
        stats = [Stat("n", "n", float(len(present)))]
    if column.gaps:
        stats.append(Stat("n_missing", "Missing", float(len(values) - len(present))))
    rows = stat_rows(name, METHOD, stats, groups=cell.groups, variable=column.variable)
    base = len(values) if denominator == "population" else len(present)
    counts = present.value_counts()
    for level in column.levels or ():
        stats = _count(int(counts.get(level, 0)), base)
        rows += stat_rows(name, METHOD, stats, groups=cell.groups, variable=column.variable, variable_level=level)
    return rows


def _count(count: int, base: int) -> list[Stat]:
    percent = Stat("p", "%", 100 * count / base) if base else Stat("p", "%", not_estimable="no subjects")
    return [Stat("n", "n", float(count)), Stat("denominator", "Denominator", float(base)), percent]
