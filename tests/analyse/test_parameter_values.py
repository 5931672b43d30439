"""A parameter's values for the subjects of a group."""

import pytest

from tlf.analyse.analysis_groups import analysed_subjects
from tlf.analyse.parameter_values import check_unit, parameter_of, records_in, times_in, values_in
from tlf.errors import AnalysisError
from tlf.model.study_data import Parameter


@pytest.fixture(scope="module")
def data(trial):
    return trial.derived(trial.study())


@pytest.fixture(scope="module")
def whole(data):
    return analysed_subjects(data, "a", analysis_set="FAS", where=None)


def test_a_derivation_alone_is_its_level_of_the_group(data):
    assert parameter_of(data, "a", "time", "landmark_pfs", level="L150").paramcd == "PFSL150"
    assert parameter_of(data, "a", "value", "shrinkage", level="L150").paramcd == "BPC150"


def test_a_level_and_a_paramcd_stand_for_themselves_whatever_the_group(data):
    assert parameter_of(data, "a", "value", "shrinkage.ALL", level="L150").paramcd == "BPCALL"
    assert parameter_of(data, "a", "time", "PFS", level="L150") == Parameter(
        "ADTTE", "PFS", "Progression-Free Survival (days)"
    )


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (None, "time landmark_pfs has levels, for_each has no levels: expected one of landmark_pfs.L84, "),
        ("L99", "time landmark_pfs has levels, not L99: expected one of landmark_pfs.L84, "),
    ],
)
def test_a_derivation_alone_needs_a_group_with_a_level_of_it(data, level, said):
    with pytest.raises(AnalysisError, match=said):
        parameter_of(data, "a", "time", "landmark_pfs", level=level)


def test_records_stand_in_the_order_of_adsl_and_are_of_the_group_alone(data, whole):
    parameter = data.parameter("PFS")
    assert records_in(data, parameter, whole)["USUBJID"].tolist() == whole.subjects["USUBJID"].tolist()
    assert len(values_in(data, data.parameter("shrinkage.ALL"), whole)) == 34


def test_a_cnsr_of_2_is_censored_as_1_is(trial, whole):
    adtte = trial.study().dataset("ADTTE").frame
    twos = trial.study(ADTTE=adtte.assign(CNSR=adtte["CNSR"] * 2))
    ones = times_in(trial.study(), trial.study().parameter("PFS"), whole)
    assert (times_in(twos, twos.parameter("PFS"), whole).event == ones.event).all()
    assert ones.event.sum() == (adtte["CNSR"][:39] == 0).sum()


@pytest.mark.parametrize(
    ("columns", "unit_said"),
    [
        ({}, None),
        ({"PARAM": "Progression-Free Survival"}, None),
        ({"PARAM": "Progression-Free Survival (IRC)"}, None),
        ({"AVALU": "DAYS"}, None),
        ({"AVALU": "MONTHS"}, "ADTTE PFS is in MONTHS, but the spec says unit: d"),
        ({"PARAM": "Progression-Free Survival (Weeks)"}, "ADTTE PFS is in Weeks, but the spec says unit: d"),
    ],
)
def test_the_unit_that_the_data_name_has_to_be_the_one_of_the_spec(trial, columns, unit_said):
    data = trial.study(ADTTE=trial.study().dataset("ADTTE").frame.assign(**columns))
    parameter = data.parameter("PFS")
    if unit_said is None:
        check_unit(data, parameter, "d")
    else:
        with pytest.raises(AnalysisError, match=unit_said):
            check_unit(data, parameter, "d")
