"""SAS transport files (XPT version 5 or 8) read into a Dataset: values by ReadStat, structure by our own scan."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat

from tlf.errors import InputError, did_you_mean
from tlf.exchange.xpt_scan import XptScan, read_file, scan_bytes
from tlf.model.dataset import Dataset, Variable, text


def read_xpt(path: Path | str, *, name: str | None = None, source: str | None = None) -> Dataset:
    """Return the dataset in a SAS transport file, values as stored.

    Numbers (dates and times too) are SAS numbers in float64. Text has no trailing blanks, and empty text is missing.
    The special missing values ``.A`` to ``.Z`` and ``._`` become missing; the dataset's ``notes`` count them.

    Args:
        path: the file.
        name: the dataset that the file must hold, in any case (default: whichever it holds).
        source: how messages and the manifest name the file (default: the path).

    Raises:
        InputError: the file is missing, is no transport file, is cut or damaged, mixes encodings, or holds
            another dataset; the message names the file and what is wrong.
    """
    named = str(path) if source is None else source
    data = read_file(Path(path), named)
    scan = scan_bytes(data, named)
    if name is not None and scan.name != name.upper():
        hint = did_you_mean(name, [scan.name])
        hint = hint if "Did you mean" in hint else " Is it the right file?"
        raise InputError(f"{named}: holds the dataset {scan.name}, not {name.upper()}.{hint}")
    return Dataset(
        name=scan.name,
        label=scan.label,
        frame=_frame(data, scan),
        variables=scan.variables,
        source=named,
        sha256=hashlib.sha256(data).hexdigest(),
        notes=scan.notes,
    )


def _frame(data: bytes, scan: XptScan) -> pd.DataFrame:
    columns, row_count = _values(data, scan)
    if list(columns) != [variable.name for variable in scan.variables]:
        raise InputError(f"{scan.source}: its variables are read as {list(columns)}, but its header names others")
    if row_count != scan.record_count:
        raise InputError(
            f"{scan.source}: holds {scan.record_count:,} records by its size, but {row_count:,} were read:"
            " the last records are probably all blank, which cannot be told from padding"
        )
    return pd.DataFrame({variable.name: _column(columns.pop(variable.name), variable) for variable in scan.variables})


def _column(values: list[Any], variable: Variable) -> pd.Series:
    """Return one variable's values; through Arrow and numpy, which take lists several times faster than pandas."""
    if variable.type == "char":
        return text(pa.array(values, type=pa.string()))
    return pd.Series(np.array(values, dtype=np.float64))


def _values(data: bytes, scan: XptScan) -> tuple[dict[str, list[Any]], int]:
    """Return what ReadStat reads: a list of values a variable, and the number of records."""
    try:
        columns, _ = pyreadstat.read_xport(
            io.BytesIO(data),
            encoding=scan.encoding,
            disable_datetime_conversion=True,
            output_format="dict",
        )
    except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise InputError(f"{scan.source}: cannot be read as a SAS transport file ({error})") from None
    return columns, len(next(iter(columns.values()), []))
