"""Turns a spec as written into a StudySpec: each block by the keys of its own method, then the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from tlf import registry
from tlf.errors import SpecError, did_you_mean
from tlf.model.condition import Condition
from tlf.model.origin import Origin, Origins, Path_
from tlf.model.spec import Analysis, Block, Derivation, Output, Records, Shell, StudySpec, block_model
from tlf.spec.plain_words import Problem, coerced, dotted, known_keys, problems_of, shown
from tlf.spec.where import read_records, read_where
from tlf.spec.written import ClauseText, Written, merged

M = TypeVar("M", bound=BaseModel)

_DISPLAYS: Final = ("table", "listing", "figure")
_BLOCKS: Final = ("derivations", "analyses", "outputs")
_METHODS: Final[tuple[tuple[str, str, type[Block]], ...]] = (
    ("derivations", "derivation", Derivation),
    ("analyses", "ard_method", Analysis),
)


def read_study(tree: Written, *, origins: Origins, folder: str) -> StudySpec:
    """Return the StudySpec that a merged spec says.

    Steps:
        1. Read every derivation and analysis by the keys of its method, every output by those of its shell's
           display, with the shell's presets as defaults.
        2. Read the whole, with these blocks in place.

    Raises:
        SpecError: with every problem found, in the order of the files' lines.
    """
    reading = _Reading(_with_presets(tree))
    values = reading.whole()
    spec = reading.model(StudySpec, values, ())
    if reading.problems or spec is None:
        raise SpecError([str(problem) for problem in sorted(set(reading.problems))])
    known = replace(origins, by_path=dict(reading.tree.places()))
    return spec.model_copy(update={"origins": known, "folder": folder, "file": origins.root.file})


def _with_presets(tree: Written) -> Written:
    """Return the spec with the presets of each output's shell under the output's own keys."""
    outputs = tree.get("outputs")
    if outputs is None or not outputs.keys:
        return tree
    filled = {}
    for name, output in outputs.keys.items():
        shell = output.get("shell")
        preset = tree.get("shells", shell.content, "preset") if shell and isinstance(shell.content, str) else None
        filled[name] = merged(preset, output) if preset is not None and preset.keys and output.keys else output
    return tree.with_key("outputs", replace(outputs, content=filled))


@dataclass
class _Reading:
    """A spec that is being read: what was written, and what is wrong with it so far."""

    tree: Written
    problems: list[Problem] = field(default_factory=list)

    def whole(self) -> dict[str, Any]:
        """Return the values of the whole spec, its blocks as instances of their own models."""
        internal = {name for name, info in StudySpec.model_fields.items() if info.exclude is True}
        for name in sorted(internal & self.tree.keys.keys()):
            hint = did_you_mean(name, known_keys(StudySpec, ()))
            self.problems.append(Problem(self.tree.keys[name].origin, name, f"unknown key.{hint}"))
        values = {name: value.located() for name, value in self.tree.keys.items() if name not in internal}
        for section, kind, base in _METHODS:
            for name, block in self._blocks(section):
                values[section][name] = self._by_method(kind, base, (section, name), block)
        self._displays()
        for name, block in self._blocks("outputs"):
            values["outputs"][name] = self._output(("outputs", name), block)
        return values

    def model(self, model: type[M], values: Any, path: Path_) -> M | None:
        """Return values as an instance of a model, or None after noting what is wrong with them."""
        part = self.tree.get(*path)
        try:
            read = model.model_validate(values, context={"where": _where, "records": _records})
        except ValidationError as error:
            self.problems.extend(problems_of(error, model, self.tree, path))
            return None
        if part is not None and path:
            self.problems.extend(coerced(part, read, path))
        elif part is not None:
            own = {name: value for name, value in part.keys.items() if name not in _BLOCKS}
            self.problems.extend(coerced(replace(part, content=own), read))
        return read

    def _blocks(self, section: str) -> Iterator[tuple[str, Written]]:
        found = self.tree.get(section)
        return ((name, block) for name, block in (found.keys.items() if found else ()) if block.keys)

    def _by_method(self, kind: str, base: type[Block], path: Path_, block: Written) -> BaseModel:
        name = self._named("method", kind, path, block)
        read = self.model(block_model(kind, name, base), block.located(), path) if name else None
        return read or base.model_construct()

    def _displays(self) -> None:
        """Note the shells whose display is not registered; the rest of a shell is read with the whole."""
        for name, shell in self._blocks("shells"):
            kind, display = shell.get("kind"), shell.get("display")
            if kind is None or display is None or kind.content not in _DISPLAYS or not isinstance(display.content, str):
                continue
            known = registry.available(str(kind.content))
            if display.content not in known:
                message = f"unknown {kind.content} {display.content}"
                self._note(display.origin, ("shells", name, "display"), message, known)

    def _output(self, path: Path_, block: Written) -> BaseModel:
        written = block.get("shell")
        if written is None or not isinstance(written.content, str):
            self.model(Output, {"shell": "", **block.located()} if written else block.located(), path)
            return Output.model_construct()
        shells = self.tree.get("shells")
        known = shells.keys if shells else {}
        if written.content not in known:
            self._note(written.origin, (*path, "shell"), f"the spec declares no shell {written.content}", known)
            return Output.model_construct()
        try:
            shell = Shell.model_validate(known[written.content].plain())
        except ValidationError:
            return Output.model_construct()  # told when the whole is read
        if shell.display not in registry.available(shell.kind):
            return Output.model_construct()  # told once, at the shell
        read = self.model(block_model(shell.kind, shell.display, Output), block.located(), path)
        return read or Output.model_construct()

    def _named(self, key: str, kind: str, path: Path_, block: Written) -> str | None:
        """Return the registered name that a key of a block gives, or None after noting what is wrong."""
        written = block.get(key)
        noun = "method" if kind == "ard_method" else kind
        if written is None:
            self._note(block.origin, (*path, key), "this key is missing", registry.available(kind))
        elif not isinstance(written.content, str):
            self._note(written.origin, (*path, key), f"expected the name of a {noun}, not {shown(written)}", ())
        elif written.content not in registry.available(kind):
            self._note(written.origin, (*path, key), f"unknown {noun} {written.content}", registry.available(kind))
        else:
            return written.content
        return None

    def _note(self, origin: Origin, path: Path_, message: str, known: Any) -> None:
        self.problems.append(
            Problem(origin, dotted(path), f"{message}.{did_you_mean(message.rsplit(maxsplit=1)[-1], known)}")
        )


def _where(text: str) -> Condition:
    located = _placed(text)
    return read_where(str(located), located.origin, verbatim=located.verbatim)


def _records(text: str) -> Records:
    located = _placed(text)
    return read_records(str(located), located.origin, verbatim=located.verbatim)


def _placed(text: str) -> ClauseText:
    """Return a text with its place; a default of a method's own key has none in a file."""
    return text if isinstance(text, ClauseText) else ClauseText.at(text, Origin("<default>", 1), verbatim=True)
