"""The traps of column checks: blanks at the end of codes, floats in code lists, empty text, numbers as flags."""

import numpy as np
import pytest

from tlf.model.study_data import StudyData
from tlf.validate.check_column import check_codelist, check_length, check_pattern, check_required, check_type
from tlf.validate.outcome import Skipped
from tlf.validate.schema_columns import RuleColumn, run_columns


@pytest.fixture
def broken_columns(make_spec):
    """Return the positions that a check's outcome finds wrong, by variable."""

    def run(dataset, check, **keys):
        outcome = check(dataset, StudyData(make_spec(), {}), **keys)
        if isinstance(outcome, Skipped):
            return outcome
        results = run_columns(dataset, [RuleColumn("R-1", column) for column in outcome], cap=100)["R-1"]
        return {v.variable: None if v.mask is None else np.flatnonzero(v.mask).tolist() for v in results}

    return run


def test_blanks_at_the_end_of_a_code_do_not_make_it_another(make, broken_columns):
    dataset = make("ADX", {"SEV": ["MILD", "SEVERE", "mild"]})
    assert broken_columns(dataset, check_codelist, variables=["SEV"], values=["MILD ", "SEVERE   "]) == {"SEV": [2]}


def test_numeric_codes_are_compared_to_twelve_digits(make, broken_columns):
    dataset = make("ADX", {"DOSE": [9.299999999999999, 9.3, 9.31, None]})
    assert broken_columns(dataset, check_codelist, variables=["DOSE"], values=[9.3]) == {"DOSE": [2]}


def test_a_missing_value_breaks_a_code_list_only_where_it_may_not_be_missing(make, broken_columns):
    dataset = make("ADX", {"FASFL": ["Y", None]})
    assert broken_columns(dataset, check_codelist, variables=["FASFL"], values=["Y"]) == {}
    assert broken_columns(dataset, check_codelist, variables=["FASFL"], values=["Y"], missing_allowed=False) == {
        "FASFL": [1]
    }


def test_a_numeric_flag_breaks_its_code_list_rather_than_the_rule(make, broken_columns):
    dataset = make("ADX", {"SAFFL": [1.0, None]})
    assert broken_columns(dataset, check_codelist, variables=["SAFFL"], values=["Y", "N"]) == {"SAFFL": [0]}


def test_empty_text_is_missing_even_where_the_reader_left_it(make, broken_columns):
    dataset = make("ADX", {"PARAM": ["x", "y"]})
    dataset.frame.loc[1, "PARAM"] = ""
    assert broken_columns(dataset, check_required, variables=["PARAM"]) == {"PARAM": [1]}


def test_a_pattern_holds_for_the_whole_value_and_not_for_missing_ones(make, broken_columns):
    dataset = make("ADX", {"PARAMCD": ["SDIAM", "1DIAM", "SD-IAM", None, "A\n"]})
    assert broken_columns(dataset, check_pattern, variables=["PARAMCD"], regex="[A-Z][A-Z0-9_]*") == {
        "PARAMCD": [1, 2, 4]
    }


def test_length_counts_characters_of_text_only(make, broken_columns):
    dataset = make("ADX", {"TERM": ["é" * 200, "x" * 201, None], "AVAL": [1.0, 2.0, 3.0]})
    assert broken_columns(dataset, check_length, variables=["*"], maximum=200) == {"TERM": [1]}
    assert isinstance(broken_columns(dataset, check_length, variables=["AVAL"], maximum=1), Skipped)


def test_a_type_is_judged_by_the_column_and_told_once(make, broken_columns):
    dataset = make("ADX", {"ADT": ["2014-01-02", None], "AVAL": [1.0, None]})
    assert broken_columns(dataset, check_type, variables=["ADT", "AVAL"], kind="num") == {"ADT": None}


def test_a_check_without_any_of_its_variables_is_skipped_with_the_reason(make, broken_columns):
    dataset = make("ADX", {"AVAL": [1.0]})
    assert broken_columns(dataset, check_required, variables=["PARAM"]) == Skipped("ADX has no PARAM")
