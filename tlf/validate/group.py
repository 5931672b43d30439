"""Records grouped by the values of some variables, as whole numbers: the same group, the same number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.dataset import Dataset
from tlf.validate.message import value_text

Codes = npt.NDArray[np.intp]


def group_codes(dataset: Dataset, names: Sequence[str]) -> Codes:
    """Return each record's group; missing values are a value of their own."""
    codes: Codes = np.zeros(len(dataset.frame), dtype=np.intp)
    for name in names:
        found, distinct = pd.factorize(dataset.frame[name])
        # two keys become one number; numbering anew keeps them small, whatever the count of variables
        codes, _ = pd.factorize(codes * (len(distinct) + 1) + (found + 1))
    return codes


def group_text(dataset: Dataset, names: Sequence[str], position: int) -> str:
    """Return the values that name a record's group: ``USUBJID 01-001, PARAMCD PFS``."""
    return ", ".join(f"{name} {value_text(dataset, name, position)}" for name in names)
