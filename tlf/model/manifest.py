"""What a run made: rendered outputs, the status of each, and the manifest that is delivered with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

OutputStatus = Literal["done", "failed"]
SCHEMA_VERSION = "1.0"


@dataclass(frozen=True)
class Bookmark:
    """A line of the book's contents: its level (1 = top), its text, and the page of the document it points to."""

    text: str
    page: int
    level: int = 1


@dataclass(frozen=True)
class Rendered:
    """A rendered file: its name within the delivery folder, its bytes, its number of pages and its title.

    ``notes`` says which characters were replaced or removed to print the output.
    """

    name: str
    format: str
    content: bytes
    pages: int = 0
    title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OutputResult:
    """What became of one output; ``notes`` are the changes of text that drawing it took."""

    output_id: str
    number: str
    title: str
    status: OutputStatus
    files: tuple[str, ...] = ()
    pages: int = 0
    message: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunResults:
    """What a run made; ``book`` is the book's result, ``manifest`` the versioned JSON content that was delivered."""

    folder: str
    outputs: tuple[OutputResult, ...]
    book: OutputResult
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[OutputResult, ...]:
        """The outputs that failed, the book last."""
        return tuple(output for output in (*self.outputs, self.book) if output.status == "failed")
