import json

import pytest

from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.qc.compare import DEFAULT_TOLERANCE, compare_ard, comparison_json, largest_differences, tolerance_of

GROUPS = (("TRT01P", "A"), ("landmark_pfs", "L150"))


def ard(*stats, analysis="cox_a", method="cox", groups=GROUPS, variable="shrinkage", level=None):
    rows = stat_rows(analysis, method, stats, groups=groups, variable=variable, variable_level=level)
    return numbered(rows)


def fit(**changed):
    values = {"n": 64.0, "n_event": 40.0, "estimate": -0.0856, "hazard_ratio": 0.918, "p_value": 0.005} | changed
    return ard(*(Stat(name, name, value) for name, value in values.items()))


def one(production, second):
    (found,) = compare_ard(production, second).stats
    return found


def test_the_same_results_are_equal_throughout():
    comparison = compare_ard(fit(), fit())
    assert {stat.agreement for stat in comparison.stats} == {"equal"}
    assert comparison.differing == ()
    assert {stat.difference for stat in comparison.stats} == {0}


@pytest.mark.parametrize(
    ("name", "value"), [("n", 63.0), ("n_event", 40.0000001), ("estimate", -0.08560001), ("p_value", 0.00500001)]
)
def test_one_changed_number_is_found_and_named(name, value):
    (found,) = compare_ard(fit(**{name: value}), fit()).differing
    assert (found.analysis_id, found.stat_name, found.agreement) == ("cox_a", name, "different")
    assert found.groups == "TRT01P=A, landmark_pfs=L150; shrinkage"
    assert found.production == repr(value)
    assert found.difference == pytest.approx(value - float(found.qc))


def test_a_difference_within_the_tolerance_is_equal_and_still_reported():
    found = one(ard(Stat("estimate", "", -0.5)), ard(Stat("estimate", "", -0.5 * (1 + 5e-9))))
    assert (found.agreement, found.tolerance) == ("equal", 1e-8)
    assert found.difference == pytest.approx(2.5e-9)


def test_an_estimate_of_nothing_may_differ_by_noise_and_a_p_value_may_not():
    assert one(ard(Stat("estimate", "", 1e-16)), ard(Stat("estimate", "", -2e-16))).agreement == "equal"
    assert one(ard(Stat("p_value", "", 1e-16)), ard(Stat("p_value", "", 2e-16))).agreement == "different"


def test_not_estimable_is_equal_to_itself_whatever_the_reason():
    both = one(ard(Stat("estimate", "", not_estimable="no events")), ard(Stat("estimate", "", not_estimable="none")))
    assert (both.agreement, both.production, both.qc, both.difference) == ("equal", "NE", "NE", None)


@pytest.mark.parametrize("turned", [False, True])
def test_not_estimable_against_a_number_is_different(turned):
    pair = [ard(Stat("estimate", "", not_estimable="no events")), ard(Stat("estimate", "", 0.0))]
    assert one(*(pair[::-1] if turned else pair)).agreement == "different"


def test_text_is_compared_as_text():
    assert one(ard(Stat("x", "", text="a")), ard(Stat("x", "", text="a"))).agreement == "equal"
    assert one(ard(Stat("x", "", text="a")), ard(Stat("x", "", text="b"))).agreement == "different"
    assert one(ard(Stat("x", "", text="a")), ard(Stat("x", "", not_estimable="?"))).agreement == "different"


def test_what_failed_is_never_equal():
    failed = ard(Stat("estimate", "", error="boom"))
    found = one(failed, failed)
    assert (found.agreement, found.production) == ("different", "error: boom")


def test_a_result_that_one_program_lacks_is_reported():
    more = ard(Stat("n", "", 5.0), groups=(("TRT01P", "B"),))
    only = one(Ard.of([]), more)
    assert (only.agreement, only.production, only.qc, only.groups) == ("only qc", "", "5.0", "TRT01P=B; shrinkage")
    found = compare_ard(Ard.of(_rows(fit()) + _rows(more, "x")), fit()).differing
    assert [(s.agreement, s.groups) for s in found] == [("only production", "TRT01P=B; shrinkage")]


def test_an_analysis_of_which_the_second_program_made_nothing_is_not_passed_over():
    assert {stat.agreement for stat in compare_ard(fit(), Ard.of([])).stats} == {"only production"}


def test_a_statistic_that_the_second_program_never_makes_is_listed_and_not_a_difference():
    production = Ard.of(_rows(fit()) + _rows(ard(Stat("score", "", 3.0)), "x"))
    comparison = compare_ard(production, fit())
    assert comparison.differing == ()
    ((analysis, reason),) = comparison.not_compared
    assert (analysis, reason) == ("cox_a", "the second program does not make shrinkage score: 1 results not compared")


def test_a_failed_result_of_an_unknown_kind_is_a_difference():
    production = Ard.of(_rows(fit()) + _rows(ard(Stat("error", "", error="boom")), "x"))
    assert [s.agreement for s in compare_ard(production, fit()).differing] == ["only production"]


def test_a_result_given_twice_is_matched_once():
    twice = ard(Stat("n", "", 5.0), Stat("n", "", 6.0))
    assert [s.agreement for s in compare_ard(twice, ard(Stat("n", "", 5.0))).stats] == ["equal", "only production"]


def test_levels_of_a_variable_are_matched_by_name():
    low = ard(Stat("estimate", "", 17.5), variable="quantile", level="0.5", method="kaplan_meier")
    assert one(low, low).groups.endswith("; quantile=0.5")


def test_analyses_known_not_to_be_compared_are_left_out():
    comparison = compare_ard(fit(), Ard.of([]), not_compared=[("cox_a", "no second program")])
    assert (comparison.stats, comparison.not_compared) == ((), (("cox_a", "no second program"),))


def test_tolerances_go_by_method_first_and_can_be_given():
    assert tolerance_of("kaplan_meier", "estimate") == 1e-9
    assert tolerance_of("summary", "N") == 0
    assert tolerance_of("anova", "f") == DEFAULT_TOLERANCE
    loose = compare_ard(fit(estimate=-0.0857), fit(), tolerances={"estimate": 0.01})
    assert loose.differing == ()


def test_json_is_the_same_bytes_each_time_and_says_what_was_found():
    comparison = compare_ard(fit(n=63.0), fit(), not_compared=[("other", "no second program")])
    content = comparison_json(comparison)
    assert content == comparison_json(compare_ard(fit(n=63.0), fit(), not_compared=[("other", "no second program")]))
    read = json.loads(content)
    assert read["agreement"] == {"equal": 4, "different": 1, "only production": 0, "only qc": 0}
    assert read["not_compared"] == [{"analysis_id": "other", "reason": "no second program"}]
    assert read["largest_relative_difference"]["cox_a.n"] == pytest.approx(1 / 64)
    assert read["stats"][0]["agreement"] == "different"


def test_the_largest_difference_of_two_zeros_is_0():
    assert largest_differences(compare_ard(fit(n=0.0), fit(n=0.0)))["cox_a.n"] == 0


def _rows(part, prefix=""):
    return [row | {"id": prefix + row["id"]} for row in part.frame.to_dict("records")]
