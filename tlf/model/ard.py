"""Analysis results data: one long frame, a row a statistic.

It maps to CDISC ARS: ``method`` is the AnalysisMethod, ``stat_name`` the Operation, ``groupN`` with its level
the ResultGroup, ``stat`` the rawValue. Each row says exactly one thing: a number (``stat``), a text
(``stat_text``), that it is not estimable and why (``warning`` alone, printed NE), or that it failed
(``error``), which fails every output that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from tlf.errors import AnalysisError
from tlf.model.dataset import TEXT

GROUPS: Final = 3
COLUMNS: Final[tuple[str, ...]] = (
    "id",
    "analysis_id",
    "method",
    *(name for n in range(1, GROUPS + 1) for name in (f"group{n}", f"group{n}_level")),
    "variable",
    "variable_level",
    "stat_name",
    "stat_label",
    "stat",
    "stat_text",
    "fmt",
    "warning",
    "error",
)
_NUMERIC: Final = frozenset({"stat"})

Groups = tuple[tuple[str, str], ...]
"""The groups of a row: ``(("TRT01P", "177Lu-DOTATATE"), ("landmark_pfs", "L150"))``; () for overall."""


@dataclass(frozen=True)
class Stat:
    """One statistic before it becomes a row; exactly one of value, text, not_estimable, error is given."""

    name: str
    label: str
    value: float | None = None
    text: str | None = None
    fmt: str | None = None
    not_estimable: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class ArdRow:
    """One row of an Ard, as a display reads it."""

    id: str
    stat_name: str
    stat_label: str
    value: float | None
    text: str | None
    fmt: str | None
    warning: str | None
    error: str | None
    groups: Groups
    variable: str
    variable_level: str | None

    @property
    def not_estimable(self) -> bool:
        """Whether the row stands for a statistic that cannot be estimated."""
        return self.value is None and self.text is None and self.error is None


@dataclass(frozen=True, eq=False)
class Ard:
    """Checked analysis results; ``frame`` has the columns COLUMNS, a RangeIndex, and unique ids.

    Raises:
        AnalysisError: a missing or extra column, a double id, or a row that says none or two of
            number, text, not estimable, error.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        frame = self.frame
        if tuple(frame.columns) != COLUMNS:
            raise AnalysisError(f"an Ard has the columns {COLUMNS}, not {tuple(frame.columns)}")
        if frame["id"].duplicated().any():
            raise AnalysisError(f"Ard ids are not unique: {frame['id'][frame['id'].duplicated()].iloc[0]}")
        if np.isinf(frame["stat"]).any():
            raise AnalysisError(
                f"Ard row {frame['id'][np.isinf(frame['stat'])].iloc[0]} is infinite: give a reason, NE"
            )
        has = {name: frame[name].notna().to_numpy() for name in ("stat", "stat_text", "warning", "error")}
        said = has["stat"].astype(int) + has["stat_text"] + has["error"]
        wrong = (said > 1) | ((said == 0) & ~has["warning"])
        if wrong.any():
            row = frame.loc[wrong].iloc[0]
            raise AnalysisError(
                f"Ard row {row['id']} ({row['stat_name']}) says none or several of: number, text,"
                " not estimable with a reason, error"
            )

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Ard:
        """Build an Ard from rows; a column that a row does not give is missing there."""
        frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
        for name in COLUMNS:
            frame[name] = frame[name].astype("float64" if name in _NUMERIC else TEXT)
        return cls(frame)

    @classmethod
    def join(cls, parts: Iterable[Ard]) -> Ard:
        """Return several Ards as one."""
        frames = [part.frame for part in parts if len(part.frame)]
        return cls(pd.concat(frames, ignore_index=True)) if frames else cls.of([])

    def of_analysis(self, analysis_id: str) -> Ard:
        """Return the rows of one analysis."""
        return Ard(self.frame[self.frame["analysis_id"] == analysis_id].reset_index(drop=True))

    def rows(self) -> tuple[ArdRow, ...]:
        """Return the rows as objects, in order (for displays, where each cell names its rows)."""
        return tuple(_row({str(k): v for k, v in record.items()}) for record in self.frame.to_dict("records"))


def stat_rows(
    analysis_id: str,
    method: str,
    stats: Iterable[Stat],
    *,
    groups: Groups = (),
    variable: str = "",
    variable_level: str | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of several statistics of one group and variable; ids come later, by ``numbered``."""
    if len(groups) > GROUPS:
        raise AnalysisError(f"{analysis_id}: an Ard row has at most {GROUPS} groups, not {len(groups)}")
    place: dict[str, Any] = {
        "analysis_id": analysis_id,
        "method": method,
        "variable": variable,
        "variable_level": variable_level,
    }
    for position, (group, level) in enumerate(groups, start=1):
        place[f"group{position}"], place[f"group{position}_level"] = group, level
    return [
        place
        | {
            "stat_name": stat.name,
            "stat_label": stat.label,
            "stat": stat.value,
            "stat_text": stat.text,
            "fmt": stat.fmt,
            "warning": stat.not_estimable,
            "error": stat.error,
        }
        for stat in stats
    ]


def numbered(rows: Iterable[Mapping[str, Any]]) -> Ard:
    """Return rows of one analysis as an Ard whose ids are ``analysis#1``, ``analysis#2`` ... in order."""
    return Ard.of({**row, "id": f"{row['analysis_id']}#{n}"} for n, row in enumerate(rows, start=1))


def _row(record: Mapping[str, Any]) -> ArdRow:
    def get(name: str) -> Any:
        value = record[name]
        return None if pd.isna(value) else value

    names = [(f"group{n}", f"group{n}_level") for n in range(1, GROUPS + 1)]
    groups = tuple((get(group), get(level)) for group, level in names if get(group) is not None)
    return ArdRow(
        id=record["id"],
        stat_name=record["stat_name"],
        stat_label=record["stat_label"],
        value=get("stat"),
        text=get("stat_text"),
        fmt=get("fmt"),
        warning=get("warning"),
        error=get("error"),
        groups=groups,
        variable=get("variable") or "",
        variable_level=get("variable_level"),
    )
