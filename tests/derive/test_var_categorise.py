"""A grouping variable cut from a parameter: boundaries by hand, and cuts that are refused."""

import numpy as np
import pytest

from tlf.derive.var_categorise import Comparison, derive_var_categorise, parse_cut
from tlf.errors import DerivationError, SpecError
from tlf.model.spec import Derivation, keywords_of


def groups(trial, subjects, spec=None):
    data = trial.derived(trial.hand({**subjects, "Z": {"changes": [(84, 0.0)], "lesions": [9]}}, spec or trial.SPEC))
    frame = data.dataset("ADSL").frame.set_index("USUBJID")
    return frame["BPCGR1"].fillna("").to_dict(), frame["BPCGR1N"].to_dict(), data


def test_a_decrease_of_exactly_30_percent_is_in_the_group(trial):
    found, number, _ = groups(
        trial,
        {
            "S1": {"changes": [(84, -30.0)]},
            "S2": {"changes": [(84, -29.999999999999996)]},  # (77 - 110) / 110 in floating point, or so
            "S3": {"changes": [(84, -29.9)]},
            "S4": {"changes": [(84, -30.1)]},
        },
    )
    assert [found[s] for s in ("S1", "S2", "S3", "S4")] == ["≥30% decrease"] * 2 + ["<30% decrease", "≥30% decrease"]
    assert [number[s] for s in ("S1", "S2", "S3", "S4")] == [1.0, 1.0, 2.0, 1.0]


def test_subjects_with_a_baseline_alone_go_where_the_spec_says_those_without_one_nowhere(trial):
    found, number, _ = groups(trial, {"S1": {}, "S2": {"baseline": False}})
    assert (found["S1"], number["S1"]) == ("<30% decrease", 2.0)
    assert found["S2"] == ""
    assert np.isnan(number["S2"])


def test_a_baseline_record_without_a_value_is_no_baseline(trial):
    data = trial.hand({"S1": {}, "S2": {"changes": [(84, -10.0)], "lesions": [84]}})
    rows = data.dataset("ADTR").frame
    rows = rows.assign(AVAL=rows["AVAL"].mask(rows["USUBJID"] == "S1"))
    data = trial.study(ADSL=data.dataset("ADSL").frame, ADTR=rows, ADTTE=data.dataset("ADTTE").frame)
    assert trial.derived(data).dataset("ADSL").frame["BPCGR1"].isna().tolist() == [True, False]


def test_without_missing_to_a_subject_without_value_has_no_group(trial):
    spec = trial.SPEC.replace('    missing_to: "<30% decrease"\n', "")
    found, _, _ = groups(trial, {"S1": {}}, spec)
    assert found["S1"] == ""


def test_the_first_category_met_counts(trial):
    cut = 'cut: { deep: "< -50", good: "<= -30", rest: else }'
    spec = trial.SPEC.replace('cut: { "≥30% decrease": "<= -30", "<30% decrease": else }', cut)
    spec = spec.replace('missing_to: "<30% decrease"', "missing_to: rest")
    found, number, _ = groups(trial, {f"S{c}": {"changes": [(84, float(-c))]} for c in (60, 50, 30, 20)}, spec)
    assert {s: found[s] for s in ("S60", "S50", "S30", "S20")} == {
        "S60": "deep",
        "S50": "good",
        "S30": "good",
        "S20": "rest",
    }
    assert number["S60"] == 1.0


def test_every_randomised_subject_with_a_baseline_is_counted(trial, expected):
    frame = trial.derived(trial.study()).dataset("ADSL").frame
    deep = [value[0] <= -30 + 1e-9 for value in expected["best"]["ALL"].values()]
    counts = frame["BPCGR1"].value_counts().to_dict()
    assert counts == {"≥30% decrease": sum(deep), "<30% decrease": 39 - sum(deep)}  # S11 has no baseline


def test_the_variable_is_known_under_the_name_of_the_derivation_and_fits_a_transport_file(trial):
    _, _, data = groups(trial, {"S1": {"changes": [(84, -40.0)]}})
    assert data.variables == {"shrinkage_group": "BPCGR1"}
    group, twin = (data.dataset("ADSL").variable(name) for name in ("BPCGR1", "BPCGR1N"))
    assert (group.label, group.type, group.length) == ("Best shrinkage group", "char", 15)  # ≥ is 3 bytes
    assert (twin.label, twin.type) == ("Best shrinkage group (N)", "num")


def test_without_a_label_the_variable_is_named_after_its_source(trial):
    _, _, data = groups(trial, {"S1": {}}, trial.SPEC.replace("    label: Best shrinkage group\n", ""))
    assert data.dataset("ADSL").variable("BPCGR1").label == "Category of shrinkage.ALL"


@pytest.mark.parametrize("written", ["<= -30", "<=-30", "  <= -30.0 ", "<= -030"])
def test_comparisons_are_read_whatever_the_blanks(written):
    assert parse_cut({"a": written}) == {"a": Comparison("<=", -30.0)}


@pytest.mark.parametrize(
    ("operator", "met"),
    [
        ("<", [True, False, False]),
        ("<=", [True, True, False]),
        ("=", [False, True, False]),
        (">=", [False, True, True]),
        (">", [False, False, True]),
    ],
)
def test_a_limit_is_met_or_not_and_rounding_does_not_move_it(operator, met):
    values = np.array([-30.1, -30.000000000000004, -29.9, np.nan])
    assert Comparison(operator, -30.0).met_by(values).tolist() == [*met, False]


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("{ }", "a cut has at least one category"),
        ('{ a: "< x" }', "a category is <, <=, >, >=, = and a number"),
        ('{ a: "-30" }', "not '-30'"),
        ('{ a: "<= -30; drop" }', "a category is"),
        ('{ a: "<= 1e3" }', "a category is"),
        ('{ a: else, b: "< 1" }', "category 'b' stands after else"),
        ("{ a: else, b: else }", "category 'b' stands after else"),
        ('{ " ": else }', "the category of 'else' has no name"),
    ],
)
def test_a_cut_that_cannot_be_read_is_refused_with_its_place_when_the_spec_is_loaded(trial, cut, said):
    spec = trial.SPEC.replace('{ "≥30% decrease": "<= -30", "<30% decrease": else }', cut)
    with pytest.raises(SpecError, match=said) as raised:
        trial.spec_of(spec)
    assert "study.yaml:34:" in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"<30% decrease": else', '"<30% decrease": "> -20"', r"shrinkage\.ALL of S\d+.* meets no comparison: -2"),
        ('missing_to: "<30% decrease"', 'missing_to: "<30 % decrease"', "missing_to '<30 % decrease' is no category"),
        ("variable: BPCGR1", "variable: SEX", "ADSL already has a variable SEX"),
        ("ABLFL = 'Y'", "ABLFL = 'N'", "no record is selected by baseline"),
        ("label: Best shrinkage group", "label: The group of the best shrinkage by then", "expected at most 36 bytes"),
    ],
)
def test_what_does_not_fit_the_data_is_refused(trial, old, new, said):
    with pytest.raises(DerivationError, match=said):
        trial.derived(trial.study(trial.SPEC.replace(old, new)))


def test_a_cut_given_in_a_program_is_read_as_strictly(trial):
    data = trial.derived(trial.study(), "shrinkage")
    keys = keywords_of(data.spec.derivations["shrinkage_group"], Derivation)
    with pytest.raises(DerivationError, match="a category is"):
        derive_var_categorise(data, "shrinkage_group", **{**keys, "cut": {"a": "less"}})


def test_a_parameter_with_several_records_of_a_subject_is_refused(trial):
    spec = trial.SPEC.replace("of: shrinkage.ALL", "of: SDIAM")
    with pytest.raises(DerivationError, match=r"ADTR has several SDIAM records for S01, S02, S03 and .* more"):
        trial.derived(trial.study(spec))
