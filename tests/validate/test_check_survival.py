from tlf.validate.check_event import check_duration, check_event_described, check_filled_with
from tlf.validate.check_survival import check_death_matches, check_parameter_order
from tlf.validate.outcome import Skipped


def test_a_death_without_a_date_is_held_against_the_flag_alone(make, broken):
    adsl = make("ADSL", {"USUBJID": ["1", "2"], "DTHFL": ["Y", None]})
    adtte = make("ADTTE", {"USUBJID": ["1", "2", "9"], "CNSR": [0.0, 0.0, 0.0], "ADT": [5.0, 5.0, 5.0]})
    assert broken(check_death_matches, adtte, adsl) == {"CNSR": [1]}


def test_a_missing_cnsr_is_neither_event_nor_censoring(make, broken):
    adsl = make("ADSL", {"USUBJID": ["1"], "DTHFL": ["Y"], "DTHDT": [5.0]})
    adtte = make("ADTTE", {"USUBJID": ["1"], "CNSR": [None], "ADT": [7.0]})
    assert broken(check_death_matches, adtte, adsl) == {}
    assert broken(check_death_matches, adtte) == Skipped("ADSL is not among the study's data")
    no_flag = make("ADSL", {"USUBJID": ["1"]})
    assert broken(check_death_matches, adtte, no_flag) == Skipped("ADSL has no DTHFL")


def test_a_parameter_is_held_against_the_one_record_of_the_other(make, broken):
    adtte = make(
        "ADTTE",
        {
            "USUBJID": ["1", "1", "2", "2", "2", "3"],
            "PARAMCD": ["OS", "PFS", "PFS", "OS", "OS", "PFS"],
            "AVAL": [5.0, 6.0, 9.0, 1.0, 1.0, 9.0],
        },
    )
    assert broken(check_parameter_order, adtte, earlier="PFS", later="OS") == {"AVAL": [1]}
    assert broken(check_parameter_order, adtte, earlier="TTP", later="OS") == Skipped("ADTTE has not both TTP and OS")


def test_a_duration_without_param_is_in_days(make, broken):
    adtte = make("ADTTE", {"AVAL": [5.0, 4.0, 4.0], "STARTDT": [1.0, 1.0, None], "ADT": [5.0, 5.0, 5.0]})
    assert broken(check_duration, adtte) == {"AVAL": [1]}


def test_a_unit_counts_only_in_brackets_at_the_end_of_param(make, broken):
    adtte = make(
        "ADTTE",
        {
            "PARAM": ["Survival (Weeks)", "Survival at 6 (months) or later", "Months on Study", None],
            "AVAL": [1.0, 7.0, 7.0, 7.0],
            "STARTDT": [1.0] * 4,
            "ADT": [7.0] * 4,
        },
    )
    assert broken(check_duration, adtte) == {}


def test_a_censored_record_may_be_described_in_either_variable(make, broken):
    adtte = make(
        "ADTTE",
        {"CNSR": [0.0, 1.0, 1.0, None], "EVNTDESC": [None, None, "Alive", None], "CNSDTDSC": ["x", "x", None, None]},
    )
    assert broken(check_event_described, adtte) == {"EVNTDESC": [0]}
    assert broken(check_event_described, make("ADTTE", {"CNSR": [0.0, 1.0]})) == {"EVNTDESC": [0, 1]}


def test_what_a_filled_variable_needs_may_be_in_any_of_several(make, broken):
    dataset = make("ADX", {"CNSR": [0.0, 0.0, None], "ADT": [1.0, None, None], "ADTM": [None, None, None]})
    assert broken(check_filled_with, dataset, variable="CNSR", needs=["ADT", "ADTM"]) == {"CNSR": [1]}
    assert isinstance(broken(check_filled_with, dataset, variable="CNSR", needs=["AVAL"]), Skipped)
