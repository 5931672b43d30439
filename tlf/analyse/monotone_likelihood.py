"""Finds out for certain whether a Cox model has no finite estimate, instead of guessing it from a large number."""

from __future__ import annotations

import numpy as np
import scipy

from tlf.analyse.partial_likelihood import RiskSets
from tlf.analyse.survival_input import FloatArray


def monotone_columns(sets: RiskSets, covariates: FloatArray) -> FloatArray:
    """Return for each covariate alone whether its estimate is infinite: +1, -1, or 0 if neither.

    1. For each event, take the highest value of the covariate in its risk set.
    2. If every event has that highest value, the likelihood rises for ever with the coefficient: +1.
    3. The same with the lowest value: -1. A level without events is the common case.

    Args:
        sets: from `risk_sets`, subjects at risk at an event only.
        covariates: shape (n, p), rows in the order of ``sets``, each varying within some risk set.

    Returns:
        Shape (p,).

    Example:
        >>> from tlf.analyse.partial_likelihood import risk_sets
        >>> time, event = np.array([3.0, 2.0, 1.0]), np.array([False, True, True])
        >>> sets = risk_sets(time, event, np.zeros(3, dtype=int), efron=True)
        >>> monotone_columns(sets, np.array([[0.0, 5.0], [1.0, 4.0], [1.0, 9.0]]))
        array([1., 0.])
    """
    found = np.zeros(covariates.shape[1])
    for sign in (1.0, -1.0):
        values = sign * covariates
        parts = np.split(values, sets.stratum_start[1:])
        highest = np.concatenate([np.maximum.accumulate(part, axis=0) for part in parts])
        always = (values[sets.event_row] >= highest[sets.tie_end][sets.tie_of]).all(axis=0)
        found = np.where(always, sign, found)
    return found


def monotone_direction(sets: RiskSets, covariates: FloatArray, score: FloatArray) -> FloatArray | None:
    """Return a combination of covariates along which the likelihood rises for ever, or None if there is none.

    1. Unknowns: a direction v with entries in [-1, 1], and for each tie a bound M on x'v over its risk set.
    2. Constraints: M >= x'v for each subject at risk, so M(earlier) >= M(later) in a stratum; x'v >= M for each event.
    3. Maximise score'v, which is positive for every such direction but v = 0. The feasible set is a cone, so v is
       either 0 or reaches the bound 1.

    Source: Jacobsen 1989, existence and unicity of estimates in log-linear hazard models; solved as a sparse linear
    program with a row a subject.

    Args:
        sets: from `risk_sets`, subjects at risk at an event only.
        covariates: shape (n, p), rows in the order of ``sets``, of unit scale, with information of full rank.
        score: shape (p,), gradient of the log partial likelihood at 0.

    Returns:
        Shape (p,); some entry is 1 in size.

    Example:
        >>> from tlf.analyse.partial_likelihood import risk_sets
        >>> time, event = np.array([3.0, 2.0, 1.0]), np.array([False, True, True])
        >>> sets = risk_sets(time, event, np.zeros(3, dtype=int), efron=True)
        >>> monotone_direction(sets, np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([0.1, 0.7]))
        array([1., 1.])
    """
    n, p = covariates.shape
    ties, events = len(sets.tie_start), len(sets.event_row)
    later = np.flatnonzero(np.diff(sets.tie_stratum) == 0)
    at_risk = scipy.sparse.hstack([scipy.sparse.csr_array(covariates), -_indicator(sets.exposure, ties)])
    order = scipy.sparse.hstack(
        [scipy.sparse.csr_array((len(later), p)), _indicator(later, ties) - _indicator(later + 1, ties)]
    )
    event = scipy.sparse.hstack([scipy.sparse.csr_array(-covariates[sets.event_row]), _indicator(sets.tie_of, ties)])
    solution = scipy.optimize.linprog(
        np.concatenate((-score, np.zeros(ties))),
        A_ub=scipy.sparse.vstack([at_risk, order, event]),
        b_ub=np.zeros(n + len(later) + events),
        bounds=[(-1, 1)] * p + [(None, None)] * ties,
        method="highs",
    )
    direction = np.zeros(p) if solution.x is None else np.asarray(solution.x[:p], dtype=np.float64)
    return direction if np.abs(direction).max() > 0.5 else None


def _indicator(column: np.typing.NDArray[np.int64], columns: int) -> scipy.sparse.csr_array:
    """A sparse matrix with a 1 in the given column of each row."""
    rows = len(column)
    return scipy.sparse.csr_array((np.ones(rows), column, np.arange(rows + 1)), shape=(rows, columns))
