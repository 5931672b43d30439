"""The plan of a study: which derivations, analyses and outputs there are, in order, with every name resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from tlf.errors import SpecError, did_you_mean
from tlf.model.spec import Analysis, Block, Output, Records, Shell, StudySpec, block_model, keywords_of
from tlf.model.study_data import SUBJECTS, StudyData

_KIND_ORDER: Final = {"T": 0, "F": 1, "L": 2}


@dataclass(frozen=True)
class PlannedOutput:
    """One output with its shell and the ids of the analyses whose results it shows."""

    output_id: str
    output: Output
    shell: Shell
    analyses: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a run will do, in order; ``analyses`` holds those of the spec and those that shells imply."""

    spec: StudySpec
    derivations: tuple[str, ...]
    analyses: Mapping[str, Analysis]
    outputs: tuple[PlannedOutput, ...]


def plan_study(spec: StudySpec) -> Plan:
    """Return the plan of a study.

    1. Derivations run in the order of the spec (a reference to a later one was refused when it was loaded).
    2. A shell with an ``analysis`` adds one, named as its output, with values taken from the output's keys.
    3. Outputs stand as in a report: tables, figures, listings, each by number.

    Raises:
        SpecError: a shell's implied analysis does not fit its method.
    """
    analyses: dict[str, Analysis] = dict(spec.analyses)
    outputs = []
    for output_id in sorted(spec.outputs, key=_report_order):
        output = spec.outputs[output_id]
        shell = spec.shells[output.shell]
        names = tuple(output.results)
        if not names and shell.analysis:
            analyses[output_id] = _implied_analysis(spec, output_id, output, shell)
            names = (output_id,)
        outputs.append(PlannedOutput(output_id, output, shell, names))
    return Plan(spec, tuple(spec.derivations), analyses, tuple(outputs))


def outputs_by_dataset(plan: Plan, data: StudyData) -> dict[str, tuple[str, ...]]:
    """Return, for each dataset, the outputs whose numbers read it, directly or through derivations."""
    touched: dict[str, list[str]] = {name: [] for name in data.datasets}
    for planned in plan.outputs:
        blocks = [planned.output, *(plan.analyses[name] for name in planned.analyses)]
        found = {SUBJECTS}.union(*(_datasets(plan.spec, data, block) for block in blocks))
        for name in sorted(found & touched.keys()):
            touched[name].append(planned.output_id)
    return {name: tuple(outputs) for name, outputs in touched.items()}


def _report_order(output_id: str) -> tuple[int, tuple[int, ...], str]:
    kind, *parts = output_id.split("-")
    numbers = tuple(int("".join(c for c in part if c.isdigit())) for part in parts)
    return _KIND_ORDER[kind], numbers, output_id


def _implied_analysis(spec: StudySpec, output_id: str, output: Output, shell: Shell) -> Analysis:
    origin = spec.origins.at("outputs", output_id)
    values = {key: _value(output, path) for key, path in shell.analysis.items()}
    values = {key: value for key, value in values.items() if value is not None}
    method = str(values.get("method", ""))
    model = block_model("ard_method", method, Analysis)
    try:
        analysis = model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        wrong = (
            f"needs {key}, which no key of the output gives"
            if first["type"] == "missing"
            else (f"cannot have {first['input']!r} as its {key}")
        )
        raise SpecError(
            f"{origin}: {output_id}: shell {output.shell} computes method {method}, which {wrong}"
        ) from None
    if not isinstance(analysis, Analysis):
        raise TypeError(f"{model} is not an analysis")
    return analysis


def _value(output: Output, path: str) -> Any:
    """Return the value of an output's key by a dotted path; text after ``=`` stands for itself."""
    if path.startswith("="):
        return path[1:]
    value: Any = output
    for part in path.split("."):
        known = type(value).model_fields if isinstance(value, Block) else ()
        if part not in known:
            raise SpecError(f"shell {output.shell}: an output has no key {path}.{did_you_mean(part, known)}")
        value = getattr(value, part)
    return value


def _datasets(spec: StudySpec, data: StudyData, block: object) -> set[str]:
    found: set[str] = set()
    for value in _leaves(block):
        if isinstance(value, Records):
            found.add(value.dataset)
        elif isinstance(value, str):
            name = value.partition(".")[0]
            if name in spec.derivations:
                found |= _datasets(spec, data, spec.derivations[name])
            else:
                found |= {d.name for d in data.datasets.values() if _has_parameter(d.frame, value)}
    return found


def _has_parameter(frame: Any, code: str) -> bool:
    return "PARAMCD" in frame and bool((frame["PARAMCD"] == code).any())


def _leaves(value: object) -> Iterator[object]:
    """Yield the values inside a block: of nested blocks, lists and mappings, keys included."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield key
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, Block):
        for name in type(value).model_fields:
            if name not in ("method", "label", "title", "shell", "footnotes", "programming_notes"):
                yield from _leaves(getattr(value, name))
    else:
        yield value


def output_keywords(planned: PlannedOutput) -> Mapping[str, Any]:
    """Return the keys of an output that its display function takes."""
    return keywords_of(planned.output, Output)
