"""Cox fits against R (tests/oracle/qc_survival.R) and figures printed by SAS."""

import csv
import json
from pathlib import Path

import pytest

from tlf.qc import cox_model
from tlf.qc.cox_model import NotSettledError, Observation, fit_cox, reason_not_estimable

ORACLE = Path(__file__).parents[1] / "oracle"
R = json.loads((ORACLE / "qc_survival.json").read_text())
SHARED = Path(__file__).parents[2] / ".." / "shared" / "oracle"


def observations(path, wanted, value):
    with path.open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["group"] in wanted]
    return [Observation(float(row["time"]), row["event"] == "1", value(row)) for row in rows]


@pytest.mark.parametrize("group", ["ties", "small", "flat"])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_fits_are_those_of_r(group, ties):
    data = observations(ORACLE / "qc_survival.csv", {group}, lambda row: float(row["x"]))
    fit, expected = fit_cox(data, ties=ties), R[group]["cox"][ties]
    assert (len(data), sum(o.event for o in data)) == (expected["n"], expected["n_event"])
    assert fit.estimate == pytest.approx(expected["estimate"], rel=1e-9)
    assert fit.std_error == pytest.approx(expected["std_error"], rel=1e-9)
    assert fit.p_value == pytest.approx(expected["p_value"], rel=1e-8)
    low, high = fit.limits(0.95)
    found = (fit.hazard_ratio(), low, high)
    assert found == pytest.approx((expected["hazard_ratio"], expected["conf_low"], expected["conf_high"]), rel=1e-10)


@pytest.mark.parametrize("group", ["ties", "small", "flat"])
def test_efron_by_plain_sums_agrees_with_lifelines(group):
    data = observations(ORACLE / "qc_survival.csv", {group}, lambda row: float(row["x"]))
    by_hand, by_lifelines = cox_model._by_newton(data, efron=True, phreg=False), fit_cox(data, ties="efron")
    assert by_hand.estimate == pytest.approx(by_lifelines.estimate, rel=1e-9)
    assert by_hand.std_error == pytest.approx(by_lifelines.std_error, rel=1e-9)


def test_the_early_stop_gives_the_figures_that_sas_prints():
    # PROC PHREG on the rats data: estimate -0.5959, SE 0.3484, chi-square 2.9254, hazard ratio 0.551. The optimum has
    # -0.595896 and 2.925325, the iterate of SAS -0.595902 and 2.925383.
    path = SHARED / "rats_phreg.csv"
    if not path.exists():
        pytest.skip("the shared oracle data are not here")
    reference = json.loads((SHARED / "rats_phreg.json").read_text())["reference_group"]
    data = observations(path, {"0", "1", "2"}, lambda row: float(row["group"] != reference))
    fit = fit_cox(data, ties="breslow", convergence="sas")
    assert (round(fit.estimate, 4), round(fit.std_error, 4)) == (-0.5959, 0.3484)
    assert (round(fit.statistic**2, 4), round(fit.hazard_ratio(), 3)) == (2.9254, 0.551)
    assert fit.estimate != fit_cox(data, ties="breslow").estimate


def test_the_early_stop_is_near_the_optimum_and_not_on_it():
    data = observations(ORACLE / "qc_survival.csv", {"ties"}, lambda row: float(row["x"]))
    for ties in ("efron", "breslow"):
        early, optimum = fit_cox(data, ties=ties, convergence="sas"), fit_cox(data, ties=ties)
        assert early.estimate == pytest.approx(optimum.estimate, rel=1e-3)


def test_a_single_pair_at_risk_by_hand():
    # Two informative events: at 1 {0, 1} at risk and 0 fails; at 2 {1, 0} and 1 fails: by symmetry the estimate is 0,
    # each term has information 1/4, so SE = sqrt(2).
    data = [Observation(1, True, 0), Observation(1, False, 1), Observation(2, True, 1), Observation(2, False, 0)]
    # at time 1 all four are at risk: share of x = 1 is 1/2 as well
    fit = fit_cox(data, ties="breslow")
    assert fit.estimate == pytest.approx(0, abs=1e-14)
    assert fit.std_error == pytest.approx(2**0.5)
    assert fit.p_value == pytest.approx(1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([], "no subjects"),
        ([(1, False, 3), (2, False, 4)], "no events"),
        ([(1, True, 3), (2, True, 3)], "does not vary"),
        # the covariate varies, but only before anyone is at risk of an event together: one at risk at the event
        ([(1, False, 5), (2, True, 3)], "does not vary"),
        ([(1, True, 9), (2, True, 5), (3, False, 1)], "monotone"),
        ([(1, True, 1), (2, True, 5), (3, False, 9)], "monotone"),
    ],
)
def test_where_there_is_no_finite_estimate_the_reason_is_said(data, reason):
    assert reason in reason_not_estimable([Observation(*row) for row in data])


def test_with_events_on_both_sides_there_is_an_estimate():
    assert reason_not_estimable([Observation(1, True, 9), Observation(2, True, 1), Observation(3, False, 5)]) is None


def test_where_lifelines_does_not_settle_the_plain_sums_do():
    # R: coxph(Surv(t, e) ~ x, eps = 1e-11) on these ten subjects, nearly all with the same covariate
    times = [84, 84, 113, 124, 128, 141, 202, 252, 407, 597]
    values = [51.142857142857146, 30, 28.5, 30, 30, 30, 30, 30, 30.285714285714292, 30]
    data = [Observation(t, t != 407 and x < 51, x) for t, x in zip(times, values, strict=True)]
    with pytest.raises(NotSettledError):
        cox_model._by_lifelines(data)
    fit = fit_cox(data, ties="efron")
    assert (fit.estimate, fit.std_error) == pytest.approx((-1.52707361803112995, 0.91656788775152476), rel=1e-8)


def test_a_covariate_that_differs_only_by_float_noise_does_not_vary():
    data = [Observation(1, True, 30), Observation(2, True, 30.000000000000004), Observation(3, True, 30)]
    assert "does not vary" in reason_not_estimable(data)


def test_a_likelihood_without_information_is_an_error_and_not_a_number():
    with pytest.raises(NotSettledError, match="flat"):
        fit_cox([Observation(1, True, 5), Observation(2, True, 5)], ties="breslow")


def test_own_iterations_that_do_not_settle_are_an_error_and_not_a_number(monkeypatch):
    monkeypatch.setattr(cox_model, "MAX_STEPS", 1)
    data = observations(ORACLE / "qc_survival.csv", {"small"}, lambda row: float(row["x"]))
    with pytest.raises(NotSettledError, match="did not settle within 1 steps"):
        fit_cox(data, ties="breslow")
