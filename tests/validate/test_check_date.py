from tlf.validate.check_date import check_date_format, check_datetime_part, check_not_after_cutoff, check_order
from tlf.validate.outcome import Skipped

DAY = 86400.0


def test_a_datetime_is_held_against_the_cut_off_by_its_day(make, broken):
    # 20103 is 2015-01-15
    dataset = make("ADX", {"ADTM": [20103 * DAY + 86399, 20104 * DAY, None]})
    keys = {"variables": ["ADT", "ADTM"], "data_cutoff": "2015-01-15"}
    assert broken(check_not_after_cutoff, dataset, **keys) == {"ADTM": [1]}


def test_without_a_cut_off_or_a_date_the_rule_is_skipped(make, broken):
    dataset = make("ADX", {"ADT": ["2015-01-15"]})
    assert broken(check_not_after_cutoff, dataset, variables=["ADT"]) == Skipped(
        "the spec declares no study.data_cutoff"
    )
    assert broken(check_not_after_cutoff, dataset, variables=["ADT"], data_cutoff="2015-01-15") == Skipped(
        "ADX has no numeric ADT"
    )


def test_equal_dates_and_missing_ones_are_in_order(make, broken):
    dataset = make("ADX", {"TRTSDT": [1.0, 1.0, None, 3.0], "TRTEDT": [1.0, None, 1.0, 2.0], "APSDT": [9.0] * 4})
    assert broken(check_order, dataset, first="*SDT", last="*EDT") == {"TRTSDT": [3]}
    assert isinstance(broken(check_order, dataset, first="ASTDT", last="AENDT"), Skipped)


def test_dates_before_1960_keep_their_time_of_day(make, broken):
    # one hour before the epoch is day -1, 23:00
    dataset = make("ADX", {"ADTM": [-3600.0, -3600.0], "ADT": [-1.0, 0.0], "ATM": [82800.0, 0.0]})
    assert broken(check_datetime_part, dataset, variable="*DT", of="*DTM", part="date") == {"ADT": [1]}
    assert broken(check_datetime_part, dataset, variable="*TM", of="*DTM", part="time") == {"ATM": [1]}
    assert isinstance(broken(check_datetime_part, dataset, variable="*XX", of="*DTM", part="date"), Skipped)


def test_a_date_format_is_asked_of_numeric_variables_only(make, broken):
    dataset = make("ADX", {"ADT": ["2014"], "BDT": [1.0]}, formats={"BDT": "YYMMDD10."})
    assert broken(check_date_format, dataset, variables=["*DT"], kind="date") == {}
    assert isinstance(broken(check_date_format, dataset, variables=["ADT"], kind="date"), Skipped)
