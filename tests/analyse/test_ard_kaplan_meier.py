"""Kaplan-Meier estimates by group: against R on a small trial, numbers at risk, what cannot be estimated."""

import numpy as np
import pandas as pd
import pytest

from tlf.errors import AnalysisError, SpecError
from tlf.model.duration import Duration

HALF_YEAR = Duration(6.0, "mo")
RATES = tuple(Duration(float(m), "mo") for m in (6, 12, 24))
KEYS = {"analysis_set": "FAS", "time": "PFS", "by": "arm", "rates_at": RATES, "at_risk_every": HALF_YEAR}


@pytest.fixture(scope="module")
def data(trial):
    return trial.derived(trial.study())


@pytest.fixture(scope="module")
def ard(trial, data):
    return trial.analysed(data, "kaplan_meier", **KEYS)


def column(ard, group, variable, stat):
    """A statistic of a variable at all its levels, None where it is not estimable."""
    return [
        row.value
        for row in ard.rows()
        if tuple(g[1] for g in row.groups) == group and row.variable == variable and row.stat_name == stat
    ]


def levels(ard, group, variable):
    found = [r.variable_level for r in ard.rows() if tuple(g[1] for g in r.groups) == group and r.variable == variable]
    return list(dict.fromkeys(found))


def close(found, expected):
    """Compare with R's numbers; where R has none, neither have we."""
    assert [value is None for value in found] == [value is None for value in expected]
    assert [v for v in found if v is not None] == pytest.approx([v for v in expected if v is not None], rel=1e-12)


@pytest.mark.parametrize("arm", ["Drug A", "Drug B"])
def test_the_curve_agrees_with_r(ard, expected, arm):
    r = expected["km"][arm]
    assert [float(level) for level in levels(ard, (arm,), "curve")] == r["time"]
    for stat in ("n_risk", "n_event", "n_censor", "estimate"):
        close(column(ard, (arm,), "curve", stat), r[stat])
    start = [k for k, survival in enumerate(r["estimate"]) if survival == 1]  # R leaves the limits missing there
    end = [k for k, survival in enumerate(r["estimate"]) if survival == 0]
    for stat in ("std_error", "conf_low", "conf_high"):
        found = column(ard, (arm,), "curve", stat)
        assert [found[k] for k in end] == [None] * len(end)
        assert [found[k] for k in start] == [0.0 if stat == "std_error" else 1.0] * len(start)
        inside = [k for k in range(len(found)) if k not in start and k not in end]
        close([found[k] for k in inside], [r[stat][k] for k in inside])


@pytest.mark.parametrize("arm", ["Drug A", "Drug B"])
def test_quartiles_rates_and_numbers_at_risk_agree_with_r(ard, expected, arm):
    r = expected["km"][arm]
    assert levels(ard, (arm,), "quantile") == ["0.25", "0.5", "0.75"]
    for stat, key in (("estimate", "quantile"), ("conf_low", "quantile_low"), ("conf_high", "quantile_high")):
        close(column(ard, (arm,), "quantile", stat), r[key])
    assert levels(ard, (arm,), "rate") == ["6 mo", "12 mo", "24 mo"]
    for stat, key in (
        ("estimate", "rate"),
        ("std_error", "rate_error"),
        ("conf_low", "rate_low"),
        ("conf_high", "rate_high"),
    ):
        close(column(ard, (arm,), "rate", stat), r[key])
    close(column(ard, (arm,), "at_risk", "n_risk"), r["at_risk"])


def test_counts_add_up_and_agree_with_r(ard, expected):
    for arm, size in (("Drug A", 20), ("Drug B", 19)):
        r = expected["km"][arm]
        counts = [column(ard, (arm,), "subjects", stat)[0] for stat in ("n", "n_event", "n_censor")]
        assert counts == [size, sum(r["n_event"]), sum(r["n_censor"])]
        assert column(ard, (arm,), "..population..", "N") == [size]


def test_numbers_at_risk_are_at_the_same_times_for_all_groups_until_nobody_is_left(ard, data):
    times = levels(ard, ("Drug A",), "at_risk")
    assert times == levels(ard, ("Drug B",), "at_risk")
    assert times[:4] == ["0", "182.625", "365.25", "547.875"]
    last = data.parameter_records("PFS")["AVAL"][:39].max()
    assert float(times[-2]) < last <= float(times[-1])
    assert column(ard, ("Drug B",), "at_risk", "n_risk")[-1] == 0


def test_groups_can_be_a_variable_that_a_derivation_made(trial, data):
    ard = trial.analysed(data, "kaplan_meier", analysis_set="FAS", time="PFS", by="shrinkage_group")
    groups = dict.fromkeys(row.groups for row in ard.rows())
    assert list(groups) == [(("BPCGR1", "≥30% decrease"),), (("BPCGR1", "<30% decrease"),)]
    counts = data.dataset("ADSL").frame["BPCGR1"][:39].value_counts()  # S40 is in no analysis set
    assert column(ard, ("≥30% decrease",), "subjects", "n") == [counts["≥30% decrease"]]


def test_without_by_all_subjects_are_one_curve(trial, data):
    ard = trial.analysed(data, "kaplan_meier", analysis_set="FAS", time="PFS")
    assert column(ard, (), "subjects", "n") == [39]
    assert levels(ard, (), "at_risk") == []
    assert levels(ard, (), "rate") == []


def test_a_landmark_parameter_is_estimated_for_its_risk_set_of_each_level(trial, data, expected):
    ard = trial.analysed(
        data, "kaplan_meier", analysis_set="FAS", for_each=["landmark_pfs"], time="landmark_pfs", by="arm"
    )
    for level in ("L84", "L150", "ALL"):
        assert column(ard, (level, "Drug A"), "subjects", "n") == [expected["cox"][level]["Drug A"]["n"]]
    assert column(ard, ("L84", "Drug A"), "subjects", "n_missing") == []


def test_a_subject_of_the_analysis_set_without_record_is_counted(trial, data):
    adtte = data.dataset("ADTTE")
    less = data.with_dataset(adtte.with_frame(adtte.frame[adtte.frame["USUBJID"] != "S01"]))
    ard = trial.analysed(less, "kaplan_meier", **KEYS)
    assert column(ard, ("Drug A",), "subjects", "n") == [19]
    assert column(ard, ("Drug A",), "subjects", "n_missing") == [1]
    assert column(ard, ("Drug B",), "subjects", "n_missing") == []


def test_what_is_not_reached_has_a_reason(trial, data):
    hand = trial.hand({f"S{k}": {"pfs": (100 + k, 0 if k == 1 else 1)} for k in range(1, 5)})
    ard = trial.analysed(hand, "kaplan_meier", analysis_set="FAS", time="PFS", quantiles=(0.5,))
    rows = {row.stat_name: row for row in ard.rows() if row.variable == "quantile"}
    assert rows["estimate"].warning == "S(t) never falls to 0.5"
    assert rows["conf_high"].not_estimable


def test_beyond_the_last_time_the_profile_says_whether_there_is_a_rate(trial):
    hand = trial.hand({"S1": {"pfs": (100, 0)}, "S2": {"pfs": (300, 1)}})
    keys = {"analysis_set": "FAS", "time": "PFS", "rates_at": (Duration(400.0),)}
    carried = trial.analysed(hand, "kaplan_meier", **keys)
    assert column(carried, (), "rate", "estimate") == [0.5]
    refused = trial.analysed(trial.with_profile(hand, "sas"), "kaplan_meier", **keys)
    assert column(refused, (), "rate", "estimate") == [None]
    assert column(refused, (), "rate", "n_risk") == [0.0]


def test_a_level_without_subjects_is_a_group_of_nobody(trial, data):
    spec = data.spec.model_copy(
        update={"groupings": {"arm": data.spec.groupings["arm"].model_copy(update={"levels": ["Drug A", "Drug C"]})}}
    )
    ard = trial.analysed(data.__class__(spec, data.datasets, data.parameters, data.variables), "kaplan_meier", **KEYS)
    assert column(ard, ("Drug C",), "subjects", "n") == [0]
    assert column(ard, ("Drug C",), "quantile", "estimate") == [None] * 3
    assert set(column(ard, ("Drug C",), "at_risk", "n_risk")) == {0.0}
    assert levels(ard, ("Drug C",), "curve") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"AVAL": -1.0}, "ADTTE PFS: AVAL is -1 for S02: expected a time >= 0"),
        ({"AVAL": np.nan}, "ADTTE PFS: AVAL is missing for S02: expected a time >= 0"),
        ({"CNSR": np.nan}, "ADTTE PFS: CNSR is missing for S02: expected 0"),
        ({"CNSR": -1.0}, "ADTTE PFS: CNSR is -1 for S02: expected 0"),
    ],
)
def test_a_value_that_cannot_be_fails_its_group_and_the_other_goes_on(trial, data, change, said):
    adtte = data.dataset("ADTTE")
    frame = adtte.frame.copy()
    (name, value), row = next(iter(change.items())), (frame["USUBJID"] == "S02") & (frame["PARAMCD"] == "PFS")
    frame.loc[row, name] = value
    ard = trial.analysed(data.with_dataset(adtte.with_frame(frame)), "kaplan_meier", **KEYS)
    errors = {(r.groups[0][1], r.variable, r.error.partition(" (")[0]) for r in ard.rows() if r.error}
    assert {(group, variable) for group, variable, _ in errors} == {
        ("Drug B", "subjects"),
        ("Drug B", "quantile"),
        ("Drug B", "rate"),
        ("Drug B", "at_risk"),
    }
    assert all(error.startswith(said) for _, _, error in errors)
    assert column(ard, ("Drug A",), "subjects", "n") == [20]


def test_two_records_of_a_subject_fail_its_group(trial, data):
    adtte = data.dataset("ADTTE")
    twice = pd.concat([adtte.frame, adtte.frame[adtte.frame["USUBJID"] == "S02"]])
    ard = trial.analysed(data.with_dataset(adtte.with_frame(twice)), "kaplan_meier", **KEYS)
    assert {r.error for r in ard.rows() if r.error} == {"ADTTE PFS has several records for S02: expected one a subject"}


@pytest.mark.parametrize("columns", [{"PARAM": "PFS (months)"}, {"AVALU": "MONTHS"}])
def test_a_parameter_that_says_it_is_in_months_is_not_taken_for_days(trial, data, columns):
    ard = trial.analysed(trial.study(ADTTE=data.dataset("ADTTE").frame.assign(**columns)), "kaplan_meier", **KEYS)
    said = {row.error for row in ard.rows() if row.error}
    assert len(said) == 1
    assert said.pop() in (
        "ADTTE PFS is in months, but the spec says unit: d",
        "ADTTE PFS is in MONTHS, but the spec says unit: d",
    )


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"by": "arms"}, r"arms is no grouping of the spec. Did you mean arm"),
        ({"rates_at": (Duration(None),)}, "rates_at has a time of none"),
        ({"at_risk_every": Duration(0.0)}, "at_risk_every 0 d is no step in time"),
        ({"time": "shrinkage"}, r"time shrinkage has levels, for_each has no levels"),
    ],
)
def test_a_request_that_cannot_be_stops_the_analysis(trial, data, keys, said):
    with pytest.raises(AnalysisError, match=said):
        trial.analysed(data, "kaplan_meier", **{**KEYS, **keys})


def test_at_risk_every_none_asks_for_no_numbers(trial, data):
    ard = trial.analysed(data, "kaplan_meier", **{**KEYS, "at_risk_every": Duration(None)})
    assert levels(ard, ("Drug A",), "at_risk") == []


def test_a_quantile_of_1_is_refused_when_the_spec_is_loaded(trial):
    analysis = "analyses: { km: { method: kaplan_meier, analysis_set: FAS, time: PFS, quantiles: [1.0] } }"
    with pytest.raises(SpecError, match="quantiles"):
        trial.spec_of(trial.SPEC + analysis)


def test_a_parameter_that_is_no_time_to_event_fails(trial, data):
    ard = trial.analysed(data, "kaplan_meier", analysis_set="FAS", time="shrinkage.ALL")
    assert {r.error for r in ard.rows() if r.error} == {"ADTR has no numeric CNSR: expected a time-to-event dataset"}
