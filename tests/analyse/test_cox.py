"""Cox regression against R's survival package, figures printed by SAS, and properties."""

from __future__ import annotations

import csv
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tlf.analyse.cox import Cox, cox
from tlf.analyse.survival import merge_close_times
from tlf.errors import AnalysisError

HERE = Path(__file__).parents[1] / "oracle"
SHARED = Path(__file__).parents[2] / "../shared/oracle"
R_CASES = json.loads((HERE / "survival_cases.json").read_text(encoding="utf-8"))["cox"]
WITH_ESTIMATE = [
    (case, model, ties)
    for case, models in R_CASES.items()
    for model, by_ties in models.items()
    for ties in by_ties
    if "optimum" in by_ties[ties]
]
WITHOUT_ESTIMATE = [
    (case, model, ties)
    for case, models in R_CASES.items()
    for model, by_ties in models.items()
    for ties in by_ties
    if "optimum" not in by_ties[ties]
]
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the large oracle ../shared/oracle is not here")

Rows = list[dict[str, str]]


@functools.cache
def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fit_hand_made(case: str, model: str, ties: Any, convergence: Any = "optimum") -> Cox:
    rows = [row for row in read_rows(HERE / "survival_cases.csv") if row["case"] == case]
    names = [name for name in ("x1", "x2") if name in model]
    return cox(
        [float(row["time"]) for row in rows],
        [int(row["event"]) for row in rows],
        [[float(row[name]) for name in names] for row in rows],
        ties=ties,
        strata=[row["stratum"] for row in rows] if "strata" in model else None,
        convergence=convergence,
    )


@functools.cache
def shared_json(name: str) -> Any:
    return json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))


def shared_rows(name: str) -> Rows:
    return read_rows(SHARED / f"{name}.csv")


def shared_models() -> list[tuple[str, str, str]]:
    if not SHARED.is_dir():
        return []
    names = [case["case"] for case in shared_json("index")["cases"]]
    oracles = [(name, shared_json(name)) for name in names]
    return [
        (name, model, ties)
        for name, oracle in oracles
        if not oracle["counting_process"]
        for model in oracle.get("cox", {})
        for ties in ("efron", "breslow")
    ]


def shared_fit(case: str, model: str, ties: Any, **options: Any) -> Cox:
    """Fit one model of the large oracle, subjects with a missing covariate or stratum left out as R leaves them."""
    oracle = shared_json(case)
    covariates = oracle["covariates"] if "cov" in model else []
    strata = oracle["strata"] if "strata" in model else []
    rows = [row for row in shared_rows(case) if all(row[name] != "" for name in (*covariates, *strata))]
    columns = [[float(row["group"] == level) for row in rows] for level in oracle["groups"][1:]]
    columns += [coded for name in covariates for coded in coded_columns(rows, name)]
    return cox(
        [float(row["time"]) for row in rows],
        [int(row["event"]) for row in rows],
        np.transpose(columns),
        ties=ties,
        strata=["|".join(row[name] for name in strata) for row in rows] if strata else None,
        **options,
    )


def coded_columns(rows: Rows, name: str) -> list[list[float]]:
    """A number as it is; a text as indicators of all levels but the first, as R codes it."""
    try:
        return [[float(row[name]) for row in rows]]
    except ValueError:
        return [[float(row[name] == level) for row in rows] for level in sorted({row[name] for row in rows})[1:]]


def close(actual: Any, expected: Any, rtol: float, atol: float = 0) -> None:
    np.testing.assert_allclose(np.ravel(actual), np.ravel(expected), rtol=rtol, atol=atol)


class TestHandMadeCasesEqualR:
    """Every figure of tests/oracle/survival_cases.json, which survival_cases.R computed."""

    @pytest.mark.parametrize(("case", "model", "ties"), WITH_ESTIMATE)
    @pytest.mark.parametrize("convergence", ["optimum", "sas"])
    def test_estimates(self, case: str, model: str, ties: str, convergence: str) -> None:
        fit, expected = fit_hand_made(case, model, ties, convergence), R_CASES[case][model][ties]
        assert fit.not_estimable is None
        assert fit.converged
        assert [fit.n, fit.n_event] == [expected["n"][0], expected["n_event"][0]]
        point = expected[convergence]
        for name in ("coef", "std_error", "hazard_ratio", "conf_low", "conf_high", "z", "chi_square", "covariance"):
            close(getattr(fit, name), point[name], rtol=1e-9, atol=1e-12)
        close(fit.p_value, point["p_value"], rtol=1e-8)
        close(fit.wald.chi_square, point["wald"], rtol=1e-9, atol=1e-12)
        close(fit.score.chi_square, expected["score"], rtol=1e-9)
        close([fit.loglik_null, fit.loglik], [expected["loglik_null"], point["loglik"]], rtol=1e-12)
        gain = 2 * (point["loglik"][0] - expected["loglik_null"][0])
        close(fit.likelihood_ratio.chi_square, gain, rtol=1e-9, atol=1e-12)
        if convergence == "sas":
            assert fit.iterations == point["iterations"][0]

    @pytest.mark.parametrize(("case", "model", "ties"), WITH_ESTIMATE)
    def test_estimates_that_coxph_prints(self, case: str, model: str, ties: str) -> None:
        fit, expected = fit_hand_made(case, model, ties), R_CASES[case][model][ties]["default"]
        close(fit.coef, expected["coef"], rtol=1e-6)
        close(fit.std_error, expected["std_error"], rtol=1e-6)

    @pytest.mark.parametrize(("case", "model", "ties"), WITHOUT_ESTIMATE)
    @pytest.mark.parametrize("convergence", ["optimum", "sas"])
    def test_what_r_warns_of_is_not_estimable(self, case: str, model: str, ties: str, convergence: str) -> None:
        fit, expected = fit_hand_made(case, model, ties, convergence), R_CASES[case][model][ties]
        assert expected["warning"]
        assert fit.not_estimable is not None
        assert "infinite estimate" in fit.not_estimable
        for name in ("coef", "std_error", "hazard_ratio", "conf_low", "conf_high", "z", "p_value", "covariance"):
            assert np.isnan(getattr(fit, name)).all(), name
        assert not fit.converged
        assert np.isnan([fit.loglik, fit.wald.p_value, fit.likelihood_ratio.p_value]).all()
        # the score test needs no estimate
        close(fit.score.chi_square, expected["score"], rtol=1e-9)
        close(fit.loglik_null, expected["loglik_null"], rtol=1e-12)


@needs_shared
@pytest.mark.parametrize(("case", "model", "ties"), shared_models())
def test_large_oracle_equals_r(case: str, model: str, ties: str) -> None:
    fit, expected = shared_fit(case, model, ties), shared_json(case)["cox"][model][ties]
    assert (fit.n, fit.n_event) == (expected["n"], expected["events"])
    if not expected["converged_finite"]:
        assert fit.not_estimable is not None
        return
    best, default = expected["polished"], expected["r_default"]
    close(fit.coef, best["coef"], rtol=1e-9, atol=1e-12)
    close(fit.std_error, best["se"], rtol=1e-9, atol=1e-12)
    close(fit.covariance, expected["vcov_polished"], rtol=1e-9, atol=1e-12)
    close(fit.hazard_ratio, best["hr"], rtol=1e-9)
    close(fit.conf_low, best["hr_lower"], rtol=1e-9)
    close(fit.conf_high, best["hr_upper"], rtol=1e-9)
    close(fit.z, best["z"], rtol=1e-9, atol=1e-12)
    close(fit.chi_square, best["chisq"], rtol=1e-8, atol=1e-12)
    close(fit.p_value, best["p"], rtol=1e-8)
    close(fit.coef, default["coef"], rtol=1e-7)
    close(fit.p_value, default["p"], rtol=1e-6)
    close([fit.loglik_null, fit.loglik], [expected["loglik0"], expected["loglik1"]], rtol=1e-12)
    for test, name in ((fit.likelihood_ratio, "lr"), (fit.score, "score"), (fit.wald, "wald")):
        close(test.chi_square, expected[name]["chisq"], rtol=1e-9, atol=1e-12)
        assert test.df == expected[name]["df"]
        close(test.p_value, expected[name]["p"], rtol=1e-8)


def sas_anchors() -> list[Any]:
    if not SHARED.is_dir():
        return []
    return [anchor for anchor in shared_json("sas_anchors")["anchors"] if anchor["what"] == "cox"]


def interaction_fit(anchor: Any) -> Cox:
    """The treatment effect within each stratum, with common covariates."""
    oracle, rows = shared_json(anchor["case"]), shared_rows(anchor["case"])
    stratum, treated = anchor["strata"][0], oracle["groups"][1]
    levels = sorted({row[stratum] for row in rows})
    columns = [[float(row["group"] == treated and row[stratum] == level) for row in rows] for level in levels]
    columns += [[float(row[name]) for row in rows] for name in oracle["covariates"]]
    return cox(
        [float(row["time"]) for row in rows],
        [int(row["event"]) for row in rows],
        np.transpose(columns),
        ties=anchor["ties"],
        strata=[row[stratum] for row in rows],
        convergence="sas",
    )


def sas_fit(anchor: Any) -> Cox:
    if anchor["design"] == "group_by_enum_cov":
        return interaction_fit(anchor)
    model = anchor["design"] + ("_strata" if "strata" in anchor else "")
    return shared_fit(anchor["case"], model, anchor["ties"], convergence="sas")


def printed(values: Any, digits: int) -> list[str]:
    return [f"{value:.{digits}f}" for value in np.ravel(values)]


@needs_shared
@pytest.mark.parametrize("anchor", sas_anchors(), ids=lambda anchor: f"{anchor['case']}-{anchor['design']}")
def test_figures_that_sas_printed(anchor: Any) -> None:
    fit = sas_fit(anchor)
    figures = {
        "coef": (fit.coef, anchor["digits_coef"]),
        "se": (fit.std_error, anchor["digits_coef"]),
        "chisq": (fit.chi_square, anchor["digits_chisq"]),
        "hr": (fit.hazard_ratio, anchor["digits_hr"]),
        "lr": (fit.likelihood_ratio.chi_square, anchor["digits_chisq"]),
        "score": (fit.score.chi_square, anchor["digits_chisq"]),
        "wald": (fit.wald.chi_square, anchor["digits_chisq"]),
    }
    for name, (values, digits) in figures.items():
        if name in anchor:
            shown = [str(value) for value in np.ravel(anchor[name])]
            places = min(digits, max(len(text.partition(".")[2]) for text in shown))
            assert printed(values, places) == printed([float(text) for text in shown], places), name


TIME = [1, 2, 3, 4, 5, 6]
ALL = [1, 1, 1, 1, 1, 1]


class TestNotEstimable:
    @pytest.mark.parametrize(
        ("event", "covariates", "strata", "reason"),
        [
            ([0] * 6, [1, 2, 3, 4, 5, 6], None, "no events"),
            (ALL, [0.1] * 6, None, "covariates[:, 0]: no variation among the subjects at risk at an event"),
            # the only event is the last subject's: nobody to compare it with
            ([0, 0, 0, 0, 0, 1], [1, 2, 3, 4, 5, 6], None, "covariates[:, 0]: no variation among the subjects"),
            (ALL, [0, 0, 0, 1, 1, 1], [1, 1, 1, 2, 2, 2], "covariates[:, 0]: no variation among the subjects"),
            (
                ALL,
                [[1, 5], [0, 3], [2, 7], [1, 5], [3, 9], [0, 3]],
                None,
                "covariates[:, 0], covariates[:, 1]: linearly dependent, singular information",
            ),
            (
                [1, 1, 0, 1, 0, 1],
                [1, 1, 0, 1, 0, 1],
                None,
                "covariates[:, 0]: infinite estimate, no events where it is 0 (monotone likelihood)",
            ),
            (
                ALL,
                [9, 8, 5, 4, 2, 1],
                None,
                "covariates[:, 0]: infinite estimate, it orders every event (monotone likelihood)",
            ),
            # three arms, no event in the reference arm: neither indicator alone orders the events, their sum does
            (
                [1, 1, 0, 1, 0, 1],
                [[1, 0], [0, 1], [0, 0], [1, 0], [0, 0], [0, 1]],
                None,
                "covariates[:, 0], covariates[:, 1]: infinite estimate, a combination of them orders every event",
            ),
        ],
    )
    @pytest.mark.parametrize("ties", ["efron", "breslow"])
    def test_the_reason_is_given(self, event: Any, covariates: Any, strata: Any, reason: str, ties: Any) -> None:
        fit = cox(TIME, event, covariates, strata=strata, ties=ties)
        assert fit.not_estimable is not None
        assert fit.not_estimable.startswith(reason)
        assert np.isnan(fit.coef).all()
        assert np.isnan(fit.std_error).all()
        assert not fit.converged

    def test_no_subjects(self) -> None:
        fit = cox([], [], [])
        assert (fit.not_estimable, fit.n, fit.n_event) == ("no subjects", 0, 0)

    def test_one_exceptional_subject_first_is_not_a_large_number(self) -> None:
        # Newton's first step from 0 is n = 500 here: it must not be taken for convergence
        covariate = [1] + [0] * 499
        fit = cox(range(500), [1] * 500, covariate)
        assert fit.not_estimable is not None
        # third instead, e = exp(b): the likelihood is 1/(e + 499) 1/(e + 498) e/(e + 497) times a constant, so at its
        # maximum 1 - e/(e + 497) = e/(e + 499) + e/(e + 498)
        fit = cox([2, 0, 1, *range(3, 500)], [1] * 500, covariate)
        e = fit.hazard_ratio[0]
        close(497 / (e + 497), e / (e + 499) + e / (e + 498), rtol=1e-9)

    def test_a_hazard_ratio_beyond_numbers_asks_for_another_unit(self) -> None:
        fit = cox(TIME, ALL, np.array([3, 1, 2, 5, 4, 6]) * 1e-4)
        assert fit.not_estimable is not None
        assert "give it in another unit" in fit.not_estimable
        assert np.isnan(fit.coef).all()

    def test_a_strong_effect_is_estimated(self) -> None:
        rng = np.random.default_rng(20)
        covariate = rng.normal(size=150)
        fit = cox(rng.exponential(size=150) * np.exp(-8 * covariate), np.ones(150), covariate)
        assert fit.not_estimable is None
        assert 5 < fit.coef[0] < 12
        assert np.ptp(covariate * fit.coef[0]) > 20


class TestArguments:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"ties": "exact"}, "ties = 'exact': expected one of efron, breslow"),
            ({"convergence": "SAS"}, "convergence = 'SAS': expected one of optimum, sas"),
            ({"conf_level": 1}, "conf_level = 1: expected a number between 0 and 1"),
            ({"time": [1, 2, np.nan]}, r"time\[2\] = nan"),
            ({"event": [0, 1, -1]}, r"event\[2\] = -1.0"),
            ({"covariates": [1, np.nan, 3]}, r"covariates\[1, 0\] = nan"),
            ({"strata": ["a", "b"]}, "strata has 2 values: expected 3"),
        ],
    )
    def test_wrong_arguments_are_refused(self, arguments: dict[str, Any], message: str) -> None:
        with pytest.raises(AnalysisError, match=message):
            cox(**{"time": [1, 2, 3], "event": [1, 1, 0], "covariates": [3, 1, 2], **arguments})

    def test_results_are_read_only(self) -> None:
        fit = cox(TIME, ALL, [3, 1, 2, 5, 4, 6])
        with pytest.raises(ValueError, match="read-only"):
            fit.coef[0] = 0

    def test_the_level_sets_the_limits(self) -> None:
        fit = cox(TIME, ALL, [3, 1, 2, 5, 4, 6], conf_level=0.9)
        # 1.6448536269514722 is the 95 % quantile of the normal distribution
        close(np.log(fit.conf_high), fit.coef + 1.6448536269514722 * fit.std_error, rtol=1e-12)

    def test_times_that_differ_by_rounding_are_ties_once_merged(self) -> None:
        event, covariate = [1, 1, 1, 0, 1], [1, 0, 3, 2, 1]
        exact = cox([0.3, 0.3, 0.5, 0.6, 0.7], event, covariate)
        rounded = [0.3, 0.1 + 0.2, 0.5, 0.6, 0.7]
        assert cox(merge_close_times(rounded), event, covariate).coef == exact.coef
        assert cox(rounded, event, covariate).coef != exact.coef


SUBJECT = st.tuples(st.integers(1, 8), st.sampled_from([0, 1, 1]), st.integers(-4, 4), st.integers(0, 3))
SUBJECTS = st.lists(SUBJECT, min_size=12, max_size=24)
TIES = st.sampled_from(["efron", "breslow"])


def fit_subjects(subjects: Sequence[tuple[int, int, int, int]], ties: Any, factor: float = 1, shift: float = 0) -> Cox:
    data = np.array(subjects, dtype=float)
    fit = cox(data[:, 0], data[:, 1], data[:, 2:] * factor + shift, ties=ties)
    assume(fit.not_estimable is None and float(np.abs(fit.coef * factor).max()) < 3)
    return fit


class TestProperties:
    @settings(max_examples=25, deadline=None)
    @given(SUBJECTS, TIES, st.randoms(use_true_random=False))
    def test_order_of_subjects_does_not_matter(self, subjects: Any, ties: str, random: Any) -> None:
        shuffled = list(subjects)
        random.shuffle(shuffled)
        one, two = fit_subjects(subjects, ties), fit_subjects(shuffled, ties)
        close(one.coef, two.coef, rtol=1e-9, atol=1e-10)
        close(one.std_error, two.std_error, rtol=1e-9)

    @settings(max_examples=25, deadline=None)
    @given(SUBJECTS, TIES, st.sampled_from([0.01, 7.0, 1e4]), st.sampled_from([0.0, 50.0]))
    def test_unit_and_origin_of_covariates_only_scale_the_estimates(
        self, subjects: Any, ties: str, factor: float, shift: float
    ) -> None:
        one, two = fit_subjects(subjects, ties), fit_subjects(subjects, ties, factor, shift)
        close(one.coef, two.coef * factor, rtol=1e-8, atol=1e-9)
        close(one.std_error, two.std_error * factor, rtol=1e-8)
        close(one.loglik, two.loglik, rtol=1e-10)

    @settings(max_examples=25, deadline=None)
    @given(SUBJECTS, TIES)
    def test_only_the_order_of_times_matters(self, subjects: Any, ties: Any) -> None:
        data = np.array(subjects, dtype=float)
        one = fit_subjects(subjects, ties)
        two = cox(np.exp(data[:, 0]) / 7, data[:, 1], data[:, 2:], ties=ties)
        np.testing.assert_array_equal(one.coef, two.coef)

    @settings(max_examples=25, deadline=None)
    @given(SUBJECTS, TIES)
    def test_subjects_censored_before_the_first_event_change_nothing(self, subjects: Any, ties: str) -> None:
        one = fit_subjects(subjects, ties)
        two = fit_subjects([*subjects, (0, 0, 100, -50), (0, 0, -7, 9)], ties)
        close(one.coef, two.coef, rtol=1e-10, atol=1e-12)
        close(one.std_error, two.std_error, rtol=1e-10)

    @settings(max_examples=25, deadline=None)
    @given(SUBJECTS, TIES)
    def test_limits_hold_the_estimate_and_agree_with_the_test(self, subjects: Any, ties: str) -> None:
        fit = fit_subjects(subjects, ties)
        assert ((fit.conf_low < fit.hazard_ratio) & (fit.hazard_ratio < fit.conf_high)).all()
        without_one = (fit.conf_low > 1) | (fit.conf_high < 1)
        np.testing.assert_array_equal(without_one, fit.p_value < 0.05)
        assert fit.loglik >= fit.loglik_null
