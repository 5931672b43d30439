from tlf.validate.check_change import check_baseline_record, check_change, check_equal, check_percent_change
from tlf.validate.outcome import Skipped


def test_a_change_with_any_of_its_three_values_missing_is_not_judged(make, broken):
    dataset = make("ADX", {"AVAL": [5.0, None, 5.0, 5.0], "BASE": [3.0, 3.0, None, 3.0], "CHG": [2.0, 2.0, 2.0, None]})
    assert broken(check_change, dataset) == {}


def test_a_change_of_large_values_is_judged_by_their_size(make, broken):
    # 1000.1 - 1000 is 0.10000000000002274 in IEEE arithmetic: 2.3e-13 off, 2.3e-12 of the change itself
    dataset = make("ADX", {"AVAL": [1000.1, 1000.1], "BASE": [1000.0, 1000.0], "CHG": [0.1, 0.1001]})
    assert broken(check_change, dataset) == {"CHG": [1]}


def test_a_percent_change_of_a_negative_baseline_follows_the_formula(make, broken):
    # 100 * (-5 - -10) / -10 = -50
    dataset = make("ADX", {"AVAL": [-5.0, -5.0], "BASE": [-10.0, -10.0], "PCHG": [-50.0, 50.0]})
    assert broken(check_percent_change, dataset) == {"PCHG": [1]}


def test_a_character_value_skips_the_arithmetic_and_says_so(make, broken):
    dataset = make("ADX", {"AVAL": ["5"], "BASE": [3.0], "CHG": [2.0], "PCHG": [1.0]})
    assert broken(check_change, dataset) == Skipped("ADX.AVAL is character")
    assert broken(check_percent_change, dataset) == Skipped("ADX.AVAL is character")


def test_equal_judges_where_the_variable_is_filled_text_or_number(make, broken):
    dataset = make(
        "ADX", {"BASE": [1.0, 1.0, None, 1.0], "AVAL": [1.0, 2.0, 2.0, None], "BASEC": ["a", "b", None, "c"],
                "AVALC": ["a", "x", "y", None]},
    )  # fmt: skip
    assert broken(check_equal, dataset, variable="BASE", to="AVAL") == {"BASE": [1, 3]}
    assert broken(check_equal, dataset, variable="BASEC", to="AVALC") == {"BASEC": [1, 3]}
    assert broken(check_equal, dataset, variable="R2BASE", to="AVAL") == Skipped("ADX has no R2BASE")


def test_a_filled_baseline_without_any_baseline_flag_in_the_dataset_is_wrong(make, broken):
    dataset = make("ADX", {"USUBJID": ["1", "1"], "PARAMCD": ["A", "A"], "BASE": [5.0, None]})
    assert broken(check_baseline_record, dataset, base="BASE") == {"BASE": [0]}


def test_the_baseline_record_must_be_of_the_same_subject_and_parameter(make, broken):
    dataset = make(
        "ADX",
        {"USUBJID": ["1", "1", "2"], "PARAMCD": ["A", "B", "A"], "BASE": [5.0, 5.0, 5.0], "ABLFL": ["Y", None, None]},
    )
    assert broken(check_baseline_record, dataset, base="BASE") == {"BASE": [1, 2]}
