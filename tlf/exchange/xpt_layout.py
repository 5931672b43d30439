"""The layout of a SAS transport file, version 5 and 8, as both the reader and the writer need it.

Source: SAS Institute, TS-140, "The Record Layout of a Data Set in SAS Transport (XPORT) Format", and its
supplement for version 8. A file is 80-byte records: library header, member header, one NAMESTR of 140 bytes a
variable, then the observations end to end, padded with blanks to 80.
"""

from __future__ import annotations

import re
import struct
from typing import Final, NamedTuple

RECORD: Final = 80
NAMESTR_SIZE: Final = 140
MAX_TEXT: Final = 200
MAX_LABEL: Final = 40
MAX_NAME: Final = 8

_NAMESTR: Final = struct.Struct(">hhhh8s40s8shhh2s8shhl52s")
_FORMAT: Final = re.compile(r"(\$?(?:[A-Za-z_](?:\w*[A-Za-z_])?)?)(\d*)\.(\d*)", re.ASCII)
_HEADER: Final = re.compile(rb"HEADER RECORD\*{7}(\w+) *HEADER RECORD!{7}(.*)", re.DOTALL)


class Namestr(NamedTuple):
    """One variable's descriptor as stored; the first fields follow TS-140's names."""

    ntype: int
    nhfun: int
    nlng: int
    nvar0: int
    nname: bytes
    nlabel: bytes
    nform: bytes
    nfl: int
    nfd: int
    nfj: int
    nfill: bytes
    niform: bytes
    nifl: int
    nifd: int
    npos: int
    rest: bytes


def header(name: str, numbers: str = "") -> bytes:
    """Return a header record of 80 bytes.

    Example:
        >>> header("OBS")[:30]
        b'HEADER RECORD*******OBS     HE'
    """
    return f"HEADER RECORD*******{name:<8}HEADER RECORD!!!!!!!{numbers:0<30}  ".encode("ascii")


def header_name(record: bytes) -> str:
    """Return the name in a header record (``LIBRARY``, ``NAMESTR`` ...), or nothing if it is not one."""
    match = _HEADER.match(record)
    return match[1].decode("ascii", "replace") if match else ""


def header_numbers(record: bytes) -> bytes:
    """Return the 32 bytes that follow a header record's name."""
    return record[48:RECORD]


def unpack_namestr(stored: bytes) -> Namestr:
    """Return the descriptor in 140 bytes."""
    return Namestr._make(_NAMESTR.unpack(stored))


def pack_namestr(namestr: Namestr) -> bytes:
    """Return a descriptor as 140 bytes."""
    return _NAMESTR.pack(*namestr)


def format_text(name: str, width: int, decimals: int) -> str:
    """Return a format or informat as SAS writes it.

    Example:
        >>> format_text("DATE", 9, 0), format_text("", 8, 1), format_text("DATETIME", 0, 0), format_text("", 0, 0)
        ('DATE9.', '8.1', 'DATETIME.', '')
    """
    if not name and not width:
        return ""
    return f"{name}{width or ''}.{decimals or ''}"


def format_parts(text: str) -> tuple[str, int, int] | None:
    """Return a format's name, width and decimals; None if the text is not a format as SAS writes it.

    Example:
        >>> format_parts("DATE9."), format_parts("8.1"), format_parts(""), format_parts("DATE9")
        (('DATE', 9, 0), ('', 8, 1), ('', 0, 0), None)
    """
    if not text:
        return ("", 0, 0)
    match = _FORMAT.fullmatch(text)
    if match is None:
        return None
    name, width, decimals = match[1], int(match[2] or 0), int(match[3] or 0)
    return (name, width, decimals) if format_text(name, width, decimals) == text else None
