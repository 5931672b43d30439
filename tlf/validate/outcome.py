"""What a check function returns, and the one description of how check functions are written.

A check is a function registered under a kind, with one signature::

    @check("kind", offers=("expected",))
    def check_kind(dataset: Dataset, study: StudyData, *, <the rule's own keys>) -> Outcome

- ``dataset`` holds the records that the rule is about: all of one dataset, or those that the rule's
  ``where`` selects. Its frame has a RangeIndex. A rule of class ``study`` gets ``STUDY``, which is empty.
- ``study`` gives the other datasets and the spec.
- the keyword-only parameters are the keys of a rule in YAML, with their types and defaults.
- ``offers`` names what a rule's message may write in braces, beside the record's variables,
  ``{variable}`` and ``{value}``.

The outcome is ``Skipped`` with its reason where the rule does not apply; ``Violations``, one for each
variable looked at, none violated if no mask is true; or a ``ColumnCheck`` for each, which the engine joins into one
pandera schema a dataset. An exception is a fault of the rule, never of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Skipped:
    """The rule does not apply to the dataset, for this reason."""

    reason: str


@dataclass(frozen=True, eq=False)
class Violations:
    """The records that break a rule at one variable (or several, joined by ``", "``).

    ``mask`` has one truth value a record; None says that the variable, or the dataset, breaks it as a whole.
    ``values`` are what the check offers to the message: one value, or one a record. ``dataset`` is set
    where another dataset than the one looked at is to blame.
    """

    variable: str
    mask: Mask | None
    values: Mapping[str, Any] = field(default_factory=dict)
    dataset: str = ""

    @property
    def count(self) -> int:
        """How many findings these are."""
        return 1 if self.mask is None else int(self.mask.sum())


ColumnTest = Callable[["pd.Series[Any]"], "pd.Series[bool] | bool"]


@dataclass(frozen=True, eq=False)
class ColumnCheck:
    """What one variable must satisfy: ``test`` says for each value (or for all) whether it does.

    No test asks only that the variable is present. ``test`` sees missing values too.
    """

    variable: str
    test: ColumnTest | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


Outcome = Skipped | tuple[Violations, ...] | tuple[ColumnCheck, ...]
CheckFunction = Callable[..., Outcome]

STUDY: Final = Dataset("", "", pd.DataFrame(), ())
"""What a rule of class ``study`` is given: no dataset."""


def other_dataset(study: StudyData, name: str) -> Dataset | Skipped:
    """Return another dataset of the study, or why the rule is skipped."""
    found = study.datasets.get(name)
    return Skipped(f"{name} is not among the study's data") if found is None else found


def lacking(dataset: Dataset, *names: str) -> Skipped | None:
    """Say why a rule that reads these variables is skipped; None if the dataset has them all."""
    absent = [name for name in names if not dataset.has(name)]
    return Skipped(f"{dataset.name} has no {', '.join(absent)}") if absent else None


def not_numeric(dataset: Dataset, *names: str) -> Skipped | None:
    """Say why a rule that computes with these variables is skipped; None if all are there and numeric."""
    reason = lacking(dataset, *names)
    if reason is not None:
        return reason
    text = [name for name in names if not is_numeric(dataset.frame[name])]
    return Skipped(f"{dataset.name}.{', '.join(text)} is character") if text else None


def is_numeric(column: pd.Series[Any]) -> bool:
    """Say whether a column holds numbers."""
    return bool(pd.api.types.is_numeric_dtype(column.dtype))


def missing(column: pd.Series[Any]) -> Mask:
    """Return which values are missing; empty text is missing too."""
    blank: Mask = column.isna().to_numpy(dtype=bool)
    if not is_numeric(column):
        blank = blank | column.eq("").fillna(False).to_numpy(dtype=bool)
    return blank


def numbers(dataset: Dataset, name: str) -> npt.NDArray[np.float64]:
    """Return a numeric variable's values as floats, NaN where missing."""
    values: npt.NDArray[np.float64] = dataset.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def differs(
    left: npt.NDArray[np.float64], right: npt.NDArray[np.float64], *, scale: npt.NDArray[np.float64] | None = None
) -> Mask:
    """Return where two numbers differ by more than 1e-9 of ``scale`` (else of the larger); NaN never does.

    Exact comparison calls thousands of correct percent changes wrong: SAS and IEEE arithmetic differ in the last bits.
    """
    largest = np.fmax(np.abs(left), np.abs(right))
    size = largest if scale is None else np.fmax(largest, scale)
    with np.errstate(invalid="ignore"):
        apart: Mask = np.abs(left - right) > 1e-9 * size
        endless = np.isinf(left) | np.isinf(right)
    unequal: Mask = (left != right) & ~np.isnan(left) & ~np.isnan(right)
    return np.where(endless, unequal, apart)
