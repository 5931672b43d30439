"""Ard method ``continuous``: descriptive statistics of a parameter by group."""

from __future__ import annotations

from collections.abc import Sequence

from tlf.analyse.analysis_groups import Cell, Row, analysed_subjects, cells, population_rows
from tlf.analyse.descriptive import describe, failed
from tlf.analyse.parameter_values import parameter_of, records_in, values_in
from tlf.errors import AnalysisError
from tlf.model.ard import Ard, numbered, stat_rows
from tlf.model.spec import Where
from tlf.model.study_data import Parameter, StudyData
from tlf.registry import ard_method

METHOD = "continuous"


@ard_method(METHOD, label="Descriptive statistics")
def ard_continuous(
    data: StudyData,
    name: str,
    *,
    analysis_set: str,
    where: Where | None = None,
    for_each: Sequence[str] = (),
    value: str,
    among: str | None = None,
) -> Ard:
    """Describe a parameter in each group: n, mean, SD, median, quartiles, minimum, maximum.

    Rows: ``N`` of ``..population..`` for each group of subjects; then for each combination the statistics ``n``,
    ``mean``, ``sd``, ``median``, ``q1``, ``q3``, ``min``, ``max`` with the PARAMCD as variable.

    Args:
        data: the study's data.
        name: the analysis.
        analysis_set: the population.
        where: a clause on ADSL that narrows it.
        for_each: groupings, and levels of a derivation.
        value: the parameter; a derivation alone is its level of the group. Unit as AVAL.
        among: a parameter; only subjects with a record of it are described.

    Raises:
        AnalysisError: the spec names what is not there. What fails in one group is a row with its error.

    Example:
        ``change: { method: continuous, analysis_set: FAS, for_each: [arm, landmark_pfs.at], value: shrinkage }``
    """
    whole = analysed_subjects(data, name, analysis_set=analysis_set, where=where)
    found = cells(data, name, whole, analysis_set=analysis_set, for_each=for_each)
    rows = population_rows(name, METHOD, found)
    for cell in found:
        parameter = parameter_of(data, name, "value", value, level=cell.level)
        required = None if among is None else parameter_of(data, name, "among", among, level=cell.level)
        rows.extend(_rows(data, name, cell, parameter, required))
    return numbered(rows)


def _rows(data: StudyData, name: str, cell: Cell, parameter: Parameter, required: Parameter | None) -> list[Row]:
    try:
        values = values_in(data, parameter, cell)
        if required is not None:
            values = values[values.index.isin(records_in(data, required, cell)["USUBJID"])]
        stats = describe(values, rule=data.spec.profile.percentile_rule)
    except AnalysisError as error:
        stats = failed(str(error))
    return stat_rows(name, METHOD, stats, groups=cell.groups, variable=parameter.paramcd)
