"""Second program of the landmark parameters: who is at risk at each landmark, with the clock reset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from tlf.errors import AnalysisError
from tlf.model.study_data import StudyData
from tlf.qc.recompute_best_change import qualifying_changes, recompute_best_change
from tlf.qc.subject_records import (
    Change,
    Survival,
    at_least,
    derivation_block,
    number,
    once_a_study,
    records_of,
    survival_times,
)
from tlf.registry import recompute

ANALYSED: Final = "analysed"
NO_CHANGE: Final = "no baseline or no post-baseline measurement by the landmark"
PROGRESSIVE: Final = "best response by the landmark is progressive disease"
NOT_AT_RISK: Final = "not at risk at the landmark"


@dataclass(frozen=True)
class Outcome:
    """What became of one subject at one landmark; ``time`` (days from the landmark) and ``event`` if analysed."""

    usubjid: str
    step: str
    time: float | None = None
    event: bool | None = None


Outcomes = dict[str, dict[str, Outcome]]
"""Outcome by landmark level, then by USUBJID of every subject of the analysis set."""


@recompute("landmark")
@once_a_study
def recompute_landmark(data: StudyData, name: str) -> Outcomes:
    """Return each subject's outcome at each landmark; a subject lost counts under the first step that drops it.

    Steps (Pavel et al. 2025, 2.3.1):
        1. Start from the analysis set.
        2. Drop subjects without a baseline, where the spec says which records are one, or a best change by then.
        3. Drop subjects whose best response by the landmark is progressive disease.
        4. Drop subjects whose time to event is at or before the landmark (skipped for no limit).
        5. Reset the clock: time from the landmark; the event is unchanged.

    Args:
        data: the study's data as read.
        name: the derivation's name in the spec.
    """
    block = derivation_block(data, name, "landmark")
    times = survival_times(data, block.of)
    best = recompute_best_change(data, block.change)
    assessments = qualifying_changes(data, derivation_block(data, block.change, "best_change"))
    lesions = new_lesion_dates(data, block)
    with_baseline = baseline_subjects(data, block)
    subjects = [str(usubjid) for usubjid in data.subjects(block.analysis_set)["USUBJID"]]
    outcomes: Outcomes = {}
    for level, landmark in block.at.items():
        if level not in best:
            raise AnalysisError(f"derivation {name}: {block.change} has no level {level}; it has {list(best)}")
        limit = landmark.days
        outcomes[level] = {}
        for usubjid in subjects:
            change = best[level].get(usubjid) if with_baseline is None or usubjid in with_baseline else None
            survival = times.get(usubjid)
            in_time = [c for c in assessments.get(usubjid, []) if limit is None or c.day <= limit]
            progressive = change is not None and is_progressive(change, in_time, lesions.get(usubjid, set()), block)
            outcomes[level][usubjid] = _outcome(usubjid, change, progressive, survival, limit)
    return outcomes


def _outcome(
    usubjid: str, change: Change | None, progressive: bool, survival: Survival | None, limit: float | None
) -> Outcome:
    if change is None:
        return Outcome(usubjid, NO_CHANGE)
    if progressive:
        return Outcome(usubjid, PROGRESSIVE)
    if survival is None or (limit is not None and survival.time <= limit):
        return Outcome(usubjid, NOT_AT_RISK)
    return Outcome(usubjid, ANALYSED, survival.time - (limit or 0), survival.event)


def is_progressive(change: Change, assessments: Iterable[Change], lesions: set[float], block: Any) -> bool:
    """Say whether a best response is progressive disease: grown enough, or a new lesion at every assessment."""
    rule = block.best_response_pd
    if rule is None:
        return False
    if rule.pchg_ge is not None and at_least(change.pchg, rule.pchg_ge):
        return True
    seen = [assessment.date in lesions for assessment in assessments]
    if rule.new_lesion == "all":
        return bool(seen) and all(seen)
    return rule.new_lesion == "any" and any(seen)


def baseline_subjects(data: StudyData, block: Any) -> set[str] | None:
    """Return who has a baseline measurement; None if the spec names no such records: a change then implies one."""
    if getattr(block, "baseline", None) is None:
        return None
    return {str(row["USUBJID"]) for row in records_of(data, block.baseline) if number(row.get("AVAL")) is not None}


def new_lesion_dates(data: StudyData, block: Any) -> dict[str, set[float]]:
    """Return the dates (SAS) on which each subject had a new lesion; none if the spec names no such records."""
    dates: dict[str, set[float]] = {}
    for row in records_of(data, block.new_lesions) if block.new_lesions is not None else ():
        date = number(row.get("ADT"))
        if date is not None:
            dates.setdefault(str(row["USUBJID"]), set()).add(date)
    return dates
