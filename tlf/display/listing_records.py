"""A listing of records: columns of a dataset, subjects kept together, group labels above their records."""

from __future__ import annotations

from typing import Final

import pandas as pd

from tlf.display.format import filled, rounded
from tlf.display.sections import compose, label_of, population, with_abbreviations
from tlf.errors import DisplayError
from tlf.model.dataset import Dataset, date_text
from tlf.model.display import Cell, Column, Display, Listing, Row
from tlf.model.output_request import OutputRequest
from tlf.model.spec import Block, Records, RecordsOf
from tlf.model.study_data import SUBJECTS
from tlf.registry import listing

_EMPTY: Final = "No observations meet the criteria."
_MOST_DECIMALS: Final = 4


class ListingColumn(Block):
    """A column that needs more than its variable's name: another header, a format."""

    variable: str
    label: str | None = None
    format: str | None = None


@listing("records")
def listing_records(
    request: OutputRequest,
    *,
    records: RecordsOf,
    columns: list[str | ListingColumn],
    group: list[str],
    order: list[str] = ["PARAMCD", "ADT", "ASEQ"],  # noqa: B006 - a spec default, copied by the model
) -> Display:
    """List records of a dataset, for the subjects of the output's analysis set.

    1. Variables that the dataset has not are taken from ADSL, by USUBJID.
    2. Records are sorted by the group variables (a treatment by its numeric twin), then by ``order``.
    3. The first group variable is a label line, the last one (the subject) too; both are repeated with "(continued)".
    4. Dates print DDMONYYYY; numbers as collected (at most 4 decimals) or in the column's format.

    Args:
        request: the output.
        records: the dataset and where-clause.
        columns: variables, left to right.
        group: the variables of the label lines, outermost first.
        order: the variables that records are sorted by within a group, where the dataset has them.

    Raises:
        DisplayError: a variable is neither in the dataset nor in ADSL.
    """
    dataset = _with_subject_variables(request, records, [*_names(columns), *group])
    frame = dataset.frame
    sort = [*_sort_keys(request, dataset, group), *(name for name in order if dataset.has(name))]
    frame = frame.sort_values(list(dict.fromkeys(sort)), kind="stable", na_position="first").reset_index(drop=True)
    texts = {_name(column): _texts(request, dataset, frame, column) for column in columns}
    labels = {name: frame[name].fillna("(missing)").astype(str).tolist() for name in group}
    rows = _rows(list(texts.values()), labels, {name: label_of(request, name, SUBJECTS) for name in group})
    if not rows:
        rows = [Row((Cell(_EMPTY), *(Cell("") for _ in columns[1:])), kind="label")]
    heads = tuple(_column(request, dataset, column) for column in columns)
    return with_abbreviations(Listing(compose(request), heads, tuple(rows)), request, [])


def _name(column: str | ListingColumn) -> str:
    return column if isinstance(column, str) else column.variable


def _names(columns: list[str | ListingColumn]) -> list[str]:
    return [_name(column) for column in columns]


def _with_subject_variables(request: OutputRequest, records: Records, names: list[str]) -> Dataset:
    """Return the selected records of the analysis set's subjects, with ADSL variables added by USUBJID."""
    data = request.data
    dataset, adsl = data.dataset(records.dataset), data.dataset(SUBJECTS)
    subjects = data.subjects(population(request))
    frame = data.records(records)
    frame = frame[frame["USUBJID"].isin(subjects["USUBJID"]).to_numpy(dtype=bool)]
    added = [name for name in dict.fromkeys([*names, *_twins(adsl, names)]) if not dataset.has(name)]
    for name in added:
        if not adsl.has(name):
            origin = data.spec.origins.at("outputs", request.output_id)
            raise DisplayError(
                f"{origin}: {request.output_id}: neither {dataset.name} nor ADSL has the variable {name}"
            )
    if added:
        by_subject = adsl.frame.set_index("USUBJID")[added]
        frame = frame.join(by_subject, on="USUBJID")
    return dataset.with_frame(frame, *(adsl.variable(name) for name in added))


def _twins(dataset: Dataset, names: list[str]) -> list[str]:
    return [f"{name}N" for name in names if dataset.has(f"{name}N")]


def _sort_keys(request: OutputRequest, dataset: Dataset, group: list[str]) -> list[str]:
    orders = {g.variable: g.order for g in request.data.spec.groupings.values() if g.order}
    keys = []
    for name in group:
        twin = orders.get(name) or f"{name}N"
        keys.extend([twin, name] if dataset.has(twin) else [name])
    return keys


def _texts(request: OutputRequest, dataset: Dataset, frame: pd.DataFrame, column: str | ListingColumn) -> list[str]:
    name = _name(column)
    variable, values = dataset.variable(name), frame[name]
    if variable.kind == "char":
        return [str(text) for text in values.fillna("")]
    if variable.kind == "date":
        dates = dataset.with_frame(frame).dates(name)
        return ["" if pd.isna(day) else date_text(day) for day in dates]
    pattern = (
        column.format if isinstance(column, ListingColumn) and column.format else request.data.spec.formats.get(name)
    )
    # one text a distinct value: a listing of many records repeats them
    shown = {value: filled(pattern, [value]) if pattern else _as_collected(value) for value in values.dropna().unique()}
    return [shown.get(value, "") for value in values]


def _as_collected(value: float) -> str:
    digits = f"{value:.15g}".partition(".")[2]
    decimals = len(digits) if "e" not in digits else _MOST_DECIMALS
    return rounded(float(value), min(decimals, _MOST_DECIMALS))


def _rows(columns: list[list[str]], labels: dict[str, list[str]], names: dict[str, str]) -> list[Row]:
    """Return label lines and records; a label line stands where its group, or one outside it, changes."""
    rows: list[Row] = []
    keys = list(labels)
    before: tuple[str, ...] = ()
    empty = tuple(Cell("") for _ in columns[1:])
    for index in range(len(columns[0])):
        here = tuple(labels[name][index] for name in keys)
        carried = tuple((depth, f"{names[name]}: {here[depth]}") for depth, name in enumerate(keys))
        block = " / ".join(here)
        if here != before:
            changed = next(d for d in range(len(keys)) if before[: d + 1] != here[: d + 1])
            if rows:
                rows.append(Row((), kind="blank"))
            for depth in range(changed, len(keys)):
                label = Cell(carried[depth][1])
                rows.append(Row((label, *empty), indent=depth, kind="label", block=block, carried=carried[:depth]))
            before = here
        cells = tuple(Cell(column[index]) for column in columns)
        rows.append(Row(cells, indent=len(keys), block=block, carried=carried))
    return rows


def _column(request: OutputRequest, dataset: Dataset, column: str | ListingColumn) -> Column:
    name = _name(column)
    label = column.label if isinstance(column, ListingColumn) and column.label else None
    variable = dataset.variable(name)
    head = label or request.data.spec.labels.get(name) or variable.label or name
    return Column(name, head, "decimal" if variable.kind == "num" else "left")
