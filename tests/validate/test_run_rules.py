import numpy as np
import pandas as pd
import pytest

from tlf import registry
from tlf.model.spec import block_model
from tlf.model.study_data import StudyData
from tlf.validate.outcome import Skipped, Violations
from tlf.validate.rule import Rule
from tlf.validate.run_rules import run_rules
from tlf.validate.schema_columns import RuleError


@pytest.fixture
def run(make_spec):
    def go(dataset, **keys):
        rule = {"id": "R-1", "severity": "Error", "meaning": "it holds", "message": "it does not", **keys}
        model = block_model("check", keys["check"], Rule).model_validate(rule)
        (found,) = run_rules(dataset, StudyData(make_spec(), {}), [model], cap=10)
        return found

    return go


def rows(found):
    return [int(found.view.positions[at]) for violations in found.result for at in np.flatnonzero(violations.mask)]


def test_where_chooses_the_records_and_rows_stay_those_of_the_dataset(make, run):
    dataset = make("ADX", {"PARAMCD": ["A", "B", "A", "B"], "AVAL": [-1.0, -1.0, 1.0, -1.0]})
    keys = {"check": "number", "variables": ["AVAL"], "minimum": 0}
    assert rows(run(dataset, where={"PARAMCD": "B"}, **keys)) == [1, 3]
    assert rows(run(dataset, where={"PARAMCD": ["A", "B"], "AVAL": -1}, **keys)) == [0, 1, 3]


def test_where_holds_for_column_checks_too(make, run):
    dataset = make("ADX", {"PARAMCD": ["A", "B", "B"], "AVALC": [None, "x", None]})
    assert rows(run(dataset, check="required", variables=["AVALC"], where={"PARAMCD": "B"})) == [2]


def test_a_rule_about_no_record_or_no_variable_is_skipped_with_the_reason(make, run):
    dataset = make("ADX", {"PARAMCD": ["A"], "AVAL": [-1.0]})
    keys = {"check": "number", "variables": ["AVAL"], "minimum": 0}
    assert run(dataset, where={"PARAMCD": ["C", "D"]}, **keys).result == Skipped("no record of ADX has PARAMCD C or D")
    assert run(dataset, where={"CNSR": 0}, **keys).result == Skipped("ADX has no CNSR")
    assert run(dataset, when_present=["CNSR"], **keys).result == Skipped("ADX has no CNSR")
    assert run(dataset, when_absent=["PARAMCD"], **keys).result == Skipped("ADX has PARAMCD")


def test_a_frame_with_other_index_labels_gives_the_same_rows(make, run):
    dataset = make("ADX", {"AVAL": [1.0, -1.0, 1.0]})
    dataset.frame.index = pd.Index([7, 7, 3])
    assert rows(run(dataset, check="number", variables=["AVAL"], minimum=0)) == [1]
    assert rows(run(dataset, check="codelist", variables=["AVAL"], values=[1])) == [1]


def test_a_rule_that_raises_is_an_error_with_its_reason(make, run, monkeypatch):
    def explode(dataset, study):
        raise KeyError("AVAL")

    entry = registry.lookup("check", "subjects_in")
    monkeypatch.setitem(registry._entries, ("check", "explode"), registry.Entry("check", "explode", explode, {}))
    assert run(make("ADX", {"AVAL": [1.0]}), check="explode").result == RuleError("KeyError: 'AVAL'")
    assert entry.options["offers"] == ("source",)


def test_violations_without_a_mask_are_one_finding():
    assert Violations("AVAL", None).count == 1
    assert Violations("AVAL", np.array([True, False, True])).count == 2
