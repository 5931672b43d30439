"""Findings in one order, whatever order they were found in, each with the outputs that it touches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tlf.model.finding import Finding, Findings, RuleResult

_RANK: Final = {"Error": 0, "Warning": 1, "Note": 2}
_DIGITS: Final = re.compile(r"(\d+)")
SortKey = tuple[object, ...]


def in_order(findings: Findings, outputs_of: Mapping[str, tuple[str, ...]]) -> Findings:
    """Return findings sorted by severity, dataset, rule, variable and row, with their dataset's outputs."""
    touched = (replace(f, outputs=f.outputs or tuple(outputs_of.get(f.dataset, ()))) for f in findings.findings)
    return Findings(
        tuple(sorted(touched, key=_finding_key)),
        tuple(sorted(findings.rules, key=_result_key)),
    )


def combined(*parts: Findings) -> Findings:
    """Return several findings as one, in order; rule results and findings are those of all parts."""
    joined = Findings(
        tuple(finding for part in parts for finding in part.findings),
        tuple(result for part in parts for result in part.rules),
    )
    return in_order(joined, {})


def natural(rule_id: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key by which ADAM-5 comes before ADAM-46."""
    pieces = _DIGITS.split(rule_id)
    return tuple((1, int(piece), "") if piece.isdigit() else (0, 0, piece) for piece in pieces)


def _finding_key(finding: Finding) -> SortKey:
    return (
        _RANK[finding.severity],
        finding.dataset,
        natural(finding.rule_id),
        finding.variable,
        finding.row or 0,
        finding.message,
    )


def _result_key(result: RuleResult) -> SortKey:
    return (natural(result.rule_id), result.dataset)
