"""Reads a YAML file safely, and keeps the line and column of every key and value.

YAML 1.2: ``Y``, ``N``, ``NO`` and ``on`` stay text, dates are dates. What could surprise is refused, with its
place: duplicate keys, keys that are not text, tags, merge keys, numbers such as ``012``, and documents that
grow beyond a limit when their aliases are followed.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from tlf.errors import SpecError
from tlf.model.origin import Origin
from tlf.spec.written import Scalar, Written

MAX_BYTES: Final = 2_000_000
MAX_VALUES: Final = 200_000
MAX_DEPTH: Final = 40

_TAG: Final = "tag:yaml.org,2002:"
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0o[0-7]+)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PLAIN_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (
        "mapping values are not allowed",
        "a colon is not expected here: check the indentation, or put the text in quotes",
    ),
    ("could not find expected ':'", "a line without a colon: expected `key: value`; check the indentation"),
    ("found character '\\t'", "a tab stands where the line is indented; indent with blanks"),
    ("found unexpected end of stream", "a quote is opened but not closed"),
    ("found unexpected document separator", "a quote is opened but not closed"),
    ("found undefined alias", "the alias refers to an anchor (&name) that is not declared before it"),
    ("expected ',' or '}'", "a brace { is not closed, or a comma is missing"),
    ("expected ',' or ']'", "a bracket [ is not closed, or a comma is missing"),
    ("expected <block end>", "the indentation does not match the lines above it, or text follows a closed quote"),
    ("expected '<document start>'", "the indentation does not match the lines above it"),
    (
        "found unknown escape",
        'an unknown escape after \\ in "..." text; write \\\\ for a backslash, or use single quotes',
    ),
    ("maximum depth", f"values are nested more than {MAX_DEPTH} deep"),
    ("another document", "one document a file: remove the second `---`"),
    ("cannot start any token", "this character cannot start a value; put the text in quotes"),
    ("expected the node content", "a value is expected here"),
    ("sequence entries are not allowed here", "a list item `- ` is not expected here; check the indentation"),
    ("expected alphabetic or numeric", "& and * name an anchor or alias; put the text in quotes"),
    ("end of the stream or a document separator is expected", "the indentation does not match the lines above it"),
)
# What was opened, not where its end was missed, is the place to look at.
_OPENED_EARLIER: Final = ("end of stream", "unexpected document separator", "expected ',' or", "expected ':'")


def shown_name(path: Path) -> str:
    """Return how messages name a file: relative to the current directory if it lies below it, else as given."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and change what was given
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


def read_yaml(path: Path) -> Written:
    """Read a YAML file whose top level is a mapping.

    Raises:
        SpecError: the file cannot be read, or is not such YAML; the message names file, line and column.
    """
    name = shown_name(path)
    source = _source(path, name)
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAX_DEPTH
    yaml.composer.warn_double_anchors = False
    try:
        root = yaml.compose(source)
    except ReaderError as error:
        raise SpecError(f"{_place(name, source, error.position)}: {_unprintable(error)}") from error
    except MarkedYAMLError as error:
        raise SpecError(_syntax_problem(name, error)) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise SpecError(f"{name}:1:1: is not valid YAML: {str(error).splitlines()[0]}") from error
    top = Origin(name, 1)
    if root is None:
        raise SpecError(f"{top}: the file is empty; expected a study spec (study:, data:, outputs: ...)")
    reading = _Reading(name, source)
    tree, _ = reading.value(root)
    if reading.problems:
        raise SpecError(sorted(reading.problems, key=reading.problems.__getitem__))
    if not isinstance(tree.content, Mapping):
        raise SpecError(f"{tree.start}: expected keys with values (`study:`, `data:` ...), not {_kind(root)}")
    return replace(tree, origin=top, start=top)


def _source(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(f"{name}: is larger than {MAX_BYTES // 1_000_000} MB; this is not a study spec")
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise SpecError(f"{name}: there is no such file") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SpecError(f"{name}: cannot be read ({reason})") from error
    try:
        return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise SpecError(f"{name}:{line}:{column}: is not UTF-8 text (byte 0x{raw[error.start]:02x})") from error


@dataclass
class _Reading:
    """Turns YAML nodes into values with places; an aliased node is converted once and shared."""

    file: str
    source: str
    problems: dict[str, Origin] = field(default_factory=dict)
    done: dict[int, tuple[Written, int]] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def value(self, node: Node) -> tuple[Written, int]:
        """Return a node's value, and how many values it is when aliases are followed."""
        if id(node) in self.done:
            return self.done[id(node)]
        start = self._origin(node)
        if id(node) in self.open:
            raise SpecError(f"{start}: the anchor &{node.anchor} contains itself")
        self.open.add(id(node))
        content, size, verbatim = self._content(node)
        self.open.discard(id(node))
        if size > MAX_VALUES:
            raise SpecError(f"{start}: more than {MAX_VALUES:,} values when its aliases are followed")
        quoted = isinstance(node, ScalarNode) and node.style in ("'", '"')
        text = replace(start, column=start.column + 1) if quoted else start
        self.done[id(node)] = Written(content, start, text, verbatim), size
        return self.done[id(node)]

    def _content(self, node: Node) -> tuple[Any, int, bool]:
        if isinstance(node, MappingNode) and node.tag == f"{_TAG}map":
            return *self._mapping(node), False
        if isinstance(node, SequenceNode) and node.tag == f"{_TAG}seq":
            items = [self.value(item) for item in node.value]
            return tuple(item for item, _ in items), 1 + sum(size for _, size in items), False
        if isinstance(node, ScalarNode):
            return self._scalar(node), 1, self._is_verbatim(node)
        self._problem(node, f"the tag {_tag(node)} is not allowed in a spec")
        return None, 1, False

    def _mapping(self, node: MappingNode) -> tuple[dict[str, Written], int]:
        content: dict[str, Written] = {}
        total = 1
        for key, child in node.value:
            name = self._key(key)
            value, size = self.value(child)
            total += size
            if name in content:
                self._problem(key, f"the key {name} is written twice, first in line {content[name].origin.line}")
            else:
                content[name] = replace(value, origin=self._origin(key))
        return content, total

    def _key(self, node: Node) -> str:
        if isinstance(node, ScalarNode) and node.tag == f"{_TAG}str":
            return str(node.value)
        if node.tag == f"{_TAG}merge":
            self._problem(node, "merge keys (<<) are not read; write the keys out, or use `extends`")
        elif isinstance(node, ScalarNode):
            self._problem(node, f"a key is text: write '{node.value}' in quotes")
        else:
            self._problem(node, f"a key is text, not {_kind(node)}")
        return f"<{id(node)}>"

    def _scalar(self, node: ScalarNode) -> Scalar:
        kind, text = str(node.tag).removeprefix(_TAG), node.value
        if kind in ("str", "value"):
            return str(text)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in ("true", "false"):
            return bool(text.lower() == "true")
        if kind in ("int", "float"):
            return self._number(node, kind)
        if kind == "timestamp":
            return self._date(node)
        if node.tag == f"{_TAG}merge":
            return str(text)
        self._problem(node, f"the tag {_tag(node)} is not allowed in a spec")
        return None

    def _number(self, node: ScalarNode, kind: str) -> Scalar:
        text = str(node.value)
        try:
            if kind == "int" and _INTEGER.fullmatch(text):
                return int(text, 0)
            if kind == "float" and "_" not in text and math.isfinite(float(text)):
                return float(text)
        except ValueError:
            pass  # told below: !!int "abc", .nan, more digits than Python converts
        self._problem(node, f"{_shortened(text)} is not a plain number; put it in quotes if it is text")
        return None

    def _date(self, node: ScalarNode) -> Scalar:
        if not _DATE.fullmatch(node.value):
            return str(node.value)
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            self._problem(node, f"{node.value} is not a date of the calendar")
            return None

    def _is_verbatim(self, node: ScalarNode) -> bool:
        if node.style not in (None, "'", '"'):
            return False
        begin = node.start_mark.index + (node.style is not None)
        return "\n" not in node.value and self.source.startswith(node.value, begin)

    def _origin(self, node: Node) -> Origin:
        return Origin(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _problem(self, node: Node, message: str) -> None:
        origin = self._origin(node)
        self.problems[f"{origin}: {message}"] = origin


def _syntax_problem(name: str, error: MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "is not valid YAML")
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(phrase in problem for phrase in _OPENED_EARLIER):
        mark = error.context_mark
    plain = next((words for phrase, words in _PLAIN_WORDS if phrase in problem), f"is not valid YAML: {problem}")
    if alias := re.search(r"undefined alias '([^']*)'", problem):
        plain = plain.replace("the alias", f"the alias *{alias[1]}")
    return f"{Origin(name, mark.line + 1, mark.column + 1) if mark else Origin(name, 1)}: {plain}"


def _unprintable(error: ReaderError) -> str:
    code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
    return f"the character U+{code:04X} cannot stand in a spec"


def _place(name: str, source: str, index: int) -> Origin:
    line_start = source.rfind("\n", 0, index) + 1
    return Origin(name, source.count("\n", 0, index) + 1, index - line_start + 1)


def _tag(node: Node) -> str:
    return str(node.tag).replace(_TAG, "!!")


def _kind(node: Node) -> str:
    if isinstance(node, SequenceNode):
        return "a list"
    return "a mapping" if isinstance(node, MappingNode) else f"the text {_shortened(str(node.value))!r}"


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
