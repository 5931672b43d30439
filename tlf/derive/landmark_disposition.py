"""What becomes of each subject at a landmark: analysed, or lost under the first step that drops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.duration import Duration
from tlf.model.spec import Block

TOLERANCE: Final = 1e-9
"""How far a percentage may lie off a limit and still be on it: PCHG is a quotient (19.999999999999996 for 20)."""

NO_CHANGE: Final = 2.0
PROGRESSIVE: Final = 3.0
NOT_AT_RISK: Final = 4.0


class BestResponsePd(Block):
    """When a best response is progressive disease: growth of at least ``pchg_ge`` percent, or new lesions."""

    pchg_ge: float
    new_lesion: Literal["all", "any", "none"]


@dataclass(frozen=True, eq=False)
class LandmarkInputs:
    """What the steps of every landmark read.

    ``source``: time-to-event records of the analysis set (AVAL in days, CNSR), indexed by USUBJID in ADSL's order.
    ``assessments``: USUBJID, ADY and LESION (a new lesion that day), one row a subject and day of assessment.
    ``baseline``: USUBJIDs with a baseline; None if the spec does not say which records are.
    """

    source: pd.DataFrame
    assessments: pd.DataFrame
    baseline: pd.Series | None
    rule: BestResponsePd


def disposition(inputs: LandmarkInputs, best: pd.Series, landmark: Duration) -> pd.DataFrame:
    """Return EXSTEP and EXREAS of each subject at a landmark, both missing for the analysed; indexed by USUBJID.

    Args:
        inputs: what the steps read.
        best: best percentage change by the landmark, indexed by USUBJID; a subject without one is absent.
        landmark: the time from the start; no limit drops nobody as not at risk.
    """
    source = inputs.source
    change = best.reindex(source.index)
    known = np.ones(len(source), dtype=bool) if inputs.baseline is None else source.index.isin(inputs.baseline)
    lost = change.isna().to_numpy()
    limit = np.inf if landmark.days is None else landmark.days
    gone = np.zeros(len(source), dtype=bool) if landmark.days is None else (source["AVAL"] <= limit).to_numpy()
    event = (source["CNSR"] == 0).to_numpy()
    by = "" if landmark.days is None else f" by {landmark.label}"
    none = (
        "No baseline or no valid post-baseline assessment"
        if inputs.baseline is None
        else ("No valid post-baseline assessment")
    )
    steps = (
        (lost & ~known, NO_CHANGE, "No baseline assessment"),
        (lost, NO_CHANGE, none + by),
        (_progressive(inputs, change, landmark), PROGRESSIVE, "Best response is progressive disease" + by),
        (gone & event, NOT_AT_RISK, "Not at risk: event" + by),
        (gone, NOT_AT_RISK, "Not at risk: censored" + by),
    )
    masks = [mask for mask, _, _ in steps]
    step = np.select(masks, [number for _, number, _ in steps], np.nan)
    reason = np.select(masks, [text for _, _, text in steps], "")
    return pd.DataFrame({"EXSTEP": step, "EXREAS": reason}, index=source.index)


def _progressive(inputs: LandmarkInputs, change: pd.Series, landmark: Duration) -> npt.NDArray[np.bool_]:
    """Return who has progressive disease as best response; False where there is no best change."""
    grown = (change >= inputs.rule.pchg_ge - TOLERANCE).to_numpy(dtype=bool)
    if inputs.rule.new_lesion == "none":
        return grown
    seen = inputs.assessments
    within = seen if landmark.days is None else seen[seen["ADY"] <= landmark.days]
    lesions = within.groupby("USUBJID")["LESION"]
    found = lesions.all() if inputs.rule.new_lesion == "all" else lesions.any()
    lesion = found.reindex(change.index, fill_value=False).to_numpy(dtype=bool)
    return np.asarray(grown | lesion)
