"""The checks that every survival statistic makes on its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tlf.analyse.survival_input import (
    check_covariates,
    check_event,
    check_strata,
    check_time,
    merge_close_times,
)
from tlf.errors import AnalysisError


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ([1, np.nan], r"time\[1\] = nan: expected a finite number >= 0$"),
        ([np.inf], r"time\[0\] = inf"),
        ([3, -1, -2], r"time\[1\] = -1.0: expected a finite number >= 0 \(2 such values\)"),
        (["3", "4"], "time has the type <U1: expected numbers"),
        ([[1, 2]], "time has 2 dimensions: expected 1"),
        (np.array([1, 2], dtype="timedelta64[D]"), "time has the type timedelta64"),
    ],
)
def test_times_must_be_finite_and_not_negative(time: Any, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        check_time(time)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ([1, 2], r"event\[1\] = 2.0: expected 1 \(event\) or 0 \(censored\)"),
        ([0, np.nan], r"event\[1\] = nan"),
        ([0], "event has 1 values: expected 2, as many as time"),
        (["Y", "N"], "event has the type <U1: expected numbers"),
    ],
)
def test_events_must_be_zero_or_one(event: Any, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        check_event(event, 2)


@pytest.mark.parametrize("event", [[True, False], np.array([1.0, 0.0]), pd.Series([1, 0], index=[7, 3])])
def test_events_may_be_booleans_floats_or_a_series(event: Any) -> None:
    assert check_event(event, 2).tolist() == [True, False]


@pytest.mark.parametrize(
    ("covariates", "message"),
    [
        ([[1, 2], [3, np.nan]], r"covariates\[1, 1\] = nan: expected a finite number \(apply the missing-value"),
        ([[1, 2]], "covariates has 1 values: expected 2"),
        (np.empty((2, 0)), "covariates has no column"),
        ([["a"], ["b"]], "covariates has the type <U1"),
        (np.zeros((2, 1, 1)), "covariates has 3 dimensions: expected 2"),
    ],
)
def test_covariates_must_be_a_finite_matrix(covariates: Any, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        check_covariates(covariates, 2)


@pytest.mark.parametrize(
    ("strata", "message"),
    [
        (["a", None], r"strata\[1\] = None: expected a label"),
        ([1.0, np.nan], r"strata\[1\] = nan: expected a label"),
        (np.array(["a", pd.NA], dtype=object), r"strata\[1\] = <NA>: expected a label"),
        (np.array(["a", 1], dtype=object), "strata mixes types"),
        (["a"], "strata has 1 values: expected 2"),
        ([["a"], ["b"]], "strata has 2 dimensions"),
    ],
)
def test_strata_must_be_present_and_of_one_type(strata: Any, message: str) -> None:
    with pytest.raises(AnalysisError, match=message):
        check_strata(strata, 2)


@pytest.mark.parametrize("strata", [["x", "y"], [1, 2], [1.5, 2.5], pd.Series(["x", "y"], dtype="category")])
def test_strata_may_be_of_any_sortable_type(strata: Any) -> None:
    assert check_strata(strata, 2).tolist() == [0, 1]


def test_close_times_become_the_earliest_of_them() -> None:
    # 1e-9 apart; then relative to the mean of the distinct times, about 667: 8e-6 / 667 = 1.2e-8 is close
    assert merge_close_times([1 + 1e-9, 1, 2]).tolist() == [1, 1, 2]
    assert merge_close_times([1000.000008, 1000, 1]).tolist() == [1000, 1000, 1]
    assert merge_close_times([1000.00002, 1000, 1]).tolist() == [1000.00002, 1000, 1]
    assert merge_close_times([5]).tolist() == [5]
    assert merge_close_times([]).tolist() == []
