"""Second program of Kaplan-Meier estimates by group."""

from __future__ import annotations

from typing import Any, Final

from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.study_data import StudyData
from tlf.qc.analysis_groups import combinations, grouping_levels, times_of
from tlf.qc.subject_records import Survival
from tlf.qc.survival_curve import Curve, Estimate, quantile, survival_at, survival_curve
from tlf.registry import recompute

QUANTILES: Final = (0.25, 0.5, 0.75)
Rows = list[dict[str, Any]]


@recompute("kaplan_meier")
def recompute_kaplan_meier(data: StudyData, analysis_id: str, block: Any) -> Ard:
    """Return counts, quartiles, and survival and numbers at risk at the declared times, by group.

    Args:
        data: the study's data as read.
        analysis_id: the analysis's name in the spec.
        block: the analysis; ``time``, ``by``, ``rates_at`` and ``at_risk_every`` are read from it.
    """
    rows: Rows = []
    for combination in combinations(data, block):
        times = times_of(data, block.time, combination)
        followed = [times[usubjid] for usubjid in combination.subjects if usubjid in times]
        if block.by is None:
            rows += _group_rows(data, block, analysis_id, combination.groups, followed)
            continue
        variable, levels, of_subject = grouping_levels(data, block.by)
        for level in levels:
            group = [s for s in followed if of_subject.get(s.usubjid) == level]
            rows += _group_rows(data, block, analysis_id, (*combination.groups, (variable, level)), group)
    return numbered(rows)


def _group_rows(data: StudyData, block: Any, analysis_id: str, groups: Any, followed: list[Survival]) -> Rows:
    events = sum(s.event for s in followed)
    counts = {"n": len(followed), "n_event": events, "n_censor": len(followed) - events}
    stats = [Stat(name, name, float(count)) for name, count in counts.items()]
    rows = stat_rows(analysis_id, "kaplan_meier", stats, groups=groups)
    profile = data.spec.profile
    curve = (
        survival_curve([s.time for s in followed], [s.event for s in followed], profile.conf_type, profile.conf_level)
        if followed
        else None
    )
    for probability in QUANTILES:
        found = quantile(curve, probability, profile.quantile_rule) if curve else None
        rows += stat_rows(
            analysis_id,
            "kaplan_meier",
            _stats(found),
            groups=groups,
            variable="quantile",
            variable_level=f"{probability:g}",
        )
    for duration in getattr(block, "rates_at", None) or ():
        found = survival_at(curve, duration.days, profile.beyond_last) if curve else None
        stats = [*_stats(found), _at_risk(curve, duration.days)]
        rows += stat_rows(
            analysis_id, "kaplan_meier", stats, groups=groups, variable="rate", variable_level=str(duration)
        )
    return rows


def _at_risk(curve: Curve | None, time: float) -> Stat:
    return Stat("n_risk", "n_risk", float(curve.number_at_risk(time)) if curve else 0.0)


def _stats(found: Estimate | None) -> list[Stat]:
    values = (found.value, found.lower, found.upper) if found else (None, None, None)
    reason = "not reached or not estimable" if found else "no subjects"
    return [
        Stat(name, name, value, not_estimable=reason if value is None else None)
        for name, value in zip(("estimate", "conf_low", "conf_high"), values, strict=True)
    ]
