"""Checks that every survival statistic makes on its arguments before it computes anything."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tlf.errors import AnalysisError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# Two numbers closer than this are one number: R's sqrt(.Machine$double.eps), in survfit, quantile and timefix.
TOLERANCE = 1.5e-8


def check_time(time: ArrayLike) -> FloatArray:
    """Return times as floats, or say which one is not a finite number >= 0.

    Args:
        time: shape (n,), in any one unit.

    Raises:
        AnalysisError: not one-dimensional, not numbers, missing, infinite or negative.

    Example:
        >>> check_time([3, 0, 12.5])
        array([ 3. ,  0. , 12.5])
    """
    values = _numbers(time, "time", 1)
    _refuse(~(np.isfinite(values) & (values >= 0)), values, "time", "a finite number >= 0")
    return values


def check_event(event: ArrayLike, length: int) -> BoolArray:
    """Return event flags as booleans, or say which one is neither 0 nor 1.

    Args:
        event: shape (n,), 1 = event, 0 = censored; ADaM's CNSR is the other way round.
        length: how many are expected, the number of times.

    Raises:
        AnalysisError: another length, not numbers, missing, or not 0 or 1.

    Example:
        >>> check_event([1, 0, 1], 3)
        array([ True, False,  True])
    """
    values = _numbers(event, "event", 1)
    _same_length(len(values), length, "event")
    _refuse((values != 0) & (values != 1), values, "event", "1 (event) or 0 (censored)")
    return np.asarray(values == 1, dtype=np.bool_)


def check_covariates(covariates: ArrayLike, length: int) -> FloatArray:
    """Return covariates as a matrix of floats, one column a covariate, or say which value is not finite.

    Args:
        covariates: shape (n,) for one covariate, else (n, p); categories already coded as columns.
        length: how many rows are expected, the number of times.

    Raises:
        AnalysisError: another number of rows, no column, not numbers, missing or infinite.

    Example:
        >>> check_covariates([61, 70], 2).shape
        (2, 1)
    """
    raw = np.asarray(covariates)
    values = _numbers(raw[:, np.newaxis] if raw.ndim == 1 else raw, "covariates", 2)
    _same_length(values.shape[0], length, "covariates")
    if values.shape[1] == 0:
        raise AnalysisError("covariates has no column: expected at least one covariate")
    _refuse(~np.isfinite(values), values, "covariates", "a finite number (apply the missing-value policy first)")
    return values


def check_strata(strata: ArrayLike | None, length: int) -> IntArray:
    """Return strata as codes 0, 1, ..., or say which label is missing.

    Args:
        strata: shape (n,), labels of any one sortable type; None is one stratum. Several stratification
            variables are crossed into one label by the caller.
        length: how many are expected, the number of times.

    Raises:
        AnalysisError: another length, not one-dimensional, missing or of mixed types.

    Example:
        >>> check_strata(["b", "a", "b"], 3)
        array([1, 0, 1])
    """
    if strata is None:
        return np.zeros(length, dtype=np.int64)
    labels: NDArray[Any] = np.asarray(strata)
    if labels.ndim != 1:
        raise AnalysisError(f"strata has {labels.ndim} dimensions: expected 1, a label for each subject")
    _same_length(len(labels), length, "strata")
    if labels.dtype.kind in "fOmM":
        _refuse(np.array([_is_missing(label) for label in labels], dtype=np.bool_), labels, "strata", "a label")
    try:
        return np.unique(labels, return_inverse=True)[1].astype(np.int64)
    except TypeError as error:
        raise AnalysisError("strata mixes types that have no order: expected labels of one type") from error


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse an option that is not one of the allowed words.

    Raises:
        AnalysisError: naming the option, the value and the words allowed.

    Example:
        >>> check_choice("ties", "efron", ("efron", "breslow"))
    """
    if value not in allowed:
        raise AnalysisError(f"{name} = {value!r}: expected one of {', '.join(allowed)}")


def check_open_unit(name: str, value: float) -> None:
    """Refuse a probability or confidence level that does not lie strictly between 0 and 1.

    Raises:
        AnalysisError: naming the argument and its value.

    Example:
        >>> check_open_unit("conf_level", 0.95)
    """
    if not 0 < value < 1:
        raise AnalysisError(f"{name} = {value!r}: expected a number between 0 and 1, both excluded")


def merge_close_times(time: ArrayLike) -> FloatArray:
    """Return times with those that differ by rounding alone made equal, as R's ``timefix`` does and SAS does not.

    1. Sort the distinct times.
    2. Neighbours at most 1.5e-8 apart, or at most 1.5e-8 of the mean distinct time apart, are one tie.
    3. Every time of a tie becomes the earliest of it.

    Source: R survival 3.5-3, ``aeqSurv``. It matters for times in months or years, computed from days.
    Unit and shape (n,) stay as they are.

    Raises:
        AnalysisError: see `check_time`.

    Example:
        >>> merge_close_times([0.3, 0.1 + 0.2, 1.0])
        array([0.3, 0.3, 1. ])
    """
    values = check_time(time)
    distinct = np.unique(values)
    if len(distinct) < 2:
        return values
    gap = np.diff(distinct)
    apart = (gap > TOLERANCE) & (gap / distinct.mean() > TOLERANCE)
    kept = distinct[np.concatenate(([True], apart))]
    return np.asarray(kept[np.searchsorted(kept, values, side="right") - 1], dtype=np.float64)


def _is_missing(label: Any) -> bool:
    """Tell None, NaN, NaT and pandas' NA, which alone differ from themselves or refuse the comparison."""
    itself = label
    try:
        return label is None or bool(label != itself)
    except TypeError:
        return True


def _numbers(values: ArrayLike, name: str, dimensions: int) -> FloatArray:
    array: NDArray[Any] = np.asarray(values)
    if array.ndim != dimensions:
        raise AnalysisError(f"{name} has {array.ndim} dimensions: expected {dimensions}")
    if array.size and array.dtype.kind not in "iufb":
        raise AnalysisError(f"{name} has the type {array.dtype}: expected numbers")
    return array.astype(np.float64)


def _same_length(actual: int, expected: int, name: str) -> None:
    if actual != expected:
        raise AnalysisError(f"{name} has {actual} values: expected {expected}, as many as time")


def _refuse(wrong: BoolArray, values: NDArray[Any], name: str, expected: str) -> None:
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        more = f" ({int(wrong.sum())} such values)" if wrong.sum() > 1 else ""
        where = ", ".join(str(i) for i in index)
        raise AnalysisError(f"{name}[{where}] = {values[index]}: expected {expected}{more}")
