"""Kaplan-Meier against R's survival package, figures printed by SAS, hand arithmetic and properties."""

from __future__ import annotations

import csv
import functools
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlf.analyse.survival import KaplanMeier, Quantile, kaplan_meier
from tlf.errors import AnalysisError

HERE = Path(__file__).parents[1] / "oracle"
SHARED = Path(__file__).parents[2] / "../shared/oracle"
R_CASES = json.loads((HERE / "survival_cases.json").read_text(encoding="utf-8"))["km"]
CSV_NAMES = {"survival": "surv", "std_error": "std_err", "conf_low": "lower", "conf_high": "upper"}
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the large oracle ../shared/oracle is not here")


def numbers(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in values])


def close(actual: np.ndarray, expected: Sequence[float | None]) -> None:
    np.testing.assert_allclose(actual, numbers(expected), rtol=1e-12, atol=0)


def limits_close(fit: Any, name: str, expected: Sequence[float | None], conf_type: str) -> None:
    """Limits as R's, except that R leaves the log-log limits missing where S(t) = 1 and SAS gives 1."""
    one = (fit.survival == 1) & (conf_type == "log-log")
    wanted = np.where(one, 1.0, numbers(expected))
    np.testing.assert_allclose(getattr(fit, name), wanted, rtol=1e-12, atol=0)


def triple(quantile: Quantile) -> list[float]:
    return [quantile.estimate, quantile.conf_low, quantile.conf_high]


@functools.cache
def hand_made(case: str) -> tuple[list[float], list[int]]:
    with (HERE / "survival_cases.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["case"] == case]
    return [float(row["time"]) for row in rows], [int(row["event"]) for row in rows]


def shared_cases() -> list[tuple[str, str]]:
    if not SHARED.is_dir():
        return []
    names = [case["case"] for case in json.loads((SHARED / "index.json").read_text(encoding="utf-8"))["cases"]]
    return [(name, group) for name in names for group in shared_json(name).get("km", {})]


@functools.cache
def shared_json(name: str) -> Any:
    return json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))


@functools.cache
def shared_group(name: str, group: str) -> tuple[list[float], list[int]]:
    with (SHARED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == group]
    return [float(row["time"]) for row in rows], [int(row["event"]) for row in rows]


class TestHandMadeCasesEqualR:
    """Every figure of tests/oracle/survival_cases.json, which survival_cases.R computed."""

    @pytest.fixture(params=[(case, setting) for case in R_CASES for setting in R_CASES[case]], ids="-".join)
    def pair(self, request: pytest.FixtureRequest) -> tuple[KaplanMeier, Any, str]:
        case, setting = request.param
        conf_type, level = setting.split()
        fit = kaplan_meier(
            *hand_made(case), conf_type=conf_type, conf_level=float(level), quantile_rule="r", merge_ties=True
        )
        return fit, R_CASES[case][setting], conf_type

    def test_curve(self, pair: tuple[KaplanMeier, Any, str]) -> None:
        fit, expected, conf_type = pair
        for name in ("time", "n_risk", "n_event", "n_censor", "survival", "std_error"):
            close(getattr(fit, name), expected[name])
        for name in ("conf_low", "conf_high"):
            limits_close(fit, name, expected[name], conf_type)

    def test_quartiles(self, pair: tuple[KaplanMeier, Any, str]) -> None:
        fit, expected, _ = pair
        rows = zip(
            (0.25, 0.5, 0.75), expected["quantile"], expected["quantile_low"], expected["quantile_high"], strict=True
        )
        for p, *wanted in rows:
            np.testing.assert_array_equal(triple(fit.quantile(p)), numbers(wanted))

    def test_survival_at_times(self, pair: tuple[KaplanMeier, Any, str]) -> None:
        fit, expected, conf_type = pair
        at = fit.at(expected["at"]["time"])
        for name in ("n_risk", "survival", "std_error"):
            close(getattr(at, name), expected["at"][name])
        for name in ("conf_low", "conf_high"):
            limits_close(at, name, expected["at"][name], conf_type)


@needs_shared
@pytest.mark.parametrize(("case", "group"), shared_cases())
class TestLargeOracleEqualsR:
    @pytest.mark.parametrize("conf_type", ["log-log", "log", "plain"])
    def test_curve_quantiles_and_survival_at_times(self, case: str, group: str, conf_type: Any) -> None:
        expected = shared_json(case)["km"][group]
        fit = kaplan_meier(*shared_group(case, group), conf_type=conf_type, quantile_rule="r")
        assert (fit.n, fit.events) == (expected["n"], expected["events"])
        for name in ("time", "n_risk", "n_event", "n_censor", "survival", "std_error"):
            close(getattr(fit, name), expected["curve"][CSV_NAMES.get(name, name)])
        for name in ("conf_low", "conf_high"):
            limits_close(fit, name, expected["curve"][f"{CSV_NAMES[name]}_{conf_type}"], conf_type)
        for p, wanted in expected["quantiles"][conf_type].items():
            np.testing.assert_array_equal(triple(fit.quantile(float(p))), numbers(list(wanted.values())))
        times = expected["at"][conf_type]
        at = fit.at(times["time"])
        assert at.beyond_last.tolist() == times["beyond_last"]
        for name in ("n_risk", "survival", "std_error"):
            close(getattr(at, name), times[CSV_NAMES.get(name, name)])
        for name in ("conf_low", "conf_high"):
            limits_close(at, name, times[CSV_NAMES[name]], conf_type)

    def test_other_confidence_levels(self, case: str, group: str) -> None:
        for level, by_type in shared_json(case)["km"][group]["quantiles_levels"].items():
            fit = kaplan_meier(*shared_group(case, group), conf_level=float(level), quantile_rule="r")
            for p, wanted in by_type["log-log"].items():
                np.testing.assert_array_equal(triple(fit.quantile(float(p))), numbers(list(wanted.values())))

    def test_sas_rules(self, case: str, group: str) -> None:
        expected = shared_json(case)["km"][group]["sas_rules"]
        fit = kaplan_meier(*shared_group(case, group))
        for p, wanted in expected["quantiles"].items():
            np.testing.assert_array_equal(triple(fit.quantile(float(p))), numbers(list(wanted.values())))
        at = fit.at(expected["at"]["time"])
        close(at.survival, expected["at"]["surv"])
        for name in ("conf_low", "conf_high"):
            limits_close(at, name, expected["at"][CSV_NAMES[name]], "log-log")


@needs_shared
def test_quantiles_that_sas_printed() -> None:
    anchors = json.loads((SHARED / "sas_anchors.json").read_text(encoding="utf-8"))["anchors"]
    chosen = [anchor for anchor in anchors if anchor["what"] == "quantile"]
    assert chosen
    for anchor in chosen:
        fit = kaplan_meier(*shared_group(anchor["case"], anchor["group"]), conf_type=anchor["conf_type"])
        wanted = numbers([anchor["estimate"], anchor["lower"], anchor["upper"]])
        np.testing.assert_array_equal(triple(fit.quantile(anchor["p"])), wanted)


class TestRuleSas:
    def test_median_of_a_flat_piece_is_its_midpoint(self) -> None:
        # 10 subjects, 5 events by t = 11, next event at 17: (11 + 17) / 2
        assert kaplan_meier(*hand_made("flat_half")).quantile(0.5).estimate == 14

    def test_median_of_a_flat_piece_survives_rounding(self) -> None:
        # S = 11/12 10/11 7/8 6/7 4/5 = 1/2 at t = 7, but 0.49999999999999994 as computed; next event at 10
        fit = kaplan_meier(*hand_made("half_by_rounding"))
        assert fit.survival[fit.time == 7][0] != 0.5
        assert fit.quantile(0.5).estimate == 8.5

    def test_median_is_not_estimable_if_flat_to_the_last_censored_time(self) -> None:
        # SAS leaves it missing; R gives the midpoint of 13, the last event, and 30, the last time
        fit = kaplan_meier(*hand_made("flat_to_end"))
        median = fit.quantile(0.5)
        assert np.isnan(median.estimate)
        assert median.estimate_reason == "S(t) stays at 0.5 up to the last observed time"
        assert fit.quantile(0.5, rule="r").estimate == 21.5

    def test_reasons_of_what_is_not_reached(self) -> None:
        late = kaplan_meier(*hand_made("flat_to_end")).quantile(0.75)
        assert late.estimate_reason == "S(t) never falls to 0.25"
        assert late.conf_high_reason == "the upper limit of S(t) never falls to 0.25"
        assert late.conf_low == 10
        assert late.conf_low_reason is None

    def test_upper_limit_is_not_estimable_if_crossed_only_where_survival_is_zero(self) -> None:
        fit = kaplan_meier(*hand_made("reaches_zero"))
        assert fit.survival[-1] == 0
        assert np.isnan([fit.std_error[-1], fit.conf_low[-1], fit.conf_high[-1]]).all()
        upper = fit.quantile(0.75)
        assert upper.estimate == 9  # S = 2/9 at t = 9
        assert np.isnan(upper.conf_high)

    def test_beyond_a_last_censored_time_is_not_estimable(self) -> None:
        fit = kaplan_meier(*hand_made("flat_to_end"))
        at = fit.at([30, 31])
        assert at.survival[0] == 0.5
        assert np.isnan([at.survival[1], at.std_error[1], at.conf_low[1], at.conf_high[1]]).all()
        assert at.survival_reason == (None, "later than the last observed time 30, which is censored")
        assert at.n_risk.tolist() == [1, 0]
        assert fit.at(31, rule="r").survival.tolist() == [0.5]

    def test_beyond_a_last_event_survival_is_zero_without_limits(self) -> None:
        at = kaplan_meier(*hand_made("reaches_zero")).at([12, 13])
        assert at.survival.tolist() == [0, 0]
        assert at.survival_reason == (None, None)
        assert at.conf_reason == ("no confidence limit where S(t) = 0",) * 2
        assert at.beyond_last.tolist() == [False, True]

    def test_a_limit_that_rises_again_is_inverted_at_its_first_crossing(self) -> None:
        # n = 11, lower log-log limits at the first two events, z = 2.576:
        # exp(-0.09531 exp(2.5758 x 1.0004)) = 0.2854 and exp(-0.20067 exp(2.5758 x 0.7083)) = 0.2882, both below 0.75.
        # The first crossing is t = 1; R takes the highest limit below 0.75 and returns t = 2.
        time, event = list(range(1, 12)), [1] * 7 + [0] * 4
        fit = kaplan_meier(time, event, conf_level=0.99)
        np.testing.assert_allclose(fit.conf_low[:2], [0.2854, 0.2882], rtol=0, atol=5e-5)
        assert fit.quantile(0.25).conf_low == 1
        assert fit.quantile(0.25, rule="r").conf_low == 2

    def test_limits_are_one_before_the_first_event(self) -> None:
        fit = kaplan_meier(*hand_made("first_censored"))
        assert fit.survival[:2].tolist() == fit.conf_low[:2].tolist() == fit.conf_high[:2].tolist() == [1, 1]
        assert fit.std_error[:2].tolist() == [0, 0]


class TestEdges:
    def test_no_subjects_have_no_estimate_but_a_reason(self) -> None:
        fit = kaplan_meier([], [])
        median, at = fit.quantile(0.5), fit.at([1, 2], rule="r")
        assert np.isnan(triple(median)).all()
        assert (median.estimate_reason, median.conf_low_reason, median.conf_high_reason) == ("no subjects",) * 3
        assert np.isnan(at.survival).all()
        assert at.survival_reason == ("no subjects", "no subjects")
        assert at.n_risk.tolist() == [0, 0]

    def test_events_come_before_censorings_at_the_same_time(self) -> None:
        # at t = 1 five of twenty leave, three with an event: S = 17/20
        fit = kaplan_meier(*hand_made("heavy_ties"))
        assert (fit.n_risk[0], fit.n_event[0], fit.n_censor[0], fit.survival[0]) == (20, 3, 2, 0.85)

    def test_ties_by_rounding_are_merged_only_on_request(self) -> None:
        time, event = hand_made("close_times")
        assert len(kaplan_meier(time, event).time) == 7
        assert kaplan_meier(time, event, merge_ties=True).time.tolist() == [0.3, 0.5, 0.7, 1.1, 1.4]

    def test_results_are_read_only(self) -> None:
        fit = kaplan_meier([1, 2], [1, 0])
        with pytest.raises(ValueError, match="read-only"):
            fit.survival[0] = 1
        with pytest.raises(AttributeError):
            fit.n = 3  # type: ignore[misc]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"conf_type": "loglog"}, "conf_type = 'loglog': expected one of log-log, log, plain"),
            ({"conf_level": 95}, "conf_level = 95: expected a number between 0 and 1"),
            ({"quantile_rule": "SAS"}, "quantile_rule = 'SAS': expected one of sas, r"),
            ({"time": [1, -2]}, r"time\[1\] = -2.0: expected a finite number >= 0"),
            ({"event": [1, 2]}, r"event\[1\] = 2.0: expected 1 \(event\) or 0 \(censored\)"),
            ({"event": [1]}, "event has 1 values: expected 2, as many as time"),
        ],
    )
    def test_wrong_arguments_are_refused(self, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(AnalysisError, match=message):
            kaplan_meier(**{"time": [1, 2], "event": [1, 0], **arguments})

    def test_wrong_questions_are_refused(self) -> None:
        fit = kaplan_meier([1, 2], [1, 0])
        with pytest.raises(AnalysisError, match="p = 1: expected a number between 0 and 1"):
            fit.quantile(1)
        with pytest.raises(AnalysisError, match="rule = 'R': expected one of sas, r"):
            fit.quantile(0.5, rule="R")  # type: ignore[arg-type]
        with pytest.raises(AnalysisError, match=r"time\[0\] = -1.0"):
            fit.at([-1])


SUBJECTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1)), min_size=1, max_size=25)
TYPES = st.sampled_from(["log-log", "log", "plain"])


def split(subjects: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([time for time, _ in subjects], dtype=float), np.array([event for _, event in subjects])


class TestProperties:
    @settings(max_examples=40, deadline=None)
    @given(SUBJECTS, st.randoms(use_true_random=False))
    def test_order_of_subjects_does_not_matter(self, subjects: list[tuple[int, int]], random: Any) -> None:
        shuffled = list(subjects)
        random.shuffle(shuffled)
        one, two = kaplan_meier(*split(subjects)), kaplan_meier(*split(shuffled))
        np.testing.assert_array_equal(one.survival, two.survival)
        np.testing.assert_array_equal(one.conf_low, two.conf_low)

    @settings(max_examples=40, deadline=None)
    @given(SUBJECTS, st.sampled_from([0.25, 4.0, 32.0]), st.sampled_from([0.25, 0.5, 0.75]))
    def test_unit_of_time_only_scales_quantiles(self, subjects: list[tuple[int, int]], factor: float, p: float) -> None:
        time, event = split(subjects)
        one, two = kaplan_meier(time, event), kaplan_meier(time * factor, event)
        np.testing.assert_array_equal(one.survival, two.survival)
        np.testing.assert_array_equal(np.array(triple(one.quantile(p))) * factor, triple(two.quantile(p)))

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(0, 20), min_size=1, max_size=25))
    def test_without_censoring_it_is_the_empirical_distribution(self, times: list[int]) -> None:
        fit = kaplan_meier(times, np.ones(len(times)))
        later = [sum(other > time for other in times) / len(times) for time in fit.time]
        np.testing.assert_allclose(fit.survival, later, rtol=1e-12, atol=1e-15)
        # and Greenwood's variance the binomial one
        binomial = np.sqrt(np.array(later) * (1 - np.array(later)) / len(times))
        inside = fit.survival > 0
        np.testing.assert_allclose(fit.std_error[inside], binomial[inside], rtol=1e-9, atol=1e-15)

    @settings(max_examples=40, deadline=None)
    @given(SUBJECTS, TYPES)
    def test_limits_hold_the_estimate(self, subjects: list[tuple[int, int]], conf_type: Any) -> None:
        fit = kaplan_meier(*split(subjects), conf_type=conf_type)
        inside = fit.survival > 0
        assert np.isnan(fit.conf_low[~inside]).all()
        assert (fit.conf_low[inside] <= fit.survival[inside] + 1e-15).all()
        assert (fit.survival[inside] <= fit.conf_high[inside] + 1e-15).all()
        assert ((fit.conf_low[inside] >= 0) & (fit.conf_high[inside] <= 1)).all()

    @settings(max_examples=40, deadline=None)
    @given(SUBJECTS, TYPES, st.sampled_from([0.25, 0.5, 0.75]))
    def test_a_higher_level_gives_a_wider_interval(
        self, subjects: list[tuple[int, int]], conf_type: Any, p: float
    ) -> None:
        fits = [kaplan_meier(*split(subjects), conf_type=conf_type, conf_level=level) for level in (0.8, 0.95, 0.99)]
        for narrow, wide in itertools.pairwise(fit.quantile(p) for fit in fits):
            assert np.isnan(narrow.conf_low) or wide.conf_low <= narrow.conf_low
            assert np.isnan(wide.conf_high) or wide.conf_high >= narrow.conf_high
            assert (wide.conf_low_reason is None) == (not np.isnan(wide.conf_low))

    @settings(max_examples=40, deadline=None)
    @given(SUBJECTS, st.lists(st.integers(0, 30), min_size=1, max_size=5))
    def test_the_rules_differ_only_by_what_sas_does_not_estimate(
        self, subjects: list[tuple[int, int]], times: list[int]
    ) -> None:
        fit = kaplan_meier(*split(subjects))
        sas, r = fit.at(times), fit.at(times, rule="r")
        known = ~np.isnan(sas.survival)
        np.testing.assert_array_equal(sas.survival[known], r.survival[known])
        assert sas.beyond_last[~known].all()
        median = fit.quantile(0.5)
        assert np.isnan(median.estimate) or median.estimate == fit.quantile(0.5, rule="r").estimate
