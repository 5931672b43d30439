"""Second program of Kaplan-Meier estimates by group."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from tlf.errors import AnalysisError
from tlf.model.ard import Ard, Groups, Stat, numbered, stat_rows
from tlf.model.duration import Duration
from tlf.model.study_data import StudyData
from tlf.qc.analysis_groups import Combination, combinations, grouping_levels, population_rows, times_of
from tlf.qc.subject_records import Survival
from tlf.qc.survival_curve import Curve, Estimate, quantile, survival_at, survival_curve
from tlf.registry import recompute

QUANTILES: Final = (0.25, 0.5, 0.75)
Rows = list[dict[str, Any]]
Result = tuple[str, str | None, list[Stat]]


@recompute("kaplan_meier")
def recompute_kaplan_meier(data: StudyData, analysis_id: str, block: Any) -> Ard:
    """Return counts, quartiles, and survival and numbers at risk at the declared times, by group.

    Args:
        data: the study's data as read.
        analysis_id: the analysis's name in the spec.
        block: the analysis; ``time``, ``by``, ``rates_at`` and ``at_risk_every`` are read from it.
    """
    if getattr(block, "unit", "d") != "d":
        raise AnalysisError(f"{analysis_id}: the second program gives times in days, not in {block.unit}")
    rows: Rows = []
    for outer in combinations(data, block):
        times = times_of(data, block.time, outer)
        by_group = dict(_by_group(data, block.by, outer))
        shown = [times[usubjid] for subjects in by_group.values() for usubjid in subjects if usubjid in times]
        ticks = risk_times(getattr(block, "at_risk_every", None), shown)
        for groups, subjects in by_group.items():
            rows += population_rows(analysis_id, "kaplan_meier", {groups: len(subjects)})
            group = [survival for survival in shown if survival.usubjid in subjects]
            for variable, level, stats in _group_results(data, block, group, ticks):
                rows += stat_rows(
                    analysis_id, "kaplan_meier", stats, groups=groups, variable=variable, variable_level=level
                )
    return numbered(rows)


def _by_group(data: StudyData, by: str | None, outer: Combination) -> Iterator[tuple[Groups, set[str]]]:
    if by is None:
        yield outer.groups, set(outer.subjects)
        return
    variable, levels, of_subject = grouping_levels(data, by)
    for level in levels:
        yield (*outer.groups, (variable, level)), {u for u in outer.subjects if of_subject.get(u) == level}


def risk_times(every: Duration | None, followed: list[Survival]) -> list[float]:
    """Return 0 and every so many days until the longest follow-up is reached: the times of the numbers at risk.

    Example:
        >>> risk_times(Duration(30.0), [Survival("1", 75, True, None)])
        [0.0, 30.0, 60.0, 90.0]
    """
    if every is None or not every.days:
        return []
    longest = max((s.time for s in followed), default=0.0)
    return [position * every.days for position in range(math.ceil(longest / every.days) + 1)]


def _group_results(data: StudyData, block: Any, followed: list[Survival], ticks: list[float]) -> list[Result]:
    """Return the results of one group, each as variable, level and statistics."""
    profile = data.spec.profile
    events = sum(s.event for s in followed)
    counts = {"n": len(followed), "n_event": events, "n_censor": len(followed) - events}
    found: list[Result] = [("subjects", None, [_count(*item) for item in counts.items()])]
    curve = None
    if followed:
        times, happened = [s.time for s in followed], [s.event for s in followed]
        curve = survival_curve(times, happened, profile.conf_type, profile.conf_level)
    for probability in getattr(block, "quantiles", QUANTILES):
        stats = _stats(quantile(curve, probability, profile.quantile_rule) if curve else None)
        found.append(("quantile", f"{probability:g}", stats))
    for duration in getattr(block, "rates_at", None) or ():
        rate = survival_at(curve, duration.days, profile.beyond_last) if curve else None
        found.append(("rate", str(duration), [*_stats(rate), _std_error(rate), _at_risk(curve, duration.days)]))
    for point in (p for p in curve.points if p.events + p.censored) if curve else ():
        height = Estimate(point.survival, point.lower, point.upper, point.std_error)
        stats = [*_stats(height), _std_error(height)]
        numbers = {"n_risk": point.at_risk, "n_event": point.events, "n_censor": point.censored}
        found.append(("curve", _written(point.time), stats + [_count(*item) for item in numbers.items()]))
    return found + [("at_risk", _written(time), [_at_risk(curve, time)]) for time in ticks]


def _written(time: float) -> str:
    """Return a time in days as a level of the results: whole days without decimals."""
    return f"{time:.0f}" if time == int(time) else repr(time)


def _count(name: str, count: int) -> Stat:
    return Stat(name, name, float(count))


def _at_risk(curve: Curve | None, time: float) -> Stat:
    return _count("n_risk", curve.number_at_risk(time) if curve else 0)


def _std_error(found: Estimate | None) -> Stat:
    value = found.std_error if found else None
    return Stat("std_error", "std_error", value, not_estimable="not estimable" if value is None else None)


def _stats(found: Estimate | None) -> list[Stat]:
    values = (found.value, found.lower, found.upper) if found else (None, None, None)
    reason = "not reached or not estimable" if found else "no subjects"
    return [
        Stat(name, name, value, not_estimable=reason if value is None else None)
        for name, value in zip(("estimate", "conf_low", "conf_high"), values, strict=True)
    ]
