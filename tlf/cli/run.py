"""``tlf run``: from the data to the book."""

from __future__ import annotations

import typer

from tlf.cli.arguments import Out, Study


def command(study: Study, out: Out = None) -> None:
    """Run a study: read, validate, derive, analyse, render every output and the book."""
    from tlf.cli.progress import Screen
    from tlf.run.build import build_study

    with Screen() as report:
        results = build_study(study, out=out, report=report)
    done = [output for output in results.outputs if output.status == "done"]
    pages = sum(output.pages for output in done)
    typer.echo(f"{len(done)} of {len(results.outputs)} outputs, {pages} pages")
    for output in results.failed:
        typer.echo(f"failed: {output.number}  {output.title}: {output.message}", err=True)
    if results.book.status == "done":
        typer.echo(f"book: {results.book.title}")
    if results.failed:
        raise typer.Exit(1)
