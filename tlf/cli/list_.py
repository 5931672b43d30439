"""``tlf list``: what a run would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    study: Annotated[
        Path | None, typer.Argument(metavar="STUDY", help="The study spec (YAML).", show_default=False)
    ] = None,
    available: Annotated[
        bool, typer.Option("--available", help="List the registered methods, displays and checks instead.")
    ] = False,
) -> None:
    """Show the plan of a study, or every method that a spec can name."""
    if available:
        from tlf.run.catalogue import available_text

        typer.echo(available_text(), nl=False)
        return
    if study is None:
        raise typer.BadParameter("give a STUDY, or --available")
    from tlf.run.catalogue import plan_text
    from tlf.run.check import list_study

    typer.echo(plan_text(list_study(study)), nl=False)
