"""Cox models by group: against R on a small trial, directions and units, what cannot be estimated."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tlf.analyse.ard_cox import Unit
from tlf.errors import AnalysisError, SpecError

KEYS = {
    "analysis_set": "FAS",
    "for_each": ["arm", "landmark_pfs.at"],
    "time": "landmark_pfs",
    "covariate": {"shrinkage": "per 1 percentage point decrease"},
}
OVERALL = {"analysis_set": "FAS", "time": "PFS", "covariate": {"shrinkage.ALL": "per 1 percentage point decrease"}}
STATS = ["estimate", "std_error", "hazard_ratio", "conf_low", "conf_high", "statistic", "p_value"]


@pytest.fixture(scope="module")
def data(trial):
    return trial.derived(trial.study())


@pytest.fixture(scope="module")
def ard(trial, data):
    return trial.analysed(data, "cox", **KEYS)


def values(ard, *levels, level=None):
    """The statistics of one combination of groups, by name."""
    return {
        row.stat_name: row.value
        for row in ard.rows()
        if tuple(g[1] for g in row.groups) == levels and row.variable_level in (None, level or row.variable_level)
    }


@pytest.mark.parametrize("arm", ["Drug A", "Drug B"])
@pytest.mark.parametrize("level", ["L84", "L150", "L336", "ALL"])
def test_a_model_of_each_arm_and_landmark_agrees_with_r(ard, expected, arm, level):
    found, r = values(ard, arm, level), expected["cox"][level][arm]
    assert (found["n"], found["n_event"]) == (r["n"], r["n_event"])
    if r["p_value"] is None:  # R ran away to an infinite estimate
        assert all(found[stat] is None for stat in STATS)
        return
    assert [found[stat] for stat in STATS] == pytest.approx([r[stat] for stat in STATS], rel=1e-7, abs=1e-10)


def test_an_estimate_that_does_not_exist_says_why_in_the_words_of_the_spec(ard):
    rows = [r for r in ard.rows() if r.groups == (("TRT01P", "Drug B"), ("landmark_pfs", "L336")) and r.warning]
    assert {row.stat_name for row in rows} == set(STATS)
    assert {row.warning for row in rows} == {
        "shrinkage: infinite estimate, it orders every event (monotone likelihood)"
    }


def test_rows_are_in_the_order_of_the_groups_and_name_parameter_and_covariate(ard):
    assert list(dict.fromkeys(row.groups for row in ard.rows()))[:5] == [
        (("TRT01P", "Drug A"),),
        (("TRT01P", "Drug B"),),
        (("TRT01P", "Drug A"), ("landmark_pfs", "L84")),
        (("TRT01P", "Drug A"), ("landmark_pfs", "L150")),
        (("TRT01P", "Drug A"), ("landmark_pfs", "L336")),
    ]
    places = {(row.stat_name, row.variable, row.variable_level) for row in ard.rows() if "L84" in str(row.groups)}
    assert places == {("n", "PFSL84", None), ("n_event", "PFSL84", None)} | {
        (stat, "PFSL84", "shrinkage") for stat in STATS
    }


def test_the_size_of_each_group_stands_once_however_many_landmarks(ard):
    sizes = [(row.groups, row.value) for row in ard.rows() if row.variable == "..population.."]
    assert sizes == [((("TRT01P", "Drug A"),), 20.0), ((("TRT01P", "Drug B"),), 19.0)]


def test_a_decrease_turns_the_sign_and_a_larger_unit_is_a_power(trial, data, expected):
    r = expected["cox"]["ALL"]["Drug A"]["hazard_ratio"]
    for unit, power in (("per 1 percentage point increase", -1), ("per 10 percentage points decrease", 10)):
        ard = trial.analysed(data, "cox", **{**KEYS, "covariate": {"shrinkage": unit}})
        assert values(ard, "Drug A", "ALL")["hazard_ratio"] == pytest.approx(r**power, rel=1e-7)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_ties_follow_the_profile_and_each_covariate_has_its_rows(trial, data, expected, ties):
    adtte, adtr, adsl = (data.dataset(name) for name in ("ADTTE", "ADTR", "ADSL"))
    pfs = adtte.frame[adtte.frame["PARAMCD"] == "PFS"]
    coarse = pfs.assign(PARAMCD="PFSC", PARAM="Progression-Free Survival", AVAL=np.ceil(pfs["AVAL"] / 100))
    age = adtr.frame.drop_duplicates("USUBJID").assign(PARAMCD="AGE")
    age = age.assign(AVAL=age["USUBJID"].map(adsl.frame.set_index("USUBJID")["AGE"]))
    tied = data.with_dataset(adtte.with_frame(pd.concat([adtte.frame, coarse])))
    tied = tied.with_dataset(adtr.with_frame(pd.concat([adtr.frame, age])))
    profile = data.spec.profile.model_copy(update={"ties": ties})
    tied = replace(tied, spec=data.spec.model_copy(update={"profiles": {"r": profile}}))
    covariate = {"shrinkage.ALL": "per 1 percentage point decrease", "AGE": "per 10 years increase"}
    ard = trial.analysed(tied, "cox", analysis_set="FAS", time="PFSC", covariate=covariate)
    r = expected["ties"][ties]
    assert (values(ard)["n"], values(ard)["n_event"]) == (r["n"], r["n_event"])
    for k, level in enumerate(covariate):
        found = values(ard, level=level)
        for stat in ("estimate", "std_error", "p_value"):
            assert found[stat] == pytest.approx(r[stat][k], rel=1e-7)


def test_the_sas_profile_stops_where_phreg_stops(trial, data):
    fits = [
        values(trial.analysed(trial.with_profile(data, profile), "cox", **KEYS), "Drug A", "ALL")["estimate"]
        for profile in ("r", "sas")
    ]
    assert fits[0] != fits[1]
    assert fits[0] == pytest.approx(fits[1], rel=1e-2)


def test_a_subject_without_covariate_is_left_out_and_counted(trial, data):
    found = values(trial.analysed(data, "cox", **OVERALL))
    # 39 subjects have a PFS record; those with a best change are in the model
    best = data.parameter_records("shrinkage.ALL")["USUBJID"]
    assert found["n"] == sum(best != "S40")
    assert found["n"] + found["n_missing"] == 39
    assert found["N"] == 39


def test_what_fails_in_one_group_is_an_error_there_and_the_others_go_on(trial, data, expected):
    adtte = data.dataset("ADTTE")
    frame = adtte.frame.copy()
    wrong = (frame["PARAMCD"] == "PFSL84") & (frame["USUBJID"] == "S02")  # Drug B
    frame.loc[wrong, "CNSR"] = 0.5
    ard = trial.analysed(data.with_dataset(adtte.with_frame(frame)), "cox", **KEYS)
    failed = [row for row in ard.rows() if row.error]
    assert {row.groups for row in failed} == {(("TRT01P", "Drug B"), ("landmark_pfs", "L84"))}
    assert {row.stat_name for row in failed} == {"n", "n_event", *STATS}
    assert failed[0].error == "ADTTE PFSL84: CNSR is 0.5 for S02: expected 0 (event) or a whole number above"
    assert values(ard, "Drug A", "L84")["n"] == expected["cox"]["L84"]["Drug A"]["n"]


def test_a_group_without_subjects_has_no_estimate(trial, data):
    spec = trial.spec_of(
        trial.SPEC.replace("{ variable: TRT01P, order: TRT01PN }", "{ variable: TRT01P, levels: [X] }")
    )
    found = trial.analysed(replace(data, spec=spec), "cox", **KEYS)
    assert values(found, "X", "ALL")["n"] == 0
    assert {row.warning for row in found.rows() if row.stat_name == "hazard_ratio"} == {"no subjects"}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"time": "OS"}, r"no dataset has the parameter OS"),
        ({"covariate": {"shrinkag": "per 1 point decrease"}}, r"no dataset has the parameter shrinkag"),
        (
            {"for_each": ["arm"]},
            r"time landmark_pfs has levels, for_each has no levels: expected one of landmark_pfs.L84",
        ),
        ({"covariate": {"shrinkage": "per point"}}, r"a covariate is 'per <number> <unit> increase' or '... decrease'"),
    ],
)
def test_names_that_stand_for_nothing_stop_the_analysis(trial, data, keys, said):
    with pytest.raises(AnalysisError, match=said):
        trial.analysed(data, "cox", **{**KEYS, **keys})


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("per 1 percentage point decrease", Unit(1.0, "percentage point", True)),
        ("per 10 mm increase", Unit(10.0, "mm", False)),
        ("  per 0.5  SD  Increase ", Unit(0.5, "SD", False)),
    ],
)
def test_units_are_read_as_written(written, unit):
    assert Unit.parse(written) == unit


@pytest.mark.parametrize("written", ["", "per 1 increase", "per 0 mm increase", "per -1 mm increase", "1 mm decrease"])
def test_a_unit_that_cannot_be_read_is_refused_when_the_spec_is_loaded(trial, written):
    analysis = f"""
analyses:
  model: {{ method: cox, analysis_set: FAS, time: PFS, covariate: {{ shrinkage.ALL: "{written}" }} }}
"""
    with pytest.raises(SpecError, match=r"study.yaml:\d+:.*a covariate is 'per <number> <unit> increase'"):
        trial.spec_of(trial.SPEC + analysis)


def test_a_model_without_covariate_is_refused_when_the_spec_is_loaded(trial):
    analysis = "analyses: { model: { method: cox, analysis_set: FAS, time: PFS, covariate: {} } }"
    with pytest.raises(SpecError, match="a model has at least one covariate"):
        trial.spec_of(trial.SPEC + analysis)


def test_a_valid_model_is_loaded(trial):
    covariate = "{ shrinkage.ALL: per 1 mm increase }"
    analysis = f"analyses: {{ model: {{ method: cox, analysis_set: FAS, time: PFS, covariate: {covariate} }} }}"
    assert trial.spec_of(trial.SPEC + analysis).analyses["model"].covariate == {"shrinkage.ALL": "per 1 mm increase"}


def test_a_limit_beyond_the_range_of_numbers_is_not_estimable(trial, data):
    ard = trial.analysed(data, "cox", **{**OVERALL, "covariate": {"shrinkage.ALL": "per 100000 points decrease"}})
    limit = next(row for row in ard.rows() if row.stat_name == "conf_high")
    assert limit.warning.startswith("shrinkage.ALL: hazard ratio per unit beyond the range of numbers")
