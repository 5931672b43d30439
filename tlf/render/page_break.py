"""Where the pages of a table or listing end: whole rows, groups kept together, nothing lost or repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tlf.errors import RenderError
from tlf.model.display import RowKind

Label = tuple[int, str]


@dataclass(frozen=True)
class FlowRow:
    """A row as the page breaker sees it: its height in lines, its block, and the labels that it stands under.

    ``label`` is a label row's own indent and text; ``carried`` are the labels with the lines that each takes.
    """

    lines: int
    kind: RowKind = "data"
    block: str = ""
    label: Label | None = None
    carried: tuple[tuple[Label, int], ...] = ()


@dataclass(frozen=True)
class RowSlice:
    """Lines ``first`` to ``last`` (exclusive) of a row that stand on one page: all of them but for huge rows."""

    row: int
    first: int
    last: int


@dataclass(frozen=True)
class PageRows:
    """What one page holds: labels repeated with "(continued)", whether its first row goes on, and its rows."""

    carried: tuple[Label, ...]
    split: bool
    slices: tuple[RowSlice, ...]


def break_rows(rows: Sequence[FlowRow], capacity: int) -> tuple[PageRows, ...]:
    """Return the pages of the rows.

    1. A row is split only if it is taller than a page; the rest of it then starts with a mark.
    2. The rows of a block stay together if they fit on a page; a label stays with the row after it.
    3. A page that starts inside a group repeats the labels that the row before it stood under too.
    4. Blank rows are dropped at the top and the foot of a page.

    Args:
        rows: all rows in order.
        capacity: lines that fit between the column header and the closing rule.

    Raises:
        RenderError: the capacity leaves no line for a row below the labels it has to repeat.
    """
    deepest = max((sum(lines for _, lines in row.carried) for row in rows), default=0)
    if capacity < deepest + 2:
        raise RenderError(
            f"the page has room for {capacity} lines of the body, but {deepest + 2} are needed: "
            "shorten titles or footnotes, or use smaller margins"
        )
    filler = _Filler(rows, capacity)
    for start, stop in _atoms(rows, capacity):
        filler.add(start, stop)
    return filler.finished()


def _atoms(rows: Sequence[FlowRow], capacity: int) -> list[tuple[int, int]]:
    """Return the ranges of rows that stay together: blocks that fit on a page, and labels with what follows."""
    atoms: list[tuple[int, int]] = []
    pending: int | None = None
    for start, stop in _segments(rows, capacity):
        first = start if pending is None else pending
        if all(row.kind != "data" for row in rows[start:stop]) and any(r.kind == "label" for r in rows[first:stop]):
            pending = first
            continue
        pending = None
        head = _lines_of(rows, first, start)
        if head and head + _page_need(rows, start, stop) > capacity and stop - start > 1:
            # The labels before the block no longer leave room for all of it: keep them with its first rows.
            cut = _first_data(rows, start, stop) + 1
            atoms.append((first, cut))
            atoms.extend(_rows_apart(rows, cut, stop))
        else:
            atoms.append((first, stop))
    if pending is not None:
        atoms.append((pending, len(rows)))
    return atoms


def _segments(rows: Sequence[FlowRow], capacity: int) -> list[tuple[int, int]]:
    """Return runs of rows of one block, or single rows where there is no block or it is taller than a page."""
    segments: list[tuple[int, int]] = []
    start = 0
    while start < len(rows):
        stop = start + 1
        if rows[start].block:
            while stop < len(rows) and rows[stop].block == rows[start].block:
                stop += 1
        if _page_need(rows, start, stop) > capacity:
            segments.extend((row, row + 1) for row in range(start, stop))
        else:
            segments.append((start, stop))
        start = stop
    return segments


def _rows_apart(rows: Sequence[FlowRow], start: int, stop: int) -> list[tuple[int, int]]:
    """Return a block's rows one by one, each label with the row after it."""
    atoms: list[tuple[int, int]] = []
    first = start
    for row in range(start, stop):
        if rows[row].kind != "label":
            atoms.append((first, row + 1))
            first = row + 1
    if first < stop:
        atoms.append((first, stop))
    return atoms


def _page_need(rows: Sequence[FlowRow], start: int, stop: int) -> int:
    """Return the lines that rows take at the top of a page, with the labels repeated above them."""
    return sum(lines for _, lines in rows[start].carried) + _lines_of(rows, start, stop)


def _lines_of(rows: Sequence[FlowRow], start: int, stop: int) -> int:
    while stop > start and rows[stop - 1].kind == "blank":
        stop -= 1
    return sum(row.lines for row in rows[start:stop])


def _first_data(rows: Sequence[FlowRow], start: int, stop: int) -> int:
    return next((row for row in range(start, stop) if rows[row].kind == "data"), stop - 1)


@dataclass
class _Filler:
    """The page being filled; lives only within one call of ``break_rows``."""

    rows: Sequence[FlowRow]
    capacity: int
    pages: list[PageRows] = field(default_factory=list)
    slices: list[RowSlice] = field(default_factory=list)
    carried: tuple[Label, ...] = ()
    split: bool = False
    used: int = 0
    placed: int = -1  # the last row that was placed and is not blank

    def add(self, start: int, stop: int) -> None:
        """Place rows that stay together, on a new page if they do not fit on this one."""
        need = _lines_of(self.rows, start, stop)
        if self.slices and self.used + need > self.capacity:
            tall = need + sum(lines for _, lines in self.rows[start].carried) > self.capacity
            if not (tall and self._room_to_start(start, stop)):
                self.turn()
        for row in range(start, stop):
            self._row(row)

    def _room_to_start(self, start: int, stop: int) -> bool:
        """Tell whether a group taller than a page may start here: its labels and a few lines fit."""
        labels = sum(row.lines for row in self.rows[start : _first_data(self.rows, start, stop)])
        return self.used + labels + 4 <= self.capacity

    def _row(self, row: int) -> None:
        flow = self.rows[row]
        if flow.kind == "blank":
            if self.slices and self.used + flow.lines <= self.capacity:
                self._put(row, 0, flow.lines)
            return
        self._open(row)
        if self.used + flow.lines > self.capacity and self._fits_a_page(row) and self.slices:
            self.turn()
            self._open(row)
        first = 0
        while self.used + flow.lines - first > self.capacity:
            last = first + self.capacity - self.used
            if last > first:
                self._put(row, first, last)
                self.placed = row
            first = last
            self.turn()
            self.split = first > 0
            self._open(row)
        self._put(row, first, flow.lines)
        self.placed = row

    def _fits_a_page(self, row: int) -> bool:
        return sum(lines for _, lines in self._continued(row)) + self.rows[row].lines <= self.capacity

    def _open(self, row: int) -> None:
        """Repeat the labels at the top of a page that starts inside their group."""
        if self.slices or not self.pages:
            return
        repeated = self._continued(row)
        self.carried = tuple(label for label, _ in repeated)
        self.used = sum(lines for _, lines in repeated) + (1 if self.split else 0)

    def _continued(self, row: int) -> tuple[tuple[Label, int], ...]:
        """Return the labels of a row under which the row placed before it stood as well."""
        if self.placed < 0:
            return ()
        before = self.rows[self.placed]
        known = {label for label, _ in before.carried} | ({before.label} if before.label else set())
        return tuple((label, lines) for label, lines in self.rows[row].carried if label in known)

    def _put(self, row: int, first: int, last: int) -> None:
        self.slices.append(RowSlice(row, first, last))
        self.used += last - first

    def turn(self) -> None:
        """Close the page; blank rows at its foot are dropped."""
        while self.slices and self.rows[self.slices[-1].row].kind == "blank":
            self.slices.pop()
        if self.slices:
            self.pages.append(PageRows(self.carried, self.split, tuple(self.slices)))
        self.slices, self.carried, self.split, self.used = [], (), False, 0

    def finished(self) -> tuple[PageRows, ...]:
        """Return all pages; a display without rows has one empty page."""
        self.turn()
        return tuple(self.pages) or (PageRows((), False, ()),)
