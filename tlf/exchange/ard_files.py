"""Analysis results data as files: parquet, CSV and JSON, the same bytes for the same results.

Numbers are written in full (the shortest text that reads back as the same double), never rounded. No file
holds a time or the name of a machine.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tlf.errors import AnalysisError, InputError, did_you_mean
from tlf.model.ard import COLUMNS, Ard

_NUMBER: Final = "stat"
_SCHEMA: Final = pa.schema([(name, pa.float64() if name == _NUMBER else pa.string()) for name in COLUMNS])


def ard_parquet(ard: Ard) -> bytes:
    """Return an Ard as a parquet file: text columns and ``stat`` (double), null for missing, no other metadata."""
    columns = [
        pa.array(ard.frame[name].to_numpy(), type=_SCHEMA.field(name).type, from_pandas=True) for name in COLUMNS
    ]
    buffer = io.BytesIO()
    pq.write_table(
        pa.Table.from_arrays(columns, schema=_SCHEMA),
        buffer,
        version="2.6",
        compression="zstd",
        compression_level=3,
        row_group_size=1_000_000,
        store_schema=False,
    )
    return buffer.getvalue()


def ard_csv(ard: Ard) -> bytes:
    """Return an Ard as CSV in UTF-8: a header line, lines that end in LF, nothing for missing (or empty) text."""
    written: str = ard.frame.to_csv(index=False, lineterminator="\n", na_rep="")
    return written.encode("utf-8")


def ard_json(ard: Ard) -> bytes:
    r"""Return an Ard as JSON in UTF-8: a list of records, one a line, every column in every record, null for missing.

    Example:
        >>> ard_json(Ard.of([]))
        b'[\n\n]\n'
    """
    columns = [_json_values(ard.frame[name]) for name in COLUMNS]
    records = (dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True))
    lines = ",\n".join(json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records)
    return f"[\n{lines}\n]\n".encode()


def read_ard_json(data: bytes, *, source: str = "ARD JSON") -> Ard:
    """Return the Ard that ``ard_json`` wrote, equal in every value.

    Args:
        data: the file's bytes.
        source: how messages name the file.

    Raises:
        InputError: the bytes are not such a file; the message names the file, the record and the column.
    """
    try:
        records = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_no_double)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source}: is not a JSON file of analysis results ({error})") from None
    if not isinstance(records, list):
        raise InputError(f"{source}: expected a list of records, found {type(records).__name__}")
    for number, record in enumerate(records, start=1):
        _check_record(record, f"{source}: record {number}")
    try:
        return Ard.of(records)
    except (AnalysisError, UnicodeError, pa.ArrowException) as error:
        raise InputError(f"{source}: {error}") from None


def _json_values(column: pd.Series) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def _check_record(record: object, where: str) -> None:
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: expected an object with the columns of an Ard, found {record!r:.60}")
    for name in record:
        if name not in COLUMNS:
            raise InputError(f"{where}: unknown column {name!r}.{did_you_mean(name, COLUMNS)}")
    for name in COLUMNS:
        if name not in record:
            raise InputError(f"{where}: the column {name!r} is missing")
        value = record[name]
        if value is not None and not (_is_number(value) if name == _NUMBER else isinstance(value, str)):
            expected = "a finite number" if name == _NUMBER else "text"
            raise InputError(f"{where}: {name} is {value!r:.60}, expected {expected} or null")


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value) and float(value) == value
    except OverflowError:
        return False


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _no_double(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError(f"a name occurs twice in {[name for name, _ in pairs]}")
    return record
