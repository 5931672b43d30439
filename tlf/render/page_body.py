"""The body of a table or listing on its pages: column headers, spanners, rows, labels and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tlf.errors import RenderError
from tlf.model.display import Listing, Row, Table
from tlf.render.fonts import check_glyphs
from tlf.render.page import Geometry, Rule, TextRun, baseline
from tlf.render.page_break import FlowRow, PageRows, break_rows
from tlf.render.page_columns import Layout, PlacedColumn, place_columns
from tlf.render.page_wrap import wrap_text

CONTINUED = " (continued)"
HEAVY = 0.9
LIGHT = 0.5
EMPTY = "No observations met the reporting criteria."


@dataclass(frozen=True)
class WrappedRow:
    """A row with the lines of each of its cells; a label row has the lines of its label only."""

    row: Row
    cells: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> int:
        """The height of the row in lines."""
        return max((len(cell) for cell in self.cells), default=1)


@dataclass(frozen=True)
class Body:
    """A laid-out body before it is broken into pages: columns, header runs and height, wrapped rows."""

    columns: tuple[PlacedColumn, ...]
    layout: Layout
    header: tuple[TextRun, ...]
    header_rules: tuple[Rule, ...]
    header_height: float
    rows: tuple[WrappedRow, ...]


def lay_out_body(display: Table | Listing, geometry: Geometry) -> Body:
    """Return the columns, the header (relative to the body's top) and the wrapped rows of a display.

    Raises:
        RenderError: the columns do not fit, or a character is not in the font.
    """
    output = display.sections.output_id
    layout = Layout(geometry.left, geometry.right, geometry.face, geometry.bold, geometry.size, geometry.leading)
    rows = tuple(_as_data(row) for row in display.rows)
    try:
        columns = place_columns(display.columns, rows, layout)
    except RenderError as error:
        raise RenderError(f"{output}: {error}") from None
    header, rules, height = _header(columns, layout, output)
    return Body(columns, layout, header, rules, height, _wrapped(rows, columns, layout, output))


def break_body(body: Body, capacity: int) -> tuple[PageRows, ...]:
    """Return what stands on each page.

    Args:
        body: the laid-out body.
        capacity: lines between the header and the closing rule.

    Raises:
        RenderError: the page has no room for a row.
    """
    return break_rows([_flow(wrapped, body.layout) for wrapped in body.rows], capacity)


def place_rows(body: Body, page: PageRows, top: float) -> tuple[list[TextRun], float]:
    """Return the runs of a page's rows, its first line's box starting at ``top``, and where they end."""
    layout = body.layout
    runs: list[TextRun] = []
    line_top = top
    for indent, text in page.carried:
        for line in _label_lines(indent, text + CONTINUED, layout):
            runs.append(_label_run(indent, line, line_top, layout))
            line_top += layout.leading
    if page.split:
        runs.append(_label_run(0, CONTINUED.strip(), line_top, layout))
        line_top += layout.leading
    for part in page.slices:
        wrapped = body.rows[part.row]
        runs.extend(_row_runs(wrapped, part.first, part.last, line_top, body))
        line_top += (part.last - part.first) * layout.leading
    if not body.rows:
        middle = (layout.left + layout.right) / 2
        runs.append(TextRun(middle, baseline(line_top, layout.size), EMPTY, layout.face, layout.size, "center"))
        line_top += 2 * layout.leading
    return runs, line_top


def _as_data(row: Row) -> Row:
    """Return a label row that has values in its other columns as a data row, so that they are shown."""
    if row.kind == "label" and any(cell.text for cell in row.cells[1:]):
        return replace(row, kind="data")
    return row


def _wrapped(
    rows: Sequence[Row], columns: Sequence[PlacedColumn], layout: Layout, output: str
) -> tuple[WrappedRow, ...]:
    known: dict[tuple[int, str, int], tuple[str, ...]] = {}
    wrapped = []
    for number, row in enumerate(rows, 1):
        if row.kind == "blank":
            wrapped.append(WrappedRow(row, ()))
            continue
        if row.kind == "label":
            text = row.cells[0].text
            check_glyphs(text, face=layout.face, where=f"{output}, row {number}")
            wrapped.append(WrappedRow(row, (_label_lines(row.indent, text, layout),)))
            continue
        lines = []
        for place, cell in enumerate(row.cells):
            key = (place, cell.text, row.indent if place == 0 else 0)
            if key not in known:
                where = f"{output}, row {number}, column {columns[place].column.key}"
                known[key] = _cell_lines(cell.text, columns[place], key[2], layout, where=where)
            lines.append(known[key])
        wrapped.append(WrappedRow(row, tuple(lines)))
    return tuple(wrapped)


def _cell_lines(text: str, column: PlacedColumn, indent: int, layout: Layout, *, where: str) -> tuple[str, ...]:
    check_glyphs(text, face=layout.face, where=where)
    if column.alignment is not None:
        return tuple(text.split("\n"))
    width = max(column.width - indent * layout.indent, layout.size)
    return wrap_text(text, width=width, face=layout.face, size=layout.size)


def _label_lines(indent: int, text: str, layout: Layout) -> tuple[str, ...]:
    width = max(layout.width - indent * layout.indent, layout.size)
    return wrap_text(text, width=width, face=layout.face, size=layout.size)


def _flow(wrapped: WrappedRow, layout: Layout) -> FlowRow:
    row = wrapped.row
    carried = tuple(
        ((indent, text), len(_label_lines(indent, text + CONTINUED, layout))) for indent, text in row.carried
    )
    label = (row.indent, row.cells[0].text) if row.kind == "label" else None
    return FlowRow(wrapped.lines, row.kind, row.block, label, carried)


def _label_run(indent: int, line: str, top: float, layout: Layout) -> TextRun:
    return TextRun(layout.left + indent * layout.indent, baseline(top, layout.size), line, layout.face, layout.size)


def _row_runs(wrapped: WrappedRow, first: int, last: int, top: float, body: Body) -> list[TextRun]:
    layout = body.layout
    if wrapped.row.kind == "label":
        shown = enumerate(wrapped.cells[0][first:last])
        return [_label_run(wrapped.row.indent, line, top + n * layout.leading, layout) for n, line in shown if line]
    runs: list[TextRun] = []
    for place, lines in enumerate(wrapped.cells):
        column = body.columns[place]
        indent = wrapped.row.indent * layout.indent if place == 0 else 0.0
        for number, line in enumerate(lines[first:last]):
            if line:
                runs.extend(_cell_runs(line, column, indent, top + number * layout.leading, layout))
    return runs


def _cell_runs(line: str, column: PlacedColumn, indent: float, top: float, layout: Layout) -> list[TextRun]:
    y = baseline(top, layout.size)
    if column.alignment is not None:
        parts = column.alignment.parts[line]
        return [TextRun(column.decimal_x + offset, y, text, layout.face, layout.size) for offset, text in parts]
    if column.column.align == "right":
        return [TextRun(column.x + column.width, y, line, layout.face, layout.size, "right")]
    if column.column.align in ("center", "decimal"):
        return [TextRun(column.x + column.width / 2, y, line, layout.face, layout.size, "center")]
    return [TextRun(column.x + indent, y, line, layout.face, layout.size)]


def _header(
    columns: Sequence[PlacedColumn], layout: Layout, output: str
) -> tuple[tuple[TextRun, ...], tuple[Rule, ...], float]:
    """Return the header's runs and rules from the body's top, spanners above, lines at the bottom aligned."""
    pad = 0.35 * layout.leading
    runs: list[TextRun] = []
    rules = [Rule(layout.left, layout.right, 0.0, HEAVY)]
    top = pad
    spans = _spans(columns)
    if spans:
        lines = [wrap_text(text, width=right - left, face=layout.bold, size=layout.size) for text, left, right in spans]
        deepest = max(len(span) for span in lines)
        for (text, left, right), span in zip(spans, lines, strict=True):
            check_glyphs(text, face=layout.bold, where=f"{output}, spanner")
            for number, line in enumerate(span, deepest - len(span)):
                y = baseline(top + number * layout.leading, layout.size)
                runs.append(TextRun((left + right) / 2, y, line, layout.bold, layout.size, "center"))
            rules.append(Rule(left, right, top + deepest * layout.leading + 0.12 * layout.leading, LIGHT))
        top += (deepest + 0.4) * layout.leading
    deepest = max(len(column.header) for column in columns)
    for column in columns:
        check_glyphs(column.column.header, face=layout.bold, where=f"{output}, header of column {column.column.key}")
        for number, line in enumerate(column.header, deepest - len(column.header)):
            if line:
                runs.append(_header_run(line, column, top + number * layout.leading, layout))
    end = top + deepest * layout.leading + pad
    rules.append(Rule(layout.left, layout.right, end, LIGHT))
    return tuple(runs), tuple(rules), end + pad


def _header_run(line: str, column: PlacedColumn, top: float, layout: Layout) -> TextRun:
    y = baseline(top, layout.size)
    if column.column.align == "left":
        return TextRun(column.x, y, line, layout.bold, layout.size)
    if column.column.align == "right":
        return TextRun(column.x + column.width, y, line, layout.bold, layout.size, "right")
    return TextRun(column.x + column.width / 2, y, line, layout.bold, layout.size, "center")


def _spans(columns: Sequence[PlacedColumn]) -> list[tuple[str, float, float]]:
    """Return the spanners with their left and right ends."""
    spans = []
    for text, group in groupby(columns, key=lambda column: column.column.spanner):
        members = list(group)
        if text:
            spans.append((text, members[0].x, members[-1].x + members[-1].width))
    return spans
