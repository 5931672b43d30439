"""The small trial of shrinkage_oracle.R as study data; tests of several rooms read it by ``runpy.run_path``."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from tlf.model.dataset import Dataset, Variable, text
from tlf.model.spec import Derivation, keywords_of
from tlf.model.study_data import StudyData
from tlf.registry import lookup
from tlf.spec.load import load_spec

HERE = Path(__file__).parent
DATES = ("RANDDT", "ADT", "STARTDT")

SPEC = """
study: { id: SMALL, title: A small trial }
data: { folder: ., datasets: [ADSL, ADTR, ADTTE] }
method_profile: r
profiles:
  r: { label: R, ties: efron, conf_type: log-log, quantile_rule: r, beyond_last: r, percentile_rule: r }
  sas: { label: SAS, ties: breslow, conf_type: log-log, quantile_rule: sas, convergence: sas }
analysis_sets:
  FAS: { label: Full Analysis Set, where: "FASFL = 'Y'" }
groupings:
  arm: { variable: TRT01P, order: TRT01PN }
derivations:
  shrinkage:
    method: best_change
    records: "ADTR where PARAMCD = 'SDIAM' and ANL01FL = 'Y'"
    until: PFS
    landmarks: &marks { L84: 12 wk, L150: 150 d, L336: 48 wk, ALL: none }
    paramcd: BPC
  landmark_pfs:
    method: landmark
    of: PFS
    at: *marks
    change: shrinkage
    new_lesions: "ADTR where PARAMCD = 'NEWLES' and AVALC = 'Y'"
    best_response_pd: { pchg_ge: 20, new_lesion: all }
    paramcd: PFSL
    analysis_set: FAS
  shrinkage_group:
    label: Best shrinkage group
    method: categorise
    of: shrinkage.ALL
    baseline: "ADTR where PARAMCD = 'SDIAM' and ABLFL = 'Y'"
    variable: BPCGR1
    cut: { "≥30% decrease": "<= -30", "<30% decrease": else }
    missing_to: "<30% decrease"
"""


def spec_of(written):
    """Return the spec that some text says."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "study.yaml"
        file.write_text(written, encoding="utf-8")
        return load_spec(file)


def dataset_of(name, records, *, label=""):
    """Return a dataset of a frame or of plain records; text becomes character, dates get their format."""
    frame = pd.DataFrame(records)
    variables = []
    for column in frame:
        if pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].astype("float64")
            variables.append(Variable(column, column, format="DATE9." if column in DATES else ""))
        else:
            frame[column] = text(frame[column])
            longest = max((len(v.encode()) for v in frame[column].dropna()), default=1)
            variables.append(Variable(column, column, "char", longest))
    return Dataset(name, label, frame, tuple(variables))


def study(written=SPEC, **datasets):
    """Return study data of a spec and datasets, by default those of the small trial."""
    read = {
        name.upper(): pd.read_csv(HERE / f"shrinkage_{name}.csv", float_precision="round_trip")
        for name in ("adsl", "adtr", "adtte")
    }
    sources = {**read, **datasets}
    return StudyData(spec_of(written), {name: dataset_of(name, records) for name, records in sources.items()})


def hand(subjects, written=SPEC, *, arm="A"):
    """Return study data written by hand: ``{"S1": {"pfs": (400, 0), "changes": [(84, -10)], "lesions": [84]}}``.

    RANDDT is 20000, so day n is 19999 + n. ``pfs`` is AVAL and CNSR; ``changes`` are day and percentage change of a
    baseline of 100 mm (``baseline: False`` for none); ``lesions`` the days of a new lesion.
    """
    adsl, adtr, adtte = [], [], []
    for subject, said in subjects.items():
        who = {"STUDYID": "HAND", "USUBJID": subject}
        adsl.append({**who, "TRT01P": said.get("arm", arm), "TRT01PN": 1.0, "FASFL": "Y", "RANDDT": 20000.0})
        days, censored = said.get("pfs", (400, 0))
        time = {"STARTDT": 20000.0, "ADT": 19999.0 + days, "AVAL": days, "CNSR": censored, "ASEQ": 1.0}
        adtte.append({**who, "PARAMCD": "PFS", "PARAM": "Progression-Free Survival (days)", **time})
        rows = [(1, 0.0, "Y")] if said.get("baseline", True) else []
        rows += [(day, change, "") for day, change in said.get("changes", [])]
        for day, change, flag in rows:
            size = {"AVAL": 100.0 + change, "BASE": 100.0, "CHG": change, "PCHG": np.nan if flag else change}
            adtr.append(_tumour(who, "SDIAM", day, **size, ABLFL=flag, AVALC=""))
        for day in said.get("lesions", []):
            size = {"AVAL": np.nan, "BASE": np.nan, "CHG": np.nan, "PCHG": np.nan}
            adtr.append(_tumour(who, "NEWLES", day, **size, ABLFL="", AVALC="Y"))
        for sequence, row in enumerate((r for r in adtr if r["USUBJID"] == subject), start=1):
            row["ASEQ"] = float(sequence)
    return study(written, ADSL=adsl, ADTR=adtr, ADTTE=adtte)


def _tumour(who, code, day, **values):
    names = {"SDIAM": "Sum of Diameters (mm)", "NEWLES": "New Lesion"}
    place = {"PARAMCD": code, "PARAM": names[code], "ADT": 19999.0 + day, "ADY": float(day), "AVISIT": f"Day {day}"}
    return {**who, **place, **values, "ANL01FL": "Y"}


def derived(data, *names):
    """Return study data after its derivations (all of them, or those named), in the spec's order."""
    for name, block in data.spec.derivations.items():
        if not names or name in names:
            data = lookup("derivation", block.method).function(data, name, **keywords_of(block, Derivation))
    return data


def analysed(data, method, **keys):
    """Return the Ard of one analysis with the id ``a``."""
    return lookup("ard_method", method).function(data, "a", **keys)


def with_profile(data, profile):
    """Return study data under another method profile."""
    return replace(data, spec=data.spec.model_copy(update={"method_profile": profile}))
