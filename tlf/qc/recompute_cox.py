"""Second program of Cox regression on one continuous covariate."""

from __future__ import annotations

from typing import Any

from tlf.errors import AnalysisError
from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.study_data import StudyData
from tlf.qc.analysis_groups import (
    Combination,
    changes_of,
    combinations,
    outer_populations,
    parameter_code,
    population_rows,
    times_of,
    unit_of,
)
from tlf.qc.cox_model import Observation, fit_cox, reason_not_estimable
from tlf.registry import recompute

MODEL_STATS = ("estimate", "std_error", "statistic", "p_value", "hazard_ratio", "conf_low", "conf_high")


@recompute("cox")
def recompute_cox(data: StudyData, analysis_id: str, block: Any) -> Ard:
    """Return the Cox results of every combination of for_each: n, events, and the Wald results of the covariate.

    Steps (Pavel et al. 2025, 2.3.1):
        1. Subjects of the analysis set with a time to event and a covariate at the combination's level.
        2. Covariate in the units that the spec says, positive for a smaller tumour where it counts decrease.
        3. Fit with the profile's ties and convergence; Wald limits and p.

    Args:
        data: the study's data as read.
        analysis_id: the analysis's name in the spec.
        block: the analysis; ``time`` and ``covariate`` are read from it.
    """
    if len(block.covariate) != 1:
        raise AnalysisError(f"{analysis_id}: the second program fits one covariate, not {len(block.covariate)}")
    ((reference, unit),) = block.covariate.items()
    found = combinations(data, block)
    rows = population_rows(analysis_id, "cox", outer_populations(found))
    for combination in found:
        observations = observations_of(data, block.time, reference, unit_of(str(unit)), combination)
        counts = {"n": len(observations), "n_event": sum(o.event for o in observations)}
        groups, code = combination.groups, parameter_code(data, block.time, combination)
        counted = [Stat(name, name, float(count)) for name, count in counts.items()]
        rows += stat_rows(analysis_id, "cox", counted, groups=groups, variable=code)
        stats = _model_stats(data, observations)
        rows += stat_rows(analysis_id, "cox", stats, groups=groups, variable=code, variable_level=reference)
    return numbered(rows)


def observations_of(
    data: StudyData, time: str, reference: str, unit: float, combination: Combination
) -> list[Observation]:
    """Return the subjects that enter a model, those with both a time and a covariate."""
    times, changes = times_of(data, time, combination), changes_of(data, reference, combination)
    return [
        Observation(times[usubjid].time, times[usubjid].event, changes[usubjid] / unit)
        for usubjid in combination.subjects
        if usubjid in times and usubjid in changes
    ]


def _model_stats(data: StudyData, observations: list[Observation]) -> list[Stat]:
    reason = reason_not_estimable(observations)
    if reason is not None:
        return [Stat(name, name, not_estimable=reason) for name in MODEL_STATS]
    profile = data.spec.profile
    fit = fit_cox(observations, ties=profile.ties, convergence=profile.convergence)
    low, high = fit.limits(profile.conf_level)
    values = (fit.estimate, fit.std_error, fit.statistic**2, fit.p_value, fit.hazard_ratio(), low, high)
    return [
        Stat(name, name, value, not_estimable="too large for a number" if value is None else None)
        for name, value in zip(MODEL_STATS, values, strict=True)
    ]
