"""Progress on the screen (standard error): a line a step that is done, a bar over the outputs."""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tlf.run.progress import Event

_WORDS: Final = {
    "plan": "plan",
    "read": "read",
    "validate": "validate",
    "derive": "derive",
    "analyse": "analyse",
    "output": "output",
    "book": "book",
    "deliver": "write",
}


class Screen:
    """Shows the events of a run; used as ``with Screen() as report``."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if event.stage == "plan":
            self._progress.update(self._task, total=event.total)
        if event.stage == "output":
            self._progress.advance(self._task)
        self._progress.update(self._task, description=_WORDS[event.stage])
        mark = "[red]failed[/red]" if event.failed else "[green]done[/green]"
        detail = f"  [dim]{escape(event.detail)}[/dim]" if event.detail else ""
        self._console.print(f"{_WORDS[event.stage]:<9} {mark}  {escape(event.name)}{detail}", soft_wrap=True)
