"""Best percentage change from baseline up to each landmark, as derived BDS records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from tlf.derive.bds_records import ParamcdPrefix, emptied, level_codes, source_record, with_records
from tlf.derive.qualifying_records import qualifying_records
from tlf.derive.subject_records import require
from tlf.model.dataset import Dataset
from tlf.model.duration import Duration
from tlf.model.spec import Landmarks, RecordsOf
from tlf.model.study_data import SUBJECTS, LogStep, Parameter, StudyData
from tlf.registry import derivation

# What a derived record may say of its source: who, under which treatment, when, by whom. All else describes the
# source's own parameter (BASE, CHG, ABLFL, ANL01FL ...) and stays empty, as ADaM asks where PARAMCD has no baseline.
_COPIED: Final = (
    r"STUDYID|USUBJID|SUBJID|SITEID|TRT.*|TR\d\d.*|PARAM|PARAMCD|AVAL|PARCAT\d.*"
    r"|A(DT|DTM|TM|DTF|TMF|DY|SEQ|VISIT|VISITN|PERIOD|PERIODC|PHASE|PHASEN|TPT|TPTN)|VISIT|VISITNUM|VISITDY"
)


@derivation(
    "best_change",
    levels="landmarks",
    reads={
        "records": {"USUBJID": "char", "ASEQ": "num", "ADT": "num", "ADY": "num", "PCHG": "num"},
        "until": {"USUBJID": "char", "ADT": "num"},
    },
)
def derive_param_best_change(
    data: StudyData, name: str, *, records: RecordsOf, until: str, landmarks: Landmarks, paramcd: ParamcdPrefix
) -> StudyData:
    """Derive each subject's best percentage change from baseline up to each landmark.

    Steps (Pavel et al. 2025, 2.3.1):
        1. Qualifying records: selected by the spec, with PCHG, after day 1, on or before the date of ``until``.
        2. For landmark L those with ADY <= L; no limit takes all.
        3. The lowest PCHG; ties keep the earliest record, by ADT, then ASEQ.
        4. One record a subject and landmark: AVAL = that PCHG, in percent (negative = smaller tumour); visit and
           dates from the source record, SRCDOM/SRCVAR/SRCSEQ leading to it.

    Args:
        data: the study's data.
        name: the derivation; its levels are ``name.L150`` and so on.
        records: the assessments, of a BDS dataset with PCHG; a subject with PCHG has a baseline.
        until: PARAMCD of the time-to-event parameter that ends the window (PFS).
        landmarks: the levels and their durations from randomisation.
        paramcd: what the new PARAMCDs start with.

    Returns:
        The data with records added to the records' dataset, and a parameter a level.

    Raises:
        DerivationError: see ``qualifying_records`` and ``level_codes``.

    Example:
        With landmarks ``{L150: 150 d, ALL: none}`` and paramcd ``BPC``, records BPC150 and BPCALL are added.
    """
    qualifying = qualifying_records(data, name, records=records, until=until)
    dataset = data.dataset(records.dataset)
    require(data, name, dataset, "char", "PARAM")
    require(data, name, dataset, "num", "AVAL")
    codes = level_codes(data, name, prefix=paramcd, landmarks=landmarks, dataset=dataset)
    by = [variable for variable in ("USUBJID", "PCHG", "ADT", "ASEQ") if dataset.has(variable)]
    ordered = replace(qualifying, frame=qualifying.frame.sort_values(by, kind="stable"))
    parts = []
    log = list(qualifying.log)
    for level, landmark in landmarks.items():
        within = ordered.until(landmark)
        best = within.drop_duplicates("USUBJID")
        parts.append(_derived(data, dataset, best, code=codes[level], landmark=landmark))
        log.append(LogStep(name, f"{codes[level]}: lowest PCHG by {landmark}", len(within), len(best)))
    made = _parameters(name, dataset.name, codes, landmarks)
    result = data.with_dataset(with_records(dataset, pd.concat(parts)), *log)
    return replace(result, parameters={**data.parameters, **made})


def _derived(data: StudyData, dataset: Dataset, best: pd.DataFrame, *, code: str, landmark: Duration) -> pd.DataFrame:
    """Return source records turned into records of a new parameter."""
    subject = "|".join(map(re.escape, data.dataset(SUBJECTS).variable_names))
    bare = emptied(best, dataset, re.compile(rf"(?!(?:{_COPIED}|{subject})$).*"))
    limit = ", no limit" if landmark.days is None else f" to {landmark.label}"
    values: dict[str, Any] = {
        "PARAMCD": code,
        "PARAM": f"Best Percentage Change from Baseline{limit}",
        "AVAL": best["PCHG"],
    }
    if dataset.has("AVALU"):
        values["AVALU"] = "%"
    return bare.assign(**values, **source_record(best, dataset.name, "PCHG"))


def _parameters(
    name: str, dataset: str, codes: Mapping[str, str], landmarks: Mapping[str, Duration]
) -> dict[str, Parameter]:
    return {
        f"{name}.{level}": Parameter(dataset, codes[level], landmark.label, level, landmark)
        for level, landmark in landmarks.items()
    }
