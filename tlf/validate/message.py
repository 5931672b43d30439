"""A finding's text: values as a reader knows them, put into the message of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from tlf.model.dataset import SAS_EPOCH, Dataset
from tlf.validate.rule import PLACEHOLDER

MISSING: Final = "missing"
LARGEST: Final = {"date": 84000.0, "datetime": 84000.0 * 86400, "time": 1e6}
"""Numbers beyond these (the year 2189; 11 days) are no date or time that a reader would know: shown as they are."""


LONGEST: Final = 200
"""Characters of a value that a finding shows."""


def as_text(value: Any) -> str:
    """Return a value as text: whole numbers without decimals, others to 12 digits, dates as ISO 8601 writes them.

    Example:
        >>> as_text(57.0), as_text(9.299999999999999), as_text(float("nan"))
        ('57', '9.3', 'missing')
    """
    if value is None or value is pd.NaT or value == "":
        return MISSING
    if isinstance(value, datetime):
        stamp = pd.Timestamp(value)
        return stamp.strftime("%Y-%m-%d" if stamp == stamp.normalize() else "%Y-%m-%dT%H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.number):
        return MISSING if np.isnan(value) else format(float(value), ".12g")
    return str(value)


def sas_text(value: float, kind: str) -> str:
    """Return a SAS number as a date (days since 1960), datetime or time (seconds), or as the number that it is.

    Example:
        >>> sas_text(19725.0, "date"), sas_text(3661.0, "time"), sas_text(57.0, "num")
        ('2014-01-02', '01:01:01', '57')
    """
    if kind not in LARGEST or np.isnan(value) or abs(value) > LARGEST[kind]:
        return as_text(value)
    if kind == "time":
        minutes, seconds = divmod(int(value), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    return as_text(SAS_EPOCH + pd.Timedelta(value, unit="D" if kind == "date" else "s"))


def value_text(dataset: Dataset, name: str, position: int) -> str:
    """Return one record's value of a variable as text; a number with a date or time format as what it shows."""
    value = dataset.frame[name].iloc[position]
    if isinstance(value, int | float | np.number):
        return sas_text(float(value), dataset.variable(name).kind)
    told = as_text(value)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"


def fill(message: str, dataset: Dataset, position: int | None, offered: Mapping[str, Any]) -> str:
    """Return a rule's message with the values of one record.

    ``offered`` are the check's own values: one value, one a record, or a function of the record's position.
    """

    def one(name: str) -> str:
        if name in offered:
            value = offered[name]
            if isinstance(value, np.ndarray | pd.Series):
                return as_text(np.asarray(value)[position or 0])
            return as_text(value(position or 0) if callable(value) else value)
        if position is None or not dataset.has(name):
            return "absent" if not dataset.has(name) else name
        return value_text(dataset, name, position)

    return PLACEHOLDER.sub(lambda found: one(found[1]), message)
