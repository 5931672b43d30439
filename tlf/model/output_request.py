"""What a display function is asked for: one output of the spec, the results it shows, and the data behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tlf.errors import DisplayError, did_you_mean
from tlf.model.ard import Ard, ArdRow, Groups
from tlf.model.spec import Analysis, Output
from tlf.model.study_data import StudyData

POPULATION: Final = "..population.."
"""The variable of the Ard rows that hold the number of subjects (``N``) of each group."""


@dataclass(frozen=True, eq=False)
class OutputRequest:
    """One output to show; ``analyses`` are those behind its results, ``code`` the short hash of what they depend on."""

    output_id: str
    output: Output
    data: StudyData
    ard: Ard
    analyses: Mapping[str, Analysis] = field(default_factory=dict)
    program: str = ""
    code: str = ""


class Results:
    """The Ard rows of one analysis, found by what they say; built once, so that a table need not search the frame.

    Example:
        ``Results(ard, "cox_by_landmark").one("p_value", groups=(("TRT01P", "A"), ("landmark_pfs", "L150")))``
    """

    def __init__(self, ard: Ard, analysis_id: str) -> None:
        self.analysis_id = analysis_id
        self.rows: tuple[ArdRow, ...] = ard.of_analysis(analysis_id).rows()
        self._by_key: dict[tuple[Groups, str, str | None, str], ArdRow] = {
            (row.groups, row.variable, row.variable_level, row.stat_name): row for row in self.rows
        }

    def groups(self) -> tuple[Groups, ...]:
        """Return the combinations of groups, in order of first appearance."""
        return tuple(dict.fromkeys(row.groups for row in self.rows))

    def levels(self, variable: str, groups: Groups) -> tuple[str, ...]:
        """Return the levels of a variable in a group, in order."""
        found = (r.variable_level for r in self.rows if r.variable == variable and r.groups == groups)
        return tuple(dict.fromkeys(level for level in found if level is not None))

    def find(self, stat: str, groups: Groups, variable: str | None = None, level: str | None = None) -> ArdRow | None:
        """Return the one row that matches, or None; ``variable`` None: the only variable that has it."""
        if variable is not None:
            return self._by_key.get((groups, variable, level, stat))
        found = [r for r in self.rows if r.groups == groups and r.stat_name == stat and r.variable_level == level]
        return found[0] if len(found) == 1 else None

    def one(self, stat: str, groups: Groups, variable: str | None = None, level: str | None = None) -> ArdRow:
        """Return the one row that matches.

        Raises:
            DisplayError: there is none; the message names what was looked for, and the statistics there are.
        """
        row = self.find(stat, groups, variable, level)
        if row is None:
            known = {r.stat_name for r in self.rows if r.groups == groups}
            place = " / ".join(text for text in (variable, level, *(f"{g}={lv}" for g, lv in groups)) if text)
            raise DisplayError(
                f"analysis {self.analysis_id} has no result {stat} for {place or 'overall'}.{did_you_mean(stat, known)}"
            )
        return row
