import pytest

from tlf.errors import AnalysisError
from tlf.qc.recompute_categorise import category_of, meets, recompute_categorise


def test_a_change_of_exactly_minus_30_is_a_decrease_of_30(trial):
    trial.subject("on", changes={80: -30}).subject("off", changes={80: -29.99})
    trial.subject("float", changes={80: -29.999999999999996})
    assert recompute_categorise(trial.study(), "group") == {"on": "down", "off": "rest", "float": "down"}


def test_without_a_result_after_baseline_a_subject_goes_where_the_spec_says(trial):
    trial.subject("no result").subject("no baseline", baseline=None, changes={80: -50})
    assert recompute_categorise(trial.study(), "group") == {"no result": "rest"}


def test_without_missing_to_and_without_else_a_subject_is_in_no_group(trial, blocks):
    trial.subject("no result").subject("between", changes={80: -5}).subject("up", changes={80: 5})
    own = (
        trial.study()
        .spec.derivations["group"]
        .model_copy(update={"cut": {"down": "< -30", "up": ">= 5"}, "missing_to": None})
    )
    assert recompute_categorise(trial.study(derivations={"group": own}), "group") == {"up": "up"}


def test_the_first_limit_met_decides():
    assert category_of(-60, {"half": "<= -50", "third": "<= -30", "rest": "else"}) == "half"
    assert category_of(1, {"half": "<= -50"}) is None


@pytest.mark.parametrize(
    ("value", "limit", "said"), [(5, "> 5", False), (5, ">= 5", True), (5, "< 5", False), (4.9, "<5", True)]
)
def test_limits_on_their_own_value(value, limit, said):
    assert meets(value, limit) is said


def test_a_limit_that_cannot_be_read_is_refused():
    with pytest.raises(AnalysisError, match="operator and a number"):
        meets(1, "about -30")


def test_a_level_that_is_not_there_is_refused(trial):
    trial.subject("1")
    own = trial.study().spec.derivations["group"].model_copy(update={"of": "shrinkage.L9"})
    with pytest.raises(AnalysisError, match=r"shrinkage\.L9 names no level of shrinkage"):
        recompute_categorise(trial.study(derivations={"group": own}), "group")
