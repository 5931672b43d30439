"""Whether a Cox model has a finite estimate, decided by hand on small risk sets."""

from __future__ import annotations

import numpy as np
import pytest

from tlf.analyse.monotone_likelihood import monotone_columns, monotone_direction
from tlf.analyse.partial_likelihood import RiskSets, derivatives, risk_sets


def prepared(
    time: list[float], event: list[int], x: object, stratum: list[int] | None = None
) -> tuple[RiskSets, np.ndarray]:
    codes = np.zeros(len(time), dtype=np.int64) if stratum is None else np.asarray(stratum)
    sets = risk_sets(np.asarray(time, dtype=float), np.asarray(event) == 1, codes, efron=True)
    return sets, np.asarray(x, dtype=float)[sets.order]


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([4, 3, 2, 1], 1),  # the earliest event has the highest value, and so on
        ([1, 2, 3, 4], -1),
        ([4, 2, 3, 1], 0),  # at t = 2 the value is neither the highest nor the lowest left
        ([1, 1, 1, 0], 1),  # no event where it is 0, but for the last one, who is compared with nobody
    ],
)
def test_one_covariate(x: list[float], expected: int) -> None:
    sets, matrix = prepared([1, 2, 3, 4], [1, 1, 1, 1], np.reshape(x, (4, 1)))
    assert monotone_columns(sets, matrix).tolist() == [expected]


def test_tied_events_must_share_the_highest_value() -> None:
    sets, matrix = prepared([1, 1, 2], [1, 1, 0], [[3.0], [2.0], [1.0]])
    assert monotone_columns(sets, matrix).tolist() == [0]
    sets, matrix = prepared([1, 1, 2], [1, 1, 0], [[3.0], [3.0], [1.0]])
    assert monotone_columns(sets, matrix).tolist() == [1]


def test_risk_sets_do_not_cross_strata() -> None:
    # ordered within each stratum, not over both
    x = [[9.0], [8.0], [1.0], [0.0]]
    sets, matrix = prepared([3, 4, 1, 2], [1, 1, 1, 1], x, [0, 0, 1, 1])
    assert monotone_columns(sets, matrix).tolist() == [1]
    sets, matrix = prepared([3, 4, 1, 2], [1, 1, 1, 1], x)
    assert monotone_columns(sets, matrix).tolist() == [0]


@pytest.mark.parametrize(
    ("x", "infinite"),
    [
        # events in arms 1 and 2 only: either indicator has an event without it, their sum has none
        ([[1, 0], [0, 1], [0, 0], [1, 0], [0, 0]], True),
        # v: t = 1 wants v1 <= 0 and v2 <= 0, t = 2 wants v1 >= 0, t = 4 wants v2 >= 0: only 0 is left
        ([[0, 0], [1, 0], [0, 1], [0, 1], [0, 0]], False),
    ],
)
@pytest.mark.parametrize("stratum", [None, [0, 0, 0, 0, 0]])
def test_a_combination_of_covariates(x: list[list[float]], infinite: bool, stratum: list[int] | None) -> None:
    sets, matrix = prepared([1, 2, 3, 4, 5], [1, 1, 0, 1, 0], x, stratum)
    assert not monotone_columns(sets, matrix).any()
    direction = monotone_direction(sets, matrix, derivatives(sets, matrix, np.zeros(2)).score)
    assert (direction is not None) == infinite
    if direction is not None:
        assert direction.min() > 0


def test_the_likelihood_really_rises_along_the_direction() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(size=30)
    time = np.arange(1, 31, dtype=float)
    x = np.column_stack((noise - np.sqrt(time), noise))  # x1 - x2 falls with time
    sets, matrix = prepared(time.tolist(), [1, 0, 1] * 10, x)
    direction = monotone_direction(sets, matrix, derivatives(sets, matrix, np.zeros(2)).score)
    assert direction is not None
    path = [derivatives(sets, matrix, size * direction).log_likelihood for size in (0, 1, 10, 100)]
    assert path == sorted(path)
    assert path[-1] > -1e-3  # the upper bound of a log partial likelihood without ties is 0
