"""Descriptive statistics of a parameter by group, against R on a small trial."""

import pandas as pd
import pytest

from tlf.errors import AnalysisError

KEYS = {"analysis_set": "FAS", "for_each": ["arm", "landmark_pfs.at"], "value": "shrinkage", "among": "landmark_pfs"}
STATS = ["n", "mean", "sd", "median", "q1", "q3", "min", "max"]


@pytest.fixture(scope="module")
def data(trial):
    return trial.derived(trial.study())


def values(ard, *levels):
    return {row.stat_name: row.value for row in ard.rows() if tuple(g[1] for g in row.groups) == levels}


@pytest.mark.parametrize("arm", ["Drug A", "Drug B"])
@pytest.mark.parametrize("level", ["L84", "L150", "L336", "ALL"])
def test_best_changes_of_the_analysed_are_described_as_r_does(trial, data, expected, arm, level):
    r = expected["describe"][level][arm]
    found = values(trial.analysed(data, "continuous", **KEYS), arm, level)
    assert [found[stat] for stat in STATS] == pytest.approx([r[stat] for stat in STATS], rel=1e-12)
    by_sas = values(trial.analysed(trial.with_profile(data, "sas"), "continuous", **KEYS), arm, level)
    assert [by_sas["q1"], by_sas["q3"]] == pytest.approx([r["sas_q1"], r["sas_q3"]], rel=1e-12)


def test_without_among_everyone_with_a_value_counts(trial, data, expected):
    found = trial.analysed(data, "continuous", analysis_set="FAS", value="shrinkage.ALL")
    assert values(found)["n"] == sum(subject != "S40" for subject in expected["best"]["ALL"])
    assert {row.variable for row in found.rows() if row.stat_name == "mean"} == {"BPCALL"}


def test_one_value_has_no_standard_deviation_and_none_has_only_n(trial):
    data = trial.derived(
        trial.hand({"S1": {"changes": [(84, -10.0)], "lesions": [9]}, "S2": {"arm": "B"}}), "shrinkage"
    )
    ard = trial.analysed(data, "continuous", analysis_set="FAS", for_each=["arm"], value="shrinkage.ALL")
    one, none = values(ard, "A"), values(ard, "B")
    assert (one["n"], one["mean"], one["sd"]) == (1.0, -10.0, None)
    assert none["n"] == 0.0
    assert [none[stat] for stat in STATS[1:]] == [None] * 7
    assert {row.warning for row in ard.rows() if row.warning} == {"no values", "a standard deviation needs two values"}


def test_several_records_of_a_subject_are_an_error_of_that_group(trial, data):
    ard = trial.analysed(data, "continuous", analysis_set="FAS", for_each=["arm"], value="SDIAM")
    assert {row.error for row in ard.rows() if row.groups == (("TRT01P", "Drug A"),) and row.error} == {
        "ADTR SDIAM has several records for S01, S03, S05 and 15 more: expected one a subject"
    }
    assert {row.stat_name for row in ard.rows() if row.error} == set(STATS)


def test_a_parameter_without_numeric_aval_is_an_error_row(trial, data):
    adtr = data.dataset("ADTR").frame
    other = trial.study(ADTR=pd.DataFrame({"USUBJID": adtr["USUBJID"], "PARAMCD": adtr["PARAMCD"]}))
    ard = trial.analysed(other, "continuous", analysis_set="FAS", value="SDIAM")
    assert {row.error for row in ard.rows() if row.error} == {"ADTR has no numeric AVAL"}


def test_a_level_that_the_parameter_has_not_stops_the_analysis(trial, data):
    keys = {"analysis_set": "FAS", "value": "shrinkage.L99"}
    with pytest.raises(AnalysisError, match=r"no dataset has the parameter shrinkage\.L99"):
        trial.analysed(data, "continuous", **keys)
