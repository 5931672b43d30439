"""The simulated trial as ADaM datasets: ADSL, ADTR and ADTTE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from outcomes import DEATH, Endpoint, nadir_before
from subjects import ARM_NAMES, GRADES, PRIMARIES, RACES, Floats, Ints, Mask
from trial import Trial
from tumours import WEEKS
from variables import ADSL_VARIABLES, ADTR_VARIABLES, ADTTE_VARIABLES

from tlf.model.dataset import Dataset, Variable, text

STUDYID: Final = "NETTER1-SIM"
FOLLOW_UP: Final = {int(week): f"Follow-up Month {6 * (place + 1)}" for place, week in enumerate(WEEKS[WEEKS > 72])}
VISITS: Final = {0: "Baseline"} | {int(w): FOLLOW_UP.get(int(w), f"Week {w}") for w in WEEKS}


def adam_datasets(trial: Trial) -> tuple[Dataset, Dataset, Dataset]:
    """Return ADSL, ADTR and ADTTE of the trial, sorted by their keys."""
    adsl = build_adsl(trial)
    adtr = build_adtr(trial)
    return adsl, adtr, build_adtte(trial, adtr)


def build_adsl(trial: Trial) -> Dataset:
    """Return the subject-level dataset, one record a subject; coded twins (``*N``) are one to one with their text."""
    given, died = trial.subjects, trial.os.event
    randdt = given["RANDDT"].to_numpy()
    dosed = ~np.isnan(trial.first_dose)
    frame = _identifiers(trial)
    frame["ARM"] = frame["TRT01P"] = given["TRT01PN"].map(ARM_NAMES)
    frame["ACTARM"] = frame["TRT01A"] = frame["TRT01P"].where(dosed)
    frame["TRT01AN"] = given["TRT01PN"].where(dosed)
    for name in ("TRT01PN", "RANDDT", "COUNTRY", "AGE", "SEX", "RACE", "KRENNINN", "TUMGRBL", "PRIMSITE", "TIMEDIAG"):
        frame[name] = given[name]
    frame["AGEU"] = "YEARS"
    frame["AGEGR1N"] = np.where(given["AGE"] < 65, 1, 2)
    frame["AGEGR1"] = np.where(given["AGE"] < 65, "<65", ">=65")
    frame["RACEN"] = given["RACE"].map(_codes(RACES))
    frame["KRENNING"] = "Grade " + given["KRENNINN"].astype(str)
    frame["ECOGBL"], frame["ECOGBLN"] = given["ECOGBL"], given["ECOGBL"].astype(int)
    frame["TUMGRBLN"] = given["TUMGRBL"].map(_codes(GRADES))
    frame["PRIMSITN"] = given["PRIMSITE"].map(_codes(PRIMARIES))
    frame["SLDBL"] = trial.scans.base
    frame["RANDFL"] = frame["FASFL"] = "Y"
    frame["SAFFL"] = np.where(dosed, "Y", "N")
    frame["TRTSDT"], frame["TRTEDT"] = randdt + trial.first_dose, randdt + trial.last_dose
    withdrawn = np.isfinite(trial.survival.withdrawal_day)
    frame["EOSSTT"] = np.where(died | withdrawn, "DISCONTINUED", "COMPLETED")
    frame["DCSREAS"] = np.where(died, "DEATH", np.where(withdrawn, "WITHDRAWAL BY SUBJECT", ""))
    frame["DTHFL"] = np.where(died, "Y", "")
    frame["DTHDT"] = np.where(died, randdt + trial.os.day, np.nan)
    frame["LSTALVDT"] = frame["EOSDT"] = randdt + trial.os.day
    return _dataset("ADSL", "Subject-Level Analysis Data, Simulated", frame.sort_values("USUBJID"), ADSL_VARIABLES)


def build_adtr(trial: Trial) -> Dataset:
    """Return the tumour results: the sum of target lesion diameters and the new lesion indicator, by visit.

    1. SDIAM: a baseline record where the sum was assessed, and a record for each scan; AVAL is missing, or ANL01FL is,
       where a target lesion could not be assessed.
    2. CHG = AVAL - BASE; PCHG = 100 x CHG / BASE, after baseline only.
    3. NADIR = the smallest evaluable sum before the visit, baseline included; CHGNAD, PCHGNAD against it.
    4. NEWLES: a record for each scan, Y from the scan that first shows a new lesion.
    """
    scans = trial.scans
    keys = _identifiers(trial)
    keys["TRTPN"] = trial.subjects["TRT01PN"]
    keys["TRTP"] = keys["TRTPN"].map(ARM_NAMES)
    keys["RANDDT"] = trial.subjects["RANDDT"]
    sums = pd.concat([_baseline_records(keys, scans.base, scans.base_day), _sum_records(keys, trial)])
    frame = pd.concat([sums, _new_lesion_records(keys, trial)], ignore_index=True)
    frame["AVISIT"] = frame["AVISITN"].map(VISITS)
    frame["ADT"] = frame["RANDDT"] + frame["DAY"]
    frame["ADY"] = frame["DAY"] + (frame["DAY"] >= 0)
    after = frame["AVISITN"] > 0
    frame["CHG"] = (frame["AVAL"] - frame["BASE"]).where(after)
    frame["PCHG"] = 100 * frame["CHG"] / frame["BASE"]
    frame["CHGNAD"] = frame["AVAL"] - frame["NADIR"]
    frame["PCHGNAD"] = 100 * frame["CHGNAD"] / frame["NADIR"]
    frame["PARCAT2"] = "LOCAL"
    frame["SRCDOM"] = "TR"
    frame = frame.sort_values(["USUBJID", "AVISITN", "PARAMN"])
    frame["SRCSEQ"] = frame.groupby("USUBJID").cumcount() + 1
    frame = frame.sort_values(["USUBJID", "PARAMN", "AVISITN"])
    frame["ASEQ"] = frame.groupby("USUBJID").cumcount() + 1
    return _dataset("ADTR", "Tumor Results Analysis Data, Simulated", frame, ADTR_VARIABLES)


def build_adtte(trial: Trial, adtr: Dataset) -> Dataset:
    """Return PFS and OS, one record a subject and parameter, AVAL = ADT - STARTDT + 1 days.

    SRCDOM, SRCVAR and SRCSEQ name the record that gives ADT: an ADTR record for a scan (RS for non-target lesions),
    ADSL for death, last contact and randomisation.
    """
    pfs = _endpoint(trial, trial.pfs, "PFS", "Progression-Free Survival (days)")
    os = _endpoint(trial, trial.os, "OS", "Overall Survival (days)")
    by = np.where(trial.progressed_by == "", "target", trial.progressed_by)
    scanned = trial.pfs.visit >= 0
    pfs["SRCDOM"] = np.select([~scanned, by == "non-target"], ["ADSL", "RS"], "ADTR")
    at_death = pfs["EVNTDESC"] == DEATH
    pfs["SRCVAR"] = np.select([at_death, ~scanned, by == "non-target"], ["DTHDT", "RANDDT", "RSDTC"], "ADT")
    os["SRCDOM"] = "ADSL"
    os["SRCVAR"] = np.where(trial.os.event, "DTHDT", "LSTALVDT")
    pfs["SRCSEQ"] = _source_sequence(trial, adtr, pfs["USUBJID"], np.where(by == "new", "NEWLES", "SDIAM"))
    frame = pd.concat([pfs, os.assign(SRCSEQ=np.nan)]).sort_values(["USUBJID", "PARAMCD"])
    frame["ASEQ"] = frame.groupby("USUBJID").cumcount() + 1
    return _dataset("ADTTE", "Time-to-Event Analysis Data, Simulated", frame, ADTTE_VARIABLES)


def _identifiers(trial: Trial) -> pd.DataFrame:
    """Return STUDYID, USUBJID, SUBJID and SITEID of every subject."""
    subjid = trial.subjects["SUBJID"].astype(str)
    return pd.DataFrame(
        {"STUDYID": STUDYID, "USUBJID": f"{STUDYID}-" + subjid, "SUBJID": subjid, "SITEID": trial.subjects["SITEID"]}
    )


def _codes(names: Mapping[str, float]) -> dict[str, int]:
    """Number names from 1, in the order written."""
    return {name: code for code, name in enumerate(names, start=1)}


def _flag(condition: Mask | pd.Series) -> pd.Series:
    """Return Y where the condition holds, missing elsewhere."""
    return pd.Series(np.where(condition, "Y", ""))


def _baseline_records(keys: pd.DataFrame, base: Floats, day: Ints) -> pd.DataFrame:
    """Return the SDIAM records flagged as baseline."""
    frame = keys.assign(AVISITN=0, DAY=day, AVAL=base, BASE=base, ABLFL="Y", ANL01FL="Y")
    return _labelled_sums(frame[~np.isnan(base)])


def _sum_records(keys: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Return the SDIAM records after baseline, one a scan."""
    scans = trial.scans
    row, column = np.nonzero(scans.done)
    frame = keys.iloc[row].reset_index(drop=True)
    nadir = nadir_before(scans)[row, column]
    frame = frame.assign(AVISITN=WEEKS[column], DAY=scans.day[row, column], AVAL=scans.total[row, column])
    frame["BASE"] = scans.base[row]
    frame["NADIR"] = nadir
    frame["ANL01FL"] = _flag(scans.evaluable[row, column])
    return _labelled_sums(frame)


def _labelled_sums(frame: pd.DataFrame) -> pd.DataFrame:
    """Say that records are sums of diameters."""
    return frame.assign(
        PARAMCD="SDIAM",
        PARAM="Sum of Target Lesion Diameters (mm)",
        PARAMN=1,
        PARCAT1="Target Lesion(s)",
        SRCVAR="TRSTRESN",
    )


def _new_lesion_records(keys: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Return the NEWLES records, one a scan."""
    scans = trial.scans
    row, column = np.nonzero(scans.done)
    frame = keys.iloc[row].reset_index(drop=True)
    found = scans.new_lesion[row, column]
    frame = frame.assign(AVISITN=WEEKS[column], DAY=scans.day[row, column], AVAL=found.astype(float), ANL01FL="Y")
    frame["AVALC"] = np.where(found, "Y", "N")
    return frame.assign(
        PARAMCD="NEWLES", PARAM="New Lesion Indicator", PARAMN=2, PARCAT1="New Lesion(s)", SRCVAR="TRSTRESC"
    )


def _endpoint(trial: Trial, endpoint: Endpoint, paramcd: str, param: str) -> pd.DataFrame:
    """Return the records of one endpoint, their source not yet named."""
    start = trial.subjects["RANDDT"].to_numpy()
    return _identifiers(trial).assign(
        TRTP=trial.subjects["TRT01PN"].map(ARM_NAMES),
        TRTPN=trial.subjects["TRT01PN"],
        PARAMCD=paramcd,
        PARAM=param,
        STARTDT=start,
        ADT=start + endpoint.day,
        AVAL=endpoint.day + 1,
        CNSR=np.where(endpoint.event, 0, 1),
        EVNTDESC=endpoint.description,
        CNSDTDSC=endpoint.censored_at,
    )


def _source_sequence(trial: Trial, adtr: Dataset, usubjid: pd.Series, paramcd: Ints) -> Floats:
    """Return ASEQ of the ADTR record that gives the PFS date; for RS the number of the assessment; else missing."""
    scanned = trial.pfs.visit >= 0
    week = np.where(scanned, WEEKS[trial.pfs.visit], -1)
    wanted = pd.MultiIndex.from_arrays([usubjid, paramcd, week.astype(float)])
    aseq = adtr.frame.set_index(["USUBJID", "PARAMCD", "AVISITN"])["ASEQ"].reindex(wanted).to_numpy()
    number = trial.scans.done.cumsum(axis=1)[np.arange(week.size), trial.pfs.visit]
    sequence: Floats = np.where(trial.progressed_by == "non-target", number, aseq)
    return sequence


def _dataset(name: str, label: str, frame: pd.DataFrame, variables: Mapping[str, tuple[str, str]]) -> Dataset:
    """Return a Dataset of the declared variables: character ones as TEXT with the length that the values need."""
    columns, described = {}, []
    for variable, (title, written) in variables.items():
        values = frame[variable].reset_index(drop=True)
        if written == "$":
            columns[variable] = text(values)
            length = max(1, int(columns[variable].str.len().max()))
            described.append(Variable(variable, title, "char", length))
        else:
            columns[variable] = values.astype(np.float64)
            described.append(Variable(variable, title, "num", 8, written))
    return Dataset(name, label, pd.DataFrame(columns), tuple(described))
