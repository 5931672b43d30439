"""What an output shows, as text and without layout: a table, a listing or a figure, with the sections round it.

The section names are those of ARS: header, title, rowlabel_header, legend, abbreviation, footnote, footer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

SIMULATED: Final = "SIMULATED DATA - NOT THE RESULTS OF ANY TRIAL"  # on every page that shows simulated data
Align = Literal["left", "center", "right", "decimal"]
RowKind = Literal["data", "label", "blank"]


@dataclass(frozen=True)
class Cell:
    """One cell's text, and the ids of the Ard rows that it shows (empty for labels and listing values)."""

    text: str
    ard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column: header lines (split at newlines), alignment of its cells, wanted width as a share of the page.

    ``decimal`` lines cells up at their first decimal point (or, without one, at the end of their first number).
    ``width`` None means as wide as its content asks. ``spanner`` is a header above neighbours that share it.
    """

    key: str
    header: str
    align: Align = "left"
    width: float | None = None
    spanner: str = ""


@dataclass(frozen=True)
class Row:
    """A row: one cell a column. ``label`` rows span the page from the first column on; ``blank`` rows are gaps.

    ``block`` names the rows that should stay on one page if they fit; ``carried`` are the label texts (with
    their indents) to repeat with "(continued)" when a page starts inside their block.
    """

    cells: tuple[Cell, ...]
    indent: int = 0
    kind: RowKind = "data"
    block: str = ""
    carried: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Sections:
    """The text round a display's body, top to bottom of the page.

    ``number`` is "Table 14.2.4.2", ``population`` the analysis set's label, ``header_left``/``header_right`` the
    running head's lines, ``simulated`` the line that every page of simulated data carries (empty otherwise).
    """

    output_id: str
    number: str
    title: str
    population: str
    header_left: tuple[str, ...] = ()
    header_right: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()
    abbreviations: str = ""
    footnotes: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    simulated: str = ""


@dataclass(frozen=True)
class Table:
    """A table of results; ``rowlabel_header`` heads the first column."""

    sections: Sections
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Listing:
    """A listing of records: as a table, but long, its repeated group values blanked within a page."""

    sections: Sections
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Figure:
    """A figure: the name of the plot that draws it, and the text and numbers that it draws.

    ``ard`` holds the ids of the Ard rows behind the drawn data.
    """

    sections: Sections
    plot: str
    data: Mapping[str, Any] = field(default_factory=dict)
    ard: tuple[str, ...] = ()


Display = Table | Listing | Figure
