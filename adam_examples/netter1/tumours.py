"""Tumour growth and scan histories, as arrays of subject x visit.

Days here are offsets from randomisation: 0 is the day of randomisation (ADY 1), -1 the day before it (ADY -1).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from subjects import LUTETIUM, OCTREOTIDE, Floats, Ints, Mask

YEAR: Final = 365.25
WEEKS: Final = np.concatenate([np.arange(12, 73, 12), np.arange(98, 437, 26)])
"""Planned visits after baseline: every 12 weeks to week 72, then every 6 months."""


@dataclass(frozen=True)
class TumourModel:
    """How the tumours of one arm behave; times in years, rates a year.

    The log of the sum of diameters, relative to baseline, is ``-depth * (1 - exp(-time / tau)) + growth * time``:
    a first shrinkage of gamma-distributed depth, then regrowth at a lognormal rate. ``linked`` ties the depth to the
    rate of growth, so that tumours that grow fast shrink more (positive) or less (negative).
    """

    depth_mean: float
    depth_shape: float
    tau: float
    growth_median: float
    growth_spread: float
    linked: float
    new_lesion_rate: float
    non_target_rate: float
    lost_rate: float
    never_scanned: float


MODELS: Final = {
    LUTETIUM: TumourModel(
        depth_mean=0.24,
        depth_shape=0.5,
        tau=0.5,
        growth_median=0.055,
        growth_spread=0.7,
        linked=0.45,
        new_lesion_rate=0.13,
        non_target_rate=0.05,
        lost_rate=0.18,
        never_scanned=0.07,
    ),
    OCTREOTIDE: TumourModel(
        depth_mean=0.11,
        depth_shape=0.30,
        tau=0.20,
        growth_median=0.20,
        growth_spread=0.6,
        linked=-0.5,
        new_lesion_rate=0.45,
        non_target_rate=0.15,
        lost_rate=0.30,
        never_scanned=0.08,
    ),
}
NOISE: Final = 0.035
"""Standard deviation of a measured sum, on the log scale."""
NOT_EVALUABLE: Final = 0.006
"""Share of scans where a target lesion could not be assessed."""
MISSED: Final = 0.03
"""Share of planned scans that were not done."""


@dataclass(frozen=True)
class Tumours:
    """The latent course of each subject's disease, before anyone looked; arrays of shape (subjects,)."""

    base: Floats  # sum of target lesion diameters at baseline, mm
    depth: Floats
    tau: Floats
    growth: Floats  # a year
    growth_z: Floats  # the same as a standard normal score, which survival shares
    new_lesion_day: Floats
    non_target_day: Floats
    lost_day: Floats  # scans end


@dataclass(frozen=True)
class Scans:
    """What was measured; arrays of shape (subjects, visits) unless said otherwise."""

    base_day: Ints  # (subjects,), 0 or negative
    base: Floats  # (subjects,), mm, missing where no baseline sum was assessed
    day: Ints
    done: Mask
    total: Floats  # the sum of diameters in mm; missing where not done or a lesion is missing
    evaluable: Mask  # done, and every target lesion assessed
    new_lesion: Mask  # present at this scan
    non_target: Mask  # unequivocal progression of non-target lesions by this scan


def simulate_tumours(stream: np.random.Generator, arm: Ints) -> Tumours:
    """Draw the latent course of each subject's tumours from the model of the arm."""
    model = _per_subject(arm)
    count = arm.size
    growth_z = stream.normal(size=count)
    frailty = np.exp(0.5 * growth_z - 0.125)
    depth = stream.gamma(model["depth_shape"]) * model["depth_mean"] / model["depth_shape"]
    early = stream.random(count) < model["never_scanned"]
    lost = YEAR * stream.exponential(size=count) / model["lost_rate"]
    return Tumours(
        base=_baseline_sums(stream, count),
        depth=np.minimum(depth * np.exp(model["linked"] * growth_z), 1.1),
        tau=model["tau"],
        growth=model["growth_median"] * np.exp(model["growth_spread"] * growth_z),
        growth_z=growth_z,
        new_lesion_day=YEAR * stream.exponential(size=count) / (model["new_lesion_rate"] * frailty),
        non_target_day=YEAR * stream.exponential(size=count) / (model["non_target_rate"] * frailty),
        lost_day=np.where(early, stream.integers(5, 70, count), 72 + lost),
    )


def simulate_scans(stream: np.random.Generator, tumours: Tumours, *, last_day: Floats, no_baseline: Mask) -> Scans:
    """Return the scans of each subject, progression not yet known.

    1. A scan takes place some days round its planned day, before ``last_day`` (death or cut-off) and before the
       subject is lost; some are missed.
    2. Its sum is the latent sum times a measurement error, in whole mm.
    3. In a few scans a lesion cannot be assessed: half of them have no sum, half the sum of the other lesions.

    Args:
        stream: the random stream of the assessments.
        tumours: the latent courses.
        last_day: the last day on which a scan is possible, shape (subjects,).
        no_baseline: subjects whose baseline sum was not assessed, shape (subjects,).
    """
    shape = (tumours.base.size, WEEKS.size)
    jitter = np.rint(stream.triangular(-14, -5, 3, shape)).astype(np.int64)
    day = 7 * WEEKS - 1 + jitter
    limit = np.minimum(tumours.lost_day, last_day)[:, np.newaxis]
    done = (day <= limit) & (stream.random(shape) >= MISSED)
    years = day / YEAR
    column = {name: getattr(tumours, name)[:, np.newaxis] for name in ("base", "depth", "tau", "growth")}
    course = -column["depth"] * (1 - np.exp(-years / column["tau"])) + column["growth"] * years
    total = np.maximum(np.rint(column["base"] * np.exp(course + NOISE * stream.normal(size=shape))), 5.0)
    evaluable = done & (stream.random(shape) >= NOT_EVALUABLE)
    partial = np.where(stream.random(shape) < 0.5, np.rint(0.6 * total), np.nan)
    return Scans(
        base_day=-np.rint(stream.triangular(0, 9, 28, shape[0])).astype(np.int64),
        base=np.where(no_baseline, np.nan, tumours.base),
        day=day,
        done=done,
        total=np.where(evaluable, total, np.where(done, partial, np.nan)),
        evaluable=evaluable,
        new_lesion=done & (day >= tumours.new_lesion_day[:, np.newaxis]),
        non_target=done & (day >= tumours.non_target_day[:, np.newaxis]),
    )


def _per_subject(arm: Ints) -> dict[str, Floats]:
    """Return every parameter of ``TumourModel`` as one value a subject."""
    lutetium = arm == LUTETIUM
    return {
        field.name: np.where(
            lutetium, getattr(MODELS[LUTETIUM], field.name), getattr(MODELS[OCTREOTIDE], field.name)
        ).astype(np.float64)
        for field in fields(TumourModel)
    }


def _baseline_sums(stream: np.random.Generator, count: int) -> Floats:
    """Return sums of one to five target lesions, each 10 mm or more, in whole mm from 15 to 200."""
    lesions = stream.choice(np.arange(1, 6), size=count, p=[0.10, 0.25, 0.25, 0.20, 0.20])
    sizes = np.maximum(stream.lognormal(np.log(25.0), 0.45, (count, 5)), 10.0)
    total = np.where(np.arange(5) < lesions[:, np.newaxis], sizes, 0.0).sum(axis=1)
    whole: Floats = np.clip(np.rint(total), 15.0, 200.0)
    return whole
