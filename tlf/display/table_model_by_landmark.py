"""A table of one model a group and landmark: subjects, events, hazard ratio, p-value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from tlf.display.format import p_value, refuse_error, shown
from tlf.display.sections import (
    compose,
    confidence,
    format_of,
    method_footnote,
    ties_text,
    with_abbreviations,
)
from tlf.errors import DisplayError
from tlf.model.ard import ArdRow, Groups
from tlf.model.display import Cell, Column, Display, Row, Table
from tlf.model.output_request import POPULATION, OutputRequest, Results
from tlf.model.spec import MethodProfile
from tlf.registry import table

ModelColumn = Literal["n", "events", "change", "hr_ci", "p_value"]
_STATS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "n": ("n", ("n",)),
    "events": ("n", ("n_event",)),
    "change": ("change_median", ("median", "min", "max")),
    "hr_ci": ("hr_ci", ("hazard_ratio", "conf_low", "conf_high")),
    "p_value": ("p_value", ("p_value",)),
}


@table("model_by_landmark")
def table_model_by_landmark(request: OutputRequest, *, columns: list[ModelColumn]) -> Display:
    """Show a model's results by group and landmark: a block a group, a row a landmark.

    1. The outer group (the arm) heads a block, with its (N=xx) in the analysis set.
    2. A row is one level of the landmark derivation, labelled by its duration.
    3. A column is found in whichever of the output's analyses has its statistics for that group and level.
    4. What cannot be estimated prints NE, and its reason becomes a footnote.

    Args:
        request: the output and its results: one of method ``cox``, others with the same ``for_each``.
        columns: what is shown, left to right.

    Raises:
        DisplayError: a column's statistics are in none of the analyses, or a result failed.
    """
    results = [Results(request.ard, name) for name in request.analyses]
    body: list[Row] = []
    reasons: dict[str, str] = {}
    for arm in _outer_levels(results[0]):
        if body:
            body.append(Row((), kind="blank"))
        body.extend(_block(request, results, columns, arm, reasons))
    heads = (Column("landmark", "Landmark", "left"), *(_column(request, name) for name in columns))
    notes = [*_footnotes(request, columns), *(f"NE ({place}): {reason}." for reason, place in reasons.items())]
    display = Table(compose(request, footnotes=notes), heads, tuple(body))
    return with_abbreviations(display, request, [])


def _outer_levels(results: Results) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(groups[0] for groups in results.groups() if len(groups) == 2))


def _block(
    request: OutputRequest,
    results: list[Results],
    columns: list[ModelColumn],
    arm: tuple[str, str],
    reasons: dict[str, str],
) -> list[Row]:
    label = arm[1]
    sizes = [row for row in results[0].rows if row.variable == POPULATION and row.groups[:1] == (arm,)]
    if sizes:
        label = f"{label} ({shown('N=x', sizes[:1]).text})"
    rows = [Row((Cell(label), *(Cell("") for _ in columns)), kind="label", block=arm[1])]
    for groups in results[0].groups():
        if len(groups) != 2 or groups[0] != arm:
            continue
        cells = [Cell(_landmark_label(request, groups[1]))]
        for name in columns:
            found = _find(request, results, groups, name)
            for row in found:
                if row.not_estimable and row.warning:
                    reasons.setdefault(row.warning, f"{arm[1]}, {cells[0].text}")
            cells.append(_cell(request, name, found))
        rows.append(Row(tuple(cells), indent=1, block=arm[1], carried=((0, label),)))
    return rows


def _landmark_label(request: OutputRequest, group: tuple[str, str]) -> str:
    derivation, level = group
    for parameter in request.data.levels(derivation):
        if parameter.level == level and parameter.landmark is not None:
            text, days = parameter.landmark.label, parameter.landmark.days
            return text if days is None or parameter.landmark.unit == "d" else f"{text} ({days:g} days)"
    return level


def _find(request: OutputRequest, results: list[Results], groups: Groups, name: ModelColumn) -> list[ArdRow]:
    _, stats = _STATS[name]
    for result in results:
        found = [_only(result, groups, stat) for stat in stats]
        if all(row is not None for row in found):
            return [row for row in found if row is not None]
    place = " / ".join(level for _, level in groups)
    raise DisplayError(
        f"{request.output_id}: column {name} needs {', '.join(stats)} for {place}, which none of its results has: "
        f"{', '.join(result.analysis_id for result in results)}"
    )


def _only(result: Results, groups: Groups, stat: str) -> ArdRow | None:
    found = [row for row in result.rows if row.groups == groups and row.stat_name == stat]
    return found[0] if len(found) == 1 else None


def _cell(request: OutputRequest, name: ModelColumn, rows: list[ArdRow]) -> Cell:
    pattern = format_of(request, _STATS[name][0])
    if name != "p_value":
        return shown(pattern, rows)
    refuse_error(rows[0])
    return Cell(p_value(pattern, rows[0].value), (rows[0].id,))


def _column(request: OutputRequest, name: ModelColumn) -> Column:
    level = confidence(request.data.spec.profile)
    heads: dict[str, Callable[[], str]] = {
        "n": lambda: "n",
        "events": lambda: "Events",
        "change": lambda: "Best change from baseline (%)\nMedian (min, max)",
        "hr_ci": lambda: f"Hazard ratio\n({level} CI)",
        "p_value": lambda: "p-value",
    }
    return Column(name, heads[name](), "decimal")


def _footnotes(request: OutputRequest, columns: list[ModelColumn]) -> list[str]:
    profile = request.data.spec.profile
    models = [analysis for analysis in request.analyses.values() if analysis.method == "cox"]
    notes = [_model_note(request, profile, getattr(model, "covariate", {})) for model in models]
    if "change" in columns:
        notes.append(
            "Best change: smallest percentage change from baseline in the sum of target lesion diameters up to the "
            "landmark, on or before progression or censoring; summarised over the subjects analysed (n)."
        )
    notes.extend(_landmark_notes(request))
    return notes


def _model_note(request: OutputRequest, profile: MethodProfile, covariate: dict[str, str]) -> str:
    names = "; ".join(f"hazard ratio {text} of {_derivation_label(request, name)}" for name, text in covariate.items())
    return method_footnote(
        profile,
        f"Cox proportional hazards model, one for each group and landmark; {names}",
        ties_text(profile),
        f"Wald {confidence(profile)} CI and two-sided nominal p-value",
    )


def _derivation_label(request: OutputRequest, name: str) -> str:
    block = request.data.spec.derivations.get(name.partition(".")[0])
    return block.label if block is not None and block.label else name


def _landmark_notes(request: OutputRequest) -> list[str]:
    notes = []
    for name, block in request.data.spec.derivations.items():
        used = any(name == entry.partition(".")[0] for a in request.analyses.values() for entry in a.for_each)
        if not used or block.method != "landmark":
            continue
        rule = getattr(block, "best_response_pd", None)
        change = f"best change of {rule.pchg_ge:g}% or more" if rule is not None else ""
        lesion = {"all": ", or a new lesion at every assessment", "any": ", or a new lesion at any assessment"}
        pd = change + lesion.get(getattr(rule, "new_lesion", ""), "")
        dropped = f"with progressive disease as best response ({pd}), " if pd else ""
        notes.append(
            f"Excluded at each landmark: subjects without a valid post-baseline assessment by then, {dropped}"
            "or no longer at risk (progressed, died or censored on or before it). "
            "Time is counted from the landmark; with no limit, from randomisation."
        )
    return notes
