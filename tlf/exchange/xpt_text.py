"""The text and special values inside a transport file's records: encoding, NUL, special missing values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tlf.errors import InputError
from tlf.exchange.ibm_float import IBM_MISSING, is_missing

UTF_8: Final = "utf-8"
WINDOWS: Final = "windows-1252"

Records = npt.NDArray[np.uint8]
"""All records as bytes, shape (records, record length)."""


@dataclass(frozen=True)
class Field:
    """Where a variable lies in a record, and its label as stored."""

    name: str
    position: int
    length: int
    is_text: bool
    label: bytes

    def of(self, records: Records) -> Records:
        """Return the variable's bytes in every record."""
        return records[:, self.position : self.position + self.length]


@dataclass(frozen=True)
class _Foreign:
    """A text that is not ASCII: where it is, and its bytes."""

    where: str
    stored: bytes


def check_nul(records: Records, fields: Sequence[Field], source: str) -> None:
    """Refuse text after a NUL byte inside a value, which readers drop.

    Raises:
        InputError: names the variable and the row.
    """
    for field in fields:
        if not field.is_text:
            continue
        stored = field.of(records)
        if (stored == 0).any():
            inside = np.maximum.accumulate(stored == 0, axis=1) & (stored != 0) & (stored != 32)
            rows = np.flatnonzero(inside.any(axis=1))
            if len(rows):
                value = stored[rows[0]].tobytes().rstrip(b" \0")
                raise InputError(
                    f"{source}: {field.name}, row {rows[0] + 1}: a NUL byte lies inside the text {value!r};"
                    " what follows it would be lost"
                )


def find_encoding(records: Records, fields: Sequence[Field], label: bytes, source: str) -> tuple[str, tuple[str, ...]]:
    """Return the encoding of all the file's text, with a note where it had to be assumed.

    1. All text, labels included, is ASCII or UTF-8: ``utf-8``.
    2. Else no text is UTF-8 beyond ASCII, and all of it is windows-1252: that, with a note.
    3. Else the file mixes encodings, or cuts a character in two, and is refused.

    Raises:
        InputError: names one text of each kind, by variable and row.
    """
    utf, other = None, None
    for text in _foreign_texts(records, fields, label):
        if _decodes(text.stored, UTF_8):
            utf = utf or text
        else:
            other = other or text
            if not _decodes(text.stored, WINDOWS):
                raise InputError(f"{source}: {text.where}: {text.stored!r} is neither UTF-8 nor windows-1252 text")
    if other is None:
        return UTF_8, ()
    if utf is not None:
        raise InputError(
            f"{source}: {other.where}: {other.stored!r} is not UTF-8 text (a character may be cut in two),"
            f" but {utf.where}: {utf.stored!r} is: the file mixes encodings"
        )
    shown = other.stored.decode(WINDOWS)
    return WINDOWS, (f"{source}: {other.where}: text is not UTF-8 and was read as windows-1252, here as {shown!r}",)


def special_missing_notes(records: Records, fields: Sequence[Field], source: str) -> tuple[str, ...]:
    """Return a note for each numeric variable with special missing values (``.A`` to ``.Z``, ``._``)."""
    notes = []
    for field in fields:
        if field.is_text or not len(records):
            continue
        stored = field.of(records)
        special = is_missing(stored) & (stored[:, 0] != IBM_MISSING[0])
        if special.any():
            codes = ", ".join(f".{chr(code)}" for code in np.unique(stored[special, 0]))
            notes.append(
                f"{source}: {field.name}: {special.sum()} special missing values ({codes}) are read as missing"
            )
    return tuple(notes)


def _foreign_texts(records: Records, fields: Sequence[Field], label: bytes) -> Iterator[_Foreign]:
    if not label.isascii():
        yield _Foreign("the dataset's label", label.rstrip(b" \0"))
    for field in fields:
        if not field.label.isascii():
            yield _Foreign(f"{field.name}'s label", field.label.rstrip(b" \0"))
        if not field.is_text:
            continue
        stored = field.of(records)
        rows = np.flatnonzero((stored >= 0x80).any(axis=1))
        if len(rows):
            cells = np.ascontiguousarray(stored[rows]).view(f"S{field.length}")[:, 0]
            distinct, first = np.unique(cells, return_index=True)
            for value, row in zip(distinct.tolist(), rows[first].tolist(), strict=True):
                yield _Foreign(f"{field.name}, row {row + 1}", value.rstrip(b" "))


def _decodes(stored: bytes, encoding: str) -> bool:
    try:
        stored.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
