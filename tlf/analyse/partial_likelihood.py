"""Cox's partial likelihood with its first two derivatives, from cumulative sums over the risk sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tlf.analyse.survival_input import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class RiskSets:
    """The order of subjects, ties and strata, which stays the same while coefficients change.

    Rows run by stratum, then from the latest time to the earliest, so that a running sum over rows is a sum over a
    risk set. A tie is a stratum and time with at least one event.

    ``order``: shape (n,), the caller's index of each row. ``event``: shape (n,). ``stratum_start``: first row of each
    stratum. ``event_row``: shape (D,), the rows with an event. ``tie_start``: shape (J,), the first event of each tie.
    ``tie_of``: shape (D,), the tie of each event. ``tie_end``: shape (J,), the last row at risk. ``tie_stratum``:
    shape (J,). ``share``: shape (D,), what part of the tied events counts as having left the risk set.
    ``exposure``: shape (n,), the first tie that a row was at risk for; J if none.
    """

    order: IntArray
    event: BoolArray
    stratum_start: IntArray
    event_row: IntArray
    tie_start: IntArray
    tie_of: IntArray
    tie_end: IntArray
    tie_stratum: IntArray
    share: FloatArray
    exposure: IntArray


@dataclass(frozen=True, eq=False)
class Derivatives:
    """Log partial likelihood, its gradient of shape (p,) and its negative Hessian of shape (p, p)."""

    log_likelihood: float
    score: FloatArray
    information: FloatArray


def risk_sets(time: FloatArray, event: BoolArray, stratum: IntArray, *, efron: bool) -> RiskSets:
    """Sort subjects into risk sets for `derivatives`.

    Args:
        time: shape (n,), at least one of them with an event.
        event: shape (n,).
        stratum: shape (n,), codes; risk sets do not cross strata.
        efron: Efron's treatment of ties, else Breslow's.

    Example:
        >>> time, event = np.array([3.0, 1.0, 1.0]), np.array([False, True, True])
        >>> sets = risk_sets(time, event, np.zeros(3, dtype=int), efron=True)
        >>> sets.order.tolist(), sets.share.tolist()
        ([0, 1, 2], [0.0, 0.5])
    """
    order = np.lexsort((event, -time, stratum))
    event, time, stratum = event[order], time[order], stratum[order]
    new_stratum = np.concatenate(([True], np.diff(stratum) != 0))
    group = np.cumsum(new_stratum | np.concatenate(([True], np.diff(time) != 0))) - 1
    group_end = np.append(np.flatnonzero(np.diff(group)), len(group) - 1)
    event_row = np.flatnonzero(event)
    tie_group, tie_start, tie_of, size = np.unique(
        group[event_row], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.arange(len(event_row)) - tie_start[tie_of]
    tie_end = group_end[tie_group]
    exposure = np.searchsorted(tie_group, group)
    stratum_code = np.cumsum(new_stratum) - 1
    tie_stratum = stratum_code[tie_end]
    outside = np.append(tie_stratum, -1)[exposure] != stratum_code
    return RiskSets(
        order=order,
        event=event,
        stratum_start=np.flatnonzero(new_stratum),
        event_row=event_row,
        tie_start=tie_start,
        tie_of=tie_of,
        tie_end=tie_end,
        tie_stratum=tie_stratum,
        share=rank / size[tie_of] if efron else np.zeros(len(event_row)),
        exposure=np.where(outside, len(tie_start), exposure),
    )


def derivatives(sets: RiskSets, covariates: FloatArray, coef: FloatArray) -> Derivatives:
    """Return the log partial likelihood and its derivatives at the given coefficients.

    1. w = exp(x'b), divided by its largest value in the stratum, which changes nothing but prevents overflow.
    2. For a tie with d events, risk-set sums R0 = sum w, R1 = sum w x, and the same sums T0, T1 over its events.
       The l-th event, l = 0 .. d-1, has the share f = l / d (Efron) or 0 (Breslow), the total R0 - f T0 and the mean
       m = (R1 - f T1) / (R0 - f T0).
    3. log L = sum over events of x'b - log(total).
    4. A subject's expected number of events is e = w times the sum of 1 / total over the events it was at risk for,
       less f / total over its own tie. Score = sum of x (event - e).
    5. Information = sum of e x x' less sum over events of m m', the sum of the risk-set variances.

    Source: Efron 1977; Breslow 1974; Therneau and Grambsch 2000, section 3.3; SAS/STAT PROC PHREG details.

    Args:
        sets: from `risk_sets`.
        covariates: shape (n, p), rows in the order of ``sets``, centred so that step 5 loses no digits.
        coef: shape (p,).

    Returns:
        Values that are not finite if a risk set's weights underflow; the caller then shortens its step.

    Example:
        >>> sets = risk_sets(np.array([2.0, 1.0]), np.array([True, True]), np.zeros(2, dtype=int), efron=True)
        >>> derivatives(sets, np.array([[0.0], [1.0]]), np.zeros(1)).score
        array([0.5])
    """
    eta = covariates @ coef
    eta = eta - np.repeat(np.maximum.reduceat(eta, sets.stratum_start), np.diff(sets.stratum_start, append=len(eta)))
    weight = np.exp(eta)
    weighted = np.column_stack((weight, weight[:, np.newaxis] * covariates))
    at_risk = _cumulate(weighted, sets.stratum_start)[sets.tie_end][sets.tie_of]
    tied = np.add.reduceat(weighted[sets.event_row], sets.tie_start)[sets.tie_of]
    sums = at_risk - sets.share[:, np.newaxis] * tied
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean = sums[:, 1:] / sums[:, :1]
        hazard = 1 / sums[:, 0]
        log_likelihood = float(eta[sets.event_row].sum() - np.log(sums[:, 0]).sum())
        expected = weight * _hazard_seen(sets, hazard)
        expected[sets.event_row] -= (
            weight[sets.event_row] * np.add.reduceat(sets.share * hazard, sets.tie_start)[sets.tie_of]
        )
        score = covariates.T @ (sets.event - expected)
        information = (covariates * expected[:, np.newaxis]).T @ covariates - mean.T @ mean
    return Derivatives(log_likelihood, score, information)


def _hazard_seen(sets: RiskSets, hazard: FloatArray) -> FloatArray:
    """For each row, the hazard increments summed over the ties of its stratum up to the row's time."""
    increments = np.add.reduceat(hazard, sets.tie_start)
    backwards = sets.tie_stratum[::-1]
    starts = np.flatnonzero(np.concatenate(([True], np.diff(backwards) != 0)))
    cumulative = _cumulate(increments[::-1, np.newaxis], starts)[::-1, 0]
    return np.append(cumulative, 0.0)[sets.exposure]


def _cumulate(values: FloatArray, starts: IntArray) -> FloatArray:
    """Running sums of rows that start again at each start; no sum is ever subtracted, so small ones stay exact."""
    if len(starts) == 1:
        return np.cumsum(values, axis=0)
    return np.concatenate([np.cumsum(part, axis=0) for part in np.split(values, starts[1:])])
