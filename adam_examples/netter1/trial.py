"""The whole simulated trial, put together from its parts, each with a random stream of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from outcomes import (
    Endpoint,
    Survival,
    find_progression,
    overall_survival,
    progression_free_survival,
    simulate_survival,
    stop_after_progression,
)
from subjects import ARM_NAMES, LUTETIUM, OCTREOTIDE, Floats, Ints, Mask, Texts, simulate_subjects
from tumours import Scans, Tumours, simulate_scans, simulate_tumours

from tlf.model.dataset import sas_date

SEED: Final = 20120919
CUTOFF: Final = int(sas_date("2021-01-18"))
UNTREATED: Final = {LUTETIUM: 5, OCTREOTIDE: 2}
"""Subjects randomised and never dosed."""
PLANNED_TREATMENT: Final = 504
"""Days of treatment by protocol (72 weeks)."""
STREAMS: Final = ("enrolment", "baseline", "tumours", "survival", "scans", "progression", "contact", "exposure")


@dataclass(frozen=True)
class Trial:
    """Everything that the datasets are written from; arrays in the order of ``subjects``, days from randomisation."""

    subjects: pd.DataFrame
    scans: Scans
    survival: Survival
    progression: Ints  # column of the scan of first progression, -1 where none
    progressed_by: Texts  # target, new, non-target, or empty
    pfs: Endpoint
    os: Endpoint
    first_dose: Floats  # missing where never dosed
    last_dose: Floats


def simulate_trial(seed: int = SEED) -> Trial:
    """Return the trial that a seed gives; the same seed gives the same trial.

    1. Subjects are randomised and described (``subjects``).
    2. Their disease runs its latent course, to death, withdrawal or cut-off (``tumours``, ``outcomes``).
    3. Scans see it with error; the first progression ends them (``tumours``, ``outcomes``).
    4. Endpoints and treatment dates follow from what was seen.
    """
    seeds = np.random.SeedSequence(seed).spawn(len(STREAMS))
    stream = {name: np.random.Generator(np.random.PCG64(own)) for name, own in zip(STREAMS, seeds, strict=True)}
    subjects = simulate_subjects(stream["enrolment"], stream["baseline"])
    arm = subjects["TRT01PN"].to_numpy()
    tumours = simulate_tumours(stream["tumours"], arm)
    cutoff_day = CUTOFF - subjects["RANDDT"].to_numpy()
    survival = simulate_survival(stream["survival"], arm, tumours, cutoff_day)
    last_day = survival.end_day - np.where(np.isnan(survival.death_day), 0, 1)
    no_baseline = _without_baseline(stream["exposure"], arm, tumours)
    scans = simulate_scans(stream["scans"], tumours, last_day=last_day, no_baseline=no_baseline)
    first, kind = find_progression(scans)
    scans = stop_after_progression(stream["progression"], scans, first, kind)
    pfs = progression_free_survival(scans, first, kind, survival.death_day)
    os = overall_survival(stream["contact"], scans, survival)
    first_dose = _first_doses(stream["exposure"], arm, scans, survival)
    stopped = np.minimum(tumours.lost_day, np.minimum(os.day, PLANNED_TREATMENT))
    stopped = np.where(first >= 0, np.minimum(stopped, pfs.day), stopped)
    last_dose = np.floor(np.maximum(stopped, first_dose))
    return Trial(subjects, scans, survival, first, kind, pfs, os, first_dose, last_dose)


def _without_baseline(stream: np.random.Generator, arm: Ints, tumours: Tumours) -> Mask:
    """Choose one subject of each arm, scanned for some time, whose baseline sum was not assessed."""
    chosen = np.zeros(arm.size, dtype=np.bool_)
    for code in ARM_NAMES:
        chosen[stream.choice(np.flatnonzero((arm == code) & (tumours.lost_day > 200)))] = True
    return chosen


def _first_doses(stream: np.random.Generator, arm: Ints, scans: Scans, survival: Survival) -> Floats:
    """Return the day of the first dose: 1 to 10 days after randomisation; missing for some who were never scanned."""
    day = np.minimum(stream.integers(1, 11, arm.size), survival.end_day - 1)
    never_scanned = ~scans.done.any(axis=1)
    for code, count in UNTREATED.items():
        candidates = np.flatnonzero(never_scanned & (arm == code))
        day[candidates[np.argsort(survival.end_day[candidates], kind="stable")[:count]]] = np.nan
    return day
