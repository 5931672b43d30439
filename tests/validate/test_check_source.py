import numpy as np
import pytest

from tlf.validate.check_key import check_subjects_in, check_unique
from tlf.validate.check_source import check_same_as_source, subject_rows
from tlf.validate.outcome import Skipped


@pytest.fixture
def adsl(make):
    return make("ADSL", {"USUBJID": ["1", "2", "2", "3"], "AGE": [51.0, 52.0, 62.0, None], "SEX": ["F", "M", "M", "F"]})


def test_a_subject_is_found_only_if_it_is_in_the_source_once(make, adsl):
    dataset = make("ADX", {"USUBJID": ["3", "2", "9", None, "1"]})
    assert subject_rows(dataset, adsl).tolist() == [3, -1, -1, -1, 0]
    nobody = adsl.with_frame(adsl.frame.iloc[:0])
    assert np.array_equal(subject_rows(dataset, nobody), [-1] * 5)


def test_values_missing_on_one_side_only_differ(make, adsl, broken):
    dataset = make("ADX", {"USUBJID": ["1", "1", "3", "3", "9"], "AGE": [51.0, None, None, 50.0, 1.0]})
    assert broken(check_same_as_source, dataset, adsl, variables=["AGE"]) == {"AGE": [1, 3]}


def test_text_and_another_type_are_compared_too(make, adsl, broken):
    dataset = make("ADX", {"USUBJID": ["1", "3"], "SEX": ["M", "F"], "AGE": ["51", None]})
    assert broken(check_same_as_source, dataset, adsl, variables=["SEX", "AGE"]) == {"SEX": [0], "AGE": [0]}


def test_no_subject_in_the_source_gives_no_finding_here(make, adsl, broken):
    dataset = make("ADX", {"USUBJID": ["8"], "AGE": [1.0]})
    assert broken(check_same_as_source, dataset, adsl, variables=["AGE"]) == {}
    nobody = adsl.with_frame(adsl.frame.iloc[:0])
    assert broken(check_same_as_source, dataset, nobody, variables=["AGE"]) == {}


def test_without_source_or_shared_variable_the_rule_is_skipped(make, adsl, broken):
    dataset = make("ADX", {"USUBJID": ["1"]})
    assert broken(check_same_as_source, dataset, variables=["AGE"]) == Skipped("ADSL is not among the study's data")
    assert broken(check_same_as_source, dataset, adsl, variables=["AGE"]) == Skipped(
        "ADX and ADSL share no variable to compare"
    )
    assert broken(check_subjects_in, make("ADX", {"AVAL": [1.0]}), adsl) == Skipped("ADX has no USUBJID")


def test_every_record_of_a_repeated_key_is_told_missing_keys_too(make, broken):
    dataset = make("ADX", {"USUBJID": ["1", "1", "2", None, None], "ASEQ": [1.0, 1.0, 1.0, 2.0, 2.0]})
    assert broken(check_unique, dataset, key=["USUBJID", "ASEQ"]) == {"USUBJID, ASEQ": [0, 1, 3, 4]}


def test_further_variables_tell_records_apart_where_they_are_there(make, broken):
    dataset = make("ADX", {"USUBJID": ["1", "1"], "PARCAT2": ["LOCAL", "CENTRAL"]})
    assert broken(check_unique, dataset, key=["USUBJID"], also=["PARCATy", "DTYPE"]) == {}
