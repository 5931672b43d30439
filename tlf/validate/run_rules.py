"""Rules on one dataset: which records each is about, what its check says, and one pandera schema for all columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.validate.message import as_text
from tlf.validate.outcome import ColumnCheck, Mask, Outcome, Skipped, Violations, is_numeric, numbers
from tlf.validate.rule import Rule, Value
from tlf.validate.schema_columns import RuleColumn, RuleError, run_columns

Result = Skipped | RuleError | tuple[Violations, ...]


@dataclass(frozen=True, eq=False)
class View:
    """The records that some rules are about, and where each stands in the dataset (positions from 0)."""

    dataset: Dataset
    positions: npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RuleRun:
    """What one rule said about the records of a view."""

    rule: Rule
    view: View
    result: Result


def run_rules(dataset: Dataset, study: StudyData, rules: Sequence[Rule], *, cap: int) -> tuple[RuleRun, ...]:
    """Run rules on a dataset, in their order; ``cap`` bounds the failure cases that pandera copies.

    Rules with the same ``where`` share a view of the records, and their column checks one schema.
    """
    whole = View(_plain(dataset), np.arange(len(dataset.frame)))
    views: dict[str, View | Skipped] = {"{}": whole}
    groups: dict[str, list[Rule]] = {}
    runs: dict[str, RuleRun] = {}
    for rule in rules:
        key = repr(rule.where)
        if key not in views:
            views[key] = _selected(whole, rule.where)
        view = views[key]
        reason = _not_applicable(whole.dataset, rule) or (view if isinstance(view, Skipped) else None)
        if reason is not None:
            runs[rule.id] = RuleRun(rule, whole, reason)
        else:
            groups.setdefault(key, []).append(rule)
    for key, members in groups.items():
        view = views[key]
        if isinstance(view, View):
            runs.update({run.rule.id: run for run in _run_on_view(view, study, members, cap=cap)})
    return tuple(runs[rule.id] for rule in rules)


def _run_on_view(view: View, study: StudyData, rules: Sequence[Rule], *, cap: int) -> list[RuleRun]:
    results: dict[str, Result] = {}
    columns: list[RuleColumn] = []
    for rule in rules:
        said = _ask(rule, view.dataset, study)
        if isinstance(said, Skipped | RuleError):
            results[rule.id] = said
            continue
        columns.extend(RuleColumn(rule.id, one) for one in said if isinstance(one, ColumnCheck))
        results[rule.id] = tuple(one for one in said if isinstance(one, Violations) and one.count)
    for rule_id, found in run_columns(view.dataset, columns, cap=cap).items() if columns else ():
        results[rule_id] = found if isinstance(found, RuleError) else tuple(found)
    return [RuleRun(rule, view, results[rule.id]) for rule in rules]


def _ask(rule: Rule, dataset: Dataset, study: StudyData) -> Outcome | RuleError:
    try:
        with np.errstate(all="ignore"):  # an infinite value is the data's, and differs from what it should be
            return rule.function(dataset, study, **rule.keywords)
    except Exception as error:  # noqa: BLE001 - one rule's fault must not hide what the other rules find
        return RuleError(f"{type(error).__name__}: {error}")


def _plain(dataset: Dataset) -> Dataset:
    """Return the dataset with a RangeIndex, by which masks and pandera's failure cases are read."""
    if isinstance(dataset.frame.index, pd.RangeIndex) and dataset.frame.index.equals(pd.RangeIndex(len(dataset.frame))):
        return dataset
    return replace(dataset, frame=dataset.frame.reset_index(drop=True))


def _not_applicable(dataset: Dataset, rule: Rule) -> Skipped | None:
    absent = [name for name in rule.when_present if not dataset.has(name)]
    if absent:
        return Skipped(f"{dataset.name} has no {', '.join(absent)}")
    present = [name for name in rule.when_absent if dataset.has(name)]
    return Skipped(f"{dataset.name} has {', '.join(present)}") if present else None


def _selected(whole: View, where: Mapping[str, Value | list[Value]]) -> View | Skipped:
    """Return the records whose variables have the given values."""
    dataset = whole.dataset
    absent = [name for name in where if not dataset.has(name)]
    if absent:
        return Skipped(f"{dataset.name} has no {', '.join(absent)}")
    keep: Mask = np.ones(len(dataset.frame), dtype=bool)
    for name, wanted in where.items():
        keep &= _is_one_of(dataset, name, wanted if isinstance(wanted, list) else [wanted])
    if not keep.any():
        return Skipped(
            f"no record of {dataset.name} has {', '.join(f'{name} {_words(where[name])}' for name in where)}"
        )
    frame = dataset.frame[keep].reset_index(drop=True)
    return View(replace(dataset, frame=frame), whole.positions[keep])


def _words(wanted: Value | list[Value]) -> str:
    return " or ".join(as_text(value) for value in (wanted if isinstance(wanted, list) else [wanted]))


def _is_one_of(dataset: Dataset, name: str, wanted: Sequence[Value]) -> Mask:
    column = dataset.frame[name]
    if is_numeric(column):
        found: Mask = np.isin(numbers(dataset, name), [value for value in wanted if not isinstance(value, str)])
        return found
    chosen: Mask = column.isin([as_text(value) for value in wanted]).to_numpy(dtype=bool)
    return chosen
