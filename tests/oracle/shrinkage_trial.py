"""The small trial of shrinkage_oracle.R as study data; tests of several rooms read it by ``runpy.run_path``."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from tlf.model.dataset import Dataset, Variable, text
from tlf.model.spec import Analysis, Derivation, keywords_of
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


__all__ = ["Analysis", "analysed", "dataset_of", "derived", "spec_of", "study", "with_profile"]
