"""Kaplan-Meier estimates as SAS PROC LIFETEST or as R survival gives them: curve, quantiles, survival at times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from tlf.analyse.survival_input import (
    TOLERANCE,
    BoolArray,
    FloatArray,
    IntArray,
    check_choice,
    check_event,
    check_open_unit,
    check_time,
    merge_close_times,
)

__all__ = ["KaplanMeier", "Quantile", "SurvivalAt", "kaplan_meier", "merge_close_times"]

ConfType = Literal["log-log", "log", "plain"]
Rule = Literal["sas", "r"]
_CONF_TYPES = ("log-log", "log", "plain")
_RULES = ("sas", "r")
_ZERO = "no confidence limit where S(t) = 0"
_NOBODY = "no subjects"


@dataclass(frozen=True)
class Quantile:
    """A quantile of the event time; what cannot be estimated is NaN and has its reason, else the reason is None.

    ``p`` is the fraction with an event by then (0.25 is SAS's 25th percentile), the rest in the unit of time.
    """

    p: float
    estimate: float
    conf_low: float
    conf_high: float
    estimate_reason: str | None
    conf_low_reason: str | None
    conf_high_reason: str | None


@dataclass(frozen=True, eq=False)
class SurvivalAt:
    """Survival at chosen times; every field has the shape of ``time``, and NaN has its reason.

    ``n_risk`` counts subjects with a time >= t; ``std_error`` is Greenwood's, of S(t).
    """

    time: FloatArray
    survival: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n_risk: IntArray
    beyond_last: BoolArray
    survival_reason: tuple[str | None, ...]
    conf_reason: tuple[str | None, ...]


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """A Kaplan-Meier curve: arrays with one entry for each distinct event or censoring time, ascending.

    ``n_risk`` counts subjects with a time >= t; ``std_error`` is Greenwood's, of S(t). Where S(t) = 0, the standard
    error and the limits are NaN (not defined); where S(t) = 1 they are 0, 1 and 1. The arrays are read-only.
    """

    time: FloatArray
    n_risk: IntArray
    n_event: IntArray
    n_censor: IntArray
    survival: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n: int
    events: int
    conf_type: ConfType
    conf_level: float
    quantile_rule: Rule

    def quantile(self, p: float, *, rule: Rule | None = None) -> Quantile:
        """Return the time by which a fraction p has had the event, with its confidence limits.

        1. Estimate: the first time with S(t) < 1 - p; if S(t) = 1 - p up to the next event, the midpoint of that
           flat piece; equal means within 1.5e-8, since S is rounded.
        2. If S(t) = 1 - p up to the last, censored time: not estimable (sas), or the midpoint with that time (r).
        3. Limits: the same inversion of the limits of S(t) (Brookmeyer and Crowley 1982); not estimable where the limit
           never crosses 1 - p, or crosses it only where S(t) = 0.
        4. A limit of S(t) can rise again ("log": the upper one; 0.99 and "log-log": the lower one). Rule sas takes the
           first crossing in time, rule r the smallest fall that is large enough, as R does.

        Source: SAS/STAT PROC LIFETEST details; R survival 3.5-3 ``quantile.survfit``.

        Args:
            p: between 0 and 1; 0.5 is the median. The result is in the unit of time.
            rule: "sas" or "r"; None is the rule of the fit.

        Raises:
            AnalysisError: p or rule is not allowed.

        Example:
            >>> kaplan_meier([2, 3, 5, 9], [1, 1, 1, 0]).quantile(0.5).estimate
            4.0
        """
        chosen = self.quantile_rule if rule is None else rule
        check_choice("rule", chosen, _RULES)
        check_open_unit("p", p)
        curves = (self.survival, self.conf_low, self.conf_high)
        names = ("S(t)", "the lower limit of S(t)", "the upper limit of S(t)")
        (estimate, why), (low, why_low), (high, why_high) = (
            _first_crossing(self.time, curve, p, chosen, name) for curve, name in zip(curves, names, strict=True)
        )
        return Quantile(p, estimate, low, high, why, why_low, why_high)

    def at(self, times: ArrayLike, *, rule: Rule | None = None) -> SurvivalAt:
        """Return survival, its standard error, limits and number at risk at given times.

        1. Up to the last observed time: the step in force, S(0) = 1.
        2. Beyond it, if the last time is an event: S(t) = 0, standard error and limits not defined.
        3. Beyond it, if the last time is censored: not estimable (sas), or carried forward (r).

        Source: SAS/STAT PROC LIFETEST TIMELIST=; R survival 3.5-3 ``summary(fit, times, extend = TRUE)``.

        Args:
            times: shape (k,) or one number, in the unit of time, in any order.
            rule: "sas" or "r"; None is the rule of the fit.

        Raises:
            AnalysisError: a time is not a finite number >= 0, or the rule is not allowed.

        Example:
            >>> kaplan_meier([2, 3, 5, 9], [1, 1, 1, 0]).at([4, 12]).survival
            array([0.5, nan])
        """
        chosen = self.quantile_rule if rule is None else rule
        check_choice("rule", chosen, _RULES)
        asked = check_time(np.atleast_1d(np.asarray(times)))
        last = self.time[-1] if self.n else -np.inf
        step = np.searchsorted(self.time, asked, side="right")
        survival = np.concatenate(([1.0], self.survival))[step]
        beyond = asked > last
        unknown = beyond & (survival > 0) & (chosen == "sas" or self.n == 0)
        why = f"later than the last observed time {last:g}, which is censored" if self.n else _NOBODY
        reasons = tuple(why if ne else None for ne in unknown)

        def read(start: float, curve: FloatArray) -> FloatArray:
            return np.where(unknown, np.nan, np.concatenate(([start], curve))[step])

        return SurvivalAt(
            time=asked,
            survival=read(1.0, self.survival),
            std_error=read(0.0, self.std_error),
            conf_low=read(1.0, self.conf_low),
            conf_high=read(1.0, self.conf_high),
            n_risk=np.append(self.n_risk, 0)[np.searchsorted(self.time, asked, side="left")],
            beyond_last=beyond,
            survival_reason=reasons,
            conf_reason=tuple(_ZERO if s == 0 else ne for s, ne in zip(survival, reasons, strict=True)),
        )


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    *,
    conf_type: ConfType = "log-log",
    conf_level: float = 0.95,
    quantile_rule: Rule = "sas",
    merge_ties: bool = False,
) -> KaplanMeier:
    """Estimate the survival function of one group by the product-limit method.

    1. Distinct times t, ascending: n(t) subjects with a time >= t, d(t) events, c(t) censored; events at t come
       before censorings at t.
    2. S(t) = product over u <= t of 1 - d(u) / n(u).
    3. Greenwood: var(log S(t)) = sum over u <= t of d(u) / (n(u) (n(u) - d(u))); std_error = S(t) times its root.
    4. Limits with z = the normal quantile of (1 + conf_level) / 2 and s = root of var(log S):
       log-log exp(-exp(log(-log S) -+ z s / log S)); log S exp(-+ z s); plain S -+ z S s; the latter two are cut to
       [0, 1].

    Source: Kaplan and Meier 1958; SAS/STAT PROC LIFETEST (CONFTYPE=LOGLOG is its default); R survival 3.5-3
    ``survfit`` (its default is log), which leaves the log-log limits missing where S(t) = 1; SAS gives 1.

    Args:
        time: shape (n,), finite and >= 0, in any unit; no subjects at all gives estimates that are not estimable.
        event: shape (n,), 1 = event, 0 = censored.
        conf_type: transformation for the limits of S(t) and of the quantiles.
        conf_level: pointwise coverage.
        quantile_rule: "sas" or "r"; how flat pieces and times beyond the last one are read.
        merge_ties: make times that differ by rounding equal first, as R does (see `merge_close_times`).

    Raises:
        AnalysisError: an argument is not as described; the message names its position and value.

    Example:
        >>> fit = kaplan_meier([1, 2, 2, 4, 5], [1, 1, 0, 1, 0])
        >>> fit.survival.round(2).tolist()
        [0.8, 0.6, 0.3, 0.3]
        >>> fit.quantile(0.5).estimate
        4.0
    """
    check_choice("conf_type", conf_type, _CONF_TYPES)
    check_choice("quantile_rule", quantile_rule, _RULES)
    check_open_unit("conf_level", conf_level)
    times = merge_close_times(time) if merge_ties else check_time(time)
    events = check_event(event, len(times))
    distinct, position = np.unique(times, return_inverse=True)
    left = np.bincount(position, minlength=len(distinct))
    n_event = np.bincount(position[events], minlength=len(distinct))
    n_risk = len(times) - np.cumsum(left) + left
    survival = np.cumprod((n_risk - n_event) / n_risk, dtype=np.float64)
    with np.errstate(divide="ignore"):
        log_error = np.sqrt(np.cumsum(n_event / (n_risk * (n_risk - n_event))))
    limits = _limits(survival, log_error, conf_type, conf_level)
    std_error = _where_positive(survival, survival * np.where(survival > 0, log_error, 0.0))
    curve = (distinct, n_risk, n_event, left - n_event, survival, std_error, *limits)
    for array in curve:
        array.setflags(write=False)
    return KaplanMeier(*curve, len(times), int(events.sum()), conf_type, conf_level, quantile_rule)


def _limits(
    survival: FloatArray, log_error: FloatArray, conf_type: ConfType, conf_level: float
) -> tuple[FloatArray, FloatArray]:
    """Limits of S(t); log_error is the standard error of log S(t). NaN where S(t) = 0, 1 where S(t) = 1."""
    inside = (survival > 0) & (survival < 1)
    safe = np.where(inside, survival, 0.5)
    width = float(ndtri((1 + conf_level) / 2)) * np.where(inside, log_error, 0.0)
    log_survival = np.log(safe)
    if conf_type == "log-log":
        centre, half = np.log(-log_survival), width / log_survival
        low, high = np.exp(-np.exp(centre - half)), np.exp(-np.exp(centre + half))
    elif conf_type == "log":
        low, high = np.exp(log_survival - width), np.exp(log_survival + width)
    else:
        low, high = safe - width * safe, safe + width * safe
    low, high = (np.where(survival == 1, 1.0, limit) for limit in (np.maximum(low, 0), np.minimum(high, 1)))
    return _where_positive(survival, low), _where_positive(survival, high)


def _where_positive(survival: FloatArray, values: FloatArray) -> FloatArray:
    return np.where(survival > 0, values, np.nan)


def _first_crossing(time: FloatArray, curve: FloatArray, p: float, rule: Rule, name: str) -> tuple[float, str | None]:
    """The time at which a curve falls below 1 - p, by the rules of `KaplanMeier.quantile`, or NaN and the reason."""
    if len(time) == 0:
        return np.nan, _NOBODY
    fallen = 1 - curve
    reached, passed = fallen >= p - TOLERANCE, fallen >= p + TOLERANCE

    def first(crossed: BoolArray) -> int:
        return int(np.argmax(crossed) if rule == "sas" else np.argmin(np.where(crossed, fallen, np.inf)))

    if not reached.any():
        return np.nan, f"{name} never falls to {1 - p:g}"
    if passed.any():
        return float((time[first(reached)] + time[first(passed)]) / 2), None
    if rule == "sas" or np.isnan(curve[-1]):
        return np.nan, f"{name} stays at {1 - p:g} up to the last observed time"
    return float((time[first(reached)] + time[-1]) / 2), None
