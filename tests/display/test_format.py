"""Numbers become text by one rule: half away from zero, never a negative zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.display.format import count_percent, filled, p_value, rounded, shown
from tlf.errors import DisplayError
from tlf.model.ard import ArdRow


def row(value=None, *, text=None, warning=None, error=None, row_id="a#1"):
    return ArdRow(row_id, "mean", "Mean", value, text, None, warning, error, (("ARM", "A"),), "AGE", None)


# by hand: half away from zero; 42.65 is the placebo mean of DURDIS, printed 42.7 in the CDISC pilot's SAS table
@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (42.65, 1, "42.7"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.5, 0, "1"),
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (-0.04, 1, "0.0"),
        (-0.05, 1, "-0.1"),
        (0.0, 2, "0.00"),
        (1e15, 0, "1000000000000000"),
        (123456.789, 2, "123456.79"),
        (1e-20, 4, "0.0000"),
    ],
)
def test_rounds_half_away_from_zero(value, decimals, printed):
    assert rounded(value, decimals) == printed


def test_a_tie_that_summation_moved_by_an_ulp_still_rounds_up():
    assert rounded(42.649999999999999, 1) == "42.7"
    assert rounded(42.64999999999, 1) == "42.6"


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_a_rounded_number_is_within_half_a_unit_and_never_negative_zero(value, decimals):
    text = rounded(value, decimals)
    assert abs(float(text) - value) <= 0.5 * 10**-decimals * (1 + 1e-9) + abs(value) * 1e-14
    assert not (text.startswith("-") and float(text) == 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_refused(value):
    with pytest.raises(DisplayError, match="cannot be printed"):
        rounded(value, 1)


def test_fields_are_filled_in_order_and_none_prints_ne():
    assert filled("xx.x (xx.x, xx.x)", [17.64, 16.5, None]) == "17.6 (16.5, NE)"
    assert filled("x.xxx", ["<0.001"]) == "<0.001"


def test_a_format_with_too_few_fields_is_refused():
    with pytest.raises(DisplayError, match="has 1 fields, but 2 values"):
        filled("xx.x", [1.0, 2.0])


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.00004, "<0.0001"),
        (0.0001, "0.0001"),
        (0.99996, ">0.9999"),
        (0.7808, "0.7808"),
        (0.00505, "0.0051"),
        (None, "NE"),
    ],
)
def test_p_values_have_a_floor_and_a_ceiling(value, printed):
    assert p_value("x.xxxx", value) == printed


def test_a_count_of_zero_stands_alone():
    assert count_percent("xx (xx.x)", 0, 0.0) == "0"
    assert count_percent("xx (xx.x)", 18, 100 * 18 / 117) == "18 (15.4)"
    assert count_percent("xx (xx.x)", 117, 100.0) == "117 (100.0)"


def test_a_cell_keeps_the_ids_of_what_it_shows():
    cell = shown("xx.x (xx.xx)", [row(1.25, row_id="a#1"), row(2.5, row_id="a#2")])
    assert (cell.text, cell.ard) == ("1.3 (2.50)", ("a#1", "a#2"))


def test_an_interval_that_is_not_estimable_is_one_ne():
    ne = row(warning="no events")
    assert shown("x.xx (x.xx, x.xx)", [ne, ne, ne]).text == "NE"
    assert shown("x.xx (x.xx, x.xx)", [row(1.0), row(0.5), ne]).text == "1.00 (0.50, NE)"


def test_a_failed_result_is_never_shown_as_ne():
    with pytest.raises(DisplayError, match=r"a#1 \(Mean; ARM = A\) failed: singular"):
        shown("xx.x", [row(error="singular")])
