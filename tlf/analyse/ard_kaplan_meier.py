"""Ard method ``kaplan_meier``: survival curves, quantiles, rates and numbers at risk by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field

from tlf.analyse.analysis_groups import (
    Cell,
    Row,
    analysed_subjects,
    cells,
    factor,
    population_rows,
    refusal,
    split,
)
from tlf.analyse.parameter_values import check_unit, parameter_of, times_in
from tlf.analyse.survival import KaplanMeier, kaplan_meier
from tlf.errors import AnalysisError
from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.duration import Duration
from tlf.model.spec import Where
from tlf.model.study_data import Parameter, StudyData
from tlf.registry import ard_method

METHOD = "kaplan_meier"

Quantiles = tuple[Annotated[float, Field(gt=0, lt=1)], ...]

_COUNTS: Final = {"n": "n", "n_event": "Events", "n_censor": "Censored"}
_AT_TIME: Final = {"n_risk": "At risk", **{name: label for name, label in _COUNTS.items() if name != "n"}}
_SURVIVAL: Final = {"estimate": "Survival", "std_error": "Standard error"}
_LIMITS: Final = {"conf_low": "Lower confidence limit", "conf_high": "Upper confidence limit"}
_ZERO: Final = "no standard error and no confidence limits where survival is 0"


@dataclass(frozen=True)
class _Request:
    """What is asked of each curve: quantiles, rates at times, and the times of the numbers at risk, in days."""

    quantiles: tuple[float, ...]
    rates_at: tuple[Duration, ...]
    every: float | None


@dataclass(frozen=True, eq=False)
class _Group:
    """A group's cell and its curve, or the error that prevented it; ``missing`` subjects have no record."""

    cell: Cell
    parameter: Parameter
    fit: KaplanMeier | None
    missing: int = 0
    error: str = ""


@ard_method(METHOD, label="Kaplan-Meier estimates")
def ard_kaplan_meier(  # noqa: PLR0913 - the keyword parameters are the keys of the spec
    data: StudyData,
    name: str,
    *,
    analysis_set: str,
    where: Where | None = None,
    for_each: Sequence[str] = (),
    time: str,
    by: str | None = None,
    rates_at: tuple[Duration, ...] = (),
    at_risk_every: Duration | None = None,
    quantiles: Quantiles = (0.25, 0.5, 0.75),
    unit: Literal["d"] = "d",
) -> Ard:
    """Estimate survival in each group, quantile rule, limits and confidence level by the method profile.

    Rows, for each group (times in days):
        - ``..population..``: ``N`` subjects of the analysis set.
        - ``subjects``: ``n``, ``n_event``, ``n_censor``; ``n_missing``, if any, subjects without a record.
        - ``quantile``, level the fraction (``0.5`` is the median): ``estimate``, ``conf_low``, ``conf_high``.
        - ``rate``, level as the spec writes it (``6 mo``): ``estimate`` (survival), ``std_error`` (Greenwood),
          ``conf_low``, ``conf_high``, ``n_risk``.
        - ``at_risk``, level the day (``182.625``): ``n_risk``, subjects with a time >= that; from 0 in steps until no
          curve goes on, at the same times for every group of ``by``.
        - ``curve``, level the day of each distinct time: ``n_risk``, ``n_event``, ``n_censor``, ``estimate``,
          ``std_error``, ``conf_low``, ``conf_high``. It starts at the first time; before it survival is 1.

    Args:
        data: the study's data.
        name: the analysis.
        analysis_set: the population.
        where: a clause on ADSL that narrows it.
        for_each: groupings, and levels of a derivation; each combination is a set of curves.
        time: the time-to-event parameter; a derivation alone is its level of the group.
        by: a grouping, or a derivation that makes a variable; each of its levels is a curve.
        rates_at: times for survival rates.
        at_risk_every: the step of the numbers at risk; none leaves them out.
        quantiles: fractions with an event.
        unit: of the parameter's AVAL.

    Raises:
        AnalysisError: the spec names what is not there, or a time that cannot be. What fails in one group is rows
            with its error.

    Example:
        ``pfs: { method: kaplan_meier, analysis_set: FAS, time: PFS, by: arm, rates_at: [6 mo], at_risk_every: 6 mo }``
    """
    request = _Request(quantiles, rates_at, _step(data, name, at_risk_every))
    if any(duration.days is None for duration in rates_at):
        raise refusal(data, name, "rates_at has a time of none: expected a duration", "rates_at")
    whole = analysed_subjects(data, name, analysis_set=analysis_set, where=where)
    curves: list[list[Cell]] = []
    for cell in cells(data, name, whole, analysis_set=analysis_set, for_each=for_each):
        division = None if by is None else factor(data, name, by, analysis_set=analysis_set)
        curves.append([cell] if division is None else list(split(cell, division)))
    rows = population_rows(name, METHOD, [cell for together in curves for cell in together])
    for together in curves:
        parameter = parameter_of(data, name, "time", time, level=together[0].level)
        groups = [_group(data, cell, parameter, unit) for cell in together]
        times = _times_at_risk(groups, request.every)
        for group in groups:
            rows.extend(_rows(data, name, group, request, times))
    return numbered(rows)


def _step(data: StudyData, name: str, every: Duration | None) -> float | None:
    days = None if every is None else every.days
    if days is not None and days <= 0:
        raise refusal(data, name, f"at_risk_every {every} is no step in time: expected more than 0", "at_risk_every")
    return days


def _group(data: StudyData, cell: Cell, parameter: Parameter, unit: str) -> _Group:
    profile = data.spec.profile
    try:
        check_unit(data, parameter, unit)
        times = times_in(data, parameter, cell)
        fit = kaplan_meier(
            times.time,
            times.event,
            conf_type=profile.conf_type,
            conf_level=profile.conf_level,
            quantile_rule=profile.quantile_rule,
            merge_ties=profile.quantile_rule == "r",
        )
    except AnalysisError as error:
        return _Group(cell, parameter, None, error=str(error))
    # of a landmark parameter only those at risk have a record: that is no gap in the data
    missing = len(cell.subjects) - fit.n if parameter.landmark is None else 0
    return _Group(cell, parameter, fit, missing)


def _times_at_risk(groups: list[_Group], every: float | None) -> list[float]:
    """Return the times from 0 in steps up to the first that no group's last time lies beyond."""
    if every is None:
        return []
    last = max((float(group.fit.time[-1]) for group in groups if group.fit is not None and group.fit.n), default=0.0)
    return [every * k for k in range(int(np.ceil(last / every)) + 1)]


def _rows(data: StudyData, name: str, group: _Group, request: _Request, times: list[float]) -> list[Row]:
    def rows(variable: str, level: str | None, stats: list[Stat]) -> list[Row]:
        return stat_rows(name, METHOD, stats, groups=group.cell.groups, variable=variable, variable_level=level)

    fit = group.fit
    if fit is None:
        return _failed(group.error, request, times, rows)
    counts: dict[str, float] = {"n": fit.n, "n_event": fit.events, "n_censor": fit.n - fit.events}
    stats = [Stat(stat, label, float(counts[stat])) for stat, label in _COUNTS.items()]
    stats += [Stat("n_missing", "Without a record", float(group.missing))] if group.missing else []
    found = rows("subjects", None, stats)
    for p in request.quantiles:
        found += rows("quantile", f"{p:g}", _quantile(fit, p))
    for duration, stats in zip(request.rates_at, _rates(data, fit, request.rates_at), strict=True):
        found += rows("rate", str(duration), stats)
    for day, stats in zip(times, _at_risk(fit, times), strict=True):
        found += rows("at_risk", _day(day), stats)
    for k, day in enumerate(fit.time):
        found += rows("curve", _day(float(day)), _curve(fit, k))
    return found


def _failed(
    error: str, request: _Request, times: list[float], rows: Callable[[str, str | None, list[Stat]], list[Row]]
) -> list[Row]:
    """Return the rows that there would have been, each with the error that prevented it."""

    def stats(*labels: dict[str, str]) -> list[Stat]:
        return [Stat(stat, label, error=error) for part in labels for stat, label in part.items()]

    found = rows("subjects", None, stats(_COUNTS))
    for p in request.quantiles:
        found += rows("quantile", f"{p:g}", stats({"estimate": "Time"}, _LIMITS))
    for duration in request.rates_at:
        found += rows("rate", str(duration), stats(_SURVIVAL, _LIMITS, {"n_risk": "At risk"}))
    for day in times:
        found += rows("at_risk", _day(day), stats({"n_risk": "At risk"}))
    return found


def _quantile(fit: KaplanMeier, p: float) -> list[Stat]:
    found = fit.quantile(p)
    return [
        _estimated("estimate", "Median" if p == 0.5 else f"{p:.0%} quantile", found.estimate, found.estimate_reason),
        _estimated("conf_low", _LIMITS["conf_low"], found.conf_low, found.conf_low_reason),
        _estimated("conf_high", _LIMITS["conf_high"], found.conf_high, found.conf_high_reason),
    ]


def _rates(data: StudyData, fit: KaplanMeier, rates_at: tuple[Duration, ...]) -> list[list[Stat]]:
    if not rates_at:
        return []
    found = fit.at([duration.days or 0.0 for duration in rates_at], rule=data.spec.profile.beyond_last)
    return [
        [
            _estimated("estimate", _SURVIVAL["estimate"], found.survival[k], found.survival_reason[k]),
            _estimated("std_error", _SURVIVAL["std_error"], found.std_error[k], found.conf_reason[k]),
            _estimated("conf_low", _LIMITS["conf_low"], found.conf_low[k], found.conf_reason[k]),
            _estimated("conf_high", _LIMITS["conf_high"], found.conf_high[k], found.conf_reason[k]),
            Stat("n_risk", "At risk", float(found.n_risk[k])),
        ]
        for k in range(len(rates_at))
    ]


def _at_risk(fit: KaplanMeier, times: list[float]) -> list[list[Stat]]:
    if not times:
        return []
    n_risk = fit.at(times).n_risk
    return [[Stat("n_risk", "At risk", float(count))] for count in n_risk]


def _curve(fit: KaplanMeier, k: int) -> list[Stat]:
    counts = {"n_risk": fit.n_risk[k], "n_event": fit.n_event[k], "n_censor": fit.n_censor[k]}
    return [
        *(Stat(stat, _AT_TIME[stat], float(count)) for stat, count in counts.items()),
        Stat("estimate", _SURVIVAL["estimate"], float(fit.survival[k])),
        _estimated("std_error", _SURVIVAL["std_error"], fit.std_error[k], _ZERO),
        _estimated("conf_low", _LIMITS["conf_low"], fit.conf_low[k], _ZERO),
        _estimated("conf_high", _LIMITS["conf_high"], fit.conf_high[k], _ZERO),
    ]


def _estimated(name: str, label: str, value: Any, reason: str | None) -> Stat:
    if np.isnan(value):
        return Stat(name, label, not_estimable=reason or "not defined")
    return Stat(name, label, float(value))


def _day(day: float) -> str:
    return np.format_float_positional(day, trim="-")
