"""Records of subjects as derivations take them: selected by the spec, checked, and refused with their place."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from tlf.errors import DerivationError
from tlf.model.dataset import Dataset
from tlf.model.spec import Records
from tlf.model.study_data import StudyData

_SHOWN = 3


def refusal(data: StudyData, name: str, message: str, *keys: str) -> DerivationError:
    """Return the error that stops a derivation: what is wrong, and the place in the spec of the key at fault.

    The caller of the derivation, which knows its name, puts that before it.

    Args:
        data: the study's data, whose spec knows where each key was written.
        name: the derivation.
        message: what was found and what was expected.
        keys: the derivation's key at fault, if one is.
    """
    return DerivationError(f"{message} ({data.spec.origins.at('derivations', name, *keys)})" if keys else message)


def named(subjects: pd.Series) -> str:
    """Return the first few of some subjects, and how many more there are.

    Example:
        >>> named(pd.Series(["01", "02", "03", "04", "05"]))
        '01, 02, 03 and 2 more'
    """
    distinct = subjects.drop_duplicates()
    more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
    return ", ".join(str(subject) for subject in distinct.head(_SHOWN)) + more


def require(data: StudyData, name: str, dataset: Dataset, kind: Literal["char", "num"], *variables: str) -> None:
    """Check that a dataset has variables of a type.

    Raises:
        DerivationError: one is absent or of the other type; the message names dataset, variable and derivation.
    """
    for variable in variables:
        try:
            found = dataset.variable(variable)
        except DerivationError as error:
            raise refusal(data, name, str(error)) from error
        if found.type != kind:
            expected = "numeric" if kind == "num" else "character"
            raise refusal(data, name, f"{dataset.name}.{variable} has the type {found.type}: expected {expected}")


def selected(data: StudyData, name: str, key: str, records: Records) -> pd.DataFrame:
    """Return the records that a key of a derivation selects, with their original index.

    Raises:
        DerivationError: nothing is selected; the message starts with the clause's file and line.
        ConditionError: the clause does not fit the dataset.
    """
    frame = data.records(records)
    if frame.empty:
        raise refusal(data, name, f"no record is selected by {key}: {records}", key)
    require(data, name, data.dataset(records.dataset), "char", "USUBJID")
    return frame


def with_baseline(data: StudyData, name: str, baseline: Records) -> pd.Series:
    """Return USUBJID of the baseline records that have a value.

    Raises:
        DerivationError: nothing is selected, or the dataset has no numeric AVAL.
    """
    frame = selected(data, name, "baseline", baseline)
    require(data, name, data.dataset(baseline.dataset), "num", "AVAL")
    return frame["USUBJID"][frame["AVAL"].notna()]


def one_a_subject(data: StudyData, name: str, key: str, reference: str) -> pd.DataFrame:
    """Return a parameter's records, one a subject, with their original index.

    Args:
        data: the study's data.
        name: the derivation.
        key: the derivation's key that holds the reference.
        reference: a PARAMCD in the data (``PFS``) or a level of a derivation (``shrinkage.ALL``).

    Raises:
        DerivationError: no such parameter, or a subject with several records.
    """
    try:
        parameter, frame = data.parameter(reference), data.parameter_records(reference)
    except DerivationError as error:
        raise refusal(data, name, str(error), key) from error
    require(data, name, data.dataset(parameter.dataset), "char", "USUBJID")
    again = frame["USUBJID"].duplicated(keep=False)
    if again.any():
        raise refusal(
            data,
            name,
            f"{parameter.dataset} has several {parameter.paramcd} records for {named(frame['USUBJID'][again])}:"
            " expected one a subject",
            key,
        )
    return frame


def require_values(data: StudyData, name: str, dataset: str, frame: pd.DataFrame, *variables: str) -> None:
    """Check that no record lacks a value of some variables.

    Raises:
        DerivationError: naming dataset, variable and subjects.
    """
    for variable in variables:
        missing = frame[variable].isna()
        if missing.any():
            subjects = named(frame["USUBJID"][missing])
            raise refusal(data, name, f"{dataset}.{variable} is missing for {subjects}: expected a value")
