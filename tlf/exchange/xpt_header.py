"""The header of a SAS transport file (XPT version 5 or 8) with one member, checked record by record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NoReturn

from tlf.errors import InputError
from tlf.exchange.file_kind import file_kind
from tlf.exchange.xpt_layout import (
    NAMESTR_SIZE,
    RECORD,
    Namestr,
    format_text,
    header_name,
    header_numbers,
    unpack_namestr,
)

_NAMES: Final = {
    5: ("LIBRARY", "MEMBER", "DSCRPTR", "NAMESTR", "OBS"),
    8: ("LIBV8", "MEMBV8", "DSCPTV8", "NAMSTV8", "OBSV8"),
}
_PLACES: Final = (0, 240, 320, 560)
"""Where the first four headers of a file with one member lie."""
_MEMBER_DATA: Final = 400
_NAMESTRS: Final = 640
_MEMBER: Final = re.compile(rb"HEADER RECORD\*{7}(?:MEMBER  |MEMBV8  )HEADER RECORD!{7}")
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class XptHeader:
    """One member's header: labels as stored, ``stated_count`` the number of records if the file says it (v8)."""

    version: int
    name: str
    label: bytes
    created: str
    namestrs: tuple[Namestr, ...]
    names: tuple[str, ...]
    labels: tuple[bytes, ...]
    formats: tuple[str, ...]
    informats: tuple[str, ...]
    data_offset: int
    stated_count: int | None

    @property
    def record_length(self) -> int:
        """The bytes of one record."""
        return sum(namestr.nlng for namestr in self.namestrs)


def read_header(data: bytes, source: str) -> XptHeader:
    """Return the header of a transport file's bytes.

    Raises:
        InputError: the bytes are not a transport file, are cut or damaged, or hold several members.
    """
    return _Reader(data, source).header()


@dataclass(frozen=True)
class _Reader:
    """Reads header records at byte offsets, and refuses with the file's name and the offset."""

    data: bytes
    source: str

    def refuse(self, what: str, offset: int) -> NoReturn:
        raise InputError(f"{self.source}: {what} (byte {offset:,})")

    def at(self, offset: int) -> bytes:
        record = self.data[offset : offset + RECORD]
        if len(record) < RECORD:
            self.refuse("the file is cut short inside its header", offset + len(record))
        return record

    def expect(self, name: str, offset: int) -> bytes:
        record = self.at(offset)
        if header_name(record) != name:
            self.refuse(f"the header is damaged: expected the {name} header record, found {record[:32]!r}", offset)
        return header_numbers(record)

    def number(self, digits: bytes, what: str, offset: int) -> int:
        if not re.fullmatch(rb" *\d+ *", digits):
            self.refuse(f"the header is damaged: the {what} is {digits!r}, not a number", offset)
        return int(digits)

    def header(self) -> XptHeader:
        version = self.version()
        for name, place in zip(_NAMES[version][1:], _PLACES[1:], strict=False):
            self.expect(name, place)
        self.check_one_member()
        size = self.number(header_numbers(self.at(240))[26:30], "size of a variable's descriptor", 240)
        if size != NAMESTR_SIZE:
            self.refuse(f"descriptors of {size} bytes (VAX/VMS) cannot be read, only {NAMESTR_SIZE}", 240)
        namestrs, after = self.namestrs(version)
        names = self.names(version, namestrs)
        self.check_positions(names, namestrs)
        long_labels, after = self.long_labels(version, after)
        numbers = self.expect(_NAMES[version][4], after)
        member = self.at(_MEMBER_DATA)
        return XptHeader(
            version=version,
            name=self.name(member[8 : 40 if version == 8 else 16], "the dataset", _MEMBER_DATA).upper(),
            label=self.at(_MEMBER_DATA + RECORD)[32:72],
            created=member[64:RECORD].decode("ascii", "replace"),
            namestrs=namestrs,
            names=names,
            labels=tuple(long_labels.get(name, n.nlabel) for name, n in zip(names, namestrs, strict=True)),
            formats=self.formats(names, [(n.nform, n.nfl, n.nfd) for n in namestrs]),
            informats=self.formats(names, [(n.niform, n.nifl, n.nifd) for n in namestrs]),
            data_offset=after + RECORD,
            stated_count=self.stated_count(version, numbers, after),
        )

    def version(self) -> int:
        if not self.data:
            raise InputError(f"{self.source}: the file is empty")
        name = header_name(self.data[:RECORD])
        found = [version for version, names in _NAMES.items() if name == names[0]]
        if not found:
            kind = file_kind(self.data)
            self.refuse(f"not a SAS transport file (XPT): seems to be {kind}, starting {self.data[:16]!r}", 0)
        return found[0]

    def check_one_member(self) -> None:
        places = [match.start() for match in _MEMBER.finditer(self.data) if match.start() % RECORD == 0]
        if len(places) == 1:
            return
        wide = header_name(self.data[:RECORD]) == "LIBV8"
        names = [self.data[p + 168 : p + (200 if wide else 176)].decode("ascii", "replace").strip() for p in places]
        self.refuse(
            f"holds {len(places)} datasets ({', '.join(names)}), tlf reads one dataset a file: write each to its own",
            places[1],
        )

    def namestrs(self, version: int) -> tuple[tuple[Namestr, ...], int]:
        place = _PLACES[3]
        count = self.number(self.expect(_NAMES[version][3], place)[5:10], "number of variables", place)
        if count == 0:
            self.refuse("the dataset has no variables", place)
        end = _NAMESTRS + count * NAMESTR_SIZE
        if len(self.data) < end:
            self.refuse(f"the file is cut short inside the descriptors of its {count} variables", len(self.data))
        starts = range(_NAMESTRS, end, NAMESTR_SIZE)
        return tuple(unpack_namestr(self.data[s : s + NAMESTR_SIZE]) for s in starts), -(-end // RECORD) * RECORD

    def text(self, stored: bytes, what: str, offset: int) -> str:
        plain = stored.rstrip(b" \0")
        if not plain.isascii() or b"\0" in plain:
            self.refuse(f"the header is damaged: {what} is {plain!r}", offset)
        return plain.decode("ascii")

    def name(self, stored: bytes, what: str, offset: int) -> str:
        name = self.text(stored, f"the name of {what}", offset)
        if not _NAME.fullmatch(name):
            self.refuse(f"{what} has the name {name!r}, which SAS does not allow", offset)
        return name

    def names(self, version: int, namestrs: tuple[Namestr, ...]) -> tuple[str, ...]:
        names = tuple(
            self.name(n.rest[:32] if version == 8 else n.nname, f"variable {number + 1}", _place(number))
            for number, n in enumerate(namestrs)
        )
        double = [name for name, count in Counter(name.upper() for name in names).items() if count > 1]
        if double:
            self.refuse(f"several variables have the name {double[0]}", _NAMESTRS)
        return names

    def formats(self, names: tuple[str, ...], stored: Sequence[tuple[bytes, int, int]]) -> tuple[str, ...]:
        texts = []
        for number, (name, (form, width, decimals)) in enumerate(zip(names, stored, strict=True)):
            if min(width, decimals) < 0:
                self.refuse(f"the header is damaged: {name} has a format of width {width}.{decimals}", _place(number))
            texts.append(format_text(self.text(form, f"a format of {name}", _place(number)), width, decimals))
        return tuple(texts)

    def check_positions(self, names: tuple[str, ...], namestrs: tuple[Namestr, ...]) -> None:
        expected = accumulate((n.nlng for n in namestrs), initial=0)
        for number, (name, stored, position) in enumerate(zip(names, namestrs, expected, strict=False)):
            place = _place(number)
            if stored.ntype not in (1, 2):
                self.refuse(f"variable {name} has the type {stored.ntype}, not 1 (numeric) or 2 (character)", place)
            if stored.nlng < 1 or (stored.ntype == 1 and not 2 <= stored.nlng <= 8):
                self.refuse(f"variable {name} has the length {stored.nlng}", place)
            if stored.npos != position:
                self.refuse(f"variable {name} lies at {stored.npos} in a record, expected {position}", place)

    def long_labels(self, version: int, after: int) -> tuple[dict[str, bytes], int]:
        kind = header_name(self.at(after))
        if version == 5 or kind not in ("LABELV8", "LABELV9"):
            return {}, after
        if kind == "LABELV9":
            self.refuse("formats with names over 8 characters (a LABELV9 section) cannot be read", after)
        labels = {}
        place = after + RECORD
        for _ in range(self.number(header_numbers(self.at(after)), "number of labels", after)):
            name_length = int.from_bytes(self.data[place + 2 : place + 4], "big")
            end = place + 6 + name_length + int.from_bytes(self.data[place + 4 : place + 6], "big")
            if end > len(self.data):
                self.refuse("the file is cut short inside its labels", len(self.data))
            name = self.text(self.data[place + 6 : place + 6 + name_length], "the name in a label", place)
            labels[name] = self.data[place + 6 + name_length : end]
            place = end
        return labels, -(-place // RECORD) * RECORD

    def stated_count(self, version: int, numbers: bytes, offset: int) -> int | None:
        """Return the number of records that a v8 header states; 30 zeros, as old writers put, state none."""
        if version == 5 or numbers[:30] == b"0" * 30 or not numbers[:15].strip():
            return None
        return self.number(numbers[:15], "number of records", offset)


def _place(number: int) -> int:
    """Return the byte offset of a variable's descriptor, by the variable's number from 0."""
    return _NAMESTRS + number * NAMESTR_SIZE
