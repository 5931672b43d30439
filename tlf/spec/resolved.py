"""Writes a spec in full, each value with the file and line that it came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tlf.model.origin import Path_
from tlf.model.spec import StudySpec

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_NOT_TEXT: Final = re.compile(r"true|false|null", re.IGNORECASE)


def resolved_yaml(spec: StudySpec) -> str:
    """Return a loaded spec as one YAML file: what it extends put in place, and every default written out.

    A value's comment names the file and line that it was written at, or says that it is a default. Where-clauses
    stand as they were understood. The text loads as the same spec, if ``data.folder`` is still right from where it
    is saved.

    Raises:
        TypeError: a method's key holds a value that cannot be written as YAML.
    """
    files = ", ".join(spec.origins.files) or spec.file
    lines = [f"# {spec.study.id} in full, from {files}"]
    values = spec.model_dump(mode="json", exclude={"extends"})
    for name, value in values.items():
        lines.extend(_lines(spec, name, value, (name,)))
    return "\n".join(lines) + "\n"


def _lines(spec: StudySpec, key: str, value: Any, path: Path_) -> Iterator[str]:
    indent = "  " * (len(path) - 1)
    lead = f"{indent}-" if isinstance(path[-1], int) else f"{indent}{_text(key)}:"
    if isinstance(value, Mapping) and value:
        yield f"{lead}{_comment(spec, path)}"
        for name, child in value.items():
            yield from _lines(spec, name, child, (*path, name))
    elif isinstance(value, list) and value:
        yield f"{lead}{_comment(spec, path)}"
        for position, child in enumerate(value):
            yield from _lines(spec, "", child, (*path, position))
    else:
        yield f"{lead} {_text(value)}{_comment(spec, path)}"


def _comment(spec: StudySpec, path: Path_) -> str:
    """Return where the value at a path was written; what lies below a default is a default too."""
    found = spec.origins.by_path.get(path)
    return f" # {found.file}:{found.line}" if found is not None else " # default"


def _text(value: Any) -> str:
    """Return a scalar, an empty list or an empty mapping as YAML 1.2 reads it back."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value):
        return value
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    return json.dumps(value)


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
