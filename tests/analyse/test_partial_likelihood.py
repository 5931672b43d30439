"""The partial likelihood and its derivatives against hand arithmetic and the definition written out."""

from __future__ import annotations

import numpy as np
import pytest

from tlf.analyse.partial_likelihood import Derivatives, derivatives, risk_sets


def at(time: list[float], event: list[int], covariates: object, coef: object, **options: object) -> Derivatives:
    stratum = np.asarray(options.get("stratum", [0] * len(time)))
    sets = risk_sets(
        np.asarray(time, dtype=float), np.asarray(event) == 1, stratum, efron=options.get("ties") == "efron"
    )
    matrix = np.asarray(covariates, dtype=float).reshape(len(time), -1)
    return derivatives(sets, matrix[sets.order], np.atleast_1d(np.asarray(coef, dtype=float)))


# Two tied events, x = 1 and 0, and a survivor with x = 0, at b = 0.
# Breslow: both totals 3, both means 1/3: log L = -2 log 3, score 1 - 2/3, information 2 (1/3 - 1/9).
# Efron: totals 3 and 3 - 1/2 2 = 2, means 1/3 and (1 - 1/2)/2 = 1/4: log L = -log 6, score 1 - 7/12,
# information 1/3 - 1/9 + 1/4 - 1/16 = 59/144.
@pytest.mark.parametrize(
    ("ties", "log_likelihood", "score", "information"),
    [("breslow", -2 * np.log(3), 1 / 3, 4 / 9), ("efron", -np.log(6), 5 / 12, 59 / 144)],
)
def test_tied_events_by_hand(ties: str, log_likelihood: float, score: float, information: float) -> None:
    found = at([1, 1, 2], [1, 1, 0], [1, 0, 0], 0, ties=ties)
    np.testing.assert_allclose(found.log_likelihood, log_likelihood, rtol=1e-14)
    np.testing.assert_allclose(found.score, [score], rtol=1e-14)
    np.testing.assert_allclose(found.information, [[information]], rtol=1e-14)


def written_out(
    time: np.ndarray, event: np.ndarray, x: np.ndarray, stratum: np.ndarray, coef: np.ndarray, efron: bool
) -> tuple[float, np.ndarray, np.ndarray]:
    """Efron 1977 as the formula stands, with a loop over strata, times and tied events."""
    weight = np.exp(x @ coef)
    log_likelihood, score, information = 0.0, np.zeros(len(coef)), np.zeros((len(coef), len(coef)))
    for s in np.unique(stratum):
        for t in np.unique(time[(stratum == s) & event]):
            tied = (stratum == s) & (time == t) & event
            log_likelihood += np.log(weight[tied]).sum()
            score += x[tied].sum(axis=0)
            for rank in range(tied.sum()):
                share = rank / tied.sum() if efron else 0
                w = weight * ((stratum == s) & (time >= t)) * (1 - share * tied)
                mean = w @ x / w.sum()
                log_likelihood -= np.log(w.sum())
                score -= mean
                information += (x * w[:, np.newaxis]).T @ x / w.sum() - np.outer(mean, mean)
    return log_likelihood, score, information


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("strata", [1, 3, 25])
def test_the_definition_written_out(ties: str, strata: int) -> None:
    rng = np.random.default_rng(strata)
    time, event = rng.integers(1, 9, size=60).astype(float), rng.random(60) < 0.6
    x, stratum = rng.normal(size=(60, 3)), rng.integers(0, strata, size=60)
    coef = np.array([0.7, -1.2, 0.3])
    found = at(time.tolist(), event.astype(int).tolist(), x, coef, ties=ties, stratum=stratum)
    log_likelihood, score, information = written_out(time, event, x, stratum, coef, ties == "efron")
    np.testing.assert_allclose(found.log_likelihood, log_likelihood, rtol=1e-12)
    np.testing.assert_allclose(found.score, score, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found.information, information, rtol=1e-11, atol=1e-12)


def test_large_linear_predictors_do_not_overflow() -> None:
    # exp(1000) is beyond a float; relative to each other the weights are exp(0), exp(-1), exp(-2)
    near = at([3, 2, 1], [1, 1, 1], [2, 1, 0], 1.0)
    far = at([3, 2, 1], [1, 1, 1], [1002, 1001, 1000], 1.0)
    np.testing.assert_allclose(far.log_likelihood, near.log_likelihood, rtol=1e-12)


def test_an_underflowing_risk_set_is_not_finite_instead_of_wrong() -> None:
    assert not np.isfinite(at([3, 2, 1], [1, 1, 1], [-1000, 0, 1], 1.0).log_likelihood)
