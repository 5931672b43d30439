"""Columns of a table or listing: how wide each is, where it stands, and how its numbers line up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tlf.errors import RenderError
from tlf.model.display import Column, Row
from tlf.render.fonts import Face, text_width
from tlf.render.page_align import Alignment, decimal_alignment
from tlf.render.page_wrap import longest_word, wrap_text

WORD_CAP = 0.3  # a single word claims at most this share of the page before it is broken
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


@dataclass(frozen=True)
class _Wish:
    """What a column asks for: the width that wraps nothing, the least that breaks no word, a fixed width."""

    natural: float
    least: float
    fixed: float | None


def place_columns(columns: Sequence[Column], rows: Sequence[Row], layout: Layout) -> tuple[PlacedColumn, ...]:
    """Return the columns with their widths and positions; together they fill the page between its margins.

    1. A column's own ``width`` is kept as it is.
    2. If all fits unwrapped, the rest of the page is shared out evenly.
    3. If not, the widest columns give way first, down to their longest word; then words are broken.

    Raises:
        RenderError: there are more columns than the page has room for.
    """
    alignments = [
        _alignment(column, rows, number, layout) if column.align == "decimal" else None
        for number, column in enumerate(columns)
    ]
    wishes = [_wish(column, rows, number, layout, alignments[number]) for number, column in enumerate(columns)]
    widths = _shared_out(wishes, layout)
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


def _wish(column: Column, rows: Sequence[Row], number: int, layout: Layout, alignment: Alignment | None) -> _Wish:
    heads = [text_width(line, face=layout.bold, size=layout.size) for line in column.header.split("\n")]
    natural = max(heads)
    least = min(longest_word(column.header, face=layout.bold, size=layout.size), WORD_CAP * layout.width)
    if alignment is not None:
        natural = max(natural, alignment.left + alignment.right)
        least = max(least, min(alignment.left + alignment.right, WORD_CAP * layout.width))
    else:
        for text, indent in _cells(rows, number):
            shift = indent * layout.indent
            lines = (text_width(line, face=layout.face, size=layout.size) for line in text.split("\n"))
            natural = max(natural, shift + max(lines))
            word = shift + longest_word(text, face=layout.face, size=layout.size)
            least = max(least, min(word, WORD_CAP * layout.width))
    floor = LEAST_EMS * layout.size
    fixed = None if column.width is None else column.width * (layout.width + layout.gap) - layout.gap
    return _Wish(max(natural, floor), max(least, floor), fixed)


def _shared_out(wishes: Sequence[_Wish], layout: Layout) -> list[float]:
    """Return the widths of the columns, which with their gaps fill the page (unless all widths are fixed)."""
    room = layout.width - layout.gap * (len(wishes) - 1)
    floor = LEAST_EMS * layout.size
    fixed = [max(wish.fixed, floor) for wish in wishes if wish.fixed is not None]
    free = [wish for wish in wishes if wish.fixed is None]
    room -= sum(fixed)
    if room < floor * len(free) - 0.01:
        raise RenderError(
            f"{len(wishes)} columns do not fit a page {layout.width / 72:.2f} inches wide between margins"
        )
    natural = [wish.natural for wish in free]
    least = [wish.least for wish in free]
    if sum(natural) <= room:
        shares = [width + (room - sum(natural)) / len(free) for width in natural]
    elif sum(least) <= room:
        shares = _capped(natural, least, room)
    else:
        shares = _capped(least, [floor] * len(free), room)
    given = iter(shares)
    return [next(given) if wish.fixed is None else max(wish.fixed, floor) for wish in wishes]


def _capped(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Cut the widest columns to one common width so that the sum is ``room``, none below its least width.

    Example:
        >>> _capped([10.0, 50.0, 90.0], [5.0, 5.0, 5.0], 90.0)
        [10.0, 40.0, 40.0]
    """

    def widths(cap: float) -> list[float]:
        return [min(want, max(low, cap)) for want, low in zip(wanted, least, strict=True)]

    # The sum grows piecewise linearly with the cap: find the piece that holds ``room`` and go along it.
    corners = sorted({0.0, *wanted, *least})
    below = max(cap for cap in corners if sum(widths(cap)) <= room + 1e-9)
    growing = [want > below >= low for want, low in zip(wanted, least, strict=True)]
    cap = below + (room - sum(widths(below))) / sum(growing) if any(growing) else below
    return widths(cap)
