"""What the plan reads against what the data have: datasets and variables that lack, or have the wrong type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from tlf.errors import did_you_mean
from tlf.model.dataset import Dataset
from tlf.model.finding import Finding, Findings, RuleResult
from tlf.model.study_data import StudyData
from tlf.validate.findings_order import in_order
from tlf.validate.outcome import is_numeric
from tlf.validate.waivers import WaiverBook

Need = Literal["char", "num", "any"]

MISSING_DATASET: Final = "TLF-DATA-1"
MISSING_VARIABLE: Final = "TLF-VAR-1"
WRONG_TYPE: Final = "TLF-VAR-2"
NEEDED_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        MISSING_DATASET: "Every dataset that the study reads is among its data",
        MISSING_VARIABLE: "Every variable that the study reads is in its dataset",
        WRONG_TYPE: "Every variable that the study reads has the type it is used as",
    }
)
_WORDS: Final = {"num": "numeric", "char": "character"}
_NO_OUTPUTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


def needed_findings(
    data: StudyData,
    needed: Mapping[str, Mapping[str, Need]],
    *,
    outputs_of: Mapping[str, tuple[str, ...]] = _NO_OUTPUTS,
) -> Findings:
    """Return an Error for each dataset or variable that the plan reads and the data lack or have as another type.

    Args:
        data: the datasets as read.
        needed: for each dataset, the variables that are read and whether as numbers, as text, or either.
        outputs_of: the outputs that each dataset feeds, for ``Finding.outputs``.

    Example:
        ``needed_findings(data, {"ADSL": {"AGE": "num", "SEX": "char"}})``
    """
    book = WaiverBook(data.spec)
    found = [finding for name in sorted(needed) for finding in _of_dataset(data, name, needed[name], book)]
    counts = {rule_id: sum(finding.rule_id == rule_id for finding in found) for rule_id in NEEDED_RULES}
    results = tuple(
        RuleResult(rule_id, "", "failed" if counts[rule_id] else "passed", meaning, count=counts[rule_id])
        for rule_id, meaning in NEEDED_RULES.items()
    )
    return in_order(Findings((*found, *book.unused(NEEDED_RULES)), results), outputs_of)


def _of_dataset(data: StudyData, name: str, needed: Mapping[str, Need], book: WaiverBook) -> Iterator[Finding]:
    dataset = data.datasets.get(name)
    if dataset is None:
        hint = did_you_mean(name, data.datasets)
        yield _error(book, MISSING_DATASET, (name, ""), f"{name} is not among the study's data.{hint}")
        return
    for variable in sorted(needed):
        yield from _of_variable(dataset, variable, needed[variable], book)


def _of_variable(dataset: Dataset, variable: str, need: Need, book: WaiverBook) -> Iterator[Finding]:
    place = (dataset.name, variable)
    if not dataset.has(variable):
        hint = did_you_mean(variable, dataset.variable_names)
        yield _error(book, MISSING_VARIABLE, place, f"{dataset.name} has no variable {variable}.{hint}")
        return
    found: Need = "num" if is_numeric(dataset.frame[variable]) else "char"
    if need not in ("any", found):
        told = f"{dataset.name}.{variable} is {_WORDS[found]}, but {_WORDS[need]} values are expected"
        yield _error(book, WRONG_TYPE, place, told)


def _error(book: WaiverBook, rule_id: str, place: tuple[str, str], message: str) -> Finding:
    dataset, variable = place
    waiver = book.whole(rule_id, dataset, variable)
    return Finding(rule_id, "Error", dataset, variable, message, waiver=waiver)
