"""``tlf validate``: can these data be analysed as the spec says?"""

from __future__ import annotations

from collections import Counter

import typer

from tlf.cli.arguments import Out, Study


def command(study: Study, out: Out = None) -> None:
    """Validate a study's data; write the findings as JSON and as an HTML page."""
    from tlf.cli.progress import Screen
    from tlf.run.build import findings_message
    from tlf.run.steps import validate_study

    with Screen() as report:
        findings = validate_study(study, out=out, report=report)
    counts = Counter(rule.status for rule in findings.rules)
    typer.echo("rules: " + ", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    for rule in findings.rules:
        if rule.status in ("failed", "error"):
            typer.echo(f"  {rule.rule_id} {rule.dataset} {rule.status} ({rule.count}): {rule.reason or rule.message}")
    if findings.blocking or findings.rule_errors:
        typer.echo(findings_message(findings, None), err=True)
        raise typer.Exit(1)
