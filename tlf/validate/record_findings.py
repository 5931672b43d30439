"""Violations -> findings: the records named by row, USUBJID and --SEQ, waivers applied, examples capped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.model.finding import Finding, RuleResult
from tlf.validate.message import MISSING, as_text, fill, value_text
from tlf.validate.outcome import Mask, Skipped, Violations
from tlf.validate.run_rules import RuleRun
from tlf.validate.schema_columns import RuleError
from tlf.validate.waivers import WaiverBook

_SEQUENCE: Final = re.compile(r"[A-Z]{2}SEQ")


@dataclass(frozen=True)
class Listed:
    """The findings that are listed, the number that there are, and how many of those are waived."""

    findings: tuple[Finding, ...]
    count: int
    waived: int


def record_findings(
    run: RuleRun, book: WaiverBook, *, cap: int, outputs: tuple[str, ...] = ()
) -> tuple[tuple[Finding, ...], RuleResult]:
    """Return a rule's findings on a dataset, at most ``cap`` without waiver and ``cap`` with, and its result.

    Each violated variable has at least one example. Waivers are applied before the cap, so that a finding
    beyond it never passes as waived.
    """
    name = run.view.dataset.name
    result = RuleResult(run.rule.id, name, "passed", run.rule.meaning)
    if isinstance(run.result, Skipped):
        return (), replace(result, status="skipped", reason=run.result.reason)
    if isinstance(run.result, RuleError):
        return (), replace(result, status="error", reason=run.result.reason)
    share = max(1, cap // max(1, len(run.result)))
    parts = [_listed(run, violations, book, share) for violations in run.result]
    found = tuple(replace(finding, outputs=outputs) for part in parts for finding in part.findings)
    count, waived = sum(part.count for part in parts), sum(part.waived for part in parts)
    if not count:
        return (), result
    notes = [f"{waived} of {count} waived"] if waived else []
    notes.extend([f"{len(found)} of {count} listed"] if len(found) < count else [])
    return found, replace(result, status="failed", count=count, reason="; ".join(notes))


def _listed(run: RuleRun, violations: Violations, book: WaiverBook, share: int) -> Listed:
    dataset = run.view.dataset
    named = violations.dataset or dataset.name
    if violations.mask is None:
        waiver = book.whole(run.rule.id, named, violations.variable)
        message = fill(run.rule.message, dataset, None, {**violations.values, "variable": violations.variable})
        finding = Finding(run.rule.id, run.rule.severity, named, violations.variable, message, waiver=waiver)
        return Listed((finding,), 1, int(bool(waiver)))
    subjects = dataset.frame["USUBJID"] if dataset.has("USUBJID") else None
    reasons = book.records(run.rule.id, named, violations.variable, broken=violations.mask, subjects=subjects)
    waived: Mask = reasons != ""
    open_rows = np.flatnonzero(violations.mask & ~waived)[:share]
    waived_rows = np.flatnonzero(violations.mask & waived)[:share]
    rows = np.sort(np.concatenate([open_rows, waived_rows]))
    findings = tuple(_finding(run, violations, int(row), str(reasons[row])) for row in rows)
    return Listed(findings, violations.count, int((violations.mask & waived).sum()))


def _finding(run: RuleRun, violations: Violations, position: int, waiver: str) -> Finding:
    dataset = run.view.dataset
    value = _value(dataset, violations.variable.split(", "), position)
    offered = {**violations.values, "variable": violations.variable, "value": value or MISSING}
    return Finding(
        rule_id=run.rule.id,
        severity=run.rule.severity,
        dataset=violations.dataset or dataset.name,
        variable=violations.variable,
        message=fill(run.rule.message, dataset, position, offered),
        usubjid=_at(dataset.frame["USUBJID"], position) if dataset.has("USUBJID") else "",
        seq=_sequence(dataset, position),
        row=int(run.view.positions[position]) + 1,
        value=value,
        waiver=waiver,
    )


def _value(dataset: Dataset, variables: Sequence[str], position: int) -> str:
    texts = [value_text(dataset, name, position) for name in variables if dataset.has(name)]
    return "" if texts == [MISSING] else ", ".join(texts)


def _sequence(dataset: Dataset, position: int) -> str:
    """Return the record's ASEQ, else its --SEQ."""
    names = ["ASEQ"] if dataset.has("ASEQ") else [n for n in dataset.variable_names if _SEQUENCE.fullmatch(n)]
    return _at(dataset.frame[names[0]], position) if names else ""


def _at(column: pd.Series[Any], position: int) -> str:
    value = as_text(column.iloc[position])
    return "" if value == MISSING else value
