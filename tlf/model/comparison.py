"""What double programming found: each result of the production program beside that of the second program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Agreement = Literal["equal", "different", "only production", "only qc"]


@dataclass(frozen=True)
class ComparedStat:
    """One statistic made twice; ``difference`` is production - qc, ``tolerance`` what counts as equal (relative)."""

    analysis_id: str
    groups: str
    stat_name: str
    production: str
    qc: str
    difference: float | None
    tolerance: float
    agreement: Agreement


@dataclass(frozen=True)
class Comparison:
    """All compared statistics, and the analyses that have no second program (with the reason)."""

    stats: tuple[ComparedStat, ...]
    not_compared: tuple[tuple[str, str], ...] = ()

    @property
    def differing(self) -> tuple[ComparedStat, ...]:
        """The statistics that are not equal."""
        return tuple(stat for stat in self.stats if stat.agreement != "equal")
