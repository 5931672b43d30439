"""A table of descriptive statistics and counts by group: demographics, baseline characteristics and the like."""

from __future__ import annotations

from typing import Final

from tlf.display.format import count_percent, filled, refuse_error, shown
from tlf.display.sections import compose, format_of, label_of, with_abbreviations
from tlf.model.ard import Groups
from tlf.model.display import Cell, Column, Display, Row, Table
from tlf.model.output_request import POPULATION, OutputRequest, Results
from tlf.model.spec import Block
from tlf.registry import table

_CONTINUOUS: Final = (
    ("n", "n", ("n",)),
    ("Mean (SD)", "mean_sd", ("mean", "sd")),
    ("Median", "median", ("median",)),
    ("Q1, Q3", "q1_q3", ("q1", "q3")),
    ("Min, Max", "min_max", ("min", "max")),
)


class SummaryColumns(Block):
    """The columns: a grouping, and whether a Total column follows it."""

    by: str
    total: bool = False


@table("summary")
def table_summary(request: OutputRequest, *, columns: SummaryColumns, rows: list[str]) -> Display:
    """Show a summary's statistics: a block a variable, a column a group, (N=xx) in the headers.

    1. A variable's label heads its block; its statistics or levels stand below, indented.
    2. Counts print as n (%), a count of 0 without percentage; the denominator is the column's N.
    3. A level stands in the order of the variable's numeric twin (AGEGR1N for AGEGR1).
    4. A line of missing values closes a block if any group has one.

    Args:
        request: the output and its results, of the method ``summary``.
        columns: the grouping of the columns, and whether a Total column follows.
        rows: the ADSL variables shown, top to bottom.

    Raises:
        DisplayError: a result is missing or failed, or a format does not fit its statistics.
    """
    results = Results(request.ard, next(iter(request.analyses)))
    groups = [g for g in results.groups() if results.find("N", g, POPULATION) is not None]
    body: list[Row] = []
    for variable in rows:
        if body:
            body.append(Row((), kind="blank"))
        body.extend(_variable_rows(request, results, groups, variable))
    note = "Percentages are based on the number of subjects in the analysis set (N) of each column."
    display = Table(compose(request, footnotes=[note]), _columns(results, groups), tuple(body))
    return with_abbreviations(display, request, [])


def _columns(results: Results, groups: list[Groups]) -> tuple[Column, ...]:
    heads = [Column("label", "", "left")]
    for group in groups:
        population = results.one("N", group, POPULATION)
        name = group[0][1] if group else "Total"
        heads.append(Column(name, f"{name}\n(N={filled('x', [population.value])})", "decimal"))
    return tuple(heads)


def _variable_rows(request: OutputRequest, results: Results, groups: list[Groups], variable: str) -> list[Row]:
    label = label_of(request, variable)
    levels = results.levels(variable, groups[0]) if groups else ()
    lines = (
        _count_lines(request, results, groups, variable)
        if levels
        else [_continuous_line(request, results, groups, variable, line) for line in _CONTINUOUS]
    )
    lines.extend(_missing_line(results, groups, variable))
    heading = Row((Cell(label), *(Cell("") for _ in groups)), kind="label", block=variable)
    carried = ((0, label),)
    return [heading, *(Row(cells, indent=1, block=variable, carried=carried) for cells in lines)]


def _continuous_line(
    request: OutputRequest,
    results: Results,
    groups: list[Groups],
    variable: str,
    line: tuple[str, str, tuple[str, ...]],
) -> tuple[Cell, ...]:
    text, format_name, stats = line
    cells = [Cell(text)]
    for group in groups:
        found = [results.one(stat, group, variable) for stat in stats]
        pattern = _pattern(format_of(request, format_name), [row.fmt for row in found])
        cells.append(shown(pattern, found))
    return tuple(cells)


def _pattern(house: str, own: list[str | None]) -> str:
    """Return the house format with the decimals that the data's own precision asks for, where the results say so."""
    if any(fmt is None for fmt in own):
        return house
    given = iter(own)
    pieces = house.replace("xx.xx", "\0").replace("xx.x", "\0").replace("xx", "\0").split("\0")
    return "".join(piece + (next(given) or "" if index < len(pieces) - 1 else "") for index, piece in enumerate(pieces))


def _missing_line(results: Results, groups: list[Groups], variable: str) -> list[tuple[Cell, ...]]:
    found = [results.find("n_missing", group, variable) for group in groups]
    if not any(row is not None and row.value for row in found):
        return []
    return [(Cell("Missing"), *(shown("xx", [row]) if row is not None else Cell("0") for row in found))]


def _count_lines(
    request: OutputRequest, results: Results, groups: list[Groups], variable: str
) -> list[tuple[Cell, ...]]:
    pattern = format_of(request, "n_pct")
    levels = list(dict.fromkeys(level for group in groups for level in results.levels(variable, group)))
    lines = []
    for level in levels:
        cells = [Cell(level)]
        for group in groups:
            count = results.one("n", group, variable, level)
            percent = results.one("p", group, variable, level)
            refuse_error(count)
            refuse_error(percent)
            text = count_percent(pattern, count.value, percent.value)
            cells.append(Cell(text, (count.id, percent.id)))
        lines.append(tuple(cells))
    return lines
