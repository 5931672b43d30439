"""A grouping variable of ADSL, made by cutting a parameter into categories."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import AfterValidator, Field

from tlf.derive.bds_records import fitted
from tlf.derive.subject_records import named, one_a_subject, refusal, require, with_baseline
from tlf.errors import did_you_mean
from tlf.model.dataset import Variable, text
from tlf.model.spec import RecordsOf
from tlf.model.study_data import SUBJECTS, LogStep, StudyData
from tlf.registry import derivation

TOLERANCE: Final = 1e-9
_ELSE: Final = "else"
_COMPARISON: Final = re.compile(r"(<=|>=|<|>|=)\s*([-+]?\d+(?:\.\d+)?)")
_LABEL_LENGTH: Final = 36  # 40 bytes of a variable's label, less " (N)" of the twin's

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """``<= -30``: a limit that a value meets or not, exact but for a rounding of 1e-9."""

    operator: str
    limit: float

    def met_by(self, values: Floats) -> npt.NDArray[np.bool_]:
        """Return which values meet the limit; a missing value meets none."""
        distance = values - self.limit
        distance = np.where(np.abs(distance) <= TOLERANCE, 0.0, distance)
        compare = {"<=": np.less_equal, ">=": np.greater_equal, "<": np.less, ">": np.greater, "=": np.equal}
        return np.asarray(compare[self.operator](distance, 0.0), dtype=np.bool_)


def parse_cut(cut: Mapping[str, str]) -> dict[str, Comparison | None]:
    """Return the comparison of each category, None for ``else``.

    Raises:
        ValueError: no category, an empty one, what is neither a comparison nor else, or a category after else.

    Example:
        >>> parse_cut({"low": "<= -30", "high": "else"})
        {'low': Comparison(operator='<=', limit=-30.0), 'high': None}
    """
    parsed: dict[str, Comparison | None] = {}
    if not cut:
        raise ValueError("a cut has at least one category")
    for category, written in cut.items():
        match = _COMPARISON.fullmatch(written.strip())
        if not category.strip():
            raise ValueError(f"the category of {written!r} has no name")
        if None in parsed.values():
            raise ValueError(f"category {category!r} stands after else, which takes all that is left")
        if match is None and written.strip() != _ELSE:
            raise ValueError(f"a category is <, <=, >, >=, = and a number (<= -30), or else, not {written!r}")
        parsed[category] = None if match is None else Comparison(match[1], float(match[2]))
    return parsed


def _checked(cut: dict[str, str]) -> dict[str, str]:
    parse_cut(cut)
    return cut


Cut = Annotated[dict[str, str], AfterValidator(_checked)]
# 7 characters, so that the numeric twin (an N behind) is a name too
TargetVariable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,6}$")]


@derivation("categorise", makes="variable", reads={"baseline": {"USUBJID": "char"}})
def derive_var_categorise(
    data: StudyData,
    name: str,
    *,
    of: str,
    baseline: RecordsOf,
    variable: TargetVariable,
    cut: Cut,
    missing_to: str | None = None,
) -> StudyData:
    """Derive a grouping variable of ADSL from a parameter, for every subject with a baseline.

    Steps (Pavel et al. 2025, 2.3.2, intent to treat):
        1. Eligible: subjects with a baseline value; all others have no group.
        2. A value is in the first category whose comparison it meets; ``else`` takes the rest.
        3. An eligible subject without a value is in the category ``missing_to``, or in none.
        4. The numeric twin (variable name and N) numbers the categories in the order of ``cut``, from 1.

    Args:
        data: the study's data, with the parameter already derived.
        name: the derivation, which ``by: name`` in an analysis refers to.
        of: the parameter, one record a subject: ``shrinkage.ALL`` or a PARAMCD; AVAL in its own unit.
        baseline: the baseline records; a subject with one is eligible.
        variable: the new variable of ADSL.
        cut: category -> comparison, in the order of display.
        missing_to: the category of eligible subjects without a value.

    Raises:
        DerivationError: a value that meets no comparison, a variable that ADSL has already, a ``missing_to`` that is no
            category, no baseline record, or several records of a subject.

    Example:
        With ``{"≥30% decrease": "<= -30", "<30% decrease": else}`` a best change of exactly -30 is in the first.
    """
    rules = _rules(data, name, cut, missing_to)
    adsl = data.dataset(SUBJECTS)
    for new in (variable, f"{variable}N"):
        if adsl.has(new):
            raise refusal(data, name, f"{SUBJECTS} already has a variable {new}", "variable")
    subjects = adsl.column("USUBJID")
    eligible = subjects.isin(with_baseline(data, name, baseline)).to_numpy(dtype=bool)
    value = subjects.map(_values(data, name, of)).to_numpy(dtype=np.float64)
    number = _numbered(value, list(rules.values()))
    unmet = eligible & np.isfinite(value) & np.isnan(number)
    if unmet.any():
        message = f"{of} of {named(subjects[unmet])} meets no comparison: {value[unmet][0]:g}; add a category else"
        raise refusal(data, name, message, "cut")
    missing = np.nan if missing_to is None else list(rules).index(missing_to) + 1.0
    number = np.where(eligible, np.where(np.isnan(value), missing, number), np.nan)
    return _with_variable(data, name, variable, number=number, categories=list(rules), of=of)


def _rules(data: StudyData, name: str, cut: Mapping[str, str], missing_to: str | None) -> dict[str, Comparison | None]:
    try:
        rules = parse_cut(cut)
    except ValueError as error:
        raise refusal(data, name, str(error), "cut") from error
    if missing_to is not None and missing_to not in rules:
        hint = did_you_mean(missing_to, rules)
        raise refusal(data, name, f"missing_to {missing_to!r} is no category of cut.{hint}", "missing_to")
    return rules


def _values(data: StudyData, name: str, of: str) -> pd.Series:
    """Return AVAL of the parameter, indexed by USUBJID."""
    records = one_a_subject(data, name, "of", of)
    require(data, name, data.dataset(data.parameter(of).dataset), "num", "AVAL")
    return records.set_index("USUBJID")["AVAL"]


def _numbered(value: Floats, rules: list[Comparison | None]) -> Floats:
    """Return the number, from 1, of the first category that each value meets; NaN where it meets none."""
    masks = [~np.isnan(value) if rule is None else rule.met_by(value) for rule in rules]
    return np.asarray(np.select(masks, np.arange(1.0, len(rules) + 1).tolist(), np.nan))


def _with_variable(
    data: StudyData, name: str, variable: str, *, number: Floats, categories: list[str], of: str
) -> StudyData:
    """Return the data with the variable and its twin in ADSL, under the derivation's name."""
    adsl = data.dataset(SUBJECTS)
    named_levels = np.array(["", *categories], dtype=object)[np.nan_to_num(number).astype(int)]
    columns: dict[str, Any] = {variable: text(named_levels, index=adsl.frame.index), f"{variable}N": number}
    frame = adsl.frame.assign(**columns)
    block = data.spec.derivations.get(name)
    said = block.label if block is not None else ""
    label = said[:1].upper() + said[1:] or f"Category of {of}"[:_LABEL_LENGTH]
    if len(label.encode()) > _LABEL_LENGTH:
        message = f"label {label!r} becomes the label of {SUBJECTS}.{variable}: expected at most {_LABEL_LENGTH} bytes"
        raise refusal(data, name, message, "label")
    added = (
        fitted(Variable(variable, label, "char", 1), frame[variable]),
        Variable(f"{variable}N", f"{label} (N)"),
    )
    step = LogStep(name, f"{SUBJECTS}.{variable} from {of}", len(frame), int(np.isfinite(number).sum()))
    result = data.with_dataset(adsl.with_frame(frame, *added), step)
    return replace(result, variables={**data.variables, name: variable})
