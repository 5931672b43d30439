"""Cox regression on one covariate, by lifelines where it is right and by plain sums where it has nothing.

lifelines knows Efron ties only and always goes to the optimum; Breslow ties, and the earlier stop of PROC PHREG, are
found here by Newton steps over sums that are written as the textbook has them, one event time after the other.
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Literal

from tlf.errors import AnalysisError
from tlf.qc.subject_records import ROUNDING

MAX_STEPS: Final = 100
PHREG_GCONV: Final = 1e-8
_TIGHT: Final = {"step_size": 1.0, "precision": 1e-20, "r_precision": 0.0}


class NotSettledError(AnalysisError):
    """The iterations of a fit did not reach the optimum."""


@dataclass(frozen=True)
class Observation:
    """One subject of a model: time in days, event, covariate."""

    time: float
    event: bool
    x: float


@dataclass(frozen=True)
class CoxFit:
    """Log hazard ratio a unit of the covariate, and its standard error."""

    estimate: float
    std_error: float

    @property
    def statistic(self) -> float:
        """The Wald z."""
        return self.estimate / self.std_error

    @property
    def p_value(self) -> float:
        """The two-sided Wald p-value, accurate far into the tail."""
        return math.erfc(abs(self.statistic) / math.sqrt(2))

    def hazard_ratio(self) -> float | None:
        """The hazard ratio a unit of the covariate; None if it is too large for a number."""
        return _exponential(self.estimate)

    def limits(self, conf_level: float) -> tuple[float | None, float | None]:
        """The Wald confidence limits of the hazard ratio; None for one that is too large for a number."""
        z = NormalDist().inv_cdf(0.5 + conf_level / 2)
        return _exponential(self.estimate - z * self.std_error), _exponential(self.estimate + z * self.std_error)


def _exponential(value: float) -> float | None:
    try:
        return math.exp(value)
    except OverflowError:
        return None


def reason_not_estimable(observations: Sequence[Observation]) -> str | None:
    """Say why the hazard ratio has no finite estimate, or None if it has one.

    With one covariate the likelihood has no maximum exactly where every event has the largest covariate of those at
    risk, or every event the smallest: it then grows for ever in that direction.
    """
    if not observations:
        return "no subjects"
    if not any(o.event for o in observations):
        return "no events"
    above = below = False
    for event in (o for o in observations if o.event):
        at_risk = [o.x for o in observations if o.time >= event.time]
        # equal but for float noise is equal: 100 * (35 - 50) / 50 and 100 * (14.7 - 21) / 21 are both -30
        above = above or max(at_risk) > event.x + ROUNDING
        below = below or min(at_risk) < event.x - ROUNDING
    if not above and not below:
        return "the covariate does not vary among the subjects at risk at any event"
    if not above or not below:
        return "monotone likelihood: at every event the covariate is the extreme of those at risk"
    return None


def fit_cox(
    observations: Sequence[Observation],
    *,
    ties: Literal["efron", "breslow"],
    convergence: Literal["optimum", "sas"] = "optimum",
) -> CoxFit:
    """Return the fit of a Cox model with one continuous covariate.

    Args:
        observations: the subjects; ``reason_not_estimable`` has said None.
        ties: how tied events are approximated.
        convergence: ``optimum``, or ``sas`` for the Newton iterate at which PROC PHREG stops. Efron to the optimum is
            by lifelines, or by plain sums where lifelines does not settle.

    Raises:
        NotSettledError: the iterations do not settle.

    Example:
        >>> data = [Observation(1, True, 0), Observation(2, True, 1), Observation(3, True, 0), Observation(4, False, 1)]
        >>> round(fit_cox(data, ties="breslow").estimate, 6)
        -0.940614
    """
    if ties == "efron" and convergence == "optimum":
        with contextlib.suppress(NotSettledError):
            return _by_lifelines(observations)
    return _by_newton(observations, efron=ties == "efron", phreg=convergence == "sas")


def _by_lifelines(observations: Sequence[Observation]) -> CoxFit:
    """Fit by lifelines with tight options; its defaults stop at 1e-3 of the optimum. It is imported on use only.

    Raises:
        NotSettledError: lifelines says that it did not converge (few subjects, covariates nearly all alike).
    """
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    frame = pd.DataFrame([(o.time, float(o.event), o.x) for o in observations], columns=["time", "event", "x"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # What lifelines says of its own input handling is no matter of the fit; failure to converge is.
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=FutureWarning)
        try:
            fitter = CoxPHFitter().fit(frame, "time", "event", fit_options=dict(_TIGHT))
        except (ConvergenceError, Warning) as problem:
            raise NotSettledError(str(problem).splitlines()[0]) from problem
    return CoxFit(float(fitter.params_["x"]), float(fitter.standard_errors_["x"]))


def _by_newton(observations: Sequence[Observation], *, efron: bool, phreg: bool) -> CoxFit:
    """Maximise by Newton steps from 0, halving a step that does not raise the likelihood."""
    mean = sum(o.x for o in observations) / len(observations)
    centred = [Observation(o.time, o.event, o.x - mean) for o in observations]
    beta = 0.0
    value, slope, information = _derivatives(centred, beta, efron=efron)
    for _ in range(MAX_STEPS):
        step = slope / information
        gain = slope * step
        if phreg and gain / (abs(value) + 1e-6) <= PHREG_GCONV:
            break
        if abs(step) <= 1e-14 * max(abs(beta), 1 / math.sqrt(information)):
            break
        candidate = _derivatives(centred, beta + step, efron=efron)
        while not phreg and candidate[0] < value - 1e-9 * abs(value):
            step /= 2
            candidate = _derivatives(centred, beta + step, efron=efron)
        beta, (value, slope, information) = beta + step, candidate
    else:
        raise NotSettledError(f"the Newton iterations of a Cox model did not settle within {MAX_STEPS} steps")
    return CoxFit(beta, 1 / math.sqrt(information))


def _derivatives(observations: Sequence[Observation], beta: float, *, efron: bool) -> tuple[float, float, float]:
    """Return log partial likelihood, its slope, and its information (minus the second derivative) at beta.

    At each event time, with D the events then and R those at risk then, Breslow divides every event by the sum over
    R; Efron divides the l-th of the d events by the sum over R less l/d of the sum over D, l = 0 ... d - 1.
    """
    value = slope = information = 0.0
    for time in sorted({o.time for o in observations if o.event}):
        at_risk = [o.x for o in observations if o.time >= time]
        events = [o.x for o in observations if o.event and o.time == time]
        # weights are relative to the largest, so that none overflows; the likelihood takes the shift back
        shift = max(beta * x for x in at_risk)
        all_sums, event_sums = _sums(at_risk, beta, shift), _sums(events, beta, shift)
        for position, x in enumerate(events):
            share = position / len(events) if efron else 0.0
            s0, s1, s2 = (a - share * e for a, e in zip(all_sums, event_sums, strict=True))
            value += beta * x - shift - math.log(s0)
            slope += x - s1 / s0
            information += s2 / s0 - (s1 / s0) ** 2
    if information <= 0:
        raise NotSettledError("the likelihood of a Cox model is flat: the information is 0")
    return value, slope, information


def _sums(values: Sequence[float], beta: float, shift: float) -> tuple[float, float, float]:
    weights = [math.exp(beta * x - shift) for x in values]
    return (
        math.fsum(weights),
        math.fsum(w * x for w, x in zip(weights, values, strict=True)),
        math.fsum(w * x * x for w, x in zip(weights, values, strict=True)),
    )
