"""Numbers within bounds: whole, not below, not above, never one value."""

from __future__ import annotations

import numpy as np

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import members
from tlf.validate.outcome import Mask, Outcome, Skipped, Violations, is_numeric, numbers
from tlf.validate.rule import Family


@check("number", offers=("expected",))
def check_number(
    dataset: Dataset,
    study: StudyData,
    *,
    variables: list[Family],
    whole: bool = False,
    minimum: float | None = None,
    never: tuple[float, ...] = (),
    exclude: tuple[Family, ...] = (),
) -> Outcome:
    """The filled values are whole numbers, at least a minimum, and none of those that never occur."""
    found = [
        member.name
        for member in members(variables, dataset.variable_names, exclude=exclude)
        if is_numeric(dataset.frame[member.name])
    ]
    words = [
        "a whole number" if whole else "a number",
        *([f"at least {minimum:g}"] if minimum is not None else []),
        *([f"never {', '.join(format(value, 'g') for value in never)}"] if never else []),
    ]
    expected = ", ".join(words)

    def broken(name: str) -> Mask:
        values = numbers(dataset, name)
        wrong: Mask = np.isin(values, never)
        if whole:
            wrong = wrong | ~(np.isnan(values) | (values == np.floor(values)))
        return wrong if minimum is None else wrong | (values < minimum)

    checked = tuple(Violations(name, broken(name), {"expected": expected}) for name in found)
    return checked or Skipped(f"{dataset.name} has no numeric {', '.join(variables)}")
