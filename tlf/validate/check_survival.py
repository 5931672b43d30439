"""Survival parameters against what else is known of the subject: death in ADSL, and one parameter against another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.dataset import Dataset, sas_date
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.check_event import DAYS, units_of
from tlf.validate.check_source import Positions, subject_rows
from tlf.validate.message import sas_text
from tlf.validate.outcome import (
    Mask,
    Outcome,
    Skipped,
    Violations,
    differs,
    lacking,
    missing,
    not_numeric,
    numbers,
    other_dataset,
)

Floats = npt.NDArray[np.float64]


@check("death_matches", offers=("problem",))
def check_death_matches(
    dataset: Dataset, study: StudyData, *, flag: str = "DTHFL", date: str = "DTHDT", source: str = "ADSL"
) -> Outcome:
    """Overall survival is an event exactly where the subject died, and then at the date of death.

    1. CNSR 0 needs the death flag; CNSR > 0 needs its absence, unless the death is after the data cut-off.
    2. CNSR 0 with the flag: ADT is the date of death, where that is known.
    Subjects that are not once in the source have rules of their own.
    """
    subjects = other_dataset(study, source)
    if isinstance(subjects, Skipped):
        return subjects
    reason = not_numeric(dataset, "CNSR", "ADT") or lacking(dataset, "USUBJID") or lacking(subjects, "USUBJID", flag)
    if reason is not None:
        return reason
    rows = subject_rows(dataset, subjects)
    died, death = _deaths(subjects, rows, flag=flag, date=date)
    cutoff = study.spec.study.data_cutoff
    late = death > (np.inf if cutoff is None else sas_date(cutoff))
    censoring, end = numbers(dataset, "CNSR"), numbers(dataset, "ADT")
    alive_event = (rows >= 0) & (censoring == 0) & ~died
    dead_censored = (censoring > 0) & died & ~late
    other_date = (censoring == 0) & died & ~np.isnan(death) & (end != death)

    def problem(at: int) -> str:
        if alive_event[at]:
            return f"an event, but {source}.{flag} is not Y"
        if dead_censored[at]:
            return f"censored, but {source}.{flag} is Y"
        return f"dated {sas_text(float(end[at]), 'date')}, but {source}.{date} is {sas_text(float(death[at]), 'date')}"

    return (Violations("CNSR", alive_event | dead_censored | other_date, {"problem": problem}),)


def _deaths(subjects: Dataset, rows: Positions, *, flag: str, date: str) -> tuple[Mask, Floats]:
    """Return for each record whether its subject died (False if not in the source), and the date (NaN if unknown)."""
    died = subjects.frame[flag].eq("Y").fillna(False).to_numpy(dtype=bool)
    dates = numbers(subjects, date) if not_numeric(subjects, date) is None else np.full(len(died), np.nan)
    # a last place that says "not dead" is what the position -1 of an unknown subject points at
    return np.append(died, False)[rows], np.append(dates, np.nan)[rows]


@check("parameter_order", offers=("earlier", "later", "later_value"))
def check_parameter_order(
    dataset: Dataset, study: StudyData, *, earlier: str, later: str, value: str = "AVAL"
) -> Outcome:
    """For one subject the earlier parameter's value is at most the later one's, each in the unit that PARAM names.

    Subjects with more than one record of the later parameter have a rule of their own and are not judged.
    """
    reason = not_numeric(dataset, value) or lacking(dataset, "USUBJID", "PARAMCD")
    if reason is not None:
        return reason
    codes = dataset.frame["PARAMCD"]
    of_later = codes.eq(later).fillna(False).to_numpy(dtype=bool)
    of_earlier = codes.eq(earlier).fillna(False).to_numpy(dtype=bool)
    if not (of_later.any() and of_earlier.any()):
        return Skipped(f"{dataset.name} has not both {earlier} and {later}")
    subjects = dataset.frame.loc[of_later, "USUBJID"]
    once = subjects[~subjects.duplicated(keep=False) & ~missing(subjects)]
    found = pd.Index(once).get_indexer(pd.Index(dataset.frame["USUBJID"]))
    values = numbers(dataset, value)
    days = values * np.array([DAYS[unit] for unit in units_of(dataset)])
    of_subject = np.append(once.index.to_numpy(), -1)[found]
    limits = np.where(of_subject >= 0, days[of_subject], np.nan)
    above = of_earlier & (days > limits) & differs(days, limits)
    return (Violations(value, above, {"earlier": earlier, "later": later, "later_value": values[of_subject]}),)
