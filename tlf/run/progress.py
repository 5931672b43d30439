"""What a run says while it works; the CLI shows it, a library caller may ignore it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["plan", "read", "validate", "derive", "analyse", "output", "book", "deliver"]


@dataclass(frozen=True)
class Event:
    """One thing that was done (or failed): its stage, its name, and a detail for the reader."""

    stage: Stage
    name: str
    detail: str = ""
    failed: bool = False
    total: int = 0


Report = Callable[[Event], None]


def quiet(event: Event) -> None:
    """Say nothing."""
