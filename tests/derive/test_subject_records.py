"""How derivations refuse data: the place, the variable, the subjects."""

import pandas as pd
import pytest

from tlf.derive.subject_records import named, refusal, require, require_values, with_baseline
from tlf.errors import DerivationError
from tlf.model.spec import Records


def test_a_refusal_names_the_line_of_the_key_at_fault(trial):
    data = trial.study()
    assert str(refusal(data, "shrinkage", "wrong", "until")).endswith("study.yaml:16:5)")
    assert str(refusal(data, "shrinkage", "wrong")) == "wrong"


def test_few_subjects_are_named_many_are_counted():
    assert named(pd.Series(["1", "1", "2"])) == "1, 2"
    assert named(pd.Series([str(n) for n in range(10)])) == "0, 1, 2 and 7 more"


def test_a_variable_of_the_other_type_is_refused(trial):
    data = trial.study()
    with pytest.raises(DerivationError, match=r"ADSL\.AGE has the type num: expected character"):
        require(data, "shrinkage", data.dataset("ADSL"), "char", "AGE")


def test_a_missing_value_is_refused_with_its_subjects(trial):
    data = trial.study()
    frame = data.dataset("ADTR").frame
    with pytest.raises(DerivationError, match=r"ADTR\.PCHG is missing for S01, S02, S03 and 36 more"):
        require_values(data, "shrinkage", "ADTR", frame, "PCHG")


def test_a_baseline_needs_a_numeric_value(trial):
    data = trial.study()
    with pytest.raises(DerivationError, match="ADSL has no variable AVAL"):
        with_baseline(data, "shrinkage_group", Records("ADSL"))
