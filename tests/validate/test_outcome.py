import numpy as np
import pytest

from tlf.validate.outcome import differs, missing, numbers

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        (1.0, 1.0 + 1e-12, False),
        (1.0, 1.0 + 1e-8, True),
        (1e12, 1e12 + 1, False),
        (0.0, 0.0, False),
        (0.0, 1e-300, True),
        (NAN, 1.0, False),
        (INF, 1.0, True),
        (INF, INF, False),
        (INF, -INF, True),
        (INF, NAN, False),
    ],
)
def test_numbers_differ_by_more_than_a_billionth_of_the_larger(left, right, apart):
    assert differs(np.array([left]), np.array([right])).tolist() == [apart]
    assert differs(np.array([right]), np.array([left])).tolist() == [apart]


def test_a_scale_forgives_what_subtraction_of_larger_numbers_leaves():
    # 100.3 - 100.2 is 0.09999999999999432: 5.7e-15 off 0.1, of numbers near 100
    difference = np.array([100.3 - 100.2])
    assert not differs(difference, np.array([0.1]), scale=np.array([100.3])).any()
    assert differs(np.array([0.0]), np.array([1e-8])).all()
    assert not differs(np.array([0.0]), np.array([1e-8]), scale=np.array([100.0])).any()


def test_missing_is_nan_or_empty_text(make):
    dataset = make("ADX", {"A": ["x", None, "y"], "B": [1.0, None, 0.0]})
    dataset.frame.loc[2, "A"] = ""
    assert missing(dataset.frame["A"]).tolist() == [False, True, True]
    assert missing(dataset.frame["B"]).tolist() == [False, True, False]
    assert np.isnan(numbers(dataset, "B")[1])
