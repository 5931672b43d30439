"""Rule sets in YAML -> rules: the shipped sets by name, a study's own files from its folder."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from tlf.errors import RegistryError, SpecError, did_you_mean
from tlf.model.spec import StudySpec, block_model
from tlf.resources import specs_folder
from tlf.validate.rule import Rule, unknown_placeholders

SUFFIXES: Final = (".yaml", ".yml")
MAX_DEPTH: Final = 40  # of nested values: a rule has four
_SET_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_KEYS: Final = ("title", "rules")


@dataclass(frozen=True)
class _Problems:
    """The file's name as messages write it, the line of each rule in it, and what is wrong."""

    file: str
    lines: Mapping[int, int]
    found: list[str]

    def add(self, position: int | None, text: str) -> None:
        line = self.lines.get(position, 1) if position is not None else 1
        self.found.append(f"{self.file}:{line}: {text}")


def load_rules(spec: StudySpec) -> tuple[Rule, ...]:
    """Return the rules of all sets that the spec names, in order.

    Raises:
        SpecError: a set does not exist or is outside the spec's folder, a file cannot be read, or a rule is
            wrong; the message names file, line and rule, and every problem is in it.
    """
    problems: list[str] = []
    rules: dict[str, Rule] = {}
    for position, name in enumerate(spec.rules.sets):
        try:
            path = _path_of(spec, name, position)
            found = read_rules(path, shown=path.name if path.parent == specs_folder() / "rules" else name)
        except SpecError as error:
            problems.extend(error.problems)
            continue
        for rule in found:
            if rule.id in rules:
                problems.append(f"{name}: rule {rule.id} is in another set of the study already; ids are unique")
            rules[rule.id] = rule
    if problems:
        raise SpecError(problems)
    return tuple(rules.values())


def shipped_sets() -> tuple[str, ...]:
    """Return the names of the rule sets that ship with tlf."""
    return tuple(sorted(path.stem for path in (specs_folder() / "rules").glob("*.yaml")))


def read_rules(path: Path, *, shown: str) -> tuple[Rule, ...]:
    """Return the rules of one file, which messages call ``shown``.

    Raises:
        SpecError: the file cannot be read or is not YAML, or a rule in it is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SpecError(f"{shown}:1: not UTF-8 text ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise SpecError(f"{shown}: cannot be read: {error.strerror}") from error
    return parse_rules(text, shown)


@lru_cache(maxsize=8)
def parse_rules(text: str, shown: str) -> tuple[Rule, ...]:
    """Return the rules of a YAML text, which messages call ``shown``; raises as ``read_rules``.

    Kept, because a set of 100 rules takes half a second to parse, and a run validates more than once.
    """
    content, lines = _parsed(text, shown)
    if not isinstance(content, Mapping) or not isinstance(content.get("rules"), list):
        raise SpecError(f"{shown}:1: a rule set is a mapping with the list 'rules'")
    problems = _Problems(shown, lines, [])
    for key in content:
        if key not in _KEYS:
            problems.add(None, f"unknown key {key!r}.{did_you_mean(str(key), _KEYS)}")
    rules: dict[str, Rule] = {}
    for position, entry in enumerate(content["rules"]):
        rule = _rule(entry, position, problems)
        if rule is not None and rule.id in rules:
            problems.add(position, f"rule {rule.id} is in the file twice")
        if rule is not None:
            rules[rule.id] = rule
    if problems.found:
        raise SpecError(problems.found)
    return tuple(rules.values())


def _path_of(spec: StudySpec, name: str, position: int) -> Path:
    """Return the file of a set: a shipped one by its name, or one in the spec's folder."""
    origin = spec.origins.at("rules", "sets", position)
    if not name.endswith(SUFFIXES):
        if _SET_NAME.fullmatch(name) is None or name not in shipped_sets():
            hint = did_you_mean(name, shipped_sets())
            raise SpecError(f"{origin}: no rule set {name!r} ships with tlf.{hint} A file is named with .yaml.")
        return specs_folder() / "rules" / f"{name}.yaml"
    folder = Path(spec.folder).resolve()
    path = folder / name
    if not spec.folder or Path(name).is_absolute() or ".." in Path(name).parts:
        raise SpecError(f"{origin}: the rule set {name!r} must be a file in the spec's own folder")
    if not path.resolve().is_relative_to(folder):
        raise SpecError(f"{origin}: the rule set {name!r} leads out of the spec's own folder")
    if not path.is_file():
        hint = did_you_mean(name, (str(p.relative_to(folder)) for p in folder.glob("*.y*ml")))
        raise SpecError(f"{origin}: no file {name!r} in the spec's folder.{hint}")
    return path


def _parsed(text: str, shown: str) -> tuple[Any, dict[int, int]]:
    """Return a YAML text's content and the line of each entry of ``rules``."""
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.max_depth = MAX_DEPTH
        root = yaml.compose(text)
        return (None if root is None else yaml.constructor.construct_document(root)), _lines(root)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SpecError(f"{shown}:{line}: not valid YAML: {error.problem or error.context}") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise SpecError(f"{shown}:1: not valid YAML: {str(error) or type(error).__name__}") from error


def _lines(root: Any) -> dict[int, int]:
    for key, value in root.value if isinstance(root, MappingNode) else ():
        if key.value == "rules" and isinstance(value, SequenceNode):
            return {position: node.start_mark.line + 1 for position, node in enumerate(value.value)}
    return {}


def _rule(entry: Any, position: int, problems: _Problems) -> Rule | None:
    """Return one entry as a rule, or note what is wrong with it."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("check"), str):
        problems.add(position, "a rule is a mapping with the key 'check'")
        return None
    name = str(entry.get("id", f"number {position + 1}"))
    try:
        rule = block_model("check", entry["check"], Rule).model_validate(dict(entry))
    except RegistryError as error:
        problems.add(position, f"rule {name}: {error}")
        return None
    except ValidationError as error:
        for problem in _readable(error, entry["check"]):
            problems.add(position, f"rule {name}: {problem}")
        return None
    if not isinstance(rule, Rule):
        raise AssertionError("block_model returns a subclass of the base it is given")
    for problem in unknown_placeholders(rule):
        problems.add(position, f"rule {rule.id}: {problem}")
    return rule


def _readable(error: ValidationError, check: str) -> Sequence[str]:
    """Return a validation error as sentences with the key, and what was probably meant."""
    fields = block_model("check", check, Rule).model_fields
    known = [field.alias or name for name, field in fields.items()]
    sentences = []
    for problem in error.errors(include_url=False):
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            sentences.append(f"unknown key {key!r} for the check {check}.{did_you_mean(key, known)}")
        elif problem["type"] == "missing":
            sentences.append(f"the key {key!r} is missing")
        else:
            sentences.append(f"{key}: {problem['msg']}, not {reprlib.repr(problem['input'])}")
    return sentences
