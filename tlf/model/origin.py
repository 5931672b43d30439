"""Where in which spec file a value was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Origin:
    """A place in a spec file, for messages; line and column count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Origins:
    """The place of every key of a loaded spec, by its path of keys and list positions.

    ``files`` are the files that the spec was read from, as messages name them, each with its absolute path.
    """

    by_path: Mapping[Path_, Origin] = field(default_factory=dict)
    root: Origin = Origin("<spec>", 1)
    files: Mapping[str, str] = field(default_factory=dict)

    def at(self, *path: str | int) -> Origin:
        """Return the place of a path, or of its nearest ancestor that is in a file."""
        for length in range(len(path), 0, -1):
            found = self.by_path.get(path[:length])
            if found is not None:
                return found
        return self.root
