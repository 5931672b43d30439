"""Second program of the best percentage change from baseline by landmark."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tlf.model.study_data import StudyData
from tlf.qc.subject_records import (
    Change,
    derivation_block,
    number,
    once_a_study,
    randomisation_dates,
    records_of,
    study_day,
    survival_times,
)
from tlf.registry import recompute

BestChanges = dict[str, dict[str, Change]]
"""Best change by landmark level, then by USUBJID; a subject without one is absent."""


@recompute("best_change")
@once_a_study
def recompute_best_change(data: StudyData, name: str) -> BestChanges:
    """Return the best (lowest) percentage change of each subject by each landmark, with the record it is from.

    Steps (tumour shrinkage, "Best tumour shrinkage"):
        1. Take the records that the derivation selects, with a percentage change.
        2. Keep those after day 1 and on or before the subject's first progression or censoring date.
        3. For landmark L keep those with day <= L; no limit keeps all.
        4. The lowest percentage change wins; among equals the earliest record.

    Args:
        data: the study's data as read.
        name: the derivation's name in the spec.
    """
    block = derivation_block(data, name, "best_change")
    by_subject = qualifying_changes(data, block)
    best: BestChanges = {}
    for level, landmark in block.landmarks.items():
        best[level] = {}
        for usubjid, changes in by_subject.items():
            in_time = [c for c in changes if landmark.days is None or c.day <= landmark.days]
            if in_time:
                best[level][usubjid] = min(in_time, key=lambda c: (c.pchg, c.date))
    return best


def qualifying_changes(data: StudyData, block: Any) -> dict[str, list[Change]]:
    """Return each subject's valid post-baseline changes up to progression or censoring, oldest first.

    The study day is recomputed from ADT and RANDDT. A subject without a randomisation date, or without a date to
    stop at, has none.
    """
    randomised = randomisation_dates(data)
    ends = {s.usubjid: s.date for s in survival_times(data, block.until).values()} if block.until else None
    by_subject: dict[str, list[Change]] = defaultdict(list)
    for row in records_of(data, block.records):
        usubjid, pchg, date = str(row["USUBJID"]), number(row.get("PCHG")), number(row.get("ADT"))
        if usubjid not in randomised or pchg is None or date is None:
            continue
        end = None if ends is None else ends.get(usubjid)
        if ends is not None and (end is None or date > end):
            continue
        day = study_day(date, randomised[usubjid])
        if day > 1:
            by_subject[usubjid].append(Change(usubjid, day, date, pchg))
    return {usubjid: sorted(changes, key=lambda c: c.date) for usubjid, changes in by_subject.items()}
