"""One lazy pandera schema for a dataset, from the column checks of all its rules. The only module with pandera."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from tlf.model.dataset import Dataset
from tlf.validate.outcome import ColumnCheck, Violations


@dataclass(frozen=True)
class RuleError:
    """A rule's function raised; what and why."""

    reason: str


@dataclass(frozen=True)
class RuleColumn:
    """A column check and the id of the rule that asks for it."""

    rule_id: str
    column: ColumnCheck


def column_schema(columns: Sequence[RuleColumn], *, cap: int) -> pa.DataFrameSchema:
    """Return the schema of a dataset: a column a variable, a check a rule, its id as the check's error.

    No dtype, uniqueness or nullability of pandera's own is used: each would report without a rule id, and the
    first without a record. ``cap`` bounds the failure cases that pandera copies; the masks stay whole.
    """
    checks: dict[str, list[pa.Check]] = defaultdict(list)
    required: set[str] = set()
    for entry in columns:
        if entry.column.test is None:
            required.add(entry.column.variable)
        else:
            checks[entry.column.variable].append(
                pa.Check(entry.column.test, error=entry.rule_id, ignore_na=False, n_failure_cases=cap)
            )
    return pa.DataFrameSchema(
        {
            name: pa.Column(checks=checks[name], nullable=True, required=name in required)
            for name in dict.fromkeys(entry.column.variable for entry in columns)
        }
    )


def run_columns(
    dataset: Dataset, columns: Sequence[RuleColumn], *, cap: int
) -> dict[str, list[Violations] | RuleError]:
    """Run the column checks of all rules on a dataset at once and return each rule's violations, or its error."""
    results: dict[str, list[Violations] | RuleError] = {entry.rule_id: [] for entry in columns}
    by_key = {(entry.rule_id, entry.column.variable): entry.column for entry in columns}
    wanted = defaultdict(list)
    for entry in columns:
        if entry.column.test is None:
            wanted[entry.column.variable].append(entry.rule_id)
    for error in _failures(dataset.frame, column_schema(columns, cap=cap)):
        if error.reason_code is SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME:
            name = str(error.failure_cases)
            for rule_id in wanted[name]:
                _add(results, rule_id, Violations(name, None))
        elif error.reason_code is SchemaErrorReason.CHECK_ERROR:
            results[error.check.error] = RuleError(f"{error.schema.name}: {error.failure_cases}")
        else:
            key = (error.check.error, error.schema.name)
            _add(results, key[0], Violations(key[1], _broken(error.check_output), by_key[key].values))
    return results


def _failures(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> list[Any]:
    # the context overrules PANDERA_VALIDATION_ENABLED and _DEPTH, by which an environment could switch checks off
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            schema.validate(frame, lazy=True, inplace=True)
        except SchemaErrors as errors:
            return list(errors.schema_errors)
    return []


def _broken(output: Any) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """Return which records failed; None where a test gave one answer for the whole column."""
    return ~output.to_numpy(dtype=bool) if isinstance(output, pd.Series) else None


def _add(results: dict[str, list[Violations] | RuleError], rule_id: str, found: Violations) -> None:
    so_far = results[rule_id]
    if isinstance(so_far, list):
        so_far.append(found)
