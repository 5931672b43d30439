import numpy as np
import pytest

from tlf.validate.outcome import ColumnCheck
from tlf.validate.schema_columns import RuleColumn, RuleError, column_schema, run_columns


@pytest.fixture
def dataset(make):
    return make("ADX", {"A": ["x", "y", None], "B": [1.0, 2.0, None]})


def is_x(column):
    return column.isin(["x"])


def test_each_failing_record_is_told_by_position_whatever_the_cap(dataset):
    results = run_columns(dataset, [RuleColumn("R-1", ColumnCheck("A", is_x, {"expected": "x"}))], cap=1)
    (found,) = results["R-1"]
    assert found.variable == "A"
    assert found.mask.tolist() == [False, True, True]
    assert found.values == {"expected": "x"}


def test_a_missing_column_is_told_for_each_rule_that_wants_it_and_no_other(dataset):
    columns = [
        RuleColumn("R-1", ColumnCheck("ZZ")),
        RuleColumn("R-2", ColumnCheck("ZZ")),
        RuleColumn("R-3", ColumnCheck("A")),
    ]
    results = run_columns(dataset, columns, cap=10)
    assert [(rule, [v.variable for v in found]) for rule, found in results.items()] == [
        ("R-1", ["ZZ"]),
        ("R-2", ["ZZ"]),
        ("R-3", []),
    ]


def test_one_answer_for_the_column_is_a_finding_without_a_record(dataset):
    (found,) = run_columns(dataset, [RuleColumn("R-1", ColumnCheck("A", lambda column: False))], cap=10)["R-1"]
    assert found.mask is None
    assert found.count == 1


def test_an_exception_in_a_check_is_the_rules_error_never_a_finding(dataset):
    columns = [
        RuleColumn("R-1", ColumnCheck("B", lambda column: column.str.len() > 1)),
        RuleColumn("R-1", ColumnCheck("A", is_x)),
        RuleColumn("R-2", ColumnCheck("A", is_x)),
    ]
    results = run_columns(dataset, columns, cap=10)
    assert isinstance(results["R-1"], RuleError)
    assert results["R-1"].reason.startswith("B: AttributeError")
    assert [v.count for v in results["R-2"]] == [2]


def test_two_rules_on_one_column_keep_their_own_findings(dataset):
    columns = [
        RuleColumn("R-1", ColumnCheck("A", is_x)),
        RuleColumn("R-2", ColumnCheck("A", lambda column: column.notna())),
    ]
    results = run_columns(dataset, columns, cap=10)
    assert [v.mask.tolist() for v in results["R-2"]] == [[False, False, True]]
    assert column_schema(columns, cap=10).columns["A"].checks[1].error == "R-2"


def test_an_empty_dataset_breaks_no_column_rule(make):
    empty = make("ADX", {"A": ["x"], "B": [1.0]})
    empty = empty.with_frame(empty.frame.iloc[:0])
    columns = [RuleColumn("R-1", ColumnCheck("A", is_x)), RuleColumn("R-2", ColumnCheck("B", lambda c: c > 5))]
    assert run_columns(empty, columns, cap=10) == {"R-1": [], "R-2": []}


@pytest.mark.parametrize(
    ("variable", "value"), [("PANDERA_VALIDATION_ENABLED", "False"), ("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")]
)
def test_the_environment_cannot_switch_the_checks_off(dataset, variable, value):
    from pandera.config import ValidationDepth, config_context

    off = (
        {"validation_enabled": False} if variable.endswith("ENABLED") else {"validation_depth": ValidationDepth[value]}
    )
    with config_context(**off):
        results = run_columns(dataset, [RuleColumn("R-1", ColumnCheck("A", is_x))], cap=10)
    assert [v.count for v in results["R-1"]] == [2]


def test_the_schema_changes_nothing_in_the_data(dataset):
    before = dataset.frame.copy()
    run_columns(dataset, [RuleColumn("R-1", ColumnCheck("A", is_x))], cap=10)
    assert dataset.frame.equals(before)
    assert np.array_equal(dataset.frame.index, [0, 1, 2])
