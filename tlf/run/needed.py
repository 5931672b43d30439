"""What a plan reads of the data, dataset by dataset, so that what is missing is found before anything is derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from tlf import registry
from tlf.model.spec import Records
from tlf.model.study_data import SUBJECTS, StudyData
from tlf.run.plan import Plan
from tlf.validate.needed_findings import Need

Needed = Mapping[str, Mapping[str, Need]]


def needed_variables(plan: Plan, source: StudyData) -> Needed:
    """Return the variables that derivations, groupings and summaries read, and as what: text, number or either."""
    needed: dict[str, dict[str, Need]] = {SUBJECTS: {"USUBJID": "char"}}
    for dataset, variable, kind in _reads(plan, source):
        needed.setdefault(dataset, {}).setdefault(variable, kind)
    return needed


def _reads(plan: Plan, source: StudyData) -> Iterator[tuple[str, str, Need]]:
    spec = plan.spec
    made = {str(getattr(block, "variable", "")) for block in spec.derivations.values()}
    for grouping in spec.groupings.values():
        yield SUBJECTS, grouping.variable, "any"
        if grouping.order is not None:
            yield SUBJECTS, grouping.order, "num"
    for analysis in plan.analyses.values():
        for variable in getattr(analysis, "variables", ()):
            if variable not in made:
                yield SUBJECTS, variable, "any"
    for block in spec.derivations.values():
        reads = registry.lookup("derivation", block.method).options["reads"]
        for key, variables in reads.items():
            for dataset in _datasets_of(getattr(block, key), source):
                for variable, kind in variables.items():
                    yield dataset, variable, cast(Need, kind)


def _datasets_of(value: object, source: StudyData) -> Iterator[str]:
    """Yield the dataset of records, or every dataset as read that has a parameter."""
    if isinstance(value, Records):
        if value.dataset in source.datasets:
            yield value.dataset
    elif isinstance(value, str):
        for name, dataset in source.datasets.items():
            if dataset.has("PARAMCD") and bool((dataset.frame["PARAMCD"] == value).any()):
                yield name
