"""``tlf qc``: every number made twice."""

from __future__ import annotations

from collections import Counter

import typer

from tlf.cli.arguments import Out, Study


def command(study: Study, out: Out = None) -> None:
    """Recompute a study's results by a second, independent program, and compare."""
    from tlf.cli.progress import Screen
    from tlf.run.quality import qc_study

    with Screen() as report:
        comparison = qc_study(study, out=out, report=report)
    by_analysis = Counter((stat.analysis_id, stat.agreement) for stat in comparison.stats)
    for (analysis, agreement), count in sorted(by_analysis.items()):
        typer.echo(f"{analysis}: {count} {agreement}")
    for stat in comparison.differing:
        by = "" if stat.difference is None else f", by {stat.difference:.3g}"
        typer.echo(
            f"  {stat.analysis_id} {stat.groups} {stat.stat_name}: {stat.production} against {stat.qc}{by}", err=True
        )
    for name, reason in comparison.not_compared:
        typer.echo(f"{name}: not compared: {reason}", err=True)
    if comparison.differing:
        raise typer.Exit(1)
