"""Summaries of ADSL by group, counted by hand."""

import numpy as np
import pytest

from tlf.errors import AnalysisError

# Six subjects. Arm A: 1-3, arm B: 4-6. RACE misses for 6; WEIGHT misses for 2.
ADSL = {
    "STUDYID": ["H"] * 6,
    "USUBJID": [f"S{k}" for k in range(1, 7)],
    "TRT01P": ["A", "A", "A", "B", "B", "B"],
    "TRT01PN": [2, 2, 2, 1, 1, 1],
    "FASFL": ["Y"] * 6,
    "RANDDT": [20000.0] * 6,
    "AGE": [50, 61, 72, 40, 55, 60],
    "WEIGHT": [70.5, np.nan, 80.0, 66.5, 71.0, 90.0],
    "SEX": ["F", "M", "F", "M", "M", "M"],
    "RACE": ["WHITE", "ASIAN", "WHITE", "WHITE", "WHITE", ""],
    "KRENNING": ["high", "low", "mid", "mid", "low", "low"],
    "KRENNINN": [3, 1, 2, 2, 1, 1],
}
KEYS = {"analysis_set": "FAS", "by": "arm", "total": True}


@pytest.fixture(scope="module")
def data(trial):
    return trial.study(trial.SPEC.partition("derivations:")[0], ADSL=ADSL)


def summary(trial, data, *variables, **keys):
    ard = trial.analysed(data, "summary", **{**KEYS, "variables": list(variables), **keys})
    return {(row.groups[-1][1], row.variable, row.variable_level, row.stat_name): row.value for row in ard.rows()}, ard


def test_columns_stand_in_the_order_of_the_grouping_and_total_is_last(trial, data):
    found, _ = summary(trial, data, "AGE")
    sizes = {key[0]: value for key, value in found.items() if key[1] == "..population.."}
    assert list(sizes.items()) == [("B", 3.0), ("A", 3.0), ("Total", 6.0)]


def test_numbers_are_described(trial, data):
    found, ard = summary(trial, data, "AGE")
    assert [found["A", "AGE", None, stat] for stat in ("n", "mean", "median", "min", "max")] == [3, 61, 61, 50, 72]
    assert found["A", "AGE", None, "sd"] == 11.0  # deviations -11, 0, 11: 242 / 2 = 121
    assert found["Total", "AGE", None, "mean"] == pytest.approx(338 / 6)
    assert {row.fmt for row in ard.rows() if row.stat_name == "mean"} == {"xx.x"}


def test_text_is_counted_with_percentages_of_the_group(trial, data):
    found, _ = summary(trial, data, "SEX")
    assert [found[g, "SEX", "F", "n"] for g in ("A", "B", "Total")] == [2, 0, 2]
    assert found["A", "SEX", "F", "p"] == pytest.approx(200 / 3)
    assert found["Total", "SEX", "M", "p"] == pytest.approx(400 / 6)
    assert (found["B", "SEX", "F", "p"], found["B", "SEX", "F", "denominator"]) == (0.0, 3.0)
    assert found["A", "SEX", None, "n"] == 3


def test_levels_follow_the_numeric_twin_else_the_alphabet(trial, data):
    _, ard = summary(trial, data, "KRENNING", "RACE")
    levels = {
        v: list(dict.fromkeys(r.variable_level for r in ard.rows() if r.variable == v)) for v in ("KRENNING", "RACE")
    }
    assert levels == {"KRENNING": [None, "low", "mid", "high"], "RACE": [None, "ASIAN", "WHITE"]}


def test_missing_values_are_counted_where_there_are_any(trial, data):
    found, _ = summary(trial, data, "RACE", "WEIGHT", "SEX")
    assert [found[g, "RACE", None, "n_missing"] for g in ("A", "B", "Total")] == [0, 1, 1]
    assert [found[g, "WEIGHT", None, "n_missing"] for g in ("A", "B", "Total")] == [1, 0, 1]
    assert ("A", "SEX", None, "n_missing") not in found
    assert found["A", "WEIGHT", None, "n"] == 2


def test_the_denominator_can_leave_out_the_missing(trial, data):
    population, _ = summary(trial, data, "RACE")
    known, _ = summary(trial, data, "RACE", denominator="non_missing")
    assert population["B", "RACE", "WHITE", "p"] == pytest.approx(200 / 3)
    assert known["B", "RACE", "WHITE", "p"] == 100.0
    assert known["B", "RACE", "WHITE", "denominator"] == 2


def test_without_total_there_is_none(trial, data):
    _, ard = summary(trial, data, "SEX", total=False)
    assert {row.groups for row in ard.rows()} == {(("TRT01P", "A"),), (("TRT01P", "B"),)}


def test_decimals_as_recorded_give_the_formats(trial, data):
    _, ard = summary(trial, data, "WEIGHT")
    formats = {row.stat_name: row.fmt for row in ard.rows() if row.variable == "WEIGHT"}
    assert (formats["min"], formats["mean"], formats["sd"]) == ("xx.x", "xx.xx", "xx.xxx")


def test_a_group_without_subjects_has_counts_of_0_and_no_percentage(trial, data):
    spec = trial.SPEC.partition("derivations:")[0].replace("order: TRT01PN", "levels: [A, C]")
    found, ard = summary(trial, trial.study(spec, ADSL=ADSL), "SEX", "AGE")
    assert (found["C", "SEX", "F", "n"], found["C", "SEX", "F", "p"]) == (0, None)
    assert found["C", "AGE", None, "n"] == 0
    assert {r.warning for r in ard.rows() if r.stat_name == "p" and r.warning} == {"no subjects"}
    assert found["Total", "..population..", None, "N"] == 3  # B is no column, so Total leaves it out


def test_each_combination_of_for_each_is_summarised(trial, data):
    spec = trial.SPEC.partition("derivations:")[0].replace("groupings:", "groupings:\n  sex: { variable: SEX }")
    _, ard = summary(trial, trial.study(spec, ADSL=ADSL), "AGE", for_each=["sex"])
    counts = {row.groups: row.value for row in ard.rows() if row.variable == "AGE" and row.stat_name == "n"}
    assert counts == {
        (("SEX", "F"), ("TRT01P", "B")): 0,
        (("SEX", "F"), ("TRT01P", "A")): 2,
        (("SEX", "F"), ("TRT01P", "Total")): 2,
        (("SEX", "M"), ("TRT01P", "B")): 3,
        (("SEX", "M"), ("TRT01P", "A")): 1,
        (("SEX", "M"), ("TRT01P", "Total")): 4,
    }


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("AGEE", r"ADSL has no variable AGEE\. Did you mean AGE"),
        ("RANDDT", r"ADSL\.RANDDT is a date \(DATE9\.\): expected a number or text"),
    ],
)
def test_a_variable_that_cannot_be_summarised_stops_the_analysis(trial, data, variable, said):
    with pytest.raises(AnalysisError, match=said):
        summary(trial, data, variable)
