"""Kaplan-Meier estimates against R (tests/oracle/qc_survival.R); the rules of SAS by hand."""

import csv
import json
from pathlib import Path

import pytest

from tlf.errors import AnalysisError
from tlf.qc.survival_curve import quantile, survival_at, survival_curve

ORACLE = Path(__file__).parents[1] / "oracle"
R = json.loads((ORACLE / "qc_survival.json").read_text())
GROUPS = ("ties", "small", "flat", "half", "half_to_end", "all_events")
TYPES = ("log-log", "log", "plain")


def curve_of(group, conf_type="log-log"):
    with (ORACLE / "qc_survival.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["group"] == group]
    times, events = [float(row["time"]) for row in rows], [row["event"] == "1" for row in rows]
    return survival_curve(times, events, conf_type, 0.95)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("conf_type", TYPES)
def test_quartiles_and_limits_are_those_of_r(group, conf_type):
    expected, curve = R[group]["km"][conf_type], curve_of(group, conf_type)
    found = [quantile(curve, probability, "r") for probability in (0.25, 0.5, 0.75)]
    assert [e.value for e in found] == expected["quantile"]
    assert [e.lower for e in found] == expected["lower"]
    assert [e.upper for e in found] == expected["upper"]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("conf_type", TYPES)
def test_survival_and_numbers_at_risk_are_those_of_r(group, conf_type):
    expected, curve = R[group]["km"][conf_type], curve_of(group, conf_type)
    for position, time in enumerate(expected["times"]):
        found = survival_at(curve, time, "r")
        assert found.value == pytest.approx(expected["survival"][position], rel=1e-12)
        for limit, name in ((found.lower, "survival_lower"), (found.upper, "survival_upper")):
            judged = expected[name][position]
            assert (limit is None) == (judged is None)
            assert limit is None or limit == pytest.approx(judged, rel=1e-11)
        assert curve.number_at_risk(time) == expected["n_risk"][position]


def test_a_curve_on_the_level_has_its_quantile_in_the_middle_for_both_rules():
    half = survival_curve([10, 20, 30, 40], [True, True, False, True], "log-log", 0.95)  # S = 0.5 on [20, 40)
    for rule in ("sas", "r"):
        assert quantile(half, 0.5, rule).value == 30


def test_a_curve_on_the_level_until_the_end_cannot_be_said_by_sas():
    curve = curve_of("half_to_end")  # S = 0.5 from 20 to the last censoring at 40; R takes 30
    assert quantile(curve, 0.5, "sas").value is None
    assert quantile(curve, 0.5, "r").value == 30
    assert quantile(curve, 0.25, "sas").value == 15  # S = 0.75 on [10, 20)


def test_beyond_the_last_time_sas_says_nothing_after_a_censoring_and_0_after_an_event():
    censored, event = curve_of("half_to_end"), curve_of("all_events")
    assert survival_at(censored, 41, "sas").value is None
    assert survival_at(censored, 40, "sas").value == 0.5
    assert (survival_at(event, 22, "sas").value, survival_at(event, 22, "sas").lower) == (0, None)


def test_an_event_on_day_0_counts_and_a_subject_alone_has_no_limits():
    assert survival_at(survival_curve([0, 5], [True, False], "log-log", 0.95), 0, "r").value == 0.5
    alone = quantile(survival_curve([7], [True], "log-log", 0.95), 0.5, "sas")
    assert (alone.value, alone.lower, alone.upper) == (7, None, None)


def test_no_event_is_a_flat_curve_without_quantiles():
    curve = survival_curve([3, 9], [False, False], "log-log", 0.95)
    assert curve.n_event == 0
    assert quantile(curve, 0.25, "r").value is None
    assert (survival_at(curve, 5, "sas").value, survival_at(curve, 5, "sas").lower) == (1, 1)


def test_a_curve_of_nobody_is_refused():
    with pytest.raises(AnalysisError, match="at least one subject"):
        survival_curve([], [], "log-log", 0.95)
