"""Descriptive statistics of a list of numbers, by the standard library."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Literal

from tlf.model.ard import Stat


def percentile(values: Sequence[float], share: float, rule: Literal["sas", "r"]) -> float:
    """Return a percentile: SAS definition 5 (averages at a jump of the distribution function) or R type 7.

    Args:
        values: at least one number.
        share: 0.25 for the first quartile.
        rule: ``sas`` or ``r``.

    Example:
        >>> percentile([1, 2, 3, 4], 0.25, "sas"), percentile([1, 2, 3, 4], 0.25, "r")
        (1.5, 1.75)
    """
    ordered = sorted(values)
    if rule == "r":
        below = math.floor(share * (len(ordered) - 1))
        weight = share * (len(ordered) - 1) - below
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + weight * (ordered[above] - ordered[below])
    count = math.floor(share * len(ordered))
    if share * len(ordered) == count:
        return (ordered[max(count - 1, 0)] + ordered[min(count, len(ordered) - 1)]) / 2
    return ordered[count]


def descriptive_stats(values: Sequence[float], rule: Literal["sas", "r"]) -> list[Stat]:
    """Return n, mean, sd, median, q1, q3, min and max; what too few values cannot give is not estimable."""
    stats = [Stat("n", "n", float(len(values)))]
    found: dict[str, float | None] = dict.fromkeys(("mean", "sd", "median", "q1", "q3", "min", "max"))
    if values:
        exact = [float(value) for value in values]
        found |= {
            "mean": statistics.fmean(exact),
            "median": percentile(exact, 0.5, rule),
            "q1": percentile(exact, 0.25, rule),
            "q3": percentile(exact, 0.75, rule),
            "min": min(exact),
            "max": max(exact),
        }
    if len(values) > 1:
        found["sd"] = statistics.stdev(float(value) for value in values)
    reason = "no values" if not values else "one value"
    return stats + [
        Stat(name, name, value, not_estimable=reason if value is None else None) for name, value in found.items()
    ]
