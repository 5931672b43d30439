"""Landmark time to event: who is at risk at each landmark, the clock reset, and who was lost and why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pandas as pd

from tlf.derive.attrition import Attrition, with_attrition
from tlf.derive.bds_records import ParamcdPrefix, emptied, level_codes, source_record, with_records
from tlf.derive.landmark_disposition import BestResponsePd, LandmarkInputs, disposition
from tlf.derive.qualifying_records import Qualifying, qualifying_records
from tlf.derive.subject_records import named, one_a_subject, refusal, require, require_values, selected, with_baseline
from tlf.errors import did_you_mean
from tlf.model.duration import Duration
from tlf.model.spec import Derivation, Landmarks, RecordsOf, keywords_of
from tlf.model.study_data import LogStep, Parameter, StudyData
from tlf.registry import derivation

_STALE: Final = re.compile(r"AVALC|AVALCA.*|STARTDTM|STARTTM|STDTM|STTM")


@derivation(
    "landmark",
    levels="at",
    reads={
        "of": {"USUBJID": "char", "STARTDT": "num", "ADT": "num", "AVAL": "num", "CNSR": "num"},
        "new_lesions": {"USUBJID": "char", "ADT": "num"},
    },
)
def derive_param_landmark(  # noqa: PLR0913 - the keyword parameters are the keys of the spec
    data: StudyData,
    name: str,
    *,
    of: str,
    at: Landmarks,
    change: str,
    best_response_pd: BestResponsePd,
    paramcd: ParamcdPrefix,
    analysis_set: str,
    new_lesions: RecordsOf | None = None,
    baseline: RecordsOf | None = None,
) -> StudyData:
    """Derive time to event from each landmark, for the subjects at risk there, and every subject's reason for loss.

    Steps (Pavel et al. 2025, 2.3.1); a subject counts as lost once, under the first step that drops it:
        1. Start from the analysis set.
        2. Drop subjects without a best change by L: no baseline, or no valid assessment after it.
        3. Drop subjects whose best response by L is progressive disease: best change >= ``pchg_ge`` percent, or a new
           lesion (matched by USUBJID and ADT) at all, or any, of the assessments that the best change is from.
        4. Drop subjects not at risk at L: AVAL <= L, event or censored. Skipped for no limit.
        5. Reset the clock: STARTDT(L) = STARTDT + L, AVAL(L) = AVAL - L, in days; ADT and CNSR stay. No limit
           changes nothing.

    Args:
        data: the study's data, with the best change already derived.
        name: the derivation; its levels are ``name.L150`` and so on.
        of: PARAMCD of a time-to-event parameter in days: AVAL = ADT - STARTDT + 1.
        at: the levels and their durations in whole days, the same as those of ``change``.
        change: a derivation of the method ``best_change``.
        best_response_pd: what counts as progressive disease as best response.
        paramcd: what the new PARAMCDs start with.
        analysis_set: whom the attrition starts from.
        new_lesions: records of a new lesion, with USUBJID and ADT; needed unless ``new_lesion`` is none.
        baseline: baseline records; if given, "no baseline" is told from "no assessment after baseline".

    Returns:
        The data with records added to the dataset of ``of``, a parameter a level, and the dataset ADATTRIT: one row
        a subject and landmark, EXSTEP the number of the step above that dropped it, EXREAS the reason.

    Raises:
        DerivationError: the landmarks differ from those of ``change``, a subject without a time-to-event record,
            or dates and days that do not fit each other.

    Example:
        With ``{L150: 150 d, ALL: none}`` and paramcd ``PFSL``, records PFSL150 and PFSLALL are added.
    """
    subjects = data.subjects(analysis_set)
    source = _source(data, name, of, subjects["USUBJID"])
    qualifying = _qualifying_of(data, name, change, at)
    _check_clock(data, name, source, qualifying.frame)
    inputs = LandmarkInputs(
        source=source,
        assessments=_assessments(data, name, qualifying, best_response_pd, new_lesions),
        baseline=None if baseline is None else with_baseline(data, name, baseline),
        rule=best_response_pd,
    )
    dataset = data.dataset(data.parameter(of).dataset)
    codes = level_codes(data, name, prefix=paramcd, landmarks=at, dataset=dataset)
    parts, attrition, log = [], [], []
    for level, landmark in at.items():
        lost = disposition(inputs, _best(data, f"{change}.{level}"), landmark)
        kept = source[lost["EXSTEP"].isna()]
        parts.append(_derived(dataset.name, kept, code=codes[level], landmark=landmark))
        attrition.append(Attrition(codes[level], _param(source, landmark), landmark.days, lost))
        log.extend(_steps(name, codes[level], lost))
    derived = emptied(pd.concat(parts, ignore_index=True), dataset, _STALE)
    result = data.with_dataset(with_records(dataset, derived), *log)
    result = with_attrition(result, name, subjects, attrition)
    made = {f"{name}.{level}": Parameter(dataset.name, codes[level], at[level].label, level, at[level]) for level in at}
    return replace(result, parameters={**data.parameters, **made})


def _source(data: StudyData, name: str, of: str, subjects: pd.Series) -> pd.DataFrame:
    """Return the time-to-event record of each subject, in ADSL's order, indexed by USUBJID (kept as a column)."""
    records = one_a_subject(data, name, "of", of)
    dataset = data.dataset(data.parameter(of).dataset)
    require(data, name, dataset, "num", "AVAL", "CNSR", "ADT", "STARTDT")
    require(data, name, dataset, "char", "PARAM")
    absent = subjects[~subjects.isin(records["USUBJID"])]
    if len(absent):
        raise refusal(
            data, name, f"{dataset.name} has no {of} record for {named(absent)}: expected one a subject", "of"
        )
    source = records.set_index("USUBJID", drop=False).loc[subjects.to_numpy()]
    source.index.name = None
    require_values(data, name, dataset.name, source, "AVAL", "CNSR", "ADT", "STARTDT")
    off = (source["AVAL"] - (source["ADT"] - source["STARTDT"] + 1)).abs() > 0
    if off.any():
        row = source[off].iloc[0]
        days = row["ADT"] - row["STARTDT"] + 1
        message = f"{dataset.name} {of} of {row['USUBJID']} has AVAL {row['AVAL']:g}, but ADT - STARTDT + 1 is {days:g}"
        raise refusal(data, name, f"{message}: expected days from STARTDT, which the landmark moves", "of")
    return source


def _qualifying_of(data: StudyData, name: str, change: str, at: Landmarks) -> Qualifying:
    """Return the qualifying records of the best change that this derivation builds on."""
    blocks = data.spec.derivations
    if change not in blocks or blocks[change].method != "best_change":
        known = [key for key, block in blocks.items() if block.method == "best_change"]
        raise refusal(data, name, f"{change} is no derivation of best_change.{did_you_mean(change, known)}", "change")
    keys = keywords_of(blocks[change], Derivation)
    if dict(keys["landmarks"]) != dict(at):
        raise refusal(data, name, f"at has other landmarks than {change}: expected the same levels and times", "at")
    broken = [str(duration) for duration in at.values() if duration.days is not None and duration.days % 1]
    if broken:
        raise refusal(data, name, f"landmark {broken[0]} is not a whole number of days, but moves a date", "at")
    return qualifying_records(data, name, records=keys["records"], until=keys["until"])


def _check_clock(data: StudyData, name: str, source: pd.DataFrame, assessments: pd.DataFrame) -> None:
    """Refuse assessments whose ADY counts from another day than the STARTDT of the time to event."""
    start = assessments["USUBJID"].map(source["STARTDT"])
    off = (assessments["ADY"] != assessments["ADT"] - start + 1) & start.notna()
    if off.any():
        subjects = named(assessments["USUBJID"][off])
        raise refusal(data, name, f"ADY is not counted from STARTDT for {subjects}: landmarks need one clock", "of")


def _assessments(
    data: StudyData, name: str, qualifying: Qualifying, rule: BestResponsePd, new_lesions: RecordsOf | None
) -> pd.DataFrame:
    """Return each day of a qualifying assessment, and whether a new lesion was found on it."""
    days = qualifying.frame[["USUBJID", "ADT", "ADY"]].drop_duplicates(["USUBJID", "ADT"])
    if rule.new_lesion == "none":
        return days.assign(LESION=False)
    if new_lesions is None:
        message = f"new_lesion is {rule.new_lesion}, but no new_lesions are given: name their records, or write none"
        raise refusal(data, name, message, "best_response_pd")
    lesions = selected(data, name, "new_lesions", new_lesions)
    require(data, name, data.dataset(new_lesions.dataset), "num", "ADT")
    dated = pd.MultiIndex.from_frame(lesions[["USUBJID", "ADT"]].dropna())
    return days.assign(LESION=pd.MultiIndex.from_frame(days[["USUBJID", "ADT"]]).isin(dated))


def _best(data: StudyData, reference: str) -> pd.Series:
    return data.parameter_records(reference).set_index("USUBJID")["AVAL"]


def _param(source: pd.DataFrame, landmark: Duration) -> str:
    of = str(source["PARAM"].iloc[0])
    return f"{of}, No Landmark" if landmark.days is None else f"{of}, Landmark {landmark.label}"


def _derived(dataset: str, kept: pd.DataFrame, *, code: str, landmark: Duration) -> pd.DataFrame:
    """Return the records of the subjects at risk, counted from the landmark."""
    days = landmark.days or 0.0
    return kept.assign(
        PARAMCD=code,
        PARAM=_param(kept, landmark) if len(kept) else "",
        STARTDT=kept["STARTDT"] + days,
        AVAL=kept["AVAL"] - days,
        **source_record(kept, dataset, "AVAL"),
    )


def _steps(name: str, code: str, lost: pd.DataFrame) -> list[LogStep]:
    """Return a log line for each reason, in the order of the steps, with the subjects before and after it."""
    steps, left = [], len(lost)
    dropped = lost.dropna(subset="EXSTEP").sort_values(["EXSTEP", "EXREAS"])["EXREAS"]
    for reason, count in dropped.value_counts(sort=False).items():
        steps.append(LogStep(name, f"{code}: {reason}", left, left - int(count)))
        left -= int(count)
    return steps
