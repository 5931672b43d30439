"""Cox proportional hazards regression as SAS PROC PHREG or as R survival gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from tlf.analyse.monotone_likelihood import monotone_columns, monotone_direction
from tlf.analyse.partial_likelihood import Derivatives, RiskSets, derivatives, risk_sets
from tlf.analyse.survival_input import (
    BoolArray,
    FloatArray,
    IntArray,
    check_choice,
    check_covariates,
    check_event,
    check_open_unit,
    check_strata,
    check_time,
)

__all__ = ["Cox", "GlobalTest", "cox"]

Ties = Literal["efron", "breslow"]
Convergence = Literal["optimum", "sas"]
_TIES = ("efron", "breslow")
_CONVERGENCE = ("optimum", "sas")

_AT_OPTIMUM = 1e-26  # squared distance from the optimum in standard errors: 1e-13 of one
_ROUNDING = 1e-16  # below this, a distance that no longer shrinks is rounding
_SAS_GCONV = 1e-8
_MAX_ITERATIONS = 50
_MAX_HALVINGS = 30
_SINGULAR = 1e-11  # smallest eigenvalue of the information, as a correlation matrix
_LARGEST_EXPONENT = 700.0
_WIDE = 20.0  # a range of x'b that calls for a look at whether the estimate is finite


@dataclass(frozen=True)
class GlobalTest:
    """A test that all coefficients are zero; NaN where it needs an estimate that does not exist."""

    chi_square: float
    df: int
    p_value: float


@dataclass(frozen=True, eq=False)
class Cox:
    """A fitted Cox model; arrays of shape (p,) in the order of the covariates, ``covariance`` of shape (p, p).

    ``conf_low`` and ``conf_high`` are for the hazard ratio, ``chi_square`` and ``p_value`` are Wald's.
    If ``not_estimable`` has a reason, all estimates are NaN; the score test stays if the data determine it.
    The arrays are read-only.
    """

    coef: FloatArray
    std_error: FloatArray
    covariance: FloatArray
    hazard_ratio: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    z: FloatArray
    chi_square: FloatArray
    p_value: FloatArray
    n: int
    n_event: int
    loglik_null: float
    loglik: float
    likelihood_ratio: GlobalTest
    score: GlobalTest
    wald: GlobalTest
    iterations: int
    converged: bool
    ties: Ties
    convergence: Convergence
    conf_level: float
    not_estimable: str | None


@dataclass(frozen=True, eq=False)
class _Iterate:
    """A point on Newton's way, in standardised covariates; ``distance`` is score' information^-1 score."""

    coef: FloatArray
    at: Derivatives
    step: FloatArray
    distance: float


@dataclass(frozen=True)
class _Setting:
    """What a result repeats of its call and its data."""

    n: int
    n_event: int
    p: int
    ties: Ties
    convergence: Convergence
    conf_level: float


@dataclass(frozen=True, eq=False)
class _Problem:
    """Subjects at risk at some event, sorted, with covariates raw and standardised."""

    sets: RiskSets
    raw: FloatArray
    standard: FloatArray
    scale: FloatArray


def cox(
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    ties: Ties = "efron",
    strata: ArrayLike | None = None,
    convergence: Convergence = "optimum",
    conf_level: float = 0.95,
) -> Cox:
    """Fit a Cox model to right-censored times by maximum partial likelihood.

    1. Drop subjects who are at risk at no event of their stratum: they change nothing. Centre covariates within
       strata and divide them by their standard deviation; results are scaled back.
    2. Refuse what has no estimate, with the reason: no events, a covariate that does not vary, covariates that depend
       on each other, a likelihood that rises for ever (a level without events, perfect ordering), a hazard ratio
       beyond the range of numbers.
    3. Newton's method from 0, halving a step that lowers the likelihood.
    4. convergence "optimum": to 1e-13 standard errors from the maximum, or as near as rounding lets it come. "sas":
       the result is the first iterate with g' H^-1 g / (abs(log L) + 1e-6) <= 1e-8, everything evaluated there, since
       PROC PHREG stops there (GCONV); it differs from the maximum in the 5th decimal of an estimate and the 4th of a
       chi-square.
    5. Standard errors from the inverse information; limits exp(coef -+ z se); Wald p from chi-square with 1 df.
    6. Global tests with p df: likelihood ratio, score at 0, Wald.

    Source: Cox 1972; Efron 1977; Breslow 1974; SAS/STAT PROC PHREG (its default is Breslow); R survival 3.5-3
    ``coxph`` (its default is Efron, and it stops up to 2e-8 short of the maximum). R first merges times that differ
    by rounding: pass `merge_close_times` of the times for that.

    Args:
        time: shape (n,), finite and >= 0, in any unit; only its order matters.
        event: shape (n,), 1 = event, 0 = censored.
        covariates: shape (n,) or (n, p), finite; hazard ratios are per unit of a covariate.
        ties: "efron" or "breslow".
        strata: shape (n,), labels, each with its own baseline hazard; None is one stratum.
        convergence: "optimum" or "sas".
        conf_level: coverage of the limits.

    Raises:
        AnalysisError: an argument is not as described; the message names its position and value.

    Example:
        >>> fit = cox([4, 3, 1, 1, 2, 2, 3], [1, 1, 1, 0, 1, 1, 0], [0, 2, 1, 1, 1, 0, 0])
        >>> fit.hazard_ratio.round(4), fit.not_estimable
        (array([1.5853]), None)
    """
    check_choice("ties", ties, _TIES)
    check_choice("convergence", convergence, _CONVERGENCE)
    check_open_unit("conf_level", conf_level)
    times = check_time(time)
    events = check_event(event, len(times))
    matrix = check_covariates(covariates, len(times))
    codes = check_strata(strata, len(times))
    setting = _Setting(len(times), int(events.sum()), matrix.shape[1], ties, convergence, conf_level)
    if not setting.n_event:
        return _without_estimate(setting, "no events" if setting.n else "no subjects")
    problem = _prepare(times, events, matrix, codes, efron=ties == "efron")
    null = derivatives(problem.sets, problem.standard, np.zeros(setting.p))
    start, reason = _iterate(np.zeros(setting.p), null), _no_information(problem, null)
    if start is None or reason:
        return _without_estimate(setting, reason or "singular information", null)
    path, reason = _maximise(problem, start)
    if reason:
        return _without_estimate(setting, reason, null, start.distance)
    return _with_estimate(setting, problem, path, _sas_stop(path) if convergence == "sas" else len(path) - 1)


def _prepare(time: FloatArray, event: BoolArray, covariates: FloatArray, stratum: IntArray, *, efron: bool) -> _Problem:
    """Step 1: keep subjects at risk at an event, sort them, centre within strata and scale."""
    first_event = np.full(stratum.max() + 1, np.inf)
    np.minimum.at(first_event, stratum[event], time[event])
    kept = time >= first_event[stratum]
    sets = risk_sets(time[kept], event[kept], stratum[kept], efron=efron)
    raw = covariates[kept][sets.order]
    size = np.diff(sets.stratum_start, append=len(raw))
    # Less the stratum's first row before the mean, so that what does not vary becomes exactly 0.
    shifted = raw - np.repeat(raw[sets.stratum_start], size, axis=0)
    mean = np.add.reduceat(shifted, sets.stratum_start) / size[:, np.newaxis]
    centred = shifted - np.repeat(mean, size, axis=0)
    scale = np.sqrt((centred**2).mean(axis=0))
    return _Problem(sets, raw, centred / np.where(scale > 0, scale, 1.0), scale)


def _iterate(coef: FloatArray, at: Derivatives) -> _Iterate | None:
    """Newton's step at a point, or None where the derivatives are not finite or the information is singular."""
    if not (np.isfinite(at.log_likelihood) and np.isfinite(at.information).all() and np.isfinite(at.score).all()):
        return None
    try:
        step = scipy.linalg.cho_solve(scipy.linalg.cho_factor(at.information), at.score)
    except np.linalg.LinAlgError:
        return None
    return _Iterate(coef, at, step, float(at.score @ step))


def _maximise(problem: _Problem, start: _Iterate) -> tuple[list[_Iterate], str | None]:
    """Newton's way to the maximum, or the reason why there is none; certainty is looked for only where in doubt."""
    alone = np.flatnonzero(monotone_columns(problem.sets, problem.raw))
    if len(alone):
        return [start], "; ".join(_monotone_text(problem, int(k)) for k in alone)
    path, arrived = _newton(problem, start)
    if arrived and np.ptp(problem.standard @ path[-1].coef) < _WIDE:
        return path, None
    direction = monotone_direction(problem.sets, problem.standard, start.at.score)
    if direction is not None:
        together = _columns(np.flatnonzero(np.abs(direction) > 1e-4))
        return path, f"{together}: infinite estimate, a combination of them orders every event (monotone likelihood)"
    return path, None if arrived else f"no convergence in {len(path) - 1} iterations"


def _newton(problem: _Problem, start: _Iterate) -> tuple[list[_Iterate], bool]:
    """Newton's way from the start and whether it arrived at the maximum."""
    path = [start]
    for _ in range(_MAX_ITERATIONS):
        last = path[-1]
        no_nearer = len(path) > 1 and path[-2].distance <= last.distance
        if last.distance <= _AT_OPTIMUM or (last.distance <= _ROUNDING and no_nearer):
            return path, True
        following = _advance(problem, last)
        if following is None:
            return path, False
        path.append(following)
    return path, False


def _advance(problem: _Problem, last: _Iterate) -> _Iterate | None:
    """The next point: a full Newton step, halved while it lowers the likelihood or leaves the finite range."""
    step = last.step
    lowest = last.at.log_likelihood - 1e-10 * (1 + abs(last.at.log_likelihood))
    for _ in range(_MAX_HALVINGS):
        coef = last.coef + step
        following = _iterate(coef, derivatives(problem.sets, problem.standard, coef))
        if following is not None and following.at.log_likelihood >= lowest:
            return following
        step = step / 2
    return None


def _sas_stop(path: list[_Iterate]) -> int:
    """The first iterate after the start that meets PROC PHREG's criterion; the maximum does, so there is one."""
    for index, point in enumerate(path[1:], start=1):
        if point.distance <= _SAS_GCONV * (abs(point.at.log_likelihood) + 1e-6):
            return index
    return len(path) - 1


def _no_information(problem: _Problem, null: Derivatives) -> str | None:
    """Why the information at 0 is singular, or None if it is not."""
    constant = np.flatnonzero(problem.scale == 0)
    if len(constant):
        return f"{_columns(constant)}: no variation among the subjects at risk at an event"
    root = np.sqrt(np.diag(null.information))
    values, vectors = np.linalg.eigh(null.information / np.outer(root, root))
    if values[0] < _SINGULAR:
        return f"{_columns(np.flatnonzero(np.abs(vectors[:, 0]) > 1e-4))}: linearly dependent, singular information"
    return None


def _monotone_text(problem: _Problem, k: int) -> str:
    values, events = problem.raw[:, k], problem.sets.event
    levels = np.unique(values)
    without = [level for level in levels if not events[values == level].any()]
    if len(levels) == 2 and without:
        return f"{_columns([k])}: infinite estimate, no events where it is {without[0]:g} (monotone likelihood)"
    return f"{_columns([k])}: infinite estimate, it orders every event (monotone likelihood)"


def _columns(indices: ArrayLike) -> str:
    return ", ".join(f"covariates[:, {k}]" for k in np.asarray(indices))


def _with_estimate(setting: _Setting, problem: _Problem, path: list[_Iterate], chosen: int) -> Cox:
    point, null = path[chosen], path[0]
    coef = point.coef / problem.scale
    inverse = scipy.linalg.cho_solve(scipy.linalg.cho_factor(point.at.information), np.eye(setting.p))
    covariance = inverse / np.outer(problem.scale, problem.scale)
    largest = np.abs(coef) + _z(setting) * np.sqrt(np.diag(covariance))
    beyond = np.flatnonzero(largest > _LARGEST_EXPONENT)
    if len(beyond):
        reason = f"{_columns(beyond)}: hazard ratio per unit beyond the range of numbers, give it in another unit"
        return _without_estimate(setting, reason, null.at, null.distance)
    gain = 2 * (point.at.log_likelihood - null.at.log_likelihood)
    wald = float(point.coef @ point.at.information @ point.coef)
    return _result(
        setting,
        coef,
        covariance=covariance,
        loglik=(null.at.log_likelihood, point.at.log_likelihood),
        tests=(gain, null.distance, wald),
        iterations=chosen,
        reason=None,
    )


def _without_estimate(
    setting: _Setting, reason: str, null: Derivatives | None = None, score_test: float = np.nan
) -> Cox:
    return _result(
        setting,
        np.full(setting.p, np.nan),
        covariance=np.full((setting.p, setting.p), np.nan),
        loglik=(np.nan if null is None else null.log_likelihood, np.nan),
        tests=(np.nan, score_test, np.nan),
        iterations=0,
        reason=reason,
    )


def _result(
    setting: _Setting,
    coef: FloatArray,
    *,
    covariance: FloatArray,
    loglik: tuple[float, float],
    tests: tuple[float, float, float],
    iterations: int,
    reason: str | None,
) -> Cox:
    """Everything that follows from the coefficients and their covariance; NaN gives NaN."""
    std_error = np.sqrt(np.diag(covariance))
    width = _z(setting) * std_error
    z = coef / std_error
    ratio, score, wald = (GlobalTest(x, setting.p, float(chdtrc(setting.p, max(x, 0.0)))) for x in tests)
    return Cox(
        coef=_fixed(coef),
        std_error=_fixed(std_error),
        covariance=_fixed(covariance),
        hazard_ratio=_fixed(np.exp(coef)),
        conf_low=_fixed(np.exp(coef - width)),
        conf_high=_fixed(np.exp(coef + width)),
        z=_fixed(z),
        chi_square=_fixed(z**2),
        p_value=_fixed(chdtrc(1, z**2)),
        n=setting.n,
        n_event=setting.n_event,
        loglik_null=loglik[0],
        loglik=loglik[1],
        likelihood_ratio=ratio,
        score=score,
        wald=wald,
        iterations=iterations,
        converged=reason is None,
        ties=setting.ties,
        convergence=setting.convergence,
        conf_level=setting.conf_level,
        not_estimable=reason,
    )


def _z(setting: _Setting) -> float:
    return float(ndtri((1 + setting.conf_level) / 2))


def _fixed(values: FloatArray) -> FloatArray:
    values.setflags(write=False)
    return values
