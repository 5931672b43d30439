"""What validation found: one finding a record (or variable, or dataset), and what became of each rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["Error", "Warning", "Note"]
RuleStatus = Literal["passed", "failed", "skipped", "error"]


@dataclass(frozen=True)
class Finding:
    """One violation of a rule; ``row`` counts records from 1, ``waiver`` is the reason it was waived with."""

    rule_id: str
    severity: Severity
    dataset: str
    variable: str
    message: str
    usubjid: str = ""
    seq: str = ""
    row: int | None = None
    value: str = ""
    outputs: tuple[str, ...] = ()
    waiver: str = ""


@dataclass(frozen=True)
class RuleResult:
    """What became of one rule on one dataset; ``count`` is the full number of findings, ``reason`` why not run."""

    rule_id: str
    dataset: str
    status: RuleStatus
    message: str
    count: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Findings:
    """All findings (examples capped per rule) and the table of rules run."""

    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleResult, ...] = ()

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The errors that no waiver covers."""
        return tuple(f for f in self.findings if f.severity == "Error" and not f.waiver)

    @property
    def rule_errors(self) -> tuple[RuleResult, ...]:
        """The rules that raised: what they would have found is not known."""
        return tuple(result for result in self.rules if result.status == "error")
