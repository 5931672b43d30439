"""Text made fit for a page: invisible and look-alike characters replaced, and each replacement recorded."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Final

from tlf.errors import RenderError
from tlf.model.display import Cell, Column, Display, Figure, Row, Sections

REPLACED: Final[Mapping[str, str]] = {
    "\u2011": "-",  # non-breaking hyphen, not in the fonts
    "\u00a0": " ",  # no-break spaces defeat a search in the PDF
    "\u202f": " ",
    "\u2007": " ",
    "\t": " ",
    "\u2028": "\n",
    "\u2029": "\n",
    "\r": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
    "\x85": "\n",
}


@dataclass(frozen=True)
class TextChange:
    """One character that was replaced (or removed, ``by`` empty) in a text of an output."""

    where: str
    character: str
    by: str

    def __str__(self) -> str:
        done = f"replaced by {self.by!r}" if self.by else "removed"
        return f"{self.where}: U+{ord(self.character):04X} {done}"


def normalise(text: str, *, where: str = "") -> tuple[str, tuple[TextChange, ...]]:
    r"""Return text that prints as it reads, and what was changed.

    1. Line ends of every kind become a newline; tabs and no-break spaces a space; U+2011 a hyphen.
    2. Soft hyphens, zero-width and other format characters, and control characters are removed.
    3. Letters followed by combining marks are composed (NFC) where Unicode has the letter.

    Raises:
        RenderError: the text is written from right to left, which the page model cannot lay out.

    Example:
        >>> normalise("a\u00a0b")[0]
        'a b'
    """
    if text.isascii() and text.isprintable():
        return text, ()
    text = text.replace("\r\n", "\n")
    kept: list[str] = []
    changes: list[TextChange] = []
    for character in text:
        by = REPLACED.get(character, character)
        if by != "\n" and unicodedata.category(by) in ("Cc", "Cf", "Cs", "Co"):
            by = ""
        if by != character:
            changes.append(TextChange(where, character, by))
        elif unicodedata.bidirectional(character) in ("R", "AL"):
            raise RenderError(
                f"{where}: {character!r} (U+{ord(character):04X}) is written from right to left in {text!r}"
            )
        kept.append(by)
    result = "".join(kept)
    composed = unicodedata.normalize("NFC", result)
    if composed != result:
        marks = [c for c in result if unicodedata.combining(c)]
        changes += [TextChange(where, mark, "composed letter") for mark in dict.fromkeys(marks)]
    return composed, tuple(changes)


def normalised_display(display: Display) -> tuple[Display, tuple[TextChange, ...]]:
    """Return the display with every text normalised, and the changes with the place of each."""
    changes: list[TextChange] = []
    output = display.sections.output_id
    sections = _sections(display.sections, changes)
    if isinstance(display, Figure):
        data = _data(display.data, changes, f"{output}, data")
        return replace(display, sections=sections, data=data), tuple(changes)
    columns = tuple(_column(column, changes, output) for column in display.columns)
    rows = tuple(_row(row, changes, f"{output}, row {number}") for number, row in enumerate(display.rows, 1))
    return replace(display, sections=sections, columns=columns, rows=rows), tuple(changes)


def _clean(changes: list[TextChange], where: str, text: str) -> str:
    cleaned, found = normalise(text, where=where)
    changes.extend(found)
    return cleaned


def _sections(sections: Sections, changes: list[TextChange]) -> Sections:
    values: dict[str, str | tuple[str, ...]] = {}
    for field in fields(sections):
        value = getattr(sections, field.name)
        clean = partial(_clean, changes, f"{sections.output_id}, {field.name}")
        values[field.name] = clean(value) if isinstance(value, str) else tuple(clean(line) for line in value)
    return replace(sections, **values)  # type: ignore[arg-type] # each field keeps its own kind


def _data(value: Any, changes: list[TextChange], where: str) -> Any:
    """Return a figure's data with every text in them normalised."""
    if isinstance(value, str):
        return _clean(changes, where, value)
    if isinstance(value, Mapping):
        return {key: _data(item, changes, f"{where} {key}") for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(_data(item, changes, where) for item in value) if _has_text(value) else value
    return value


def _has_text(values: Sequence[Any]) -> bool:
    return any(isinstance(value, (str, Mapping, tuple, list)) for value in values)


def _column(column: Column, changes: list[TextChange], output: str) -> Column:
    clean = partial(_clean, changes, f"{output}, header of column {column.key}")
    return replace(column, header=clean(column.header), spanner=clean(column.spanner))


def _row(row: Row, changes: list[TextChange], where: str) -> Row:
    before = len(changes)
    cells = tuple(_cell(cell, changes, f"{where}, column {number}") for number, cell in enumerate(row.cells, 1))
    carried = tuple((indent, _clean(changes, f"{where}, carried label", text)) for indent, text in row.carried)
    changed = len(changes) > before or cells != row.cells or carried != row.carried
    return replace(row, cells=cells, carried=carried) if changed else row


def _cell(cell: Cell, changes: list[TextChange], where: str) -> Cell:
    if cell.text.isascii() and cell.text.isprintable():
        return cell
    text = _clean(changes, where, cell.text)
    return cell if text == cell.text else replace(cell, text=text)
