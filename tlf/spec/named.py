"""Finds the names in a block of a spec that stand for something declared elsewhere in it.

A name is known by its type (``ParameterRef``, ``GroupingRef`` ... of ``tlf.model.spec``) or, where a method
declares plain text, by its key: ``analysis_set``, ``by``, ``time``, ``of`` mean the same in every method.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel

from tlf.model.origin import Path_
from tlf.model.spec import Records, Reference

BY_KEY: Final[Mapping[str, str]] = {
    "for_each": "each",
    "by": "grouping",
    "analysis_set": "analysis_set",
    "results": "analysis",
    "time": "parameter",
    "of": "parameter",
    "value": "parameter",
    "among": "parameter",
    "until": "parameter",
    "change": "parameter",
    "covariate": "parameter",
}


@dataclass(frozen=True)
class Named:
    """A name in a spec: what kind of thing it stands for, and the path of the key that says it."""

    to: str
    name: str
    path: Path_


def names_in(block: BaseModel, path: Path_) -> Iterator[Named]:
    """Yield the names in a block and in the blocks inside it, in the order of their keys."""
    for key, info in type(block).model_fields.items():
        value = getattr(block, key)
        marks = [mark for mark in info.metadata if isinstance(mark, Reference)]
        found = list(_typed(_Place(info.annotation, marks), value, (*path, key)))
        if not found and key in BY_KEY:
            found = list(_all(BY_KEY[key], value, (*path, key)))
        yield from found


@dataclass(frozen=True)
class _Place:
    """The type of a value, with the marks that stood beside it."""

    annotation: Any
    marks: Sequence[Reference] = ()


def _typed(place: _Place, value: Any, path: Path_) -> Iterator[Named]:
    """Yield the names that the type of a value says it holds."""
    annotation, marks = place.annotation, place.marks
    if get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        marks = [*marks, *(mark for mark in metadata if isinstance(mark, Reference))]
    if isinstance(value, Records):
        yield Named("dataset", value.dataset, path)
    elif marks:
        yield from _all(marks[0].to, value, path)
    elif isinstance(value, BaseModel):
        yield from names_in(value, path)
    elif get_origin(annotation) in (Union, UnionType):
        yield from dict.fromkeys(n for branch in get_args(annotation) for n in _typed(_Place(branch), value, path))
    elif isinstance(value, Mapping):
        of_key, of_value = (*get_args(annotation), Any, Any)[:2]
        for key, item in value.items():
            yield from _typed(_Place(of_key), key, (*path, key))
            yield from _typed(_Place(of_value), item, (*path, key))
    elif isinstance(value, list | tuple):
        of_item = (*get_args(annotation), Any)[0]
        for position, item in enumerate(value):
            yield from _typed(_Place(of_item), item, (*path, position))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for attribute in dataclasses.fields(value):
            yield from _typed(_Place(Any), getattr(value, attribute.name), (*path, attribute.name))


def _all(to: str, value: Any, path: Path_) -> Iterator[Named]:
    """Yield every text of a value as a name: itself, a list's items, or a mapping's keys."""
    if isinstance(value, str):
        yield Named(to, value, path)
    elif isinstance(value, Mapping):
        yield from (Named(to, key, (*path, key)) for key in value if isinstance(key, str))
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from _all(to, item, (*path, position))
