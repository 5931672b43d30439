"""Checks that every name that a spec refers to exists; no data are needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tlf import registry
from tlf.errors import did_you_mean
from tlf.model.origin import Path_
from tlf.model.spec import Analysis, Block, Output, StudySpec, block_model
from tlf.spec.named import Named, names_in
from tlf.spec.plain_words import Problem, dotted, known_keys

_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
_FIELD: Final = re.compile(r"x")
_PLACEHOLDER: Final = re.compile(r"\{study\.([^{}]*)\}")


def check_references(spec: StudySpec) -> tuple[str, ...]:
    """Return what is wrong with the names in a spec, each with its file, line and column.

    Checked: the method profile; analysis sets, groupings, analyses, datasets, derivations and their levels, wherever
    a block names them; that a derivation reads only those above it; that no two outputs have one number; that shells
    name keys that their display has; formats and the page's placeholders.
    """
    names = _Names.of(spec)
    problems = [
        *_profile(spec),
        *names.check_derivations(),
        *names.check_blocks(),
        *_double_names(spec),
        *_double_numbers(spec),
        *_shells(spec),
        *_texts(spec),
    ]
    return tuple(str(problem) for problem in sorted(set(problems)))


@dataclass(frozen=True)
class _Names:
    """What a spec declares; ``levels`` are those of each derivation that has any, ``keys`` the key that lists them."""

    spec: StudySpec
    levels: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, str]
    variables: frozenset[str]
    datasets: frozenset[str]

    @classmethod
    def of(cls, spec: StudySpec) -> _Names:
        """Return what a spec declares."""
        options = {name: registry.lookup("derivation", d.method).options for name, d in spec.derivations.items()}
        keys = {name: str(option["levels"]) for name, option in options.items() if option.get("levels")}
        made = {getattr(derivation, "dataset", None) for derivation in spec.derivations.values()}
        return cls(
            spec,
            {name: tuple(getattr(spec.derivations[name], key, None) or ()) for name, key in keys.items()},
            keys,
            frozenset(name for name, option in options.items() if option.get("makes") == "variable"),
            frozenset(spec.data.datasets) | {str(name) for name in made if name},
        )

    def check_derivations(self) -> Iterator[Problem]:
        """Yield what is wrong with the names in derivations, each of which may read those above it only."""
        above: list[str] = []
        for name, derivation in self.spec.derivations.items():
            for named in names_in(derivation, ("derivations", name)):
                head = named.name.partition(".")[0]
                if named.to in ("parameter", "derivation", "grouping") and head == name:
                    yield self._problem(named, f"{head} reads itself")
                elif named.to in ("parameter", "derivation", "grouping") and head in self._below(above):
                    yield self._problem(named, f"{head} is derived after {name}, which reads it; move {head} above it")
                else:
                    yield from self._check(named)
                    yield from self._levels_fit(named, name if name in self.levels else None)
            above.append(name)

    def check_blocks(self) -> Iterator[Problem]:
        """Yield what is wrong with the names in analyses, outputs and waivers."""
        for name, analysis in self.spec.analyses.items():
            through = {entry.partition(".")[0] for entry in analysis.for_each} & self.levels.keys()
            for named in names_in(analysis, ("analyses", name)):
                yield from self._check(named)
                yield from self._levels_fit(named, min(through) if len(through) == 1 else None)
        for name, output in self.spec.outputs.items():
            for named in names_in(output, ("outputs", name)):
                yield from self._check(named)
        for position, waiver in enumerate(self.spec.waivers):
            for named in names_in(waiver, ("waivers", position)):
                yield from self._check(named)

    def _below(self, above: Iterable[str]) -> set[str]:
        return self.spec.derivations.keys() - set(above)

    def _check(self, named: Named) -> Iterator[Problem]:
        checks: Mapping[str, Callable[[str], str | None]] = {
            "parameter": self._parameter,
            "grouping": self._grouping,
            "each": self._each,
            "analysis_set": lambda name: _in("the spec declares no analysis set", name, self.spec.analysis_sets),
            "analysis": lambda name: _in("the spec has no analysis", name, self.spec.analyses),
            "dataset": lambda name: _in("the study reads and derives no dataset", name, self.datasets),
            "derivation": lambda name: _in("the spec has no derivation", name, self.spec.derivations),
        }
        wrong = checks[named.to](named.name)
        if wrong is not None:
            yield self._problem(named, wrong)

    def _parameter(self, reference: str) -> str | None:
        name, dot, level = reference.partition(".")
        if name in self.variables:
            return f"{name} makes a grouping variable, where a parameter is expected"
        if name in self.spec.derivations:
            if not dot:
                return None
            if name not in self.levels:
                return f"{name} has no levels, so there is no {reference}"
            return _in(f"{name} has no level", level, self.levels[name])
        if not dot and _CODE.fullmatch(name):
            return None  # a PARAMCD, which only the data can confirm
        parameters = self.spec.derivations.keys() - self.variables
        return f"{reference} is no derivation of the spec, nor can it be a PARAMCD.{did_you_mean(name, parameters)}"

    def _grouping(self, name: str) -> str | None:
        known = {*self.spec.groupings, *self.variables}
        return _in("the spec declares no grouping", name, known)

    def _each(self, reference: str) -> str | None:
        name, dot, key = reference.partition(".")
        if name in self.keys:
            return _in(f"{name} has no key", key, [self.keys[name]]) if dot else None
        if dot and name in self.spec.derivations:
            return f"{name} has no levels, so there is no {reference}"
        known = {*self.spec.groupings, *self.variables, *(f"{name}.{key}" for name, key in self.keys.items())}
        if reference in known:
            return None
        return f"{reference} is no grouping of the spec, and no levels of a derivation.{did_you_mean(reference, known)}"

    def _levels_fit(self, named: Named, through: str | None) -> Iterator[Problem]:
        """Yield levels that a block goes through, but which a derivation it names without a level has not."""
        if named.to != "parameter" or through is None or named.name not in self.levels or named.name == through:
            return
        lacking = [level for level in self.levels[through] if level not in self.levels[named.name]]
        if lacking:
            have = ", ".join(self.levels[named.name])
            goes = f"{through}.{self.keys[through]}"
            yield self._problem(named, f"{named.name} has the levels {have}, but not {', '.join(lacking)} of {goes}")

    def _problem(self, named: Named, message: str) -> Problem:
        return Problem(self.spec.origins.at(*named.path), dotted(named.path), message)


def _in(message: str, name: str, known: Iterable[str]) -> str | None:
    names = list(known)
    return None if name in names else f"{message} {name}.{did_you_mean(name, names)}"


def _at(spec: StudySpec, path: Path_, message: str) -> Problem:
    return Problem(spec.origins.at(*path), dotted(path), message)


def _profile(spec: StudySpec) -> Iterator[Problem]:
    wrong = _in("the spec declares no method profile", spec.method_profile, spec.profiles)
    if wrong:
        yield _at(spec, ("method_profile",), wrong)


def _double_names(spec: StudySpec) -> Iterator[Problem]:
    for name in spec.derivations.keys() & spec.groupings.keys():
        first = spec.origins.at("groupings", name)
        yield _at(spec, ("derivations", name), f"{name} is a grouping too ({first}); a name stands for one thing")


def _double_numbers(spec: StudySpec) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], str] = {}
    for output_id in spec.outputs:
        number = tuple(part.lstrip("0") or "0" for part in output_id.casefold().split("-"))
        first = seen.setdefault(number, output_id)
        if first != output_id:
            place = spec.origins.at("outputs", first)
            yield _at(spec, ("outputs", output_id), f"has the same number as {first} ({place})")


def _shells(spec: StudySpec) -> Iterator[Problem]:
    for name, shell in spec.shells.items():
        path = ("shells", name)
        display = block_model(shell.kind, shell.display, Output)
        for key in shell.preset.keys() - known_keys(display, ()):
            hint = did_you_mean(key, known_keys(display, ()))
            yield _at(spec, (*path, "preset", key), f"unknown key of {shell.kind} {shell.display}.{hint}")
        if shell.analysis:
            yield from _implied(spec, (*path, "analysis"), shell.analysis, display)


def _implied(spec: StudySpec, path: Path_, analysis: Mapping[str, str], display: type[Block]) -> Iterator[Problem]:
    """Yield what is wrong with the analysis that a shell implies."""
    method = analysis.get("method", "")
    wrong = _in("unknown method", method.removeprefix("="), registry.available("ard_method"))
    if not method.startswith("=") or wrong:
        expected = "expected a method's name after =, as =summary"
        yield _at(spec, (*path, "method") if method else path, wrong if method.startswith("=") and wrong else expected)
        return
    keys = known_keys(block_model("ard_method", method[1:], Analysis), ())
    for key, value in analysis.items():
        if key not in keys:
            yield _at(spec, (*path, key), f"unknown key of method {method[1:]}.{did_you_mean(key, keys)}")
        if not value.startswith("=") and _missing_key(display, value):
            known = known_keys(display, tuple(value.split(".")[:-1]))
            hint = did_you_mean(value.rpartition(".")[2], known)
            yield _at(spec, (*path, key), f"an output of this shell has no key {value}.{hint}")


def _missing_key(display: type[Block], value: str) -> bool:
    parts = value.split(".")
    return any(part not in known_keys(display, tuple(parts[:n])) for n, part in enumerate(parts))


def _texts(spec: StudySpec) -> Iterator[Problem]:
    for name, pattern in spec.formats.items():
        if not _FIELD.search(pattern):
            yield _at(spec, ("formats", name), f"{pattern!r} shows no number; write each digit as x, as in xx.x (xx.x)")
    study = sorted(type(spec.study).model_fields)
    for side in ("header_left", "header_right", "footer"):
        for position, text in enumerate(getattr(spec.page, side)):
            for key in _PLACEHOLDER.findall(text):
                if key not in study:
                    hint = did_you_mean(key, study)
                    yield _at(spec, ("page", side, position), f"the study has no key {key}.{hint}")
