"""Subjects, groups and their order."""

from dataclasses import replace

import pytest

from tlf.analyse.analysis_groups import (
    analysed_subjects,
    cells,
    factor,
    levels_of,
    population_rows,
    split,
    together,
)
from tlf.errors import AnalysisError, ConditionError, DerivationError
from tlf.model.condition import Comparison, Condition
from tlf.model.origin import Origin


@pytest.fixture(scope="module")
def data(trial):
    return trial.derived(trial.study())


def where(variable, operator, value):
    return Condition(Comparison(variable, operator, value), Origin("study.yaml", 7))


def subjects(data, clause=None):
    return analysed_subjects(data, "a", analysis_set="FAS", where=clause)


def with_groupings(trial, data, **groupings):
    written = "".join(f"  {name}: {said}\n" for name, said in groupings.items())
    return replace(data, spec=trial.spec_of(trial.SPEC.replace("groupings:\n", "groupings:\n" + written)))


def test_subjects_are_those_of_the_set_that_the_clause_selects(data):
    assert len(subjects(data).subjects) == 39
    chosen = subjects(data, where("TRT01P", "=", "Drug B")).subjects
    assert set(chosen["TRT01P"]) == {"Drug B"}
    assert "S40" not in set(chosen["USUBJID"])


def test_a_clause_that_selects_nobody_is_refused_with_its_place(data):
    with pytest.raises(AnalysisError, match=r"no subject is selected by FAS where AGE > 200 \("):
        subjects(data, where("AGE", ">", 200.0))


def test_a_clause_on_a_variable_that_adsl_lacks_is_refused_with_its_line(data):
    with pytest.raises(ConditionError, match=r"study\.yaml:7:1: dataset ADSL has no variable AGEE"):
        subjects(data, where("AGEE", ">", 200.0))


def test_an_unknown_analysis_set_is_refused(data):
    with pytest.raises(DerivationError, match=r"no analysis set FASS\. Did you mean FAS"):
        analysed_subjects(data, "a", analysis_set="FASS", where=None)


def test_two_records_of_a_subject_in_adsl_are_refused(trial, data):
    adsl = data.dataset("ADSL").frame
    with pytest.raises(AnalysisError, match="ADSL has several records of a subject"):
        subjects(trial.study(ADSL=adsl.iloc[[0, *range(len(adsl))]]))


def test_groups_come_in_the_order_of_for_each(data):
    found = cells(data, "a", subjects(data), analysis_set="FAS", for_each=["landmark_pfs.at", "arm"])
    assert [tuple(level for _, level in cell.groups) for cell in found[:3]] == [
        ("L84", "Drug A"),
        ("L84", "Drug B"),
        ("L150", "Drug A"),
    ]
    assert {cell.level for cell in found} == {"L84", "L150", "L336", "ALL"}
    assert found[0].population == (("TRT01P", "Drug A"),)


def test_levels_follow_the_order_variable_and_a_level_that_is_listed_stays_unused(trial, data):
    assert factor(data, "a", "arm", analysis_set="FAS").levels == ("Drug A", "Drug B")
    listed = with_groupings(trial, data, listed="{ variable: TRT01P, levels: [Drug B, Drug Z] }")
    found = split(subjects(listed), factor(listed, "a", "listed", analysis_set="FAS"))
    assert [len(cell.subjects) for cell in found] == [19, 0]


def test_a_level_without_subjects_under_the_clause_stays(data):
    found = cells(data, "a", subjects(data, where("TRT01P", "=", "Drug A")), analysis_set="FAS", for_each=["arm"])
    assert [(cell.groups[0][1], len(cell.subjects)) for cell in found] == [("Drug A", 20), ("Drug B", 0)]


def test_a_derived_variable_has_the_categories_of_its_cut_used_or_not(trial):
    spec = trial.SPEC.replace('cut: { "≥30% decrease"', 'cut: { ">99%": "< -99", "≥30% decrease"')
    found = factor(trial.derived(trial.study(spec)), "a", "shrinkage_group", analysis_set="FAS")
    assert found.variable == "BPCGR1"
    assert found.levels == (">99%", "≥30% decrease", "<30% decrease")


def test_without_order_levels_follow_the_numeric_twin_or_the_alphabet(trial, data):
    given = with_groupings(trial, data, sex="{ variable: SEX }", arm2="{ variable: TRT01P }", age="{ variable: AGE }")
    assert factor(given, "a", "sex", analysis_set="FAS").levels == ("F", "M")
    assert factor(given, "a", "arm2", analysis_set="FAS").levels == ("Drug A", "Drug B")
    ages = factor(given, "a", "age", analysis_set="FAS").levels
    assert list(ages) == sorted(ages, key=float)


def test_an_order_that_gives_a_level_two_places_is_refused(data):
    with pytest.raises(AnalysisError, match=r"ADSL\.AGE does not order SEX: '[FM]' has no value, or several"):
        levels_of(data, "a", "SEX", analysis_set="FAS", order="AGE")


def test_numbers_are_grouped_by_their_text(trial, data):
    numbered = with_groupings(trial, data, number="{ variable: TRT01PN }")
    found = split(subjects(numbered), factor(numbered, "a", "number", analysis_set="FAS"))
    assert [(cell.groups, len(cell.subjects)) for cell in found] == [
        ((("TRT01PN", "1"),), 20),
        ((("TRT01PN", "2"),), 19),
    ]


def test_parts_put_together_are_the_whole_in_the_order_of_adsl(data):
    division = factor(data, "a", "arm", analysis_set="FAS")
    whole = together(split(subjects(data), division), division)
    assert whole.groups == (("TRT01P", "Total"),)
    assert whole.subjects["USUBJID"].tolist() == subjects(data).subjects["USUBJID"].tolist()


def test_without_groups_the_population_is_one_row(data):
    rows = population_rows("a", "cox", [subjects(data)])
    assert [(row["variable"], row["stat_name"], row["stat"]) for row in rows] == [("..population..", "N", 39.0)]
    assert "group1" not in rows[0]


@pytest.mark.parametrize(
    ("for_each", "said"),
    [
        (["armm"], r"armm is no grouping of the spec\. Did you mean arm"),
        (["landmark_pfs.on"], r"for_each landmark_pfs\.on names no levels\. Did you mean landmark_pfs or"),
        (["landmark_pfs.at", "shrinkage"], "for_each has the levels of landmark_pfs and shrinkage: expected of one"),
    ],
)
def test_an_entry_of_for_each_that_stands_for_nothing_is_refused(data, for_each, said):
    with pytest.raises(AnalysisError, match=said):
        cells(data, "a", subjects(data), analysis_set="FAS", for_each=for_each)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{ variable: TRT01A }", r"grouping other: ADSL has no variable TRT01A\. Did you mean TRT01P"),
        ("{ variable: TRT01P, order: TRT01AN }", r"ADSL has no variable TRT01AN\. Did you mean TRT01PN"),
    ],
)
def test_a_grouping_by_a_variable_that_adsl_lacks_is_refused(trial, data, said, message):
    with pytest.raises(AnalysisError, match=message):
        factor(with_groupings(trial, data, other=said), "a", "other", analysis_set="FAS")
