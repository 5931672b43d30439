"""The starter study of ``tlf init``: a spec, and simulated subjects that it runs on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.errors import DeliveryError
from tlf.exchange.xpt_write import write_xpt
from tlf.model.dataset import Dataset, Variable, sas_date, text
from tlf.resources import specs_folder
from tlf.run.catalogue import schema_text
from tlf.run.deliver import Delivery

SUBJECTS: Final = 60
_SEED: Final = 20240630
_STUDY: Final = "STARTER-01"
_CUTOFF: Final = "2024-06-30"


def _char(name: str, label: str, length: int) -> Variable:
    return Variable(name, label, "char", length)


def _date(name: str, label: str) -> Variable:
    return Variable(name, label, "num", 8, "DATE9.")


_ADSL: Final = (
    _char("STUDYID", "Study Identifier", 10),
    _char("USUBJID", "Unique Subject Identifier", 20),
    _char("SUBJID", "Subject Identifier for the Study", 3),
    _char("SITEID", "Study Site Identifier", 3),
    Variable("AGE", "Age"),
    _char("AGEU", "Age Units", 5),
    _char("SEX", "Sex", 1),
    _char("RACE", "Race", 5),
    _char("ARM", "Description of Planned Arm", 7),
    _char("ACTARM", "Description of Actual Arm", 7),
    _char("TRT01P", "Planned Treatment for Period 01", 7),
    Variable("TRT01PN", "Planned Treatment for Period 01 (N)"),
    _date("RANDDT", "Date of Randomization"),
    _char("FASFL", "Full Analysis Set Population Flag", 1),
)
_ADTTE: Final = (
    *_ADSL[:2],
    Variable("ASEQ", "Analysis Sequence Number"),
    _char("TRTP", "Planned Treatment", 7),
    Variable("TRTPN", "Planned Treatment (N)"),
    _char("PARAMCD", "Parameter Code", 8),
    _char("PARAM", "Parameter", 40),
    _date("STARTDT", "Time-to-Event Origin Date for Subject"),
    _date("ADT", "Analysis Date"),
    Variable("AVAL", "Analysis Value"),
    Variable("CNSR", "Censor"),
    _char("EVNTDESC", "Event or Censoring Description", 40),
    _char("CNSDTDSC", "Censor Date Description", 40),
)


def init_study(folder: str | Path) -> Path:
    """Write a starter study (spec, JSON Schema, simulated data that it runs on); return the spec's path.

    Raises:
        DeliveryError: the folder cannot be written, or already has a study, which is never overwritten.
    """
    target = Path(folder)
    if (target / "study.yaml").exists():
        raise DeliveryError(f"{target / 'study.yaml'} exists already; it is not overwritten")
    delivery = Delivery(target)
    adsl = _subjects()
    delivery.write("data/adsl.xpt", write_xpt(adsl))
    delivery.write("data/adtte.xpt", write_xpt(_survival(adsl)))
    delivery.write("study.schema.json", schema_text().encode())
    return delivery.write("study.yaml", (specs_folder() / "starter" / "study.yaml").read_bytes())


def _subjects() -> Dataset:
    random = np.random.Generator(np.random.PCG64(_SEED))
    number = np.arange(1, SUBJECTS + 1)
    active = number % 2 == 1
    arm = np.where(active, "Drug A", "Placebo")
    site = np.char.zfill((1 + number % 4).astype(str), 3)
    start = sas_date("2022-01-10") + np.sort(random.integers(0, 300, SUBJECTS))
    frame = pd.DataFrame(
        {
            "STUDYID": text([_STUDY] * SUBJECTS),
            "USUBJID": text([f"{_STUDY}-{s}-{n:03d}" for s, n in zip(site, number, strict=True)]),
            "SUBJID": text([f"{n:03d}" for n in number]),
            "SITEID": text(site.tolist()),
            "AGE": random.integers(38, 82, SUBJECTS).astype(float),
            "AGEU": text(["YEARS"] * SUBJECTS),
            "SEX": text(random.choice(["F", "M"], SUBJECTS).tolist()),
            "RACE": text(random.choice(["WHITE", "ASIAN"], SUBJECTS, p=[0.8, 0.2]).tolist()),
            "ARM": text(arm.tolist()),
            "ACTARM": text(arm.tolist()),
            "TRT01P": text(arm.tolist()),
            "TRT01PN": np.where(active, 1.0, 2.0),
            "RANDDT": start.astype(float),
            "FASFL": text(["Y"] * SUBJECTS),
        }
    )
    return Dataset("ADSL", "Subject-Level Analysis, simulated", frame, _ADSL)


def _survival(adsl: Dataset) -> Dataset:
    random = np.random.Generator(np.random.PCG64(_SEED + 1))
    subjects = adsl.frame
    start = subjects["RANDDT"].to_numpy()
    scale: npt.NDArray[np.float64] = np.where(subjects["TRT01PN"] == 1, 700.0, 430.0)
    death = start + np.ceil(scale * random.exponential(size=SUBJECTS))
    end = np.minimum(sas_date(_CUTOFF), start + random.integers(250, 900, SUBJECTS))
    died = death <= end
    last = np.where(died, death, end)
    frame = pd.DataFrame(
        {
            **{name: subjects[name] for name in ("STUDYID", "USUBJID")},
            "ASEQ": 1.0,
            "TRTP": subjects["TRT01P"],
            "TRTPN": subjects["TRT01PN"],
            "PARAMCD": text(["OS"] * SUBJECTS),
            "PARAM": text(["Overall Survival (days)"] * SUBJECTS),
            "STARTDT": start,
            "ADT": last,
            "AVAL": last - start + 1,
            "CNSR": np.where(died, 0.0, 1.0),
            "EVNTDESC": text(np.where(died, "DEATH", "").tolist()),
            "CNSDTDSC": text(np.where(died, "", "LAST DATE KNOWN ALIVE").tolist()),
        }
    )
    return Dataset("ADTTE", "Time-to-Event Analysis, simulated", frame, _ADTTE)
