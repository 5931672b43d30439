"""What double programming found, as one self-contained HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tlf.model.comparison import Comparison
from tlf.model.display import SIMULATED
from tlf.render.html_findings import report_style
from tlf.render.templating import fill


def comparison_html(
    comparison: Comparison, *, title: str, simulated: bool = False, template_folder: Path | None = None
) -> bytes:
    """Return a page with a line an analysis, the statistics that differ, and all that were compared.

    Args:
        comparison: production and second program side by side.
        title: the page's title.
        simulated: whether the page says that the data are simulated.
        template_folder: a sponsor's own ``comparison.html.j2`` and ``report.css``.

    Raises:
        RenderError: a sponsor's template cannot be filled.
    """
    html = fill(
        "comparison.html.j2",
        template_folder=template_folder,
        title=title,
        simulated=SIMULATED if simulated else "",
        css=report_style(template_folder),
        compared=len(comparison.stats),
        differing=comparison.differing,
        not_compared=comparison.not_compared,
        summary=_summary(comparison),
        tables=(("Statistics that are not equal", comparison.differing), ("All statistics", comparison.stats)),
    )
    return html.encode("utf-8")


def _summary(comparison: Comparison) -> list[dict[str, Any]]:
    """Return one line an analysis, in the order of the comparison."""
    lines: dict[str, dict[str, Any]] = {}
    for stat in comparison.stats:
        line = lines.setdefault(stat.analysis_id, {"analysis_id": stat.analysis_id, "compared": 0, "equal": 0})
        line["compared"] += 1
        line["equal"] += stat.agreement == "equal"
    return list(lines.values())
