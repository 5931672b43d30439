"""Progression, death, withdrawal and the two endpoints, from the scans and the survival model.

Days are offsets from randomisation, as in ``tumours``. Nothing is recorded after death, withdrawal or cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from subjects import LUTETIUM, Floats, Ints, Mask, Texts
from tumours import YEAR, Scans, Tumours

MEDIAN_SURVIVAL: Final = {"lutetium": 4.0, "octreotide": 3.0}
"""Years."""
SURVIVAL_SHAPE: Final = 1.25
WITHDRAWAL_RATE: Final = 0.05
"""Withdrawals from the whole study, a year."""
AFTER_PROGRESSION: Final = {"sum": 0.06, "other": 0.18}
"""Share of subjects scanned once more after progression, by what progressed."""

PROGRESSION_TEXTS: Final = {
    "target": "Disease progression: target lesions",
    "new": "Disease progression: new lesion",
    "non-target": "Disease progression: non-target lesions",
}
DEATH: Final = "Death"
CENSOR_TEXTS: Final = {
    "never": "Randomization",
    "adequate": "Last adequate tumor assessment",
    "alive": "Last date known alive",
}


@dataclass(frozen=True)
class Survival:
    """How each subject's time in the study ends; arrays of shape (subjects,)."""

    death_day: Floats  # missing where no death was seen
    withdrawal_day: Floats  # infinite where none
    end_day: Floats  # the first of death, withdrawal and cut-off


@dataclass(frozen=True)
class Endpoint:
    """One time-to-event endpoint; arrays of shape (subjects,)."""

    day: Ints
    event: Mask
    description: Texts  # EVNTDESC
    censored_at: Texts  # CNSDTDSC, empty for an event
    visit: Ints  # the column of the scan that gives the date, -1 where none does


def simulate_survival(stream: np.random.Generator, arm: Ints, tumours: Tumours, cutoff_day: Ints) -> Survival:
    """Draw death (Weibull, shorter where tumours grow fast) and withdrawal, and close them at the cut-off."""
    median = YEAR * np.where(arm == LUTETIUM, MEDIAN_SURVIVAL["lutetium"], MEDIAN_SURVIVAL["octreotide"])
    spread = (stream.exponential(size=arm.size) / np.log(2)) ** (1 / SURVIVAL_SHAPE)
    death = np.floor(median * spread * np.exp(-0.3 * tumours.growth_z)) + 10
    withdrawal = np.floor(YEAR * stream.exponential(size=arm.size) / WITHDRAWAL_RATE)
    # Half of those who were never scanned left the study altogether when they left the treatment.
    left = (tumours.lost_day < 70) & (stream.random(arm.size) < 0.5)
    withdrawal = np.where(left, tumours.lost_day, withdrawal + 90)
    end = np.minimum(np.minimum(death, withdrawal), cutoff_day)
    return Survival(
        death_day=np.where(death <= np.minimum(withdrawal, cutoff_day), death, np.nan),
        withdrawal_day=np.where(withdrawal < np.minimum(death, cutoff_day), withdrawal, np.inf),
        end_day=end,
    )


def find_progression(scans: Scans) -> tuple[Ints, Texts]:
    """Return the column of each subject's first progression (-1: none) and what progressed.

    1. Nadir = the smallest evaluable sum before the visit, baseline included (RECIST 1.1).
    2. Progression of target lesions: sum >= 1.2 x nadir and sum - nadir >= 5 mm, from an evaluable sum.
    3. Or a new lesion, or progression of non-target lesions; the text names the first of these three that holds.
    4. Without a baseline sum there is nothing to progress from.
    """
    nadir = nadir_before(scans)
    with np.errstate(invalid="ignore"):
        target = scans.evaluable & (5 * scans.total >= 6 * nadir) & (scans.total - nadir >= 5)
    progressed = (target | scans.new_lesion | scans.non_target) & ~np.isnan(scans.base)[:, np.newaxis]
    first = np.where(progressed.any(axis=1), progressed.argmax(axis=1), -1)
    rows = np.arange(first.size)
    kind = np.where(target[rows, first], "target", np.where(scans.new_lesion[rows, first], "new", "non-target"))
    return first, np.where(first < 0, "", kind)


def nadir_before(scans: Scans) -> Floats:
    """Return the smallest evaluable sum before each visit, baseline included; missing without a baseline sum."""
    measured = np.where(scans.evaluable, scans.total, np.inf)
    before = np.column_stack([scans.base, measured[:, :-1]])
    return np.minimum.accumulate(before, axis=1)


def stop_after_progression(stream: np.random.Generator, scans: Scans, first: Ints, kind: Texts) -> Scans:
    """Return the scans up to progression, and for a few subjects one more."""
    share = np.where(kind == "target", AFTER_PROGRESSION["sum"], AFTER_PROGRESSION["other"])
    once_more = stream.random(first.size) < share
    column = np.arange(scans.done.shape[1])
    after = scans.done & (first >= 0)[:, np.newaxis] & (column > first[:, np.newaxis])
    kept = scans.done & (~after | (once_more[:, np.newaxis] & (after.cumsum(axis=1) == 1)))
    return replace(
        scans,
        done=kept,
        total=np.where(kept, scans.total, np.nan),
        evaluable=scans.evaluable & kept,
        new_lesion=scans.new_lesion & kept,
        non_target=scans.non_target & kept,
    )


def progression_free_survival(scans: Scans, first: Ints, kind: Texts, death_day: Floats) -> Endpoint:
    """Return PFS.

    1. An event at the scan of first progression.
    2. Otherwise an event at death, unless two or more planned scans were missed before it.
    3. Otherwise censored at the last adequate assessment (an evaluable sum), or at randomisation where there is none
       or no baseline sum.
    """
    rows = np.arange(first.size)
    adequate = scans.evaluable & ~np.isnan(scans.base)[:, np.newaxis]
    visit = np.where(adequate.any(axis=1), adequate.shape[1] - 1 - adequate[:, ::-1].argmax(axis=1), -1)
    last = np.where(visit >= 0, scans.day[rows, visit], 0)
    patience = np.where(last < 480, 2 * 84, 2 * 182) + 14
    progressed = first >= 0
    died = ~progressed & (np.nan_to_num(death_day - last, nan=np.inf) <= patience)
    texts = np.array([PROGRESSION_TEXTS.get(str(name), "") for name in kind])
    never = ~progressed & ~died & (visit < 0)
    censored = np.where(never, CENSOR_TEXTS["never"], CENSOR_TEXTS["adequate"])
    why = np.where(never, "No baseline or no adequate post-baseline assessment", "No progression")
    day = np.where(progressed, scans.day[rows, first], np.where(died, np.nan_to_num(death_day), last))
    return Endpoint(
        day=day.astype(np.int64),
        event=progressed | died,
        description=np.where(progressed, texts, np.where(died, DEATH, why)),
        censored_at=np.where(progressed | died, "", censored),
        visit=np.where(progressed, first, np.where(died, -1, visit)),
    )


def overall_survival(stream: np.random.Generator, scans: Scans, survival: Survival) -> Endpoint:
    """Return OS: death, or the last date known alive (the last contact before the end, never before a scan)."""
    died = ~np.isnan(survival.death_day)
    contact = survival.end_day - np.where(
        np.isinf(survival.withdrawal_day), stream.integers(0, 180, died.size), np.zeros(died.size)
    )
    contact = np.maximum(contact, np.where(scans.done, scans.day, 0).max(axis=1))
    return Endpoint(
        day=np.where(died, np.nan_to_num(survival.death_day), contact).astype(np.int64),
        event=died,
        description=np.where(died, DEATH, "Alive"),
        censored_at=np.where(died, "", CENSOR_TEXTS["alive"]),
        visit=np.full(died.size, -1),
    )
