"""Percentiles against R (quantile type 7 and type 2, which is SAS definition 5)."""

import pytest

from tlf.qc.descriptive import descriptive_stats, percentile

# R: x <- c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3); quantile(x, c(.25, .5, .75), type = 7) is 2.25 3.5 5; type = 2 is 2 3.5 5
PI = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]


@pytest.mark.parametrize(("rule", "expected"), [("r", [2.25, 3.5, 5]), ("sas", [2, 3.5, 5])])
def test_quartiles_of_ten_values(rule, expected):
    assert [percentile(PI, share, rule) for share in (0.25, 0.5, 0.75)] == expected


@pytest.mark.parametrize("rule", ["r", "sas"])
def test_percentiles_of_one_value_and_of_the_ends(rule):
    assert [percentile([7], share, rule) for share in (0, 0.25, 1)] == [7, 7, 7]
    assert (percentile(PI, 0, rule), percentile(PI, 1, rule)) == (1, 9)


def test_too_few_values_are_not_estimable_with_the_reason():
    none = {stat.name: stat for stat in descriptive_stats([], "sas")}
    assert (none["n"].value, none["mean"].not_estimable, none["sd"].not_estimable) == (0, "no values", "no values")
    one = {stat.name: stat for stat in descriptive_stats([4], "sas")}
    assert (one["mean"].value, one["max"].value, one["sd"].not_estimable) == (4, 4, "one value")
