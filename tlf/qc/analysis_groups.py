"""What an analysis of the spec asks for: its subjects, the combinations of for_each, and what a name stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tlf.errors import AnalysisError, did_you_mean
from tlf.model.ard import Groups, Stat, stat_rows
from tlf.model.dataset import Variable, text
from tlf.model.study_data import SUBJECTS, StudyData
from tlf.qc.recompute_best_change import recompute_best_change
from tlf.qc.recompute_categorise import recompute_categorise
from tlf.qc.recompute_landmark import ANALYSED, recompute_landmark
from tlf.qc.subject_records import (
    Survival,
    derivation_block,
    in_order,
    number,
    subject_rows,
    survival_times,
    words,
)

POPULATION: Final = "..population.."
"""The variable under which the number of subjects of a group stands."""

_PER: Final = re.compile(r"per\s+(\d+(?:\.\d+)?)\s+(?:percentage points?|units?)(?:\s+(decrease|increase))?")


@dataclass(frozen=True)
class Combination:
    """One combination of for_each: its Ard groups, its subjects, and the derivation levels that it stands for."""

    groups: Groups
    subjects: tuple[str, ...]
    levels: Mapping[str, str] = field(default_factory=dict)


def with_groupings(data: StudyData) -> StudyData:
    """Return the data with ADSL holding the grouping variables that the spec derives, as this program makes them."""
    adsl = data.dataset(SUBJECTS)
    for name, block in data.spec.derivations.items():
        if block.method == "categorise":
            categories = recompute_categorise(data, name)
            variable = str(getattr(block, "variable", name))
            frame = adsl.frame.copy()
            frame[variable] = text([categories.get(str(usubjid)) for usubjid in frame["USUBJID"]], index=frame.index)
            adsl = adsl.with_frame(frame, Variable(variable, type="char", length=200))
    return data.with_dataset(adsl)


def analysed_subjects(data: StudyData, block: Any) -> list[str]:
    """Return the subjects of the analysis set that the analysis's own where-clause selects, in ADSL order."""
    members = [str(usubjid) for usubjid in data.subjects(block.analysis_set)["USUBJID"]]
    if block.where is None:
        return members
    adsl = data.dataset(SUBJECTS)
    selected = {str(usubjid) for usubjid in adsl.frame["USUBJID"][block.where.mask(adsl)]}
    return [usubjid for usubjid in members if usubjid in selected]


def grouping_levels(data: StudyData, name: str) -> tuple[str, list[str], dict[str, str]]:
    """Return a grouping's variable, its levels in order, and the level of each subject that has one.

    The grouping is one of the spec's (levels as listed, or by the order variable, or sorted), or a derivation that
    makes a grouping variable (levels as its cut lists them).

    Raises:
        AnalysisError: neither; or subjects of one level that differ in the order variable.
    """
    if name in data.spec.derivations:
        block = derivation_block(data, name, "categorise")
        return str(block.variable), list(block.cut), recompute_categorise(data, name)
    if name not in data.spec.groupings:
        known = [*data.spec.groupings, *data.spec.derivations]
        raise AnalysisError(f"the spec has no grouping {name}.{did_you_mean(name, known)}")
    grouping = data.spec.groupings[name]
    of_subject: dict[str, str] = {}
    position: dict[str, float] = {}
    for usubjid, row in subject_rows(data).items():
        level = words(row.get(grouping.variable))
        if level is None or (grouping.levels is not None and level not in grouping.levels):
            continue
        of_subject[usubjid] = level
        if grouping.order is not None:
            place = number(row.get(grouping.order))
            if place is None or position.setdefault(level, place) != place:
                raise AnalysisError(f"{SUBJECTS}.{grouping.order} of {usubjid} is {place}, not that of {level!r}")
    present = in_order(of_subject.values())
    if grouping.levels is not None:
        return grouping.variable, list(grouping.levels), of_subject
    return grouping.variable, sorted(present, key=lambda level: (position.get(level, 0.0), level)), of_subject


def combinations(data: StudyData, block: Any) -> list[Combination]:
    """Return every combination of an analysis's for_each, the last entry varying fastest."""
    found = [Combination((), tuple(analysed_subjects(data, block)))]
    for entry in block.for_each:
        found = [narrower for wider in found for narrower in _split(data, entry, wider)]
    return found


def _split(data: StudyData, entry: str, wider: Combination) -> Iterator[Combination]:
    name, dot, key = entry.partition(".")
    if dot:
        marks = getattr(data.spec.derivations.get(name), key, None)
        if not isinstance(marks, Mapping):
            raise AnalysisError(f"for_each {entry}: the spec has no such levels of a derivation")
        for level in marks:
            yield Combination((*wider.groups, (name, level)), wider.subjects, {**wider.levels, name: level})
        return
    variable, levels, of_subject = grouping_levels(data, name)
    for level in levels:
        inside = tuple(usubjid for usubjid in wider.subjects if of_subject.get(usubjid) == level)
        yield Combination((*wider.groups, (variable, level)), inside, wider.levels)


def level_of(data: StudyData, reference: str, combination: Combination) -> tuple[str, str]:
    """Return the derivation and the level that a reference means: as written, or the combination's own level.

    Raises:
        AnalysisError: the reference names no level and the combination has none.
    """
    name, _, level = reference.partition(".")
    if level:
        return name, level
    if name in combination.levels:
        return name, combination.levels[name]
    own = in_order(combination.levels.values())
    if len(own) != 1:
        raise AnalysisError(
            f"{reference}: which level? Write {name}.LEVEL, or let for_each go over a derivation's levels"
        )
    return name, own[0]


def times_of(data: StudyData, reference: str, combination: Combination) -> dict[str, Survival]:
    """Return the time to event of each subject: of a parameter in the data, or of a landmark derivation's level."""
    name = reference.partition(".")[0]
    if name not in data.spec.derivations:
        return survival_times(data, reference)
    derivation, level = level_of(data, reference, combination)
    outcomes = recompute_landmark(data, derivation)
    if level not in outcomes:
        raise AnalysisError(f"{derivation} has no level {level}; it has {list(outcomes)}")
    return {
        o.usubjid: Survival(o.usubjid, o.time, bool(o.event), None)
        for o in outcomes[level].values()
        if o.step == ANALYSED and o.time is not None
    }


def changes_of(data: StudyData, reference: str, combination: Combination) -> dict[str, float]:
    """Return the best percentage change of each subject that has one."""
    derivation, level = level_of(data, reference, combination)
    changes = recompute_best_change(data, derivation)
    if level not in changes:
        raise AnalysisError(f"{derivation} has no level {level}; it has {list(changes)}")
    return {usubjid: change.pchg for usubjid, change in changes[level].items()}


def parameter_code(data: StudyData, reference: str, combination: Combination) -> str:
    """Return the PARAMCD that results of a reference stand under: as in the data, or prefix and landmark in days.

    A level of a derivation is its ``paramcd`` and the landmark in days, or ALL for no limit: ``PFSL252``, ``BPCALL``.
    """
    if reference.partition(".")[0] not in data.spec.derivations:
        return reference
    name, level = level_of(data, reference, combination)
    block: Any = data.spec.derivations[name]
    marks = getattr(block, "at", None) or getattr(block, "landmarks", None) or {}
    if level not in marks:
        raise AnalysisError(f"{name} has no level {level}; it has {list(marks)}")
    days = marks[level].days
    return f"{block.paramcd}{'ALL' if days is None else format(days, 'g')}"


def population_rows(analysis_id: str, method: str, populations: Mapping[Groups, int]) -> list[dict[str, Any]]:
    """Return the number of subjects of the analysis set in each group, as rows of an Ard."""
    return [
        row
        for groups, size in populations.items()
        for row in stat_rows(analysis_id, method, [Stat("N", "N", float(size))], groups=groups, variable=POPULATION)
    ]


def outer_populations(found: Iterable[Combination]) -> dict[Groups, int]:
    """Return the subjects in each combination of subject groups, the levels of derivations left out."""
    sizes: dict[Groups, int] = {}
    for combination in found:
        own = tuple(pair for pair in combination.groups if pair[0] not in combination.levels)
        sizes[own] = len(combination.subjects)
    return sizes


def unit_of(written: str) -> float:
    """Return what one unit of a covariate is, in its own units; negative if it counts decrease.

    Raises:
        AnalysisError: text that does not say ``per NUMBER percentage points decrease`` (or increase).

    Example:
        >>> unit_of("per 1 percentage point decrease"), unit_of("per 10 percentage points increase")
        (-1.0, 10.0)
    """
    match = _PER.fullmatch(" ".join(written.lower().split()))
    if match is None or float(match[1]) == 0:
        raise AnalysisError(f"a covariate is 'per 1 percentage point decrease' (or increase), not {written!r}")
    return -float(match[1]) if match[2] == "decrease" else float(match[1])
