"""Derived records of a BDS dataset: new parameters beside the old, each record with the source it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
from pydantic import Field

from tlf.derive.subject_records import refusal
from tlf.model.dataset import TEXT, Dataset, Variable, text
from tlf.model.duration import Duration
from tlf.model.study_data import StudyData

ParamcdPrefix = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,6}$")]

_LEVEL: Final = re.compile(r"[A-Z0-9_]+")
_CODE_LENGTH: Final = 8
SOURCE_VARIABLES: Final = (
    Variable("SRCDOM", "Source Data", "char", 8),
    Variable("SRCVAR", "Source Variable", "char", 8),
    Variable("SRCSEQ", "Source Sequence Number"),
)


def level_codes(
    data: StudyData, name: str, *, prefix: str, landmarks: Mapping[str, Duration], dataset: Dataset
) -> dict[str, str]:
    """Return the PARAMCD of each landmark level: the prefix and the level, without its L before digits.

    Raises:
        DerivationError: no levels, a code that is no PARAMCD (8 characters, capitals and digits), used twice,
            or already in the dataset.

    Example:
        With the prefix ``BPC``, level ``L150`` has the code ``BPC150``, and ``ALL`` has ``BPCALL``.
    """
    codes = {level: prefix + re.sub(r"^L(?=\d)", "", level) for level in landmarks}
    if not codes:
        raise refusal(data, name, "no landmarks: expected at least one level")
    taken = set(dataset.frame["PARAMCD"].dropna())
    for level, code in codes.items():
        if len(code) > _CODE_LENGTH or not _LEVEL.fullmatch(level):
            raise refusal(data, name, f"level {level} gives the PARAMCD {code}: expected 1 to 8 of A-Z, 0-9, _")
        if code in taken:
            raise refusal(data, name, f"PARAMCD {code} of level {level} is already in {dataset.name}", "paramcd")
        taken.add(code)
    return codes


def source_record(source: pd.DataFrame, dataset: str, variable: str) -> dict[str, Any]:
    """Return the values of SRCDOM, SRCVAR and SRCSEQ that lead from derived records to their source records."""
    sequence = source["ASEQ"] if "ASEQ" in source.columns else np.nan
    return {"SRCDOM": dataset, "SRCVAR": variable, "SRCSEQ": sequence}


def emptied(records: pd.DataFrame, dataset: Dataset, variables: re.Pattern[str]) -> pd.DataFrame:
    """Return records with every variable whose whole name matches made missing."""
    names = [v for v in dataset.variables if variables.fullmatch(v.name)]
    missing = {
        v.name: text(np.full(len(records), np.nan), index=records.index) if v.type == "char" else np.nan for v in names
    }
    return records.assign(**missing)


def with_records(dataset: Dataset, records: pd.DataFrame) -> Dataset:
    """Return a dataset with derived records, each after its subject's own.

    1. SRCDOM, SRCVAR and SRCSEQ are added where the dataset lacks them.
    2. ASEQ, if the dataset has it, counts on from the subject's highest, so that it stays unique.
    3. PARAMN, if the dataset has it, counts on, one number a PARAMCD; PARAMTYP, if any, is DERIVED.
    4. Character variables grow to their longest value in bytes.

    Args:
        dataset: of BDS structure, with USUBJID and PARAMCD.
        records: its variables, and SRCDOM, SRCVAR, SRCSEQ; in the order of the new parameters.
    """
    known = {v.name for v in dataset.variables}
    added = [v for v in SOURCE_VARIABLES if v.name not in known]
    columns = [*dataset.variables, *added]
    rows = records.assign(**_identified(dataset, records))
    old = _typed(dataset.frame.reindex(columns=[v.name for v in columns]), columns)
    new = _typed(rows.reindex(columns=[v.name for v in columns]), columns)
    frame = pd.concat([old, new], ignore_index=True)
    # stable, by first appearance: the order that the dataset came in stays
    order = np.argsort(pd.factorize(frame["USUBJID"])[0], kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    return dataset.with_frame(frame, *(fitted(v, frame[v.name]) for v in columns))


def fitted(variable: Variable, values: pd.Series) -> Variable:
    """Return a character variable whose length holds the longest value in bytes; others as they are.

    Example:
        >>> fitted(Variable("AVALC", type="char", length=1), text(["≥30%"])).length
        6
    """
    if variable.type != "char":
        return variable
    longest = max((len(str(value).encode()) for value in values.dropna().unique()), default=1)
    return replace(variable, length=max(variable.length, longest))


def _identified(dataset: Dataset, records: pd.DataFrame) -> dict[str, Any]:
    """Return ASEQ, PARAMN and PARAMTYP of derived records, as far as the dataset has them."""
    values: dict[str, Any] = {}
    if dataset.has("ASEQ"):
        last = dataset.frame.groupby("USUBJID")["ASEQ"].max()
        values["ASEQ"] = (
            records["USUBJID"].map(last).fillna(0).astype("float64") + records.groupby("USUBJID").cumcount() + 1
        )
    if dataset.has("PARAMN"):
        highest = dataset.frame["PARAMN"].max()
        values["PARAMN"] = (0 if pd.isna(highest) else highest) + pd.factorize(records["PARAMCD"])[0] + 1.0
    if dataset.has("PARAMTYP"):
        values["PARAMTYP"] = "DERIVED"
    return values


def _typed(frame: pd.DataFrame, variables: list[Variable]) -> pd.DataFrame:
    return frame.astype({v.name: TEXT if v.type == "char" else "float64" for v in variables})
