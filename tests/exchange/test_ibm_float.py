"""Numbers go to the bytes that SAS stores, and back: judged by IBM's definition, by TS-140 and by pyreadstat."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlf.exchange.ibm_float import LARGEST, SMALLEST, float_from_ibm, holds, ibm_from_float, is_missing
from tlf.exchange.xpt_write import write_xpt
from tlf.model.dataset import Dataset, Variable

IN_RANGE = st.one_of(
    st.just(0.0),
    st.floats(SMALLEST, LARGEST, exclude_max=True, allow_subnormal=False),
    st.floats(-LARGEST, -SMALLEST, exclude_min=True, allow_subnormal=False),
)


def encoded(*values):
    return [bytes(row).hex() for row in ibm_from_float(np.array(values, dtype=np.float64))]


def decoded(*stored):
    return float_from_ibm(np.frombuffer(bytes.fromhex("".join(stored)), np.uint8).reshape(len(stored), -1))


def by_definition(stored):
    """The number by the format's definition, in exact arithmetic: sign, 16 ** (power - 64), fraction / 16 ** 14."""
    sign = -1 if stored[0] & 0x80 else 1
    return sign * Fraction(int.from_bytes(stored[1:], "big"), 16**14) * Fraction(16) ** ((stored[0] & 0x7F) - 64)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        # TS-140 prints 1, -1 and 2 in IBM form; -118.625 is the textbook example: 118.625 = 0x76.A = 0x.76A * 16**2
        (1.0, "4110000000000000"),
        (-1.0, "c110000000000000"),
        (2.0, "4120000000000000"),
        (-118.625, "c276a00000000000"),
        (0.0, "0000000000000000"),
        (-0.0, "0000000000000000"),
        (np.nan, "2e00000000000000"),
        (0.1, "401999999999999a"),
        (SMALLEST, "0010000000000000"),
        (np.nextafter(LARGEST, 0), "7ffffffffffffff8"),
    ],
)
def test_known_numbers_have_their_known_bytes(value, stored):
    assert encoded(value) == [stored]


@settings(max_examples=60, deadline=None)
@given(st.lists(IN_RANGE, min_size=1, max_size=20))
def test_every_number_in_range_is_stored_exactly_and_comes_back(values):
    stored = ibm_from_float(np.array(values))
    assert [by_definition(bytes(row)) for row in stored] == [Fraction(value) for value in values]
    assert float_from_ibm(stored).tolist() == values


@settings(max_examples=60, deadline=None)
@given(st.lists(IN_RANGE, min_size=1, max_size=20))
def test_pyreadstat_reads_the_same_numbers(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("ibm") / "a.xpt"
    path.write_bytes(write_xpt(Dataset("A", "", pd.DataFrame({"X": values}), (Variable("X"),))))
    assert pyreadstat.read_xport(path)[0]["X"].tolist() == values


def test_missing_and_special_missing_are_nan_and_not_numbers_that_start_alike():
    stored = ["2e", "41", "5a", "5f", "42"]
    assert np.isnan(decoded(*(first + "00" * 7 for first in stored))).all()
    # the same first byte with a fraction is a number: 0x.1 * 16 = 1
    assert decoded("4110000000000000").tolist() == [1.0]


def test_shorter_numbers_lack_their_last_bytes():
    assert decoded("411000", "2e0000").tolist()[0] == 1.0
    assert is_missing(np.frombuffer(bytes.fromhex("2e0000411000"), np.uint8).reshape(2, 3)).tolist() == [True, False]


def test_more_than_53_bits_are_cut_as_sas_does_not_rounded():
    # 8.8 held in 56 bits is 0x.8CCCCCCCCCCCCD * 16; its last bits do not fit a double beside the leading 1
    assert decoded("418ccccccccccccd").tolist() == [8.799999999999999]


@pytest.mark.parametrize("value", [np.inf, -np.inf, LARGEST, 1e300, SMALLEST / 2, 5e-324])
def test_numbers_out_of_range_are_not_held_and_refused(value):
    assert not holds(np.array([1.0, value])).all()
    with pytest.raises(ValueError, match="out of the range"):
        ibm_from_float(np.array([1.0, value]))


def test_no_numbers_give_no_bytes():
    assert ibm_from_float(np.array([], dtype=np.float64)).shape == (0, 8)
