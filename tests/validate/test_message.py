import datetime

import numpy as np
import pandas as pd
import pytest

from tlf.validate.message import as_text, fill, sas_text, value_text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (57.0, "57"),
        (-0.5, "-0.5"),
        (9.299999999999999, "9.3"),
        (-60.416666666666664, "-60.4166666667"),
        (float("nan"), "missing"),
        (None, "missing"),
        ("", "missing"),
        (pd.NaT, "missing"),
        ("Y", "Y"),
        (True, "True"),
        (datetime.date(2015, 1, 31), "2015-01-31"),
        (pd.Timestamp("2014-01-02"), "2014-01-02"),
        (pd.Timestamp("2014-01-02 10:11:12"), "2014-01-02T10:11:12"),
    ],
)
def test_values_are_shown_as_a_reader_knows_them(value, shown):
    assert as_text(value) == shown


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        # SAS: 19725 = 02JAN2014, 0 = 01JAN1960
        (19725.0, "date", "2014-01-02"),
        (0.0, "date", "1960-01-01"),
        (0.0, "num", "0"),
        (19725 * 86400 + 3661.0, "datetime", "2014-01-02T01:01:01"),
        (3661.0, "time", "01:01:01"),
        (1e300, "date", "1e+300"),
        (float("nan"), "date", "missing"),
    ],
)
def test_sas_numbers_are_shown_by_their_format(value, kind, shown):
    assert sas_text(value, kind) == shown


def test_a_message_takes_the_records_values_and_what_the_check_offers(make):
    dataset = make("ADTTE", {"AVAL": [1.0, 57.0], "ADT": [0.0, 19725.0], "EVNTDESC": ["x", None]})
    offered = {"expected": np.array([1.0, 58.0]), "first": lambda at: f"record {at}", "one": "same"}
    text = "{AVAL} {ADT} {EVNTDESC} {expected} {first} {one} {NOTHERE}"
    assert fill(text, dataset, 1, offered) == "57 2014-01-02 missing 58 record 1 same absent"


def test_a_message_never_reads_an_attribute_or_an_index_of_a_value(make):
    dataset = make("ADTTE", {"AVAL": [1.0]})
    assert fill("{AVAL.__class__} {AVAL[0]} {0}", dataset, 0, {}) == "{AVAL.__class__} {AVAL[0]} {0}"


def test_a_character_value_is_shown_as_it_is(make):
    assert value_text(make("ADSL", {"SEX": ["F"]}), "SEX", 0) == "F"


def test_a_long_value_is_cut_in_a_finding(make):
    assert value_text(make("ADAE", {"AETERM": ["x" * 30000]}), "AETERM", 0) == "x" * 200 + "…"
