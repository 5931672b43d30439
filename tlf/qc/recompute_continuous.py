"""Second program of descriptive statistics of a best change."""

from __future__ import annotations

from typing import Any

from tlf.model.ard import Ard, numbered, stat_rows
from tlf.model.study_data import StudyData
from tlf.qc.analysis_groups import (
    changes_of,
    combinations,
    outer_populations,
    parameter_code,
    population_rows,
    times_of,
)
from tlf.qc.descriptive import descriptive_stats
from tlf.registry import recompute


@recompute("continuous")
def recompute_continuous(data: StudyData, analysis_id: str, block: Any) -> Ard:
    """Return the descriptive statistics of a derived value for every combination of for_each.

    Args:
        data: the study's data as read.
        analysis_id: the analysis's name in the spec.
        block: the analysis; ``value`` says what, ``among`` narrows to the subjects analysed at a landmark.
    """
    found = combinations(data, block)
    rows = population_rows(analysis_id, "continuous", outer_populations(found))
    for combination in found:
        changes = changes_of(data, block.value, combination)
        among = getattr(block, "among", None)
        kept = set(times_of(data, among, combination)) if among else set(combination.subjects)
        values = [changes[u] for u in combination.subjects if u in kept and u in changes]
        stats = descriptive_stats(values, data.spec.profile.percentile_rule)
        code = parameter_code(data, block.value, combination)
        rows += stat_rows(analysis_id, "continuous", stats, groups=combination.groups, variable=code)
    return numbered(rows)
