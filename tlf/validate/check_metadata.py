"""Names and labels: what is judged without looking at a value."""

from __future__ import annotations

import re

from tlf.model.dataset import Dataset
from tlf.model.study_data import StudyData
from tlf.registry import check
from tlf.validate.family import members
from tlf.validate.outcome import Outcome, Violations
from tlf.validate.rule import Family, Regex


@check("dataset_present")
def check_dataset_present(dataset: Dataset, study: StudyData, *, name: str) -> Outcome:
    """A dataset is among the study's data (a rule of class ``study``)."""
    return () if name in study.datasets else (Violations("", None, dataset=name),)


@check("any_present", offers=("expected",))
def check_any_present(dataset: Dataset, study: StudyData, *, variables: list[Family]) -> Outcome:
    """At least one of the variables is in the dataset."""
    if members(variables, dataset.variable_names):
        return ()
    return (Violations(variables[0], None, {"expected": ", ".join(variables)}),)


@check("name_pattern")
def check_name_pattern(dataset: Dataset, study: StudyData, *, regex: Regex) -> Outcome:
    """Every variable's name matches a regular expression as a whole."""
    wrong = (name for name in dataset.variable_names if re.fullmatch(regex, name) is None)
    return tuple(Violations(name, None) for name in wrong)


@check("label_length", offers=("label", "length", "maximum"))
def check_label_length(dataset: Dataset, study: StudyData, *, maximum: int) -> Outcome:
    """No variable's label has more characters than the maximum."""
    return tuple(
        Violations(v.name, None, {"label": v.label, "length": len(v.label), "maximum": maximum})
        for v in dataset.variables
        if len(v.label) > maximum
    )


@check("dataset_label", offers=("label", "expected"))
def check_dataset_label(dataset: Dataset, study: StudyData, *, label: str) -> Outcome:
    """The dataset's label is the one given."""
    if dataset.label.strip() == label:
        return ()
    return (Violations("", None, {"label": dataset.label, "expected": label}),)
