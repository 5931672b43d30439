"""A Dataset written as a SAS transport file, version 5, byte for byte the same for the same dataset.

Our own writer, because the ready-made ones lose what a submission declares: they store each text in the length
of its longest value, drop informats, cut labels in mid-character, and put the time of the run into the file.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from itertools import accumulate
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tlf.errors import DeliveryError
from tlf.exchange.ibm_float import holds, ibm_from_float
from tlf.exchange.xpt_layout import (
    MAX_LABEL,
    MAX_NAME,
    MAX_TEXT,
    NAMESTR_SIZE,
    RECORD,
    Namestr,
    format_parts,
    header,
    pack_namestr,
)
from tlf.model.dataset import TEXT, Dataset, Variable

CREATED: Final = datetime(1960, 1, 1)
"""The time that files carry unless another is given: SAS day 0, so that equal data give equal bytes."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MAX_VARIABLES: Final = 9999
_MAX_WIDTH: Final = 32767


def write_xpt(dataset: Dataset, *, created: datetime | None = None) -> bytes:
    """Return a dataset as the bytes of a SAS transport file, version 5.

    Labels, declared lengths, formats, informats and order are kept. Text is stored as UTF-8; lengths count bytes.
    What is written reads back as it was (``-0.0`` as zero); what would not is refused.

    Args:
        dataset: the dataset; numeric variables float64, character variables TEXT without trailing blanks.
        created: the time the file says it was made (default: 1960-01-01, SAS day 0).

    Raises:
        DeliveryError: the dataset cannot be a version 5 transport file without loss: a name over 8 characters,
            a label over 40 bytes, text longer than its declared length or than 200 bytes, with NUL, trailing
            blanks or empty instead of missing, a number that is infinite or out of range, an all-blank last
            record; the message names dataset, variable and row.

    Example:
        >>> frame = pd.DataFrame({"AGE": [63.0, 71.0]})
        >>> len(write_xpt(Dataset("ADSL", "Subjects", frame, (Variable("AGE", "Age"),))))
        960
    """
    _check_dataset(dataset)
    namestrs = []
    positions = accumulate((variable.length for variable in dataset.variables), initial=0)
    for number, (variable, position) in enumerate(zip(dataset.variables, positions, strict=False), start=1):
        namestrs.append(pack_namestr(_namestr(dataset.name, variable, number, position)))
    records = _records(dataset)
    head = _member_header(dataset, CREATED if created is None else created)
    return b"".join((head, _padded(b"".join(namestrs)), header("OBS"), _padded(records.tobytes())))


def _refuse(where: str, what: str) -> NoReturn:
    raise DeliveryError(f"{where} cannot be written as SAS transport version 5: {what}")


def _check_dataset(dataset: Dataset) -> None:
    """Refuse a dataset whose own name, label or list of variables the format cannot hold."""
    name, names = dataset.name, [variable.name.upper() for variable in dataset.variables]
    if not _NAME.fullmatch(name) or name != name.upper():
        _refuse(name or "a dataset without a name", "a dataset's name is 1 to 8 capitals, digits and underscores")
    _check_label(name, dataset.label)
    if not 1 <= len(names) <= _MAX_VARIABLES:
        _refuse(name, f"it has {len(names)} variables, expected 1 to {_MAX_VARIABLES}")
    double = [variable for variable, count in Counter(names).items() if count > 1]
    if double:
        _refuse(name, f"it has the variable {double[0]} twice (SAS does not tell capitals from small letters)")


def _check_label(where: str, label: str) -> None:
    stored = _encoded(where, label, "label")
    if len(stored) > MAX_LABEL:
        _refuse(where, f"its label {label!r} has {len(stored)} bytes, at most {MAX_LABEL} are allowed")


def _encoded(where: str, text: str, what: str) -> bytes:
    try:
        stored = text.encode("utf-8")
    except UnicodeEncodeError:
        _refuse(where, f"its {what} {text!r} is not text that UTF-8 can hold")
    if b"\0" in stored or text != text.rstrip(" "):
        _refuse(where, f"its {what} {text!r} has a NUL character or trailing blanks")
    return stored


def _namestr(dataset: str, variable: Variable, number: int, position: int) -> Namestr:
    """Return a variable's descriptor, checked."""
    where = f"{dataset}.{variable.name}"
    if not _NAME.fullmatch(variable.name):
        _refuse(where, f"a name is a letter or underscore, then letters, digits, underscores, {MAX_NAME} at most")
    _check_label(where, variable.label)
    is_text = variable.type == "char"
    fewest, most = (1, MAX_TEXT) if is_text else (2, 8)
    if not fewest <= variable.length <= most:
        _refuse(where, f"its length is {variable.length}, expected {fewest} to {most} bytes")
    form = _format(where, "format", variable.format, is_text=is_text)
    informat = _format(where, "informat", variable.informat, is_text=is_text)
    return Namestr(
        ntype=2 if is_text else 1,
        nhfun=0,
        nlng=variable.length,
        nvar0=number,
        nname=variable.name.encode("ascii").ljust(MAX_NAME),
        nlabel=variable.label.encode("utf-8").ljust(MAX_LABEL),
        nform=form[0],
        nfl=form[1],
        nfd=form[2],
        nfj=0 if is_text else 1,
        nfill=b"\0\0",
        niform=informat[0],
        nifl=informat[1],
        nifd=informat[2],
        npos=position,
        rest=bytes(52),
    )


def _format(where: str, what: str, text: str, *, is_text: bool) -> tuple[bytes, int, int]:
    parts = format_parts(text)
    if parts is None:
        _refuse(where, f"its {what} {text!r} is not written as SAS does (DATE9., 8.1, $20.)")
    name, width, decimals = parts
    if len(name) > MAX_NAME or max(width, decimals) > _MAX_WIDTH:
        _refuse(where, f"its {what} {text!r} has a name over {MAX_NAME} characters or a width over {_MAX_WIDTH}")
    if text and name and is_text != name.startswith("$"):
        _refuse(where, f"its {what} {text!r} is for {'numbers' if is_text else 'text'}")
    return name.encode("ascii").ljust(MAX_NAME), width, decimals


def _records(dataset: Dataset) -> npt.NDArray[np.uint8]:
    """Return all records as bytes, shape (records, record length)."""
    parts = [
        (_text_bytes if variable.type == "char" else _number_bytes)(dataset, variable) for variable in dataset.variables
    ]
    records = np.concatenate(parts, axis=1)
    if len(records) and (records[-1] == ord(" ")).all():
        _refuse(f"{dataset.name}, row {len(records)}:", "its last record is all blank, which readers take for padding")
    return records


def _number_bytes(dataset: Dataset, variable: Variable) -> npt.NDArray[np.uint8]:
    column = dataset.frame[variable.name]
    where = f"{dataset.name}.{variable.name}"
    if column.dtype != np.float64:
        _refuse(where, f"a numeric variable has the dtype float64, not {column.dtype}")
    values = column.to_numpy(dtype=np.float64)
    _refuse_first(where, ~holds(values), column, "is infinite or out of the format's range")
    stored = ibm_from_float(values)
    lost = (stored[:, variable.length :] != 0).any(axis=1)
    _refuse_first(where, lost, column, f"needs more than its declared length of {variable.length} bytes")
    return stored[:, : variable.length]


def _text_bytes(dataset: Dataset, variable: Variable) -> npt.NDArray[np.uint8]:
    column = dataset.frame[variable.name]
    where = f"{dataset.name}.{variable.name}"
    if column.dtype != TEXT:
        _refuse(where, f"a character variable has the dtype {TEXT!r}, not {column.dtype!r}")
    values = pc.fill_null(pa.array(column.array).cast(pa.large_string()), "")
    size = _numpy(pc.binary_length(values))
    _refuse_first(where, column.eq("").to_numpy(dtype=bool), column, "is empty: empty text is missing")
    _refuse_first(where, _numpy(pc.ends_with(values, " ")), column, "has trailing blanks, which are no data")
    _refuse_first(where, _numpy(pc.match_substring(values, "\0")), column, "has a NUL character")
    if len(size) and size.max() > variable.length:
        long = f"is longer than its declared length of {variable.length} bytes (the longest has {size.max()})"
        _refuse_first(where, size > variable.length, column, long)
    padded = pc.ascii_rpad(values, width=variable.length, padding=" ")
    if isinstance(padded, pa.ChunkedArray):
        padded = padded.combine_chunks()
    filled = np.frombuffer(padded.buffers()[2] or b"", dtype=np.uint8)
    start = padded.offset * variable.length
    return filled[start : start + len(column) * variable.length].reshape(len(column), variable.length)


def _numpy(values: Any) -> npt.NDArray[Any]:
    """Return an Arrow array without nulls as numpy."""
    return np.asarray(values.to_numpy(zero_copy_only=False) if isinstance(values, pa.Array) else values.to_numpy())


def _refuse_first(where: str, wrong: npt.NDArray[np.bool_], column: pd.Series, what: str) -> None:
    rows = np.flatnonzero(wrong)
    if len(rows):
        shown = column.iloc[rows[:1]].tolist()[0]
        others = f" ({len(rows):,} such rows)" if len(rows) > 1 else ""
        _refuse(f"{where}, row {rows[0] + 1}:", f"the value {shown!r} {what}{others}")


def _member_header(dataset: Dataset, created: datetime) -> bytes:
    """Return the records before the variables' descriptors (TS-140, records 1 to 8)."""
    stamp = f"{created:%d}{_MONTHS[created.month - 1]}{created:%y:%H:%M:%S}"
    name, label = dataset.name.ljust(8), dataset.label.encode("utf-8").ljust(MAX_LABEL)
    return b"".join(
        (
            header("LIBRARY"),
            f"SAS     SAS     SASLIB  9.4     {'':8}{'':24}{stamp}".encode("ascii"),
            stamp.encode("ascii").ljust(RECORD),
            header("MEMBER", f"{160:020d}{NAMESTR_SIZE:010d}"),
            header("DSCRPTR"),
            f"SAS     {name}SASDATA 9.4     {'':8}{'':24}{stamp}".encode("ascii"),
            stamp.encode("ascii") + b" " * 16 + label + b" " * 8,
            header("NAMESTR", f"{len(dataset.variables):010d}"),
        )
    )


def _padded(stored: bytes) -> bytes:
    return stored + b" " * (-len(stored) % RECORD)
