"""Second program of a grouping made by cutting a best change into categories."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tlf.errors import AnalysisError
from tlf.model.study_data import StudyData
from tlf.qc.recompute_best_change import recompute_best_change
from tlf.qc.subject_records import ROUNDING, derivation_block, number, once_a_study, records_of
from tlf.registry import recompute

_CUT: Final = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")


@recompute("categorise")
@once_a_study
def recompute_categorise(data: StudyData, name: str) -> dict[str, str]:
    """Return the category of every subject that has a baseline measurement, by USUBJID.

    Steps (Pavel et al. 2025, 2.3.2):
        1. Keep the subjects with a baseline measurement.
        2. Cut the best change: the first category whose limit it meets; ``else`` takes the rest.
        3. A subject without a best change goes where the spec says (``missing_to``), or nowhere.

    Args:
        data: the study's data as read.
        name: the derivation's name in the spec.
    """
    block = derivation_block(data, name, "categorise")
    source, _, level = str(block.of).partition(".")
    best = recompute_best_change(data, source)
    if level not in best:
        raise AnalysisError(f"derivation {name}: {block.of} names no level of {source}; expected one of {list(best)}")
    categories: dict[str, str] = {}
    for row in records_of(data, block.baseline):
        usubjid = str(row["USUBJID"])
        if number(row.get("AVAL")) is None:
            continue
        change = best[level].get(usubjid)
        category = block.missing_to if change is None else category_of(change.pchg, block.cut)
        if category is not None:
            categories[usubjid] = category
    return categories


def category_of(value: float, cut: Mapping[str, str]) -> str | None:
    """Return the first category whose limit a value meets; None if none does.

    Raises:
        AnalysisError: a limit that is neither ``else`` nor an operator and a number.

    Example:
        >>> category_of(-30.0, {"down": "<= -30", "rest": "else"})
        'down'
    """
    for category, limit in cut.items():
        if limit.strip() == "else" or meets(value, limit):
            return category
    return None


def meets(value: float, limit: str) -> bool:
    """Say whether a value meets a limit as written (``<= -30``); float noise does not move it off the limit.

    Example:
        >>> meets(-30.000000000000004, "< -30"), meets(-30.1, "< -30")
        (False, True)
    """
    match = _CUT.fullmatch(limit.strip())
    if match is None:
        raise AnalysisError(f"a limit is an operator and a number, or else, not {limit!r}")
    operator, bound = match[1], float(match[2])
    distance = 0.0 if abs(value - bound) <= ROUNDING else value - bound
    return {"<=": distance <= 0, ">=": distance >= 0, "<": distance < 0, ">": distance > 0}[operator]
