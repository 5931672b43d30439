"""``tlf schema``: the JSON Schema of a study spec, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Where to write it; the screen if not given.", show_default=False),
    ] = None,
) -> None:
    """Write the JSON Schema of a study spec; editors complete and check specs with it."""
    from tlf.run.catalogue import schema_text
    from tlf.run.deliver import write_file

    text = schema_text()
    if file is None:
        typer.echo(text, nl=False)
    else:
        write_file(file, text.encode())
        typer.echo(f"wrote {file}")
