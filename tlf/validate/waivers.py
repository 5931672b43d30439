"""Waivers: which findings the spec accepts, for what reason, and whether each waiver still covers any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tlf.errors import SpecError, did_you_mean
from tlf.model.finding import Finding
from tlf.model.spec import StudySpec, Waiver
from tlf.validate.outcome import Mask

UNUSED_WAIVER = "TLF-WAIVER-1"


@dataclass
class WaiverBook:
    """The waivers of a study, and how many findings each has covered so far."""

    spec: StudySpec
    used: dict[int, int] = field(default_factory=dict)

    def covering(self, rule_id: str, dataset: str, variable: str) -> list[tuple[int, Waiver]]:
        """Return the waivers that may cover findings of a rule at a variable of a dataset, in the spec's order."""
        variables = variable.split(", ")
        return [
            (position, waiver)
            for position, waiver in enumerate(self.spec.waivers)
            if waiver.rule == rule_id
            and waiver.dataset in (None, dataset)
            and (waiver.variable is None or waiver.variable in variables)
        ]

    def whole(self, rule_id: str, dataset: str, variable: str) -> str:
        """Return the reason a finding without a record is waived with, empty if it is not."""
        for position, waiver in self.covering(rule_id, dataset, variable):
            if waiver.usubjid is None:
                self.used[position] = self.used.get(position, 0) + 1
                return waiver.reason
        return ""

    def records(
        self, rule_id: str, dataset: str, variable: str, *, broken: Mask, subjects: pd.Series[Any] | None
    ) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Return for every record the reason it is waived with (empty: not waived); the first waiver counts.

        All broken records are looked at, not only those that a report lists: what stays unwaived must show.
        """
        reasons = np.full(len(broken), "", dtype=object)
        open_ = broken.copy()
        for position, waiver in self.covering(rule_id, dataset, variable):
            covered = open_
            if waiver.usubjid is not None:
                if subjects is None:
                    continue
                covered = open_ & subjects.isin(waiver.usubjid).to_numpy(dtype=bool)
            reasons[covered] = waiver.reason
            open_ = open_ & ~covered
            self.used[position] = self.used.get(position, 0) + int(covered.sum())
        return reasons

    def unused(self, rule_ids: Iterable[str]) -> tuple[Finding, ...]:
        """Return a Note for each waiver of one of these rules that covered nothing."""
        judged = set(rule_ids)
        return tuple(
            Finding(
                rule_id=UNUSED_WAIVER,
                severity="Note",
                dataset=waiver.dataset or "",
                variable=waiver.variable or "",
                message=f"the waiver of {waiver.rule} at {self.spec.origins.at('waivers', position)} covers no finding",
                value=waiver.rule,
            )
            for position, waiver in enumerate(self.spec.waivers)
            if waiver.rule in judged and not self.used.get(position)
        )


def check_waivers(spec: StudySpec, rule_ids: Sequence[str]) -> None:
    """Refuse waivers of rules that do not exist.

    Raises:
        SpecError: a waiver names an unknown rule; file, line, and what was probably meant.
    """
    problems = [
        f"{spec.origins.at('waivers', position, 'rule')}: no rule {waiver.rule!r} to waive."
        f"{did_you_mean(waiver.rule, rule_ids)}"
        for position, waiver in enumerate(spec.waivers)
        if waiver.rule not in rule_ids
    ]
    if problems:
        raise SpecError(problems)
