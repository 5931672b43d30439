"""``tlf derive``: the derived datasets alone."""

from __future__ import annotations

import typer

from tlf.cli.arguments import Out, Study


def command(study: Study, out: Out = None) -> None:
    """Derive a study's parameters and variables; write the derived datasets as XPT."""
    from tlf.cli.progress import Screen
    from tlf.run.steps import derive_study

    with Screen() as report:
        files = derive_study(study, out=out, report=report)
    for file in files:
        typer.echo(f"wrote {file}")
