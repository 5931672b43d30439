import pytest

from tlf.errors import AnalysisError
from tlf.model.duration import Duration
from tlf.model.spec import Records
from tlf.qc.recompute_landmark import ANALYSED, NO_CHANGE, NOT_AT_RISK, PROGRESSIVE, recompute_landmark


def steps(study, level="L150"):
    return {usubjid: outcome.step for usubjid, outcome in recompute_landmark(study, "landmark_pfs")[level].items()}


def test_the_clock_starts_again_at_the_landmark(trial):
    trial.subject("1", pfs=400, changes={80: -10}).subject("2", pfs=161, event=False, changes={80: -10})
    outcomes = recompute_landmark(trial.study(), "landmark_pfs")
    assert [(o.time, o.event) for o in outcomes["L150"].values()] == [(250, True), (11, False)]
    assert [(o.time, o.event) for o in outcomes["ALL"].values()] == [(400, True), (161, False)]


def test_a_time_on_the_landmark_is_not_at_risk_and_a_day_later_is(trial):
    trial.subject("on", pfs=150, changes={80: 0}).subject("after", pfs=151, changes={80: 0})
    trial.subject("censored", pfs=150, event=False, changes={80: 0})
    study = trial.study()
    assert steps(study) == {"on": NOT_AT_RISK, "after": ANALYSED, "censored": NOT_AT_RISK}
    assert recompute_landmark(study, "landmark_pfs")["L150"]["after"].time == 1
    assert set(steps(study, "ALL").values()) == {ANALYSED}


def test_growth_of_exactly_20_percent_as_best_response_is_progression(trial):
    trial.subject("20", changes={80: 20}).subject("less", changes={80: 19.99})
    trial.subject("float", changes={80: 19.999999999999996})  # (42 - 35) / 35 with noise in the last digit
    trial.subject("better later", changes={80: 25, 160: 10})
    study = trial.study()
    assert steps(study) == {"20": PROGRESSIVE, "less": ANALYSED, "float": PROGRESSIVE, "better later": PROGRESSIVE}
    assert steps(study, "ALL")["better later"] == ANALYSED


def test_a_new_lesion_at_every_assessment_is_progression_and_at_some_it_is_not(trial):
    trial.subject("every", changes={80: -10, 140: -20}, lesions=(80, 140))
    trial.subject("some", changes={80: -10, 140: -20}, lesions=(140,))
    trial.subject("only by the landmark", changes={80: -10, 160: -20}, lesions=(80,))
    study = trial.study()
    assert steps(study) == {"every": PROGRESSIVE, "some": ANALYSED, "only by the landmark": PROGRESSIVE}
    assert steps(study, "ALL")["only by the landmark"] == ANALYSED


def test_a_new_lesion_on_a_day_without_measurement_says_nothing_of_the_measurements(trial):
    trial.subject("1", changes={80: -10}, lesions=(100,))
    assert steps(trial.study()) == {"1": ANALYSED}


def test_the_rule_of_any_new_lesion_and_no_rule(trial, blocks):
    trial.subject("1", changes={80: 30, 140: -20}, lesions=(140,))
    trial.best_response = blocks.BestResponse(new_lesion="any")
    assert steps(trial.study()) == {"1": PROGRESSIVE}
    trial.best_response = None
    assert steps(trial.study()) == {"1": ANALYSED}


def test_a_subject_lost_counts_under_the_first_step_that_drops_it(trial):
    trial.subject("no change, not at risk", pfs=100)
    trial.subject("progressive, not at risk", pfs=100, changes={80: 50})
    trial.subject("only after the landmark", changes={160: -50})
    trial.subject("not in the set", changes={80: -50}, FASFL="N")
    trial.subject("no time to event", pfs=None, changes={80: -50})
    assert steps(trial.study()) == {
        "no change, not at risk": NO_CHANGE,
        "progressive, not at risk": PROGRESSIVE,
        "only after the landmark": NO_CHANGE,
        "no time to event": NO_CHANGE,
    }


def test_baseline_records_can_be_asked_for(trial, blocks):
    trial.subject("1", changes={80: -10}).subject("2", changes={80: -10}, baseline=None)
    assert set(steps(trial.study()).values()) == {ANALYSED}
    baseline = Records("ADTR", blocks.where(PARAMCD="SDIAM", ABLFL="Y"))
    own = trial.study().spec.derivations["landmark_pfs"].model_copy(update={"baseline": baseline})
    assert steps(trial.study(derivations={"landmark_pfs": own})) == {"1": ANALYSED, "2": NO_CHANGE}


def test_a_landmark_that_the_best_change_does_not_have_is_refused(trial):
    trial.subject("1", changes={80: -10})
    study = trial.study()
    block = study.spec.derivations["landmark_pfs"].model_copy(update={"at": {"L999": Duration(999.0)}})
    study = trial.study(derivations={"landmark_pfs": block})
    with pytest.raises(AnalysisError, match="shrinkage has no level L999; it has"):
        recompute_landmark(study, "landmark_pfs")
