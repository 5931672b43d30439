"""``tlf check``: the spec alone, no data."""

from __future__ import annotations

from typing import Annotated

import typer

from tlf.cli.arguments import Study


def command(
    study: Study,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Write the spec in full, each value with the file and line it came from.")
    ] = False,
) -> None:
    """Check a study spec without its data: keys, names, where-clauses, references."""
    from tlf.run.check import check_study

    spec = check_study(study)
    if resolved:
        from tlf.spec.resolved import resolved_yaml

        typer.echo(resolved_yaml(spec), nl=False)
        return
    counts = f"{len(spec.derivations)} derivations, {len(spec.analyses)} analyses, {len(spec.outputs)} outputs"
    typer.echo(f"{study}: the spec is right ({counts})")
