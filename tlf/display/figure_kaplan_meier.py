"""A Kaplan-Meier figure's data: step curves, censor ticks, numbers at risk and medians, all from Ard rows."""

from __future__ import annotations

from typing import Any, Final

from tlf.display.format import filled, refuse_error
from tlf.display.sections import compose, confidence, format_of, method_footnote, with_abbreviations
from tlf.errors import DisplayError
from tlf.model.ard import ArdRow, Groups
from tlf.model.display import Display, Figure
from tlf.model.duration import DAYS_PER_MONTH
from tlf.model.output_request import OutputRequest, Results
from tlf.registry import figure

_CONF: Final = {"log-log": "log-log transformation", "log": "log transformation", "plain": "untransformed"}


@figure("kaplan_meier")
def figure_kaplan_meier(
    request: OutputRequest,
    *,
    x_label: str = "Months from randomisation",
    y_label: str | None = None,
) -> Display:
    """Prepare a Kaplan-Meier plot: one curve a group, times in months.

    1. Curves, censored times and numbers at risk are the Ard rows ``curve`` and ``at_risk``; days / 30.4375 are months.
    2. Medians with confidence intervals are the rows ``quantile`` 0.5, in months.
    3. A grouping made after baseline, with the clock at randomisation, adds the guarantee-time caveat.

    Args:
        request: the output and its results, of the method ``kaplan_meier``.
        x_label: the text below the time axis.
        y_label: the text beside the probability axis; by default the parameter's own label.

    Raises:
        DisplayError: a result is missing or failed.
    """
    results = Results(request.ard, next(iter(request.analyses)))
    for row in results.rows:
        refuse_error(row)
    groups = tuple(g for g in results.groups() if results.find("n", g, "subjects") is not None)
    if not groups:
        raise DisplayError(f"{request.output_id}: analysis {results.analysis_id} has no subjects in any group")
    ticks = _ticks(results, groups)
    data: dict[str, Any] = {
        "x_label": x_label,
        "y_label": y_label or f"Probability of {_parameter_label(request, results).lower()}",
        "x_ticks": tuple(months for _, months in ticks),
        "x_max": ticks[-1][1],
        "series": tuple(_series(request, results, group, ticks) for group in groups),
        "at_risk_label": "Number of subjects at risk",
        "median_header": f"Median ({confidence(request.data.spec.profile)} CI), months",
    }
    drawn = Figure(compose(request, footnotes=_footnotes(request, results)), "kaplan_meier", data, _ids(results))
    return with_abbreviations(drawn, request, [data["median_header"], *(s["median"] for s in data["series"])])


def _ticks(results: Results, groups: tuple[Groups, ...]) -> list[tuple[str, float]]:
    """Return the times of the numbers at risk: as the rows name them, and in months."""
    levels = dict.fromkeys(level for group in groups for level in results.levels("at_risk", group))
    if not levels:
        raise DisplayError(f"analysis {results.analysis_id} has no numbers at risk: give it at_risk_every")
    return sorted(((level, _months(float(level))) for level in levels), key=lambda tick: tick[1])


def _months(days: float) -> float:
    # to 6 digits, so that 182.625 days are a tick at 6 and not at 5.999999
    return round(days / DAYS_PER_MONTH, 6)


def _series(request: OutputRequest, results: Results, group: Groups, ticks: list[tuple[str, float]]) -> dict[str, Any]:
    steps = {row.variable_level: row for row in results.rows if _is(row, group, "estimate")}
    censored = {row.variable_level for row in results.rows if _is(row, group, "n_censor") and row.value}
    times = sorted((level for level in steps if level is not None), key=float)
    surv = {level: _number(steps[level]) for level in times}
    at_risk = tuple(round(_number(results.one("n_risk", group, "at_risk", level))) for level, _ in ticks)
    return {
        "label": group[-1][1] if group else "All subjects",
        "time": (0.0, *(float(t) / DAYS_PER_MONTH for t in times if float(t) > 0)),
        "survival": (surv.get("0", 1.0), *(surv[t] for t in times if float(t) > 0)),
        "censor_time": tuple(float(t) / DAYS_PER_MONTH for t in times if t in censored),
        "censor_survival": tuple(surv[t] for t in times if t in censored),
        "at_risk": at_risk,
        "n": round(_number(results.one("n", group, "subjects"))),
        "events": round(_number(results.one("n_event", group, "subjects"))),
        "median": _median(request, results, group),
    }


def _is(row: ArdRow, group: Groups, stat: str) -> bool:
    return row.groups == group and row.variable == "curve" and row.stat_name == stat


def _number(row: ArdRow) -> float:
    if row.value is None:
        raise DisplayError(f"result {row.id} ({row.stat_label}) has no value to draw: {row.warning or row.text}")
    return row.value


def _median(request: OutputRequest, results: Results, group: Groups) -> str:
    rows = [results.one(stat, group, "quantile", "0.5") for stat in ("estimate", "conf_low", "conf_high")]
    months = [None if row.value is None else row.value / DAYS_PER_MONTH for row in rows]
    return filled(format_of(request, "months_ci"), months)


def _parameter_label(request: OutputRequest, results: Results) -> str:
    reference = str(getattr(request.analyses[results.analysis_id], "time", ""))
    label = request.data.parameter(reference).label or reference
    return label.split(" (")[0]


def _footnotes(request: OutputRequest, results: Results) -> list[str]:
    profile = request.data.spec.profile
    notes = [
        method_footnote(
            profile,
            "Kaplan-Meier estimates; tick marks are censored subjects",
            f"{confidence(profile)} CI of medians by the {_CONF[profile.conf_type]} of the survival function",
            f"a median where the curve is flat by the rule of {'SAS' if profile.quantile_rule == 'sas' else 'R'}",
        ),
        f"Months are days / {DAYS_PER_MONTH:g}.",
    ]
    by = str(getattr(request.analyses[results.analysis_id], "by", "") or "")
    block = request.data.spec.derivations.get(by)
    if block is not None:
        notes.append(
            f"Groups by {block.label or by} are formed after baseline while time is counted from randomisation: "
            "subjects who remain longer under observation can reach a larger shrinkage (guarantee-time bias). "
            "Compare with the landmark analysis."
        )
        missing_to = getattr(block, "missing_to", None)
        if missing_to:
            notes.append(f"Subjects with a baseline but no post-baseline result are counted in {missing_to}.")
    return notes


def _ids(results: Results) -> tuple[str, ...]:
    shown = {"curve", "at_risk", "subjects"}
    return tuple(
        r.id for r in results.rows if r.variable in shown or (r.variable, r.variable_level) == ("quantile", "0.5")
    )
