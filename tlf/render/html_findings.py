"""Validation findings as one self-contained HTML page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from tlf.model.display import SIMULATED
from tlf.model.finding import Findings
from tlf.render.templating import fill, style_sheet

_SEVERITIES: Final = ("Error", "Warning", "Note")


def findings_html(
    findings: Findings, *, title: str, simulated: bool = False, template_folder: Path | None = None
) -> bytes:
    """Return a page with a summary by rule and severity, the rules that were run, and every finding.

    Args:
        findings: what validation found.
        title: the page's title.
        simulated: whether the page says that the data are simulated.
        template_folder: a sponsor's own ``findings.html.j2`` and ``report.css``.

    Raises:
        RenderError: a sponsor's template cannot be filled.
    """
    html = fill(
        "findings.html.j2",
        template_folder=template_folder,
        title=title,
        simulated=SIMULATED if simulated else "",
        css=report_style(template_folder),
        blocking=len(findings.blocking),
        statuses=_statuses(findings),
        summary=_summary(findings),
        rules=findings.rules,
        findings=findings.findings,
    )
    return html.encode("utf-8")


def report_style(template_folder: Path | None) -> Any:
    """Return the reports' style sheet as markup that is not escaped: it is a file of ours or of the sponsor."""
    from markupsafe import Markup

    # A style element ends at its end tag only; taking it out keeps the sheet inside.
    return Markup(style_sheet("report.css", template_folder=template_folder).replace("</", ""))  # noqa: S704 - no data


def _statuses(findings: Findings) -> str:
    """Return how many rules passed, failed, were skipped or raised an error; all four are always said."""
    count: Counter[str] = Counter(rule.status for rule in findings.rules)
    names = ("passed", "failed", "skipped", "error")
    return ", ".join(f"{count[name]} {'raised an error' if name == 'error' else name}" for name in names)


def _summary(findings: Findings) -> list[dict[str, Any]]:
    """Return one line a rule and severity: errors first, then by rule; counts are those of the rules where known."""
    shown = Counter((f.rule_id, f.severity) for f in findings.findings)
    waived = Counter((f.rule_id, f.severity) for f in findings.findings if f.waiver)
    of_rule = Counter(rule for rule, _ in shown)
    full: Counter[str] = Counter()
    for rule in findings.rules:
        full[rule.rule_id] += rule.count
    lines = []
    for rule_id, severity in sorted(shown, key=lambda key: (_SEVERITIES.index(key[1]), key[0])):
        key = (rule_id, severity)
        # Findings are examples, capped per rule; the rule's own count is in full.
        count = max(full[rule_id], shown[key]) if of_rule[rule_id] == 1 else shown[key]
        lines.append({"rule_id": rule_id, "severity": severity, "count": count, "waived": waived[key]})
    return lines
