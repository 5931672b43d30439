"""The structure of a SAS transport file (XPT version 5 or 8), checked before anything is read from it.

Readers of transport files take what they find: cut at any byte, a file reads without complaint as fewer
records; two members in one file read as garbage. The scan refuses such files and says where they are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tlf.errors import InputError, did_you_mean
from tlf.exchange.xpt_header import XptHeader, read_header
from tlf.exchange.xpt_layout import RECORD
from tlf.exchange.xpt_text import Field, check_nul, find_encoding, special_missing_notes
from tlf.model.dataset import Variable


@dataclass(frozen=True)
class XptScan:
    """What a transport file holds: one dataset, its variables, and where its records lie.

    ``positions`` are the variables' byte offsets in a record, ``remainder`` the blanks after the last record,
    ``encoding`` how the text is stored (``utf-8`` or ``windows-1252``), ``created`` the header's time as it
    stands (``30MAY18:09:31:18``), ``notes`` what a user should know about how the file is read.
    """

    source: str
    version: int
    name: str
    label: str
    created: str
    encoding: str
    variables: tuple[Variable, ...]
    positions: tuple[int, ...]
    data_offset: int
    record_length: int
    record_count: int
    remainder: int
    notes: tuple[str, ...]


def scan_xpt(path: Path | str, *, source: str | None = None) -> XptScan:
    """Return the structure of a SAS transport file, or refuse the file.

    1. Headers: library, member, descriptor, NAMESTR, (labels,) observations, each at its place (TS-140).
    2. Variables: type, length, and positions that follow one another without gap or overlap.
    3. Records: their number from the file's size; what remains must be blank and shorter than 80 bytes.
       All-blank records at the end, in records under 80 bytes, cannot be told from this padding and do not count.
    4. Text: one encoding for the whole file, nothing after a NUL inside a text.

    A file cut exactly between two records at a multiple of 80 bytes cannot be found out in version 5.

    Args:
        path: the file.
        source: how messages name it (default: the path).

    Raises:
        InputError: the file is missing, empty, of another kind, cut, damaged, or holds several members; the
            message names the file, what is wrong, and the byte.
    """
    named = str(path) if source is None else source
    return scan_bytes(read_file(Path(path), named), named)


def read_file(path: Path, source: str) -> bytes:
    """Return a file's bytes.

    Raises:
        InputError: the file is missing (the message names its likely neighbours), a folder, or cannot be read.
    """
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{source}: is a {'folder' if path.is_dir() else 'special file'}, not a data file")
        return path.read_bytes()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise InputError(f"{source}: no such file, nor a folder for it") from None
        raise InputError(f"{source}: no such file.{did_you_mean(path.name, _neighbours(path))}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{source}: cannot be read ({error})") from None


def _neighbours(path: Path) -> list[str]:
    """Return the names of the files of the same kind in the file's folder, as far as it can be listed."""
    try:
        return [entry.name for entry in path.parent.iterdir() if entry.suffix.lower() == path.suffix.lower()]
    except OSError:
        return []


def scan_bytes(data: bytes, source: str) -> XptScan:
    """Return the structure of a transport file's bytes; raises as ``scan_xpt``."""
    header = read_header(data, source)
    count = _record_count(data, header, source)
    length = header.record_length
    shape = (count, length)
    records = np.frombuffer(data, np.uint8, count=count * length, offset=header.data_offset).reshape(shape)
    fields = [
        Field(name, stored.npos, stored.nlng, stored.ntype == 2, label)
        for name, stored, label in zip(header.names, header.namestrs, header.labels, strict=True)
    ]
    check_nul(records, fields, source)
    encoding, notes = find_encoding(records, fields, header.label, source)
    return XptScan(
        source=source,
        version=header.version,
        name=header.name,
        label=_text(header.label, encoding),
        created=header.created,
        encoding=encoding,
        variables=tuple(
            Variable(
                name=field.name,
                label=_text(field.label, encoding),
                type="char" if field.is_text else "num",
                length=field.length,
                format=form,
                informat=informat,
            )
            for field, form, informat in zip(fields, header.formats, header.informats, strict=True)
        ),
        positions=tuple(field.position for field in fields),
        data_offset=header.data_offset,
        record_length=length,
        record_count=count,
        remainder=len(data) - header.data_offset - count * length,
        notes=notes + special_missing_notes(records, fields, source),
    )


def _record_count(data: bytes, header: XptHeader, source: str) -> int:
    """Return the number of records, from the size of what follows the header."""
    if len(data) % RECORD:
        raise InputError(
            f"{source}: the file is cut short or was changed in transfer: its size, {len(data):,} bytes, is not a"
            f" multiple of {RECORD} (byte {len(data) // RECORD * RECORD:,})"
        )
    start, length = header.data_offset, header.record_length
    size = len(data) - start
    most = size // length
    if header.stated_count is not None:
        count = header.stated_count
        if not 0 <= size - count * length < RECORD:
            raise InputError(
                f"{source}: the file is cut short or was changed: its header states {count:,} records of {length}"
                f" bytes, but {size:,} bytes follow (byte {start:,})"
            )
    else:
        fewest = max(0, -(-(size - RECORD + 1) // length))
        count = most
        while count > fewest and not data[start + (count - 1) * length : start + count * length].strip(b" "):
            count -= 1
    end = start + count * length
    if data[end:].strip(b" "):
        raise InputError(
            f"{source}: the file is cut short or was changed: after {count:,} records of {length} bytes,"
            f" {len(data) - end} bytes remain that are not blank (byte {end:,})"
        )
    return count


def _text(stored: bytes, encoding: str) -> str:
    return stored.rstrip(b" \0").decode(encoding)
