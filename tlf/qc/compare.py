"""The results of the production program beside those of the second program, statistic by statistic."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any, Final

from tlf.model.ard import Ard
from tlf.model.comparison import Agreement, ComparedStat, Comparison

EXACT: Final = 0.0
DEFAULT_TOLERANCE: Final = 1e-9
TOLERANCES: Final[Mapping[str, float]] = MappingProxyType(
    {
        # Counts and values taken from the data: no arithmetic that could round, so exactly equal.
        **dict.fromkeys(("n", "N", "n_event", "n_censor", "n_risk", "n_missing", "denominator", "min", "max"), EXACT),
        # Sums in another order differ by a few units in the last of 16 digits; 1e-12 holds on 1e4 subjects.
        **dict.fromkeys(("mean", "sd", "median", "q1", "q3", "p"), 1e-12),
        # Kaplan-Meier: two programs agree within 5e-15 (S) and 1e-14 (limits), quantiles are times of the data.
        **dict.fromkeys(
            tuple(f"kaplan_meier.{name}" for name in ("estimate", "std_error", "conf_low", "conf_high")), 1e-9
        ),
        # Cox by Newton to the optimum, lifelines with tight options: 4e-10 (estimate) and 6e-12 (SE) of the optimum on
        # ten published data sets; limits follow the estimate; p multiplies its error by about z squared.
        **dict.fromkeys(("cox.estimate", "cox.statistic", "cox.hazard_ratio"), 1e-8),
        **dict.fromkeys(("cox.std_error", "cox.conf_low", "cox.conf_high"), 1e-8),
        "cox.p_value": 1e-7,
    }
)
"""Largest relative difference that counts as equal, by ``method.statistic``, or by statistic whatever the method."""

NEAR_ZERO: Final[Mapping[str, float]] = MappingProxyType(
    {"estimate": 1e-11, "statistic": 1e-10, "mean": 1e-12, "sd": 1e-12}
)
"""Largest absolute difference that counts as equal, for statistics that may be close to 0 where 0 means nothing."""

_Key = tuple[str, str, str, int]


def compare_ard(
    production: Ard,
    second: Ard,
    *,
    tolerances: Mapping[str, float] = TOLERANCES,
    not_compared: Iterable[tuple[str, str]] = (),
) -> Comparison:
    """Return every statistic of two programs side by side, in the order of the production program.

    Rows are matched on analysis, groups, variable, variable level and statistic; a key that occurs twice is matched in
    order. Two results that are both not estimable are equal; not estimable and a number are different, and so is
    everything that failed. A kind of statistic that the second program does not make at all in an analysis is not a
    difference but is not checked either: it is listed in ``not_compared`` with the number of results.

    Args:
        production: the results to check.
        second: the results of the second program.
        tolerances: largest relative difference that counts as equal, as ``TOLERANCES`` has it.
        not_compared: analyses already known to have no second program, with the reason; their rows are left out.

    Example:
        >>> compare_ard(Ard.of([]), Ard.of([])).differing
        ()
    """
    missing = list(not_compared)
    skipped = {analysis for analysis, _ in missing}
    ours, theirs = _keyed(second), _keyed(production)
    kinds = {_kind(row) for row in ours.values()}
    analyses = {analysis for analysis, *_ in kinds}
    stats: list[ComparedStat] = []
    unchecked: dict[tuple[str, ...], int] = defaultdict(int)
    for key, row in theirs.items():
        if row["analysis_id"] in skipped:
            continue
        if key not in ours and row["analysis_id"] in analyses and _kind(row) not in kinds and row["error"] is None:
            unchecked[_kind(row)] += 1
        else:
            stats.append(_compared(row, ours.get(key), tolerances))
    stats += [_compared(None, row, tolerances) for key, row in ours.items() if key not in theirs]
    return Comparison(tuple(stats), (*missing, *map(_unchecked, unchecked.items())))


def comparison_json(comparison: Comparison) -> bytes:
    """Return a comparison as JSON, the same bytes for the same comparison.

    Example:
        >>> comparison_json(Comparison(())).decode().splitlines()[1]
        '  "format": "tlf-comparison",'
    """
    agreements: dict[str, int] = dict.fromkeys(("equal", "different", "only production", "only qc"), 0)
    for stat in comparison.stats:
        agreements[stat.agreement] += 1
    content = {
        "format": "tlf-comparison",
        "version": 1,
        "agreement": agreements,
        "largest_relative_difference": largest_differences(comparison),
        "stats": [asdict(stat) for stat in comparison.stats],
        "not_compared": [{"analysis_id": analysis, "reason": reason} for analysis, reason in comparison.not_compared],
    }
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def largest_differences(comparison: Comparison) -> dict[str, float]:
    """Return the largest relative difference of each statistic that both programs give as a number."""
    largest: dict[str, float] = {}
    for stat in comparison.stats:
        if stat.difference is not None:
            size = max(abs(float(stat.production)), abs(float(stat.qc)))
            relative = abs(stat.difference) / size if size else 0.0
            name = f"{stat.analysis_id}.{stat.stat_name}"
            largest[name] = max(largest.get(name, 0.0), relative)
    return largest


def tolerance_of(method: str, stat_name: str, tolerances: Mapping[str, float] = TOLERANCES) -> float:
    """Return the relative tolerance of a statistic of a method.

    Example:
        >>> tolerance_of("cox", "n"), tolerance_of("cox", "estimate")
        (0.0, 1e-08)
    """
    default = tolerances.get(stat_name, DEFAULT_TOLERANCE)
    return tolerances.get(f"{method}.{stat_name}", default)


def _keyed(ard: Ard) -> dict[_Key, dict[str, Any]]:
    """Return the rows by what they are; the last part of a key counts rows that say they are the same."""
    rows: dict[_Key, dict[str, Any]] = {}
    for record in ard.frame.to_dict("records"):
        row = {str(name): None if value is None or value != value else value for name, value in record.items()}  # noqa: PLR0124 - NaN
        place: tuple[str, str, str] = (str(row["analysis_id"]), _groups(row), str(row["stat_name"]))
        repeat = 0
        while (*place, repeat) in rows:
            repeat += 1
        rows[(*place, repeat)] = row
    return rows


def _groups(row: Mapping[str, Any]) -> str:
    """Return the groups, the variable and its level of a row as text: ``TRT01P=A, landmark_pfs=L150; quantile=0.5``."""
    pairs = [(row[f"group{n}"], row[f"group{n}_level"]) for n in (1, 2, 3) if row[f"group{n}"] is not None]
    groups = ", ".join(f"{group}={level}" for group, level in pairs)
    variable = row["variable"] or ""
    if row["variable_level"] is not None:
        variable += f"={row['variable_level']}"
    return "; ".join(part for part in (groups, variable) if part)


def _kind(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["analysis_id"], row["variable"] or "", row["stat_name"])


def _unchecked(item: tuple[tuple[str, ...], int]) -> tuple[str, str]:
    (analysis, variable, name), count = item
    what = " ".join(word for word in (variable, name) if word)
    return analysis, f"the second program does not make {what}: {count} results not compared"


def _said(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    if row["error"] is not None:
        return f"error: {row['error']}"
    if row["stat"] is not None:
        return repr(float(row["stat"]))
    return str(row["stat_text"]) if row["stat_text"] is not None else "NE"


def _compared(
    production: Mapping[str, Any] | None, second: Mapping[str, Any] | None, tolerances: Mapping[str, float]
) -> ComparedStat:
    row: Mapping[str, Any] = production or second or {}
    tolerance = tolerance_of(row["method"], row["stat_name"], tolerances)
    difference: float | None = None
    agreement: Agreement
    if production is None or second is None:
        agreement = "only qc" if production is None else "only production"
    else:
        agreement = "equal" if _equal(production, second, tolerance) else "different"
        if production["stat"] is not None and second["stat"] is not None:
            difference = float(production["stat"]) - float(second["stat"])
    return ComparedStat(
        analysis_id=row["analysis_id"],
        groups=_groups(row),
        stat_name=row["stat_name"],
        production=_said(production),
        qc=_said(second),
        difference=difference,
        tolerance=tolerance,
        agreement=agreement,
    )


def _equal(production: Mapping[str, Any], second: Mapping[str, Any], tolerance: float) -> bool:
    if production["error"] is not None or second["error"] is not None:
        return False
    a, b = production["stat"], second["stat"]
    if a is None or b is None:
        return a is None and b is None and production["stat_text"] == second["stat_text"]
    gap = abs(a - b)
    if gap == 0 or gap <= tolerance * max(abs(a), abs(b)):
        return True
    return bool(tolerance > 0 and gap <= NEAR_ZERO.get(production["stat_name"], 0.0))
