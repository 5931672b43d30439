"""One value a group: PARAM within PARAMCD, TRTxxPN within TRTxxP, BASE within subject and parameter."""

from __future__ import annotations

from functools import partial

import numpy as np

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import Member, members, twin
from tlf.validate.group import Codes, group_codes, group_text
from tlf.validate.message import value_text
from tlf.validate.outcome import Mask, Outcome, Skipped, Violations, differs, is_numeric, missing, numbers
from tlf.validate.rule import Family


@check("constant", offers=("group", "first"))
def check_constant(
    dataset: Dataset, study: StudyData, *, variable: Family, within: list[Family], also: tuple[Family, ...] = ()
) -> Outcome:
    """Within a group, the variable has one value; only records with the variable and the group filled are judged.

    Reported are the records that differ from the first of their group. ``also`` are further variables that
    form the groups where the dataset has them.
    """
    checked = []
    for member in members([variable], dataset.variable_names):
        names = [twin(pattern, member) for pattern in within]
        if all(dataset.has(name) for name in names):
            more = [m.name for m in members(also, dataset.variable_names)]
            checked.append(_differing(dataset, member, names, more))
    return tuple(checked) or Skipped(f"{dataset.name} has no {variable} with {', '.join(within)}")


def _differing(dataset: Dataset, member: Member, within: list[str], also: list[str]) -> Violations:
    judged = ~missing(dataset.frame[member.name])
    for name in within:
        judged &= ~missing(dataset.frame[name])
    first = _first_of_group(group_codes(dataset, [*within, *also]), judged)
    apart = _unequal(dataset, member.name, first) & judged
    return Violations(
        member.name,
        apart,
        {
            "group": partial(group_text, dataset, within),
            "first": lambda position: value_text(dataset, member.name, int(first[position])),
        },
    )


def _first_of_group(codes: Codes, judged: Mask) -> Codes:
    """Return for each record the position of the first judged record of its group (its own if there is none)."""
    own = np.arange(len(codes))
    first = np.full(codes.max(initial=-1) + 1, len(codes))
    np.minimum.at(first, codes[judged], own[judged])
    return np.where(judged, first[codes], own)


def _unequal(dataset: Dataset, name: str, first: Codes) -> Mask:
    column = dataset.frame[name]
    if is_numeric(column):
        values = numbers(dataset, name)
        return differs(values, values[first])
    codes = group_codes(dataset, [name])
    unequal: Mask = codes != codes[first]
    return unequal
