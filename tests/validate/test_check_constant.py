from tlf.validate.check_constant import check_constant
from tlf.validate.outcome import Skipped


def test_only_records_with_both_filled_are_judged(make, broken):
    dataset = make("ADX", {"AVISIT": ["W1", "W1", None, "W1", None], "AVISITN": [1.0, None, 9.0, 2.0, 8.0]})
    assert broken(check_constant, dataset, variable="AVISITN", within=["AVISIT"]) == {"AVISITN": [3]}
    assert broken(check_constant, dataset, variable="AVISIT", within=["AVISITN"]) == {}


def test_the_first_judged_record_of_a_group_is_what_others_are_held_against(make, broken):
    dataset = make("ADX", {"PARAMCD": ["A"] * 4, "PARAM": [None, "one", "two", "one"]})
    assert broken(check_constant, dataset, variable="PARAM", within=["PARAMCD"]) == {"PARAM": [2]}


def test_numbers_of_a_group_may_differ_in_the_last_bits(make, broken):
    dataset = make("ADX", {"USUBJID": ["1"] * 3, "BASE": [0.3, 0.1 + 0.2, 0.31]})
    assert broken(check_constant, dataset, variable="BASE", within=["USUBJID"]) == {"BASE": [2]}


def test_each_member_of_a_family_is_held_within_its_own_twin(make, broken):
    dataset = make(
        "ADSL",
        {
            "TRT01P": ["A", "A"],
            "TRT01PN": [1.0, 1.0],
            "TRT02P": ["B", "B"],
            "TRT02PN": [1.0, 2.0],
            "TRT03PN": [1.0, 2.0],
        },
    )
    assert broken(check_constant, dataset, variable="TRTxxPN", within=["TRTxxP"]) == {"TRT02PN": [1]}
    assert broken(check_constant, dataset, variable="CRITy", within=["PARAMCD"]) == Skipped(
        "ADSL has no CRITy with PARAMCD"
    )


def test_further_variables_form_the_groups_where_they_are_there(make, broken):
    dataset = make("ADX", {"USUBJID": ["1", "1"], "BASE": [1.0, 2.0], "BASETYPE": ["A", None]})
    assert broken(check_constant, dataset, variable="BASE", within=["USUBJID"], also=["BASETYPE", "PARCATy"]) == {}
    assert broken(check_constant, dataset, variable="BASE", within=["USUBJID"]) == {"BASE": [1]}
