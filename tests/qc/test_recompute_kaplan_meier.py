import pytest

from tlf.errors import AnalysisError
from tlf.model.duration import Duration
from tlf.qc.recompute_kaplan_meier import recompute_kaplan_meier

BLOCK = {"method": "kaplan_meier", "time": "PFS", "by": "group"}


def results(study, stats):
    return stats(recompute_kaplan_meier(study, "km", study.spec.analyses["km"]))


def four(trial):
    """Four subjects with a decrease: S = 0.75 from 100, 0.5 from 200, a censoring at 300, 0 from 400."""
    for usubjid, time, event in (("1", 100, True), ("2", 200, True), ("3", 300, False), ("4", 400, True)):
        trial.subject(usubjid, pfs=time, event=event, changes={80: -40})
    return trial


def test_counts_and_quartiles_by_hand(trial, stats):
    found = results(four(trial).study(analyses={"km": BLOCK}), stats)
    counts = [found["down", "subjects", None, name] for name in ("n", "n_event", "n_censor")]
    assert counts == [4, 3, 1]
    # S is on 0.75 from 100 to 200 and on 0.5 from 200 to 400; the third quartile is the fall to 0
    quartiles = [found["down", "quantile", p, "estimate"] for p in ("0.25", "0.5", "0.75")]
    assert quartiles == [150, 300, 400]


def test_a_group_without_subjects_is_there_and_not_estimable(trial, stats):
    found = results(four(trial).study(analyses={"km": BLOCK}), stats)
    assert found["rest", "subjects", None, "n"] == 0
    assert found["rest", "quantile", "0.5", "estimate"] == "no subjects"


def test_rates_at_declared_times(trial, stats):
    block = BLOCK | {"rates_at": [Duration(250.0), Duration(10.0, "mo"), Duration(2.0, "y")]}
    found = results(four(trial).study(profile="sas", analyses={"km": block}), stats)
    assert found["down", "rate", "250 d", "estimate"] == pytest.approx(0.5)
    assert found["down", "rate", "250 d", "n_risk"] == 2
    assert found["down", "rate", "10 mo", "n_risk"] == 1  # 304.375 days: the censoring at 300 is past
    assert found["down", "rate", "2 y", "estimate"] == 0
    assert found["down", "rate", "2 y", "conf_low"] == "not reached or not estimable"
    # log-log limits at S = 0.5: Greenwood 1/12 + 1/6 = 0.25, SE of log(-log S) = 0.5 / 0.693147 = 0.721348;
    # 0.5 ** exp(1.959964 * 0.721348) = 0.0578, 0.5 ** exp(-1.413816) = 0.8449 (R prints 0.0578, 0.8449)
    assert found["down", "rate", "250 d", "conf_low"] == pytest.approx(0.0578, abs=5e-5)
    assert found["down", "rate", "250 d", "conf_high"] == pytest.approx(0.8449, abs=5e-5)


def test_numbers_at_risk_count_those_with_a_time_on_the_tick(trial, stats):
    found = results(four(trial).study(analyses={"km": BLOCK | {"at_risk_every": Duration(100.0)}}), stats)
    assert [found["down", "at_risk", str(t), "n_risk"] for t in (0, 100, 200, 300, 400)] == [4, 4, 3, 2, 1]
    assert ("down", "at_risk", "500", "n_risk") not in found


def test_ticks_go_on_until_the_longest_follow_up_of_those_in_a_group(trial, stats):
    four(trial).subject("in no group", pfs=900, baseline=None)
    found = results(trial.study(analyses={"km": BLOCK | {"at_risk_every": Duration(150.0)}}), stats)
    assert [key[2] for key in found if key[0] == "down" and key[1] == "at_risk"] == ["0", "150", "300", "450"]
    assert found["down", "at_risk", "450", "n_risk"] == 0


def test_quantiles_are_those_asked_for_and_another_unit_is_refused(trial, stats, blocks):
    four(trial)
    own = blocks.Analysis(analysis_set="FAS", **BLOCK, quantiles=(0.1,))
    found = stats(recompute_kaplan_meier(trial.study(), "km", own))
    assert [key[2] for key in found if key[0] == "down" and key[1] == "quantile"] == ["0.1"] * 3
    months = blocks.Analysis(analysis_set="FAS", **BLOCK, unit="mo")
    with pytest.raises(AnalysisError, match="times in days, not in mo"):
        recompute_kaplan_meier(trial.study(), "km", months)


def test_the_curve_has_every_time_with_its_events_and_censorings(trial, stats):
    found = results(four(trial).study(analyses={"km": BLOCK}), stats)
    curve = [found["down", "curve", str(t), "estimate"] for t in (100, 200, 300, 400)]
    assert curve == pytest.approx([0.75, 0.5, 0.5, 0])
    # Greenwood at 200: 0.5 * sqrt(1/12 + 1/6) = 0.25; at S = 0 nothing can be said
    assert found["down", "curve", "200", "std_error"] == pytest.approx(0.25)
    assert found["down", "curve", "400", "std_error"] == "not estimable"
    assert [found["down", "curve", str(t), "n_censor"] for t in (100, 200, 300, 400)] == [0, 0, 1, 0]


def test_without_groups_all_are_one_curve(trial, stats):
    found = results(four(trial).study(analyses={"km": BLOCK | {"by": None}}), stats)
    assert found["subjects", None, "n"] == 4


def test_the_landmark_clock_can_be_shown_for_each_arm(trial, stats):
    block = {"method": "kaplan_meier", "time": "landmark_pfs.L150", "for_each": ["arm"], "by": None}
    found = results(four(trial).study(analyses={"km": block}), stats)
    # 200, 300 and 400 are after day 150: 50, 150+ and 250 days from it
    assert found["A", "subjects", None, "n"] == 3
    assert found["A", "quantile", "0.25", "estimate"] == 50
