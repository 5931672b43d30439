"""Study data -> Findings: every rule that applies, on every dataset, all findings gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from tlf.model.dataset import Dataset
from tlf.model.finding import Finding, Findings, RuleResult
from tlf.model.spec import StudySpec
from tlf.model.study_data import StudyData
from tlf.validate.dataset_class import belongs, dataset_class
from tlf.validate.findings_order import in_order
from tlf.validate.needed_findings import NEEDED_RULES
from tlf.validate.outcome import STUDY
from tlf.validate.record_findings import record_findings
from tlf.validate.rule import Rule
from tlf.validate.rule_sets import load_rules
from tlf.validate.run_rules import run_rules
from tlf.validate.waivers import UNUSED_WAIVER, WaiverBook, check_waivers

EXAMPLES: Final = 100
"""How many findings of one rule on one dataset are listed; all are counted."""

DUPLICATE_VARIABLE: Final = "TLF-VAR-3"
_NO_OUTPUTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


def rules_of(spec: StudySpec) -> tuple[Rule, ...]:
    """Return the rules that a study's data are validated by, after a look at its waivers; reads no data.

    Raises:
        SpecError: a rule set or a rule is wrong, or a waiver names a rule that does not exist.
    """
    rules = load_rules(spec)
    check_waivers(spec, [rule.id for rule in rules] + [*NEEDED_RULES, DUPLICATE_VARIABLE])
    return rules


def validate_study(
    data: StudyData, outputs_of: Mapping[str, tuple[str, ...]] = _NO_OUTPUTS, *, examples: int = EXAMPLES
) -> Findings:
    """Run every rule that applies on every dataset and return all findings and what became of each rule.

    1. Each dataset's class is recognised (ADSL, BDS, TTE, OCCDS); rules of other classes do not run on it.
    2. A rule that raises is a result with status error, never a finding; the others go on.
    3. Waivers of the spec are applied; one that covers nothing is itself a Note.
    4. ``examples`` findings a rule and dataset are listed; ``RuleResult.count`` has all of them.

    Args:
        data: the datasets as read, with the spec that names the rule sets and the waivers.
        outputs_of: the outputs that each dataset feeds, for ``Finding.outputs``.
        examples: how many findings of one rule on one dataset are listed.

    Raises:
        SpecError: as ``rules_of``.
    """
    rules = rules_of(data.spec)
    book = WaiverBook(data.spec)
    findings: list[Finding] = []
    results: list[RuleResult] = []
    ran: set[str] = set()
    for dataset in (STUDY, *data.datasets.values()):
        applicable = _applicable(rules, dataset)
        ran.update(rule.id for rule in applicable)
        if not dataset.frame.columns.is_unique:
            findings.extend(_duplicates(dataset, book))
            results.extend(_skip(applicable, dataset, "two of its variables have one name"))
            continue
        for run in run_rules(dataset, data, applicable, cap=examples):
            found, result = record_findings(run, book, cap=examples)
            findings.extend(found)
            results.append(result)
    never = [rule for rule in rules if rule.id not in ran]
    results.extend(_skip(never, STUDY, "the study has no such dataset"))
    findings.extend(book.unused([rule.id for rule in rules] + [DUPLICATE_VARIABLE]))
    return in_order(Findings(tuple(findings), tuple(results)), outputs_of)


def _applicable(rules: Sequence[Rule], dataset: Dataset) -> list[Rule]:
    if dataset is STUDY:
        return [rule for rule in rules if "study" in rule.wanted]
    found = dataset_class(dataset)
    return [
        rule
        for rule in rules
        if any(belongs(found, wanted) for wanted in rule.wanted) and rule.dataset in (None, dataset.name)
    ]


def _skip(rules: Sequence[Rule], dataset: Dataset, reason: str) -> list[RuleResult]:
    return [RuleResult(rule.id, dataset.name, "skipped", rule.meaning, reason=reason) for rule in rules]


def _duplicates(dataset: Dataset, book: WaiverBook) -> list[Finding]:
    names = list(dataset.frame.columns[dataset.frame.columns.duplicated()].unique())
    return [
        Finding(
            DUPLICATE_VARIABLE,
            "Error",
            dataset.name,
            name,
            f"{dataset.name} has more than one variable {name}; its rules were not run",
            waiver=book.whole(DUPLICATE_VARIABLE, dataset.name, name),
        )
        for name in names
    ]


__all__ = ["DUPLICATE_VARIABLE", "EXAMPLES", "UNUSED_WAIVER", "rules_of", "validate_study"]
