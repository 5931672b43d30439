"""Ard method ``cox``: a proportional hazards model in each group."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
import pandas as pd
from pydantic import AfterValidator

from tlf.analyse.analysis_groups import Cell, Row, analysed_subjects, cells, population_rows, refusal
from tlf.analyse.cox import Cox, cox
from tlf.analyse.parameter_values import parameter_of, times_in, values_in
from tlf.analyse.survival_input import merge_close_times
from tlf.errors import AnalysisError
from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.spec import Where
from tlf.model.study_data import Parameter, StudyData
from tlf.registry import ard_method

METHOD = "cox"

_PER: Final = re.compile(r"per\s+(\d+(?:\.\d+)?)\s+(\S.*\S)\s+(decrease|increase)", re.IGNORECASE)
_COUNTS: Final = {"n": "n", "n_event": "Events"}
_LABELS: Final = {
    "estimate": "Log hazard ratio",
    "std_error": "Standard error",
    "hazard_ratio": "Hazard ratio",
    "conf_low": "Lower confidence limit of the hazard ratio",
    "conf_high": "Upper confidence limit of the hazard ratio",
    "statistic": "Wald chi-square",
    "p_value": "p-value",
}


@dataclass(frozen=True)
class Unit:
    """What a hazard ratio is per: ``per 1 percentage point decrease`` turns the sign of the covariate."""

    size: float
    name: str
    decrease: bool

    @classmethod
    def parse(cls, written: str) -> Unit:
        """Read ``per <number> <unit> increase|decrease``.

        Raises:
            ValueError: anything else, or a size of 0.

        Example:
            >>> Unit.parse("per 1 percentage point decrease")
            Unit(size=1.0, name='percentage point', decrease=True)
        """
        match = _PER.fullmatch(written.strip())
        if match is None or float(match[1]) == 0:
            raise ValueError(f"a covariate is 'per <number> <unit> increase' or '... decrease', not {written!r}")
        return cls(float(match[1]), match[2], match[3].lower() == "decrease")

    def scale(self, values: pd.Series) -> pd.Series:
        """Return values in this unit, in its direction."""
        return values * ((-1.0 if self.decrease else 1.0) / self.size)


def _checked(covariate: dict[str, str]) -> dict[str, str]:
    if not covariate:
        raise ValueError("a model has at least one covariate")
    for written in covariate.values():
        Unit.parse(written)
    return covariate


Covariates = Annotated[dict[str, str], AfterValidator(_checked)]


@ard_method(METHOD, label="Cox proportional hazards model")
def ard_cox(
    data: StudyData,
    name: str,
    *,
    analysis_set: str,
    where: Where | None = None,
    for_each: Sequence[str] = (),
    time: str,
    covariate: Covariates,
) -> Ard:
    """Fit a Cox model in each group, ties, convergence and confidence level by the method profile.

    Rows: ``N`` of ``..population..`` for each group of subjects; then for each combination, with the PARAMCD of the
    time as variable: ``n`` and ``n_event`` of the model; ``n_missing``, if any, subjects with a time but without a
    covariate, who are left out; and for each covariate, named as variable_level: ``estimate`` (log hazard ratio),
    ``std_error``, ``hazard_ratio``, ``conf_low`` and ``conf_high`` (of the hazard ratio), ``statistic`` (Wald
    chi-square, 1 df) and ``p_value``. A model that has no estimate gives rows with the reason.

    Args:
        data: the study's data.
        name: the analysis.
        analysis_set: the population.
        where: a clause on ADSL that narrows it.
        for_each: groupings, and levels of a derivation.
        time: the time-to-event parameter; a derivation alone is its level of the group.
        covariate: parameter -> what the hazard ratio is per, ``per 1 percentage point decrease``.

    Raises:
        AnalysisError: the spec names what is not there. What fails in one group is rows with its error.

    Example:
        ``covariate: { shrinkage: per 1 percentage point decrease }``: a ratio below 1 favours shrinkage.
    """
    units = _units(data, name, covariate)
    whole = analysed_subjects(data, name, analysis_set=analysis_set, where=where)
    found = cells(data, name, whole, analysis_set=analysis_set, for_each=for_each)
    rows = population_rows(name, METHOD, found)
    for cell in found:
        outcome = parameter_of(data, name, "time", time, level=cell.level)
        model = {reference: parameter_of(data, name, "covariate", reference, level=cell.level) for reference in units}
        rows.extend(_rows(data, name, cell, outcome, model, units))
    return numbered(rows)


def _units(data: StudyData, name: str, covariate: Mapping[str, str]) -> dict[str, Unit]:
    try:
        return {reference: Unit.parse(written) for reference, written in covariate.items()}
    except ValueError as error:
        raise refusal(data, name, str(error), "covariate") from error


def _rows(
    data: StudyData,
    name: str,
    cell: Cell,
    outcome: Parameter,
    model: Mapping[str, Parameter],
    units: Mapping[str, Unit],
) -> list[Row]:
    try:
        fit, missing = _fit(data, cell, outcome, model, units)
    except AnalysisError as error:
        counts = [Stat(stat, label, error=str(error)) for stat, label in _COUNTS.items()]
        estimates = {
            reference: [Stat(stat, label, error=str(error)) for stat, label in _LABELS.items()] for reference in model
        }
    else:
        counts = [Stat("n", _COUNTS["n"], float(fit.n)), Stat("n_event", _COUNTS["n_event"], float(fit.n_event))]
        counts += [Stat("n_missing", "Without covariate", float(missing))] if missing else []
        estimates = {reference: _estimates(fit, k, list(model)) for k, reference in enumerate(model)}
    rows = stat_rows(name, METHOD, counts, groups=cell.groups, variable=outcome.paramcd)
    for reference, stats in estimates.items():
        rows += stat_rows(name, METHOD, stats, groups=cell.groups, variable=outcome.paramcd, variable_level=reference)
    return rows


def _fit(
    data: StudyData,
    cell: Cell,
    outcome: Parameter,
    model: Mapping[str, Parameter],
    units: Mapping[str, Unit],
) -> tuple[Cox, int]:
    """Return the model of the subjects with a time and all covariates, and how many with a time have not all."""
    times = times_in(data, outcome, cell)
    columns = {
        reference: times.usubjid.map(units[reference].scale(values_in(data, parameter, cell)))
        for reference, parameter in model.items()
    }
    covariates = np.column_stack([column.to_numpy(dtype=np.float64) for column in columns.values()])
    complete = ~np.isnan(covariates).any(axis=1)
    profile = data.spec.profile
    time = times.time[complete]
    fit = cox(
        merge_close_times(time) if profile.quantile_rule == "r" else time,
        times.event[complete],
        covariates[complete],
        ties=profile.ties,
        convergence=profile.convergence,
        conf_level=profile.conf_level,
    )
    return fit, int((~complete).sum())


def _estimates(fit: Cox, k: int, names: list[str]) -> list[Stat]:
    """Return the statistics of one covariate; not estimable with the model's reason, in the spec's own names."""
    values = (fit.coef, fit.std_error, fit.hazard_ratio, fit.conf_low, fit.conf_high, fit.chi_square, fit.p_value)
    reason = fit.not_estimable
    if reason is not None:
        for position, reference in enumerate(names):
            reason = reason.replace(f"covariates[:, {position}]", reference)
        return [Stat(stat, label, not_estimable=reason) for stat, label in _LABELS.items()]
    return [Stat(stat, label, float(value[k])) for (stat, label), value in zip(_LABELS.items(), values, strict=True)]
