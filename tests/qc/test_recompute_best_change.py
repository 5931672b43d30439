import pytest

from tlf.errors import AnalysisError
from tlf.qc.recompute_best_change import recompute_best_change


def best(study, level="ALL"):
    return {usubjid: change.pchg for usubjid, change in recompute_best_change(study, "shrinkage")[level].items()}


def test_the_lowest_change_wins(trial):
    trial.subject("1", changes={80: -10, 160: -25.5, 250: 3})
    assert best(trial.study()) == {"1": -25.5}


def test_day_1_and_before_are_baseline_and_day_2_is_not(trial):
    trial.subject("1", changes={-7: -40, 1: -50, 2: -5})
    trial.subject("2", changes={1: -50})
    assert best(trial.study()) == {"1": -5}


def test_the_day_of_the_landmark_counts_and_the_day_after_does_not(trial):
    trial.subject("1", changes={150: -10, 151: -20})
    trial.subject("2", changes={151: -20})
    assert best(trial.study(), "L150") == {"1": -10}
    assert best(trial.study()) == {"1": -20, "2": -20}


def test_the_day_of_progression_counts_and_the_day_after_does_not(trial):
    trial.subject("1", pfs=200, changes={200: 5, 201: -60})
    assert best(trial.study()) == {"1": 5}


def test_a_censoring_date_ends_the_assessments_as_a_progression_does(trial):
    trial.subject("1", pfs=200, event=False, changes={200: 5, 201: -60})
    assert best(trial.study()) == {"1": 5}


def test_among_equal_changes_the_earliest_record_is_the_best(trial, blocks):
    trial.subject("1", changes={240: -12, 80: -12, 160: -12})
    change = recompute_best_change(trial.study(), "shrinkage")["ALL"]["1"]
    assert (change.day, change.date) == (80, blocks.DAY0 + 79)


def test_a_change_that_is_missing_is_passed_over(trial):
    trial.subject("1", changes={80: None, 160: 4})
    trial.subject("2", changes={80: None})
    assert best(trial.study()) == {"1": 4}


def test_without_a_progression_or_censoring_date_or_a_randomisation_date_nothing_qualifies(trial):
    trial.subject("1", pfs=None, changes={80: -10}).subject("2", changes={80: -10}, RANDDT=None)
    trial.subject("3", changes={80: -10})
    assert best(trial.study()) == {"3": -10}


def test_records_that_the_where_clause_leaves_out_do_not_count(trial):
    trial.subject("1", changes={80: -10, 160: -50})
    trial.adtr[-1]["ANL01FL"] = "N"
    assert best(trial.study()) == {"1": -10}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda t: t.adtte.append(dict(t.adtte[0])), "ADTTE PFS of 1: more than one record"),
        (lambda t: t.adtte[0].update(AVAL=-1), "AVAL -1.0 and CNSR 0.0, expected both, 0 or more"),
        (lambda t: t.adtte[0].update(CNSR=None), "AVAL 400.0 and CNSR nan"),
        (lambda t: t.adsl.append(dict(t.adsl[0])), "USUBJID '1' is missing or not unique"),
    ],
)
def test_data_that_cannot_be_right_are_refused_with_subject_and_value(trial, spoil, said):
    trial.subject("1", changes={80: -10})
    spoil(trial)
    with pytest.raises(AnalysisError, match=said):
        recompute_best_change(trial.study(), "shrinkage")


def test_a_name_that_is_no_such_derivation_is_refused(trial):
    with pytest.raises(AnalysisError, match=r"no derivation shrinkag\. Did you mean shrinkage\?"):
        recompute_best_change(trial.study(), "shrinkag")
    with pytest.raises(AnalysisError, match="group is a categorise, expected a best_change"):
        recompute_best_change(trial.study(), "group")
