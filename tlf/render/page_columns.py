"""Columns of a table or listing: how wide each is, where it stands, and how its numbers line up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tlf.errors import RenderError
from tlf.model.display import Column, Row
from tlf.render.fonts import Face, text_width
from tlf.render.page_align import Alignment, decimal_alignment
from tlf.render.page_widths import Wish, shared_widths
from tlf.render.page_wrap import longest_number, longest_part, longest_word, wrap_text

WORD_CAP = 0.3  # a single word claims at most this share of the page before it is broken
SAMPLE = 300  # rows that are measured to compare ways to share the page
LEAST_EMS = 2.5  # no column is narrower than this


@dataclass(frozen=True)
class Layout:
    """The type of a page's body: where it starts and ends across the page, its faces, size and line spacing."""

    left: float
    right: float
    face: Face
    bold: Face
    size: float
    leading: float

    @property
    def width(self) -> float:
        """The width between the margins, in points."""
        return self.right - self.left

    @property
    def gap(self) -> float:
        """The space between columns: at least two characters."""
        return 1.25 * self.size

    @property
    def indent(self) -> float:
        """The width of one level of indentation."""
        return 1.25 * self.size


@dataclass(frozen=True)
class PlacedColumn:
    """A column on the page: left edge and width in points, header lines, and its decimal alignment if any."""

    column: Column
    x: float
    width: float
    header: tuple[str, ...]
    alignment: Alignment | None = None

    @property
    def decimal_x(self) -> float:
        """The position of the decimal points, so that the numbers as a whole stand in the column's middle."""
        if self.alignment is None:
            return self.x
        return self.x + (self.width - self.alignment.left - self.alignment.right) / 2 + self.alignment.left


def place_columns(columns: Sequence[Column], rows: Sequence[Row], layout: Layout) -> tuple[PlacedColumn, ...]:
    """Return the columns with their widths and positions; together they fill the page between its margins.

    1. A column's own ``width`` is kept as it is.
    2. If all fits unwrapped, the rest of the page is shared out evenly.
    3. If not, headers are wrapped, the widest first; then cells, so that the body takes few lines; then words.

    Raises:
        RenderError: there are more columns than the page has room for.
    """
    alignments = [
        _alignment(column, rows, number, layout) if column.align == "decimal" else None
        for number, column in enumerate(columns)
    ]
    wishes = [_wish(column, rows, number, layout, alignments[number]) for number, column in enumerate(columns)]
    widths = _shared_out(wishes, _samples(rows, len(columns), layout), layout)
    placed: list[PlacedColumn] = []
    x = layout.left
    for column, width, alignment in zip(columns, widths, alignments, strict=True):
        header = wrap_text(column.header, width=width, face=layout.bold, size=layout.size)
        fits = alignment is not None and alignment.left + alignment.right <= width + 0.01
        placed.append(PlacedColumn(column, x, width, header, alignment if fits else None))
        x += width + layout.gap
    return tuple(placed)


def _cells(rows: Sequence[Row], number: int) -> set[tuple[str, int]]:
    """Return the distinct texts of a column with their indents; labels span the page and ask for nothing."""
    return {
        (row.cells[number].text, row.indent if number == 0 else 0)
        for row in rows
        if row.kind == "data" and number < len(row.cells)
    }


def _alignment(column: Column, rows: Sequence[Row], number: int, layout: Layout) -> Alignment:
    lines = (line for text, _ in sorted(_cells(rows, number)) for line in text.split("\n"))
    return decimal_alignment(lines, face=layout.face, size=layout.size)


def _wish(column: Column, rows: Sequence[Row], number: int, layout: Layout, alignment: Alignment | None) -> Wish:
    heads = [text_width(line, face=layout.bold, size=layout.size) for line in column.header.split("\n")]
    cap = WORD_CAP * layout.width
    floor = LEAST_EMS * layout.size
    word = max(floor, min(longest_word(column.header, face=layout.bold, size=layout.size), cap))
    body, least, soft, firm = word, word, word, floor
    for text, indent in _cells(rows, number):
        shift = indent * layout.indent
        lines = (text_width(line, face=layout.face, size=layout.size) for line in text.split("\n"))
        body = max(body, shift + max(lines))
        least, soft, firm = (
            max(so_far, min(shift + longest(text, face=layout.face, size=layout.size), cap))
            for so_far, longest in ((least, longest_word), (soft, longest_part), (firm, longest_number))
        )
    if alignment is not None:
        body = max(body, alignment.left + alignment.right)
        least = soft = max(least, min(body, cap))
    fixed = None if column.width is None else column.width * (layout.width + layout.gap) - layout.gap
    return Wish(max(body, *heads), body, max(least, firm), max(soft, firm), firm, fixed)


def _samples(rows: Sequence[Row], columns: int, layout: Layout) -> list[tuple[float, ...]]:
    """Return the widths of the cells of a few hundred data rows, evenly taken: enough to compare ways to share."""
    data = [row for row in rows if row.kind == "data" and len(row.cells) == columns]
    chosen = data[:: max(1, len(data) // SAMPLE)]
    return [tuple(text_width(cell.text, face=layout.face, size=layout.size) for cell in row.cells) for row in chosen]


def _shared_out(wishes: Sequence[Wish], samples: Sequence[tuple[float, ...]], layout: Layout) -> list[float]:
    """Return the widths of the columns, which with their gaps fill the page (unless all widths are fixed)."""
    room = layout.width - layout.gap * (len(wishes) - 1)
    free = [number for number, wish in enumerate(wishes) if wish.fixed is None]
    for number, wish in enumerate(wishes, 1):
        if wish.fixed is not None and wish.fixed < wish.firm - 0.01:
            raise RenderError(
                f"column {number} is to be {wish.fixed:.0f} points wide, but needs {wish.firm:.0f} to print its "
                "numbers unbroken"
            )
    widths = [wish.fixed or 0.0 for wish in wishes]
    room -= sum(widths)
    if room < sum(wishes[number].firm for number in free) - 0.01:
        raise RenderError(
            f"{len(wishes)} columns do not fit a page {layout.width / 72:.2f} inches wide between margins: "
            "show fewer, or use a smaller font"
        )
    rows = [tuple(row[number] for number in free) for row in samples]
    shares = shared_widths([wishes[number] for number in free], rows, room=room)
    for number, share in zip(free, shares, strict=True):
        widths[number] = share
    return widths
