"""A name in a spec -> the function that does it.

A room's function enters with a decorator (``@derivation("best_change")``); the registry imports a
room's modules the first time that a name of its kind is asked for, so no list is edited and
``import tlf`` stays fast. A sponsor's package joins through the entry point group ``tlf.plugins``.
A name registered twice is an error; an unknown name says what was probably meant.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Final, TypeVar

from tlf.errors import RegistryError, did_you_mean

F = TypeVar("F", bound=Callable[..., Any])

ROOMS: Final[Mapping[str, str]] = {
    "derivation": "tlf.derive",
    "ard_method": "tlf.analyse",
    "table": "tlf.display",
    "listing": "tlf.display",
    "figure": "tlf.display",
    "plot": "tlf.render",
    "check": "tlf.validate",
    "recompute": "tlf.qc",
}

_NOTHING: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """A registered function: its kind, its name in a spec, and the options its decorator gave."""

    kind: str
    name: str
    function: Callable[..., Any]
    options: Mapping[str, Any] = field(default_factory=dict)


_entries: dict[tuple[str, str], Entry] = {}
_loaded: set[str] = set()


def register(kind: str, name: str, **options: Any) -> Callable[[F], F]:
    """Return a decorator that enters a function under a kind and a name.

    Raises:
        RegistryError: the name is taken, by another function, in that kind.
    """

    def enter(function: F) -> F:
        taken = _entries.get((kind, name))
        if taken is not None and _home(taken.function) != _home(function):
            raise RegistryError(f"{kind} {name!r} is registered twice: {_home(taken.function)} and {_home(function)}")
        _entries[kind, name] = Entry(kind, name, function, options)
        return function

    return enter


def derivation(
    name: str,
    *,
    levels: str | None = None,
    makes: str = "parameter",
    reads: Mapping[str, Mapping[str, str]] = _NOTHING,
) -> Callable[[F], F]:
    """Register a derivation; ``levels`` names the key whose entries it makes one parameter each for.

    ``makes`` is ``"parameter"`` (records under a PARAMCD a level) or ``"variable"`` (a grouping variable). ``reads``
    says, for a key that names records or a parameter, which variables are read there, each "char", "num" or "any".
    """
    return register("derivation", name, levels=levels, makes=makes, reads=reads)


def ard_method(name: str, *, label: str) -> Callable[[F], F]:
    """Register a statistical method that turns study data into Ard rows; ``label`` names it to a reader."""
    return register("ard_method", name, label=label)


def table(name: str) -> Callable[[F], F]:
    """Register a function that lays results out as a table."""
    return register("table", name)


def listing(name: str) -> Callable[[F], F]:
    """Register a function that lays records out as a listing."""
    return register("listing", name)


def figure(name: str) -> Callable[[F], F]:
    """Register a function that prepares the data of a figure."""
    return register("figure", name)


def plot(name: str) -> Callable[[F], F]:
    """Register a function that draws a figure's data."""
    return register("plot", name)


def check(name: str, *, offers: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Register a kind of validation check, which rules in YAML then use.

    ``offers`` names the values that a rule's message may write in braces, beside the record's variables.
    """
    return register("check", name, offers=offers)


def recompute(name: str) -> Callable[[F], F]:
    """Register the second, independent program of a derivation or a method."""
    return register("recompute", name)


def available(kind: str) -> tuple[str, ...]:
    """Return the registered names of a kind, sorted."""
    _load(kind)
    return tuple(sorted(name for entry_kind, name in _entries if entry_kind == kind))


def lookup(kind: str, name: str) -> Entry:
    """Return the entry of a kind and name.

    Raises:
        RegistryError: no such name; the message says what was probably meant.
    """
    _load(kind)
    entry = _entries.get((kind, name))
    if entry is None:
        raise RegistryError(f"unknown {kind.replace('_', ' ')} {name!r}.{did_you_mean(name, available(kind))}")
    return entry


def _home(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _load(kind: str) -> None:
    room = ROOMS[kind]
    if room not in _loaded:
        _loaded.add(room)
        package = importlib.import_module(room)
        for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(f"{room}.{module}")
    if "plugins" not in _loaded:
        _loaded.add("plugins")
        for point in sorted(entry_points(group="tlf.plugins"), key=lambda p: p.name):
            point.load()
