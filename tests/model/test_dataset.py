"""A dataset keeps raw values; dates are a view by the variable's format."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tlf.errors import DerivationError, InputError
from tlf.model.dataset import TEXT, Dataset, Variable, date_text, sas_date, text


@pytest.fixture
def adsl():
    frame = pd.DataFrame({"USUBJID": text(["1", "2"]), "RANDDT": [19973.0, np.nan], "AGE": [50.0, 61.0]})
    variables = (Variable("USUBJID", type="char", length=1), Variable("RANDDT", format="DATE9."), Variable("AGE"))
    return Dataset("ADSL", "", frame, variables)


def test_dates_are_seen_by_format_and_missing_stays_missing(adsl):
    dates = adsl.dates("RANDDT")
    assert dates[0] == pd.Timestamp("2014-09-07")  # day 19973 after 1960-01-01, by the calendar
    assert pd.isna(dates[1])
    assert adsl.column("RANDDT")[0] == 19973.0


def test_datetimes_are_seconds():
    frame = pd.DataFrame({"ADTM": [86400.0 + 3661]})
    assert Dataset("D", "", frame, (Variable("ADTM", format="DATETIME20."),)).dates("ADTM")[0] == pd.Timestamp(
        "1960-01-02 01:01:01"
    )


def test_a_number_is_no_date(adsl):
    with pytest.raises(DerivationError, match=r"ADSL\.AGE has no date format \(none\)"):
        adsl.dates("AGE")


def test_an_unknown_variable_says_what_was_meant(adsl):
    with pytest.raises(DerivationError, match=r"ADSL has no variable RANDTD\. Did you mean RANDDT"):
        adsl.column("RANDTD")


def test_columns_are_the_variables(adsl):
    with pytest.raises(InputError, match="are not the variables"):
        Dataset("ADSL", "", adsl.frame.drop(columns="AGE"), adsl.variables)


def test_a_derived_dataset_has_new_variables_at_the_end_and_no_source(adsl):
    derived = adsl.with_frame(adsl.frame.assign(AGEGR1=text(["a", "b"])), Variable("AGEGR1", type="char", length=1))
    assert derived.variable_names == ("USUBJID", "RANDDT", "AGE", "AGEGR1")
    assert derived.source == ""


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("DATE9.", "date"),
        ("DATETIME20.", "datetime"),
        ("TIME5.", "time"),
        ("8.1", "num"),
        ("", "num"),
        ("YYMMDD10.", "date"),
    ],
)
def test_the_format_says_what_a_number_means(written, kind):
    assert Variable("X", format=written).kind == kind


def test_empty_text_is_missing():
    column = text(["a", "", None])
    assert column.isna().tolist() == [False, True, True]
    assert column.dtype == TEXT


def test_sas_counts_days_from_1960():
    assert sas_date("1960-01-01") == 0.0
    assert sas_date("2012-09-06") == 19242.0  # 52 years of 365 days + 13 leap days + 249 days


def test_dates_print_in_english_whatever_the_locale():
    assert date_text(date(2021, 5, 8)) == "08MAY2021"
