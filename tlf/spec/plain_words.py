"""Says in plain words what pydantic found wrong, with the place and the path of the key."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tlf.errors import did_you_mean
from tlf.model.origin import Origin, Path_
from tlf.spec.where import ClauseError
from tlf.spec.written import Written

_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "dataclass_type": "a mapping of keys to values",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date, as 2021-01-18",
    "date_parsing": "a date, as 2021-01-18",
    "date_from_datetime_parsing": "a date, as 2021-01-18",
    "date_from_datetime_inexact": "a date, as 2021-01-18",
    "none_required": "nothing",
}
_LIMITS: Final[Mapping[str, str]] = {
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "too_short": "at least {min_length} values",
    "too_long": "at most {max_length} values",
}
PATTERNS: Final[Mapping[str, str]] = {
    r"^[TLF](-[0-9]+)+[a-z]?$": "an output's number, as T-14-2-4-2, F-14-2-4-5 or L-16-2-6-1a",
    r"^[A-Z][A-Z0-9_]{0,7}$": "a dataset's name (a capital letter, then at most 7 capitals or digits)",
    r"^[A-Za-z][A-Za-z0-9_]*$": "a name (a letter, then letters, digits or _)",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "a study's id (letters, digits, `.`, `_` and `-`)",
}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, at which key, and what."""

    origin: Origin
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.path}: {self.message}" if self.path else f"{self.origin}: {self.message}"


def dotted(path: Path_) -> str:
    """Return a path as a reader sees it: ``outputs.T-14-2-4-2.columns, item 2``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f", item {part + 1}"
        else:
            text += f".{part}" if text else part
    return text


def problems_of(error: ValidationError, model: type[BaseModel], tree: Written, path: Path_ = ()) -> list[Problem]:
    """Return pydantic's errors on the part of a spec at ``path``, in plain words.

    Args:
        error: what pydantic raised.
        model: the model that was to be built.
        tree: the whole spec as written.
        path: where the part stands in the spec.
    """
    found = [_Located.of(details, tree.get(*path), path) for details in error.errors(include_url=False)]
    return [_problem(group, model, tree, len(path)) for group in _one_a_place(found)]


@dataclass(frozen=True)
class _Located:
    """An error with the path of the key it is about, and the branch of a union that it is from."""

    details: ErrorDetails
    path: Path_
    union_at: Path_ | None
    branch: str

    @classmethod
    def of(cls, details: ErrorDetails, tree: Written | None, prefix: Path_) -> _Located:
        path, union_at, branch, here = prefix, None, "", tree
        for position, part in enumerate(details["loc"]):
            last = position == len(details["loc"]) - 1
            child = here.get(part) if here is not None else None
            if child is not None or (last and details["type"] == "missing"):
                path, here = (*path, part), child
            elif part != "[key]" and union_at is None:
                union_at, branch = path, str(part)
        return cls(details, path, union_at, branch)


def _one_a_place(found: Sequence[_Located]) -> Iterator[list[_Located]]:
    """Yield the errors that make one message: several only where the branches of a union all expect something else."""
    unions: dict[Path_, dict[str, list[_Located]]] = defaultdict(lambda: defaultdict(list))
    for error in found:
        if error.union_at is None:
            yield [error]
        else:
            unions[error.union_at][error.branch].append(error)
    for place, branches in unions.items():
        # The branch meant is the one whose shape fits: its errors lie deeper than the union itself.
        fitting = [errors for errors in branches.values() if any(e.path != place for e in errors)]
        if fitting:
            yield from ([error] for error in min(fitting, key=len))
        else:
            yield [error for errors in branches.values() for error in errors]


def _problem(group: Sequence[_Located], model: type[BaseModel], tree: Written, prefix: int) -> Problem:
    first = group[0]
    kind, path = first.details["type"], first.path
    value = tree.get(*path)
    cause = first.details.get("ctx", {}).get("error")
    if isinstance(cause, ClauseError):
        return Problem(cause.origin, dotted(path), str(cause))
    if kind == "missing":
        parent = tree.get(*path[:-1])
        return Problem(parent.origin if parent else tree.origin, dotted(path), "this key is missing")
    origin = value.origin if value else tree.origin
    if kind == "extra_forbidden":
        known = known_keys(model, path[prefix:-1])
        return Problem(origin, dotted(path), f"unknown key.{did_you_mean(str(path[-1]), known)}")
    if len(group) == 1 and kind in ("value_error", "assertion_error"):
        return Problem(origin, dotted(path), str(cause))
    if first.details["loc"][-1:] == ("[key]",):
        return Problem(origin, dotted(path), f"{path[-1]!r} is not {_expected(first.details)}")
    expected = " or ".join(dict.fromkeys(_expected(error.details) for error in group))
    return Problem(origin, dotted(path), f"expected {expected}, not {shown(value)}{_hint(first.details, value)}")


def _expected(details: ErrorDetails) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind in _LIMITS:
        return _LIMITS[kind].format(**context)
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], f"text of the form {context['pattern']}")
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error"))
    return details["msg"].removeprefix("Input should be ").removeprefix("a valid ")


def _hint(details: ErrorDetails, value: Written | None) -> str:
    content = value.content if value else None
    if details["type"] == "string_type" and isinstance(content, bool | int | float | date):
        return "; put it in quotes"
    if details["type"] == "list_type" and isinstance(content, str):
        return f"; write [{content}]"
    if details["type"] == "literal_error" and isinstance(content, str):
        known = details["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f".{did_you_mean(content, known)}" if len(known) > 2 else ""
    return ""


def shown(value: Written | None) -> str:
    """Return a value as a message shows it."""
    content = value.content if value else None
    match content:
        case None:
            return "nothing"
        case bool():
            return str(content).lower()
        case str():
            return f"the text {content if len(content) <= 60 else content[:57] + '...'!r}"
        case int() | float():
            return f"the number {content}"
        case date():
            return f"the date {content}"
        case Mapping():
            return "a mapping of keys to values"
    return "a list"


def known_keys(annotation: Any, path: Path_) -> set[str]:
    """Return the keys that a type has at a path, over all branches of its unions; none if keys are free."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {name: f.annotation for name, f in annotation.model_fields.items() if f.exclude is not True}
    elif isinstance(annotation, type) and (dataclasses.is_dataclass(annotation) or hasattr(annotation, "__total__")):
        fields = dict(annotation.__annotations__)
    else:
        parts = [part for part in get_args(annotation) if part is not type(None)]
        deeper = path[1:] if _is_container(annotation) else path
        return set().union(*(known_keys(part, deeper) for part in parts)) if parts else set()
    if not path:
        return set(fields)
    return known_keys(fields.get(str(path[0])), path[1:])


def _is_container(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", None)
    return isinstance(origin, type) and issubclass(origin, list | tuple | set | frozenset | Mapping)


def coerced(tree: Written, value: Any, path: Path_ = ()) -> Iterator[Problem]:
    """Yield where pydantic read one kind of value as another: true as 1, '5' as 5, a number as a date."""
    children: list[tuple[str | int, Written, Any]] = []
    if isinstance(tree.content, Mapping):
        children = [(name, child, _at(value, name)) for name, child in tree.content.items()]
    elif isinstance(tree.content, tuple) and isinstance(value, list | tuple):
        children = [(n, child, item) for n, (child, item) in enumerate(zip(tree.content, value, strict=False))]
    for name, child, item in children:
        yield from coerced(child, item, (*path, name))
    expected = _read_as(tree.content, value)
    if expected:
        yield Problem(tree.origin, dotted(path), f"expected {expected}, not {shown(tree)}")


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _read_as(content: Any, value: Any) -> str | None:
    if isinstance(value, bool):
        return None if isinstance(content, bool) or not isinstance(content, str | int | float) else "true or false"
    if isinstance(value, int | float):
        numeric = isinstance(content, str) and content.strip().lstrip("+-")[:1] in tuple("0123456789.")
        return "a number" if isinstance(content, bool) or numeric else None
    if isinstance(value, date) and not isinstance(content, date) and str(content) != value.isoformat():
        return "a date, as 2021-01-18"
    return None
