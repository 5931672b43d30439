"""The assessments that count towards a best change: after baseline, and not after progression or censoring."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from tlf.derive.subject_records import named, one_a_subject, refusal, require, require_values, selected
from tlf.model.duration import Duration
from tlf.model.spec import Records
from tlf.model.study_data import LogStep, StudyData


@dataclass(frozen=True, eq=False)
class Qualifying:
    """Qualifying records of one dataset, with all its variables and original index, and how they were reached."""

    frame: pd.DataFrame
    log: tuple[LogStep, ...]

    def until(self, landmark: Duration) -> pd.DataFrame:
        """Return the records with ADY up to a landmark; all of them if it is no limit."""
        days = landmark.days
        return self.frame if days is None else self.frame[self.frame["ADY"] <= days]


def qualifying_records(data: StudyData, name: str, *, records: Records, until: str) -> Qualifying:
    """Return the records that a best change can come from.

    Steps (ANALYSIS "best tumour shrinkage"; Pavel et al. 2025, 2.3.1):
        1. The records that the spec selects; they must be of one parameter.
        2. With a percentage change from baseline (PCHG), and the dates to place them (ADT, ADY).
        3. After day 1: ADY > 1. Day 1 and earlier is baseline.
        4. ADT on or before the subject's event or censoring date of ``until``; the day itself counts. A subject
           without one has no qualifying record; the log names it.

    Args:
        data: the study's data.
        name: the derivation, for messages and the log.
        records: the assessments, of a BDS dataset with USUBJID, PARAMCD, ADT, ADY (days) and PCHG (percent).
        until: PARAMCD of the time-to-event parameter whose ADT ends the window.

    Raises:
        DerivationError: nothing selected, several parameters selected, a variable absent or of the wrong type, a
            missing event or censoring date, or nothing that qualifies.
    """
    frame = selected(data, name, "records", records)
    dataset = data.dataset(records.dataset)
    require(data, name, dataset, "char", "PARAMCD")
    require(data, name, dataset, "num", "ADT", "ADY", "PCHG")
    codes = sorted(frame["PARAMCD"].dropna().unique())
    if len(codes) != 1:
        raise refusal(data, name, f"records select the parameters {', '.join(codes)}: expected one", "records")
    ends = _end_dates(data, name, until)
    placed = frame[["PCHG", "ADT", "ADY"]].notna().all(axis=1)
    after = placed & (frame["ADY"] > 1)
    kept = after & (frame["ADT"] <= frame["USUBJID"].map(ends))
    if not kept.any():
        raise refusal(data, name, f"no record of {records} qualifies: after day 1, with PCHG, by {until}", "records")
    endless = after & ~frame["USUBJID"].isin(ends.index)
    note = f"no {until} record, so none qualifies: {named(frame['USUBJID'][endless])}" if endless.any() else ""
    counts = [len(dataset.frame), len(frame), int(placed.sum()), int(after.sum()), int(kept.sum())]
    steps = (f"select {records}", "with PCHG, ADT and ADY", "after day 1", f"on or before the date of {until}")
    log = [LogStep(name, step, counts[i], counts[i + 1]) for i, step in enumerate(steps)]
    log[-1] = replace(log[-1], note=note)
    return Qualifying(frame[kept], tuple(log))


def _end_dates(data: StudyData, name: str, until: str) -> pd.Series:
    """Return the event or censoring date of each subject, indexed by USUBJID."""
    ends = one_a_subject(data, name, "until", until)
    dataset = data.parameter(until).dataset
    require(data, name, data.dataset(dataset), "num", "ADT")
    require_values(data, name, dataset, ends, "ADT")
    return ends.set_index("USUBJID")["ADT"]
