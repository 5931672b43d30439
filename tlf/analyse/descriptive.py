"""Descriptive statistics of one variable in one group, as Ard statistics."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from tlf.analyse.survival_input import FloatArray
from tlf.errors import AnalysisError
from tlf.model.ard import Stat

PercentileRule = Literal["sas", "r"]

LABELS: Final = {
    "n": "n",
    "mean": "Mean",
    "sd": "SD",
    "median": "Median",
    "q1": "Q1",
    "q3": "Q3",
    "min": "Min",
    "max": "Max",
}
_METHODS: Final = {"sas": "averaged_inverted_cdf", "r": "linear"}
_QUANTILES: Final = {"median": 0.5, "q1": 0.25, "q3": 0.75}
_MORE_DECIMALS: Final = {"mean": 1, "sd": 2, "median": 1, "q1": 1, "q3": 1, "min": 0, "max": 0}
_MOST_DECIMALS: Final = 2


def describe(values: ArrayLike, *, rule: PercentileRule, decimals: int | None = None) -> list[Stat]:
    """Return n, mean, SD, median, quartiles, minimum and maximum.

    1. No values: all but n are not estimable. One value: the SD is not estimable.
    2. Quartiles: rule "sas" is PCTLDEF=5 (the mean of two neighbours where n p is whole), "r" is type 7.
    3. SD with the divisor n - 1.

    Args:
        values: shape (n,), finite, in any unit.
        rule: the percentile definition of the method profile.
        decimals: of the values as recorded; given, formats have 0 more for min and max, 1 for mean, median and
            quartiles, 2 for the SD. None leaves the formats to the display.

    Raises:
        AnalysisError: a value that is not finite.

    Example:
        >>> {stat.name: stat.value for stat in describe([1, 2, 3, 4], rule="sas")}["q1"]
        1.5
    """
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise AnalysisError("a value to describe is not a finite number")
    found = _statistics(array, rule) if len(array) else {"n": 0.0}
    return [_stat(name, found.get(name), decimals, len(array)) for name in LABELS]


def failed(message: str) -> list[Stat]:
    """Return the same statistics, each with the error that prevented them."""
    return [Stat(name, label, error=message) for name, label in LABELS.items()]


def recorded_decimals(values: ArrayLike) -> int | None:
    """Return how many decimals, 0 to 2, hold all values exactly as recorded; None if more are needed.

    Example:
        >>> recorded_decimals([63.0, 57.5]), recorded_decimals([1 / 3])
        (1, None)
    """
    array = np.asarray(values, dtype=np.float64)
    for decimals in range(_MOST_DECIMALS + 1):
        if np.allclose(np.round(array, decimals), array, rtol=1e-12, atol=1e-9):
            return decimals
    return None


def _statistics(array: FloatArray, rule: PercentileRule) -> dict[str, float]:
    values = {"n": float(len(array)), "mean": float(array.mean()), "min": float(array.min()), "max": float(array.max())}
    for name, p in _QUANTILES.items():
        values[name] = float(np.quantile(array, p, method=_METHODS[rule]))  # type: ignore[call-overload]
    if len(array) > 1:
        values["sd"] = float(array.std(ddof=1))
    return values


def _stat(name: str, value: float | None, decimals: int | None, n: int) -> Stat:
    fmt = None if decimals is None else _format(decimals + _MORE_DECIMALS[name] if name in _MORE_DECIMALS else 0)
    if value is None:
        reason = "no values" if n == 0 else "a standard deviation needs two values"
        return Stat(name, LABELS[name], fmt=fmt, not_estimable=reason)
    return Stat(name, LABELS[name], value, fmt=fmt)


def _format(decimals: int) -> str:
    return "xx." + "x" * decimals if decimals else "xx"
