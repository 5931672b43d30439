"""The command ``tlf``: its verbs, and one door where every error becomes a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from tlf.cli import check, derive, init, list_, qc, run, schema, validate
from tlf.errors import SpecError, TlfError

app = typer.Typer(
    name="tlf",
    help="From CDISC data to submission tables, listings and figures, from one study spec.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb, module in (
    ("init", init),
    ("schema", schema),
    ("check", check),
    ("list", list_),
    ("validate", validate),
    ("derive", derive),
    ("run", run),
    ("qc", qc),
):
    app.command(verb, help=(module.command.__doc__ or "").split("\n")[0])(module.command)


def _version(asked: bool) -> None:
    if asked:
        from tlf import __version__

        typer.echo(f"tlf {__version__}")
        raise typer.Exit


@app.callback()
def _tlf(
    version: bool = typer.Option(
        False, "--version", help="Print the version and exit.", callback=_version, is_eager=True
    ),
) -> None:
    """From CDISC data to submission tables, listings and figures, from one study spec."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; exit 0 done, 1 findings, differences or failed outputs, 2 wrong spec, usage or input."""
    try:
        app(args=list(arguments) if arguments is not None else None)
    except TlfError as error:
        lines = error.problems if isinstance(error, SpecError) else (str(error),)
        for line in lines:
            typer.echo(f"error: {line}", err=True)
        if len(lines) > 1:
            typer.echo(f"{len(lines)} problems", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
