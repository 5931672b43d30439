"""A spec's text as a tree of values that remember where they were written, merged by ``extends``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tlf.model.origin import Origin, Path_

Scalar = str | int | float | bool | date | None


class ClauseText(str):
    """A text with the place of its first character; ``verbatim`` if the file holds it as is, on one line."""

    origin: Origin
    verbatim: bool

    @classmethod
    def at(cls, text: str, origin: Origin, *, verbatim: bool) -> ClauseText:
        """Return a text with its place."""
        located = cls(text)
        located.origin, located.verbatim = origin, verbatim
        return located


@dataclass(frozen=True)
class Written:
    """A value of a spec: ``origin`` is the place of its key (or list item), ``start`` of the value's own text."""

    content: Mapping[str, Written] | tuple[Written, ...] | Scalar
    origin: Origin
    start: Origin
    verbatim: bool = False

    @property
    def keys(self) -> Mapping[str, Written]:
        """The keys of a mapping; none if the value is something else."""
        return self.content if isinstance(self.content, Mapping) else {}

    def get(self, *path: str | int) -> Written | None:
        """Return the value at a path of keys and list positions, if there is one."""
        found: Written | None = self
        for part in path:
            if isinstance(part, str):
                found = found.keys.get(part) if found is not None else None
            else:
                found = found._item(part) if found is not None else None
        return found

    def _item(self, position: int) -> Written | None:
        items = self.content if isinstance(self.content, tuple) else ()
        return items[position] if 0 <= position < len(items) else None

    def with_key(self, name: str, value: Written) -> Written:
        """Return a mapping with a key added or replaced."""
        return replace(self, content={**self.keys, name: value})

    def plain(self) -> Any:
        """Return the value as plain mappings, lists and scalars."""
        if isinstance(self.content, Mapping):
            return {name: value.plain() for name, value in self.content.items()}
        if isinstance(self.content, tuple):
            return [value.plain() for value in self.content]
        return self.content

    def located(self) -> Any:
        """Return the value as ``plain`` does, each text as a ClauseText."""
        if isinstance(self.content, Mapping):
            return {name: value.located() for name, value in self.content.items()}
        if isinstance(self.content, tuple):
            return [value.located() for value in self.content]
        if isinstance(self.content, str):
            return ClauseText.at(self.content, self.start, verbatim=self.verbatim)
        return self.content

    def places(self, path: Path_ = ()) -> Iterator[tuple[Path_, Origin]]:
        """Yield the path and the place of every key and list item below this value."""
        children: Iterator[tuple[str | int, Written]] = iter(self.keys.items())
        if isinstance(self.content, tuple):
            children = iter(enumerate(self.content))
        for name, value in children:
            yield (*path, name), value.origin
            yield from value.places((*path, name))


def merged(base: Written, over: Written) -> Written:
    """Return ``base`` with ``over`` written over it: mappings key by key, everything else replaced.

    The place of a value is the place of the one that won.

    Example:
        >>> at = Origin("study.yaml", 1)
        >>> one, two = Written(1, at, at), Written(2, at, at)
        >>> merged(Written({"a": one, "b": one}, at, at), Written({"b": two}, at, at)).plain()
        {'a': 1, 'b': 2}
    """
    if not isinstance(base.content, Mapping) or not isinstance(over.content, Mapping):
        return over
    content = dict(base.content)
    for name, value in over.content.items():
        content[name] = merged(content[name], value) if name in content else value
    return replace(over, content=content)
