"""Descriptive statistics: R and SAS percentiles, formats by the decimals recorded, what is not estimable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.analyse.descriptive import describe, failed, recorded_decimals
from tlf.errors import AnalysisError

# R 4.2.2, x <- c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3): quantile(x, c(.25, .5, .75), type = 2) and type = 7; sd(x)
X = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]


def found(values, rule, **keys):
    return {stat.name: stat for stat in describe(values, rule=rule, **keys)}


@pytest.mark.parametrize(("rule", "quartiles"), [("sas", (2.0, 3.5, 5.0)), ("r", (2.25, 3.5, 5.0))])
def test_quartiles_follow_the_rule(rule, quartiles):
    stats = found(X, rule)
    assert (stats["q1"].value, stats["median"].value, stats["q3"].value) == quartiles


def test_mean_standard_deviation_and_range():
    stats = found(X, "sas")
    # sum 39; squares 207: (207 - 39^2 / 10) / 9 = 54.9 / 9 = 6.1
    assert (stats["n"].value, stats["mean"].value, stats["min"].value, stats["max"].value) == (10, 3.9, 1, 9)
    assert stats["sd"].value == pytest.approx(6.1**0.5, rel=1e-15)


def test_formats_add_decimals_to_those_of_the_data():
    assert {n: s.fmt for n, s in found(X, "sas", decimals=0).items()} == {
        "n": "xx",
        "mean": "xx.x",
        "sd": "xx.xx",
        "median": "xx.x",
        "q1": "xx.x",
        "q3": "xx.x",
        "min": "xx",
        "max": "xx",
    }
    assert {n: s.fmt for n, s in found(X, "sas", decimals=1).items()} == {
        "n": "xx",
        "mean": "xx.xx",
        "sd": "xx.xxx",
        "median": "xx.xx",
        "q1": "xx.xx",
        "q3": "xx.xx",
        "min": "xx.x",
        "max": "xx.x",
    }
    assert {s.fmt for s in describe(X, rule="sas")} == {None}


@pytest.mark.parametrize(
    ("values", "decimals"), [([1, 2], 0), ([1.5, 2], 1), ([0.1 + 0.2], 1), ([1.25], 2), ([1 / 3], None), ([], 0)]
)
def test_decimals_are_those_that_hold_every_value(values, decimals):
    assert recorded_decimals(values) == decimals


def test_nothing_and_one_value_say_what_is_not_estimable():
    none, one = found([], "r"), found([2.0], "r")
    assert none["n"].value == 0
    assert {stat.not_estimable for name, stat in none.items() if name != "n"} == {"no values"}
    assert one["sd"].not_estimable == "a standard deviation needs two values"
    assert one["q1"].value == one["q3"].value == 2.0


def test_a_value_that_is_no_number_is_refused():
    with pytest.raises(AnalysisError, match="not a finite number"):
        describe([1.0, float("nan")], rule="sas")


def test_a_failure_is_said_of_every_statistic():
    assert next((stat.name, stat.error) for stat in failed("broken")) == ("n", "broken")
    assert len(failed("broken")) == len(describe(X, rule="r"))


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=40), st.sampled_from(["sas", "r"]))
def test_quartiles_lie_in_order_within_the_range(values, rule):
    stats = {name: stat.value for name, stat in found(values, rule).items()}
    assert stats["min"] <= stats["q1"] <= stats["median"] <= stats["q3"] <= stats["max"]
