"""A dataset as it was read: raw values, the variables' metadata, and the file they came from.

Raw in, views later: SAS dates stay the numbers that are stored, text is stripped of trailing blanks,
and missing text is missing. ``dates`` gives a view by the variable's format.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd

from tlf.errors import DerivationError, InputError, did_you_mean

TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)
"""The dtype of every character variable: pandas 3's ``str``, under pandas 2.3 too."""

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SAS_EPOCH: Final = pd.Timestamp("1960-01-01")
DATE_FORMATS: Final = frozenset(
    {"DATE", "DDMMYY", "MMDDYY", "YYMMDD", "E8601DA", "B8601DA", "IS8601DA", "DAY", "DDMMYYD"}
)
DATETIME_FORMATS: Final = frozenset({"DATETIME", "E8601DT", "B8601DT", "IS8601DT", "DATEAMPM"})
TIME_FORMATS: Final = frozenset({"TIME", "HHMM", "TOD", "E8601TM", "B8601TM", "IS8601TM", "TIMEAMPM"})


@dataclass(frozen=True)
class Variable:
    """One variable's metadata; ``length`` is the stored length in bytes, ``format`` as SAS writes it (``DATE9.``)."""

    name: str
    label: str = ""
    type: Literal["char", "num"] = "num"
    length: int = 8
    format: str = ""
    informat: str = ""

    @property
    def format_name(self) -> str:
        """The format without width and decimals: ``DATE9.`` -> ``DATE``."""
        return self.format.upper().split(".")[0].rstrip("0123456789")

    @property
    def kind(self) -> Literal["char", "num", "date", "datetime", "time"]:
        """What the values mean, by type and format."""
        if self.type == "char":
            return "char"
        name = self.format_name
        if name in DATE_FORMATS:
            return "date"
        if name in DATETIME_FORMATS:
            return "datetime"
        return "time" if name in TIME_FORMATS else "num"


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named table with its metadata; ``frame`` has a RangeIndex, float64 and TEXT columns, in variable order.

    ``source`` is how messages and the manifest name the file it was read from (empty if derived), ``sha256``
    the hash of that file's bytes, ``notes`` what a user should know about how it was read (an assumed encoding).
    """

    name: str
    label: str
    frame: pd.DataFrame
    variables: tuple[Variable, ...]
    source: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [variable.name for variable in self.variables]
        if names != list(self.frame.columns):
            raise InputError(f"{self.name}: columns {list(self.frame.columns)} are not the variables {names}")

    @property
    def variable_names(self) -> tuple[str, ...]:
        """The variables' names, in order."""
        return tuple(variable.name for variable in self.variables)

    def has(self, name: str) -> bool:
        """Say whether the dataset has a variable."""
        return any(variable.name == name for variable in self.variables)

    def variable(self, name: str) -> Variable:
        """Return a variable's metadata.

        Raises:
            DerivationError: the dataset has no such variable; the message says what was probably meant.
        """
        for variable in self.variables:
            if variable.name == name:
                return variable
        hint = did_you_mean(name, self.variable_names)
        raise DerivationError(f"{self.name} has no variable {name}.{hint}")

    def column(self, name: str) -> pd.Series:
        """Return a variable's raw values; raises as ``variable`` does."""
        self.variable(name)
        return self.frame[name]

    def dates(self, name: str) -> pd.Series:
        """Return a date or datetime variable as datetime64 (missing stays missing).

        Raises:
            DerivationError: no such variable, or its format is not a date's.

        Example:
            >>> frame = pd.DataFrame({"RANDDT": [19973.0]})
            >>> adsl = Dataset("ADSL", "", frame, (Variable("RANDDT", format="DATE9."),))
            >>> adsl.dates("RANDDT").dt.strftime("%Y-%m-%d").tolist()
            ['2014-09-07']
        """
        kind = self.variable(name).kind
        if kind not in ("date", "datetime"):
            raise DerivationError(f"{self.name}.{name} has no date format ({self.variable(name).format or 'none'})")
        return SAS_EPOCH + pd.to_timedelta(self.frame[name], unit="D" if kind == "date" else "s")

    def with_frame(self, frame: pd.DataFrame, *added: Variable) -> Dataset:
        """Return a derived dataset: other records, and variables added at the end (or replaced by name)."""
        new = {variable.name: variable for variable in added}
        variables = [new.pop(variable.name, variable) for variable in self.variables]
        variables.extend(new.values())
        ordered = frame[[variable.name for variable in variables]].reset_index(drop=True)
        return replace(self, frame=ordered, variables=tuple(variables), source="", sha256="", notes=())


def text(values: object, *, index: pd.Index | None = None) -> pd.Series:
    """Return values as a character column (dtype TEXT): empty and missing become missing."""
    series = pd.Series(values, index=index, dtype=TEXT)
    return series.mask((series == "").fillna(False).astype(bool))


def sas_date(day: object) -> float:
    """Return a date as SAS stores it, days since 1960-01-01.

    Example:
        >>> sas_date("2012-09-06")
        19242.0
    """
    return float((pd.Timestamp(str(day)) - SAS_EPOCH).days)


def date_text(day: date) -> str:
    """Return a date as DDMONYYYY, in English whatever the locale.

    Example:
        >>> date_text(date(2021, 1, 18))
        '18JAN2021'
    """
    return f"{day.day:02d}{_MONTHS[day.month - 1]}{day.year:04d}"
