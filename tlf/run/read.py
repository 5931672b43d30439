"""Reads the datasets that a spec names, and checks every name and where-clause of the spec against them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tlf import registry
from tlf.errors import ConditionError, DerivationError, InputError, SpecError, did_you_mean
from tlf.exchange.xpt_read import read_xpt
from tlf.model.condition import Condition
from tlf.model.dataset import Dataset
from tlf.model.origin import Origin
from tlf.model.spec import Derivation, Records, StudySpec
from tlf.model.study_data import SUBJECTS, StudyData
from tlf.run.plan import Plan
from tlf.spec.load import data_folder


def read_datasets(spec: StudySpec) -> StudyData:
    """Return a study's data as read, nothing derived.

    Raises:
        InputError: the folder or a file is missing or cannot be read; the message starts with the spec's file and line.
    """
    folder = data_folder(spec)
    origin = spec.origins.at("data", "folder")
    if not folder.is_dir():
        raise InputError(f"{origin}: the data folder {shown_path(folder)} does not exist")
    files = {path.name.casefold(): path for path in sorted(folder.iterdir()) if path.is_file()}
    datasets = {}
    for position, name in enumerate(spec.data.datasets):
        wanted = f"{name.casefold()}.xpt"
        if wanted not in files:
            place = spec.origins.at("data", "datasets", position)
            known = [path.name for key, path in files.items() if key.endswith(".xpt")]
            hint = did_you_mean(wanted, known)
            raise InputError(f"{place}: dataset {name}: there is no file {wanted} in {shown_path(folder)}.{hint}")
        datasets[name] = read_xpt(files[wanted], name=name, source=shown_path(files[wanted]))
    if SUBJECTS not in datasets:
        place = spec.origins.at("data", "datasets")
        raise InputError(f"{place}: ADSL is not among the datasets: populations and treatments come from it")
    return StudyData(spec, datasets)


def check_names(data: StudyData, plan: Plan, *, derived: bool) -> None:
    """Check where-clauses and variables that the spec names against the data; all problems in one error.

    Before derivations (``derived=False``) those of analysis sets, groupings and derivations are checked; after
    them, those of analyses and outputs, which may name what was derived.

    Raises:
        SpecError: an unknown variable, a value of the wrong type, or a population that selects nobody.
    """
    problems = list(_output_problems(data, plan) if derived else _source_problems(data))
    if problems:
        raise SpecError(problems)


def shown_path(path: Path) -> str:
    """Return a path as messages show it: relative to the current directory when below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _source_problems(data: StudyData) -> Iterator[str]:
    spec = data.spec
    adsl = data.dataset(SUBJECTS)
    for name, declared in spec.analysis_sets.items():
        yield from _condition_problems(declared.where, adsl, f"analysis set {name}", must_select=True)
    for name, grouping in spec.groupings.items():
        for variable in filter(None, (grouping.variable, grouping.order)):
            if not adsl.has(variable):
                hint = did_you_mean(variable, adsl.variable_names)
                yield f"{spec.origins.at('groupings', name)}: grouping {name}: ADSL has no variable {variable}.{hint}"
    for name, block in spec.derivations.items():
        yield from _records_problems(data, block, spec.origins.at("derivations", name))
        yield from _parameter_problems(data, name, block)


def _parameter_problems(data: StudyData, name: str, block: Derivation) -> Iterator[str]:
    """Yield the keys of a derivation that name a parameter which no dataset as read has."""
    spec = data.spec
    for key in registry.lookup("derivation", block.method).options["reads"]:
        value = getattr(block, key)
        if isinstance(value, str) and value.partition(".")[0] not in spec.derivations:
            try:
                data.parameter(value)
            except DerivationError as error:
                yield f"{spec.origins.at('derivations', name, key)}: derivation {name}: {key}: {error}"


def _output_problems(data: StudyData, plan: Plan) -> Iterator[str]:
    adsl = data.dataset(SUBJECTS)
    for name, analysis in plan.analyses.items():
        if analysis.where is not None:
            yield from _condition_problems(analysis.where, adsl, f"analysis {name}", must_select=True)
    for planned in plan.outputs:
        origin = data.spec.origins.at("outputs", planned.output_id)
        yield from _records_problems(data, planned.output, origin)


def _records_problems(data: StudyData, block: object, origin: Origin) -> Iterator[str]:
    for name in getattr(type(block), "model_fields", ()):
        value = getattr(block, name)
        if not isinstance(value, Records):
            continue
        if value.dataset not in data.datasets:
            hint = did_you_mean(value.dataset, data.datasets)
            yield f"{origin}: {name}: dataset {value.dataset} is not among the study's data.{hint}"
        elif value.where is not None:
            yield from _condition_problems(value.where, data.dataset(value.dataset), name, must_select=False)


def _condition_problems(where: Condition, dataset: Dataset, owner: str, *, must_select: bool) -> Iterator[str]:
    try:
        selected = where.mask(dataset)
    except ConditionError as error:
        yield from error.problems
        return
    if must_select and not selected.any():
        count = len(selected)
        yield f"{where.origin}: {owner}: the filter {where} selects none of the {count} records of {dataset.name}"
