"""The whole study by the second program, compared with the production results."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from tlf import registry
from tlf.errors import TlfError
from tlf.model.ard import Ard
from tlf.model.comparison import Comparison
from tlf.model.spec import Output, Shell
from tlf.model.study_data import StudyData
from tlf.qc.analysis_groups import with_groupings
from tlf.qc.compare import compare_ard


def recompute_study(data: StudyData, production: Ard) -> Comparison:
    """Return the comparison of all results of a study with those that the second program makes from the data as read.

    An analysis without a second program, and one whose second program fails, is listed in ``not_compared`` with the
    reason, never counted as equal; the others go on.

    Args:
        data: the study's data as read, before any derivation.
        production: the results of the production program.
    """
    parts: list[Ard] = []
    not_compared: list[tuple[str, str]] = []
    prepared = _prepared(data)
    for analysis_id, block in analyses_of(data, production).items():
        result = _second_result(prepared, analysis_id, block)
        if isinstance(result, str):
            not_compared.append((analysis_id, result))
        else:
            parts.append(result)
    return compare_ard(production, Ard.join(parts), not_compared=not_compared)


def analyses_of(data: StudyData, production: Ard) -> dict[str, Any]:
    """Return the analyses to recompute, by id: those that the spec declares, and those that an output's shell implies.

    An id of the production results that is neither is there with None.
    """
    found: dict[str, Any] = dict(data.spec.analyses)
    for analysis_id in dict.fromkeys(production.frame["analysis_id"]):
        if analysis_id not in found:
            found[analysis_id] = _implied(data, analysis_id)
    return found


def _prepared(data: StudyData) -> StudyData:
    """Return the data with the derived grouping variables; as they are if one fails: what needs it then says so."""
    try:
        return with_groupings(data)
    except Exception:  # noqa: BLE001 - the analyses that need the grouping fail by name, the others go on
        return data


def _second_result(data: StudyData, analysis_id: str, block: Any) -> Ard | str:
    """Return the second program's results of an analysis, or why there are none."""
    if block is None:
        return "the spec declares no such analysis"
    method = str(block.method)
    if method not in registry.available("recompute"):
        return f"method {method} has no second program"
    try:
        second: Ard = registry.lookup("recompute", method).function(data, analysis_id, block)
    except TlfError as problem:
        return f"the second program failed: {problem}"
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is reported and the other analyses go on
        return f"the second program failed: {type(problem).__name__}: {problem}"
    return second if len(second.frame) else "the second program made no results"


def _implied(data: StudyData, analysis_id: str) -> Any:
    """Return the analysis that an output's shell implies, its keys taken from the output; None if there is none."""
    output: Output | None = data.spec.outputs.get(analysis_id)
    shell: Shell | None = data.spec.shells.get(output.shell) if output is not None else None
    if shell is None or not shell.analysis:
        return None
    keys: dict[str, Any] = {"where": None, "for_each": [], "by": None, "total": False}
    for name, source in shell.analysis.items():
        keys[name] = source[1:] if source.startswith("=") else _at(output, source)
    return SimpleNamespace(**keys)


def _at(block: Any, path: str) -> Any:
    for key in path.split("."):
        block = block.get(key) if isinstance(block, Mapping) else getattr(block, key, None)
    return block
