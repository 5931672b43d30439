"""Second program of counts and descriptive statistics of subject variables by group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tlf.errors import AnalysisError, did_you_mean
from tlf.model.ard import Ard, Groups, Stat, numbered, stat_rows
from tlf.model.study_data import SUBJECTS, StudyData
from tlf.qc.analysis_groups import analysed_subjects, grouping_levels, population_rows
from tlf.qc.descriptive import descriptive_stats
from tlf.qc.subject_records import number, subject_rows, words
from tlf.registry import recompute

TOTAL: Final = "Total"
Rows = list[dict[str, Any]]
Reader = Callable[[Any], float | str | None]


@recompute("summary")
def recompute_summary(data: StudyData, analysis_id: str, block: Any) -> Ard:
    """Return, by group and in total, the statistics of numeric variables and the counts of character ones.

    Args:
        data: the study's data as read.
        analysis_id: the analysis's name in the spec.
        block: the analysis; ``by``, ``total`` and ``variables`` are read from it.
    """
    members, rows_by_subject = analysed_subjects(data, block), subject_rows(data)
    columns: list[tuple[Groups, list[str]]] = []
    if block.by:
        variable, levels, of_subject = grouping_levels(data, block.by)
        columns = [(((variable, level),), [u for u in members if of_subject.get(u) == level]) for level in levels]
        if block.total:
            grouped = [u for u in members if u in of_subject]
            columns.append((((variable, TOTAL),), grouped))
    else:
        columns = [((), members)]
    rows = population_rows(analysis_id, "summary", {groups: len(subjects) for groups, subjects in columns})
    everyone = {usubjid for _, subjects in columns for usubjid in subjects}
    for name in block.variables:
        read = _reader(data, analysis_id, name)
        value_of = {usubjid: read(row[name]) for usubjid, row in rows_by_subject.items()}
        levels = sorted({v for v in (value_of[usubjid] for usubjid in everyone) if isinstance(v, str)})
        incomplete = any(value_of[usubjid] is None for usubjid in everyone)
        for groups, subjects in columns:
            values = [value_of[usubjid] for usubjid in subjects]
            present = [value for value in values if value is not None]
            missing = [Stat("n_missing", "n_missing", float(len(values) - len(present)))] if incomplete else []
            if read is words:
                found = [(None, [_count("n", len(present)), *missing]), *_level_stats(values, levels)]
            else:
                stats = descriptive_stats([float(v) for v in present], data.spec.profile.percentile_rule)
                found = [(None, [*stats, *missing])]
            for level, stats in found:
                rows += stat_rows(analysis_id, "summary", stats, groups=groups, variable=name, variable_level=level)
    return numbered(rows)


def _reader(data: StudyData, analysis_id: str, name: str) -> Reader:
    """Return how a variable's stored values are read: as numbers or as words.

    Raises:
        AnalysisError: ADSL has no such variable.
    """
    adsl = data.dataset(SUBJECTS)
    if not adsl.has(name):
        raise AnalysisError(
            f"{analysis_id}: {SUBJECTS} has no variable {name}.{did_you_mean(name, adsl.variable_names)}"
        )
    return number if adsl.variable(name).type == "num" else words


def _level_stats(values: list[Any], levels: list[str]) -> list[tuple[str | None, list[Stat]]]:
    """Return count, denominator and percentage of each level; the denominator is everyone, missing or not."""
    found: list[tuple[str | None, list[Stat]]] = []
    for level in levels:
        count = values.count(level)
        share = 100 * count / len(values) if values else None
        percent = Stat("p", "%", share, not_estimable="no subjects" if share is None else None)
        found.append((level, [_count("n", count), _count("denominator", len(values)), percent]))
    return found


def _count(name: str, count: int) -> Stat:
    return Stat(name, name, float(count))
