"""Kaplan-Meier estimates: the curve by lifelines, and the quantile, limit and not-estimable rules of R and SAS by hand.

lifelines gives the left end of a flat piece as median and limits of 0 where nothing can be said, so only its curve is
used. A value that cannot be estimated is None here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

from tlf.errors import AnalysisError

ConfType = Literal["log-log", "log", "plain"]
Rule = Literal["sas", "r"]
FLAT: Final = 1.5e-8
"""How close S(t) is to a level to count as on it: R's own tolerance."""


@dataclass(frozen=True)
class Point:
    """The curve from a time on: survival, Greenwood's variance of log S, the limits, and the numbers there."""

    time: float
    survival: float
    variance: float
    lower: float | None
    upper: float | None
    at_risk: int
    events: int
    censored: int

    @property
    def std_error(self) -> float | None:
        """Greenwood's standard error of S; None at S = 0, where nothing can be said."""
        return None if self.survival == 0 else self.survival * math.sqrt(self.variance)


@dataclass(frozen=True)
class Curve:
    """A Kaplan-Meier curve, one point a distinct time, the first at time 0 with everyone at risk."""

    points: tuple[Point, ...]
    n: int
    n_event: int

    @property
    def last_time(self) -> float:
        """The longest follow-up time."""
        return self.points[-1].time

    @property
    def last_is_censored(self) -> bool:
        """Whether follow-up ends without everyone having had the event."""
        return self.points[-1].survival > 0

    def at(self, time: float) -> Point:
        """Return the last point at or before a time."""
        return [point for point in self.points if point.time <= time][-1]

    def number_at_risk(self, time: float) -> int:
        """Return how many are still followed just before a time, so that a time equal to it counts."""
        return self.n - sum(point.events + point.censored for point in self.points if point.time < time)


@dataclass(frozen=True)
class Estimate:
    """A value with its confidence limits; None stands for not estimable."""

    value: float | None
    lower: float | None
    upper: float | None
    std_error: float | None = None


def survival_curve(times: Sequence[float], events: Sequence[bool], conf_type: ConfType, conf_level: float) -> Curve:
    """Return the Kaplan-Meier curve of one group.

    Args:
        times: days, 0 or more.
        events: whether the event happened, one a time.
        conf_type: scale of the pointwise limits.
        conf_level: 0.95 for 95 %.

    Raises:
        AnalysisError: no subjects.

    Example:
        >>> curve = survival_curve([1, 2, 3], [True, False, True], "log-log", 0.95)
        >>> [round(p.survival, 4) for p in curve.points]
        [1.0, 0.6667, 0.6667, 0.0]
    """
    if not times:
        raise AnalysisError("a Kaplan-Meier curve needs at least one subject")
    from lifelines import KaplanMeierFitter

    fitter = KaplanMeierFitter().fit(list(times), [float(event) for event in events])
    table, survival = fitter.event_table, fitter.survival_function_["KM_estimate"]
    z = NormalDist().inv_cdf(0.5 + conf_level / 2)
    points, variance = [], 0.0
    for time in table.index:
        at_risk, died = int(table.at[time, "at_risk"]), int(table.at[time, "observed"])
        s = 0.0 if died == at_risk else float(survival.at[time])
        variance = math.inf if s == 0 else variance + died / (at_risk * (at_risk - died))
        lower, upper = _limits(s, math.sqrt(variance), z, conf_type)
        censored = int(table.at[time, "censored"])
        points.append(Point(float(time), s, variance, lower, upper, at_risk, died, censored))
    return Curve(tuple(points), len(times), sum(bool(event) for event in events))


def _limits(s: float, std_error: float, z: float, conf_type: ConfType) -> tuple[float | None, float | None]:
    """Return the limits of S; ``std_error`` is that of log S. Nothing can be said at S = 0; S = 1 is certain."""
    if s == 0:
        return None, None
    if std_error == 0:
        return 1.0, 1.0
    if conf_type == "log-log":
        width = z * std_error / abs(math.log(s))
        return s ** math.exp(width), s ** math.exp(-width)
    if conf_type == "log":
        return s * math.exp(-z * std_error), min(1.0, s * math.exp(z * std_error))
    return max(0.0, s - z * std_error * s), min(1.0, s + z * std_error * s)


def quantile(curve: Curve, probability: float, rule: Rule) -> Estimate:
    """Return the time by which a share of the group has had the event, with its limits.

    Steps (PROC LIFETEST details; R survfit quantile):
        1. The first time at which S(t) is below 1 - p.
        2. If S(t) is exactly 1 - p on a piece, the middle of that piece.
        3. If that piece runs to the end of follow-up: R takes its middle, SAS cannot say.
        4. The limits are the same inversion of the lower and the upper pointwise limit.
    """
    level = 1 - probability
    return Estimate(
        _crossing(curve, [p.survival for p in curve.points], level, rule),
        _crossing(curve, [p.lower for p in curve.points], level, rule),
        _crossing(curve, [p.upper for p in curve.points], level, rule),
    )


def _crossing(curve: Curve, heights: Sequence[float | None], level: float, rule: Rule) -> float | None:
    flat_from: float | None = None
    for point, height in zip(curve.points, heights, strict=True):
        if height is None:
            # Only at S = 0: the estimate has a height there, its limits have none.
            return None
        if height < level - FLAT:
            return point.time if flat_from is None else (flat_from + point.time) / 2
        if height <= level + FLAT and flat_from is None:
            flat_from = point.time
    if flat_from is None or rule == "sas":
        return None
    return (flat_from + curve.last_time) / 2


def survival_at(curve: Curve, time: float, beyond_last: Rule) -> Estimate:
    """Return S at a time with its limits.

    After the last follow-up time SAS cannot say if that was a censoring, and 0 without limits if an event; R carries
    the last value on.
    """
    if time > curve.last_time and beyond_last == "sas" and curve.last_is_censored:
        return Estimate(None, None, None)
    point = curve.at(time)
    return Estimate(point.survival, point.lower, point.upper, point.std_error)
