"""``tlf init``: a starter study that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write it.", show_default=False)],
) -> None:
    """Write a starter study: a spec, and a few simulated subjects that it runs on."""
    from tlf.run.starter import init_study

    study = init_study(folder)
    typer.echo(f"wrote {study}\nnow: tlf run {study}")
