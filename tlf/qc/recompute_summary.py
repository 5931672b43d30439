"""Second program of counts and descriptive statistics of subject variables by group."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from tlf.errors import AnalysisError, did_you_mean
from tlf.model.ard import Ard, Groups, Stat, numbered, stat_rows
from tlf.model.study_data import SUBJECTS, StudyData
from tlf.qc.analysis_groups import analysed_subjects, grouping_levels
from tlf.qc.descriptive import descriptive_stats
from tlf.qc.subject_records import number, subject_rows, words
from tlf.registry import recompute

POPULATION: Final = "..population.."
Rows = list[dict[str, Any]]


@recompute("summary")
def recompute_summary(data: StudyData, analysis_id: str, block: Any) -> Ard:
    """Return, by group and in total, the statistics of numeric variables and the counts of character ones.

    Args:
        data: the study's data as read.
        analysis_id: the analysis's name in the spec.
        block: the analysis; ``by``, ``total`` and ``variables`` are read from it.
    """
    members, of_variable = analysed_subjects(data, block), subject_rows(data)
    columns: list[tuple[Groups, list[str]]] = []
    if block.by:
        variable, levels, of_subject = grouping_levels(data, block.by)
        columns = [(((variable, level),), [u for u in members if of_subject.get(u) == level]) for level in levels]
        if block.total:
            grouped = [u for u in members if u in of_subject]
            columns.append(((), grouped))
    else:
        columns = [((), members)]
    rows: Rows = []
    for groups, subjects in columns:
        size = Stat("N", "N", float(len(subjects)))
        rows += stat_rows(analysis_id, "summary", [size], groups=groups, variable=POPULATION)
        for name in block.variables:
            rows += _variable_rows(data, analysis_id, groups, name, [of_variable[u] for u in subjects])
    return numbered(rows)


def _variable_rows(
    data: StudyData, analysis_id: str, groups: Groups, name: str, subjects: list[dict[str, Any]]
) -> Rows:
    adsl = data.dataset(SUBJECTS)
    if not adsl.has(name):
        raise AnalysisError(
            f"{analysis_id}: {SUBJECTS} has no variable {name}.{did_you_mean(name, adsl.variable_names)}"
        )
    if adsl.variable(name).type == "num":
        values = [v for v in (number(row[name]) for row in subjects) if v is not None]
        stats = descriptive_stats(values, data.spec.profile.percentile_rule)
        return stat_rows(analysis_id, "summary", stats, groups=groups, variable=name)
    counted = Counter(words(row[name]) for row in subjects)
    rows: Rows = []
    for level in sorted({w for w in map(words, adsl.frame[name]) if w is not None}):
        share = 100 * counted[level] / len(subjects) if subjects else None
        stats = [
            Stat("n", "n", float(counted[level])),
            Stat("p", "%", share, not_estimable="no subjects" if share is None else None),
        ]
        rows += stat_rows(analysis_id, "summary", stats, groups=groups, variable=name, variable_level=level)
    return rows
