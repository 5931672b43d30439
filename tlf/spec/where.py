r"""Reads where-clauses, as SAS or SQL write them, into Conditions.

By a grammar (LALR, so in time linear in the text), never through ``eval``::

    FASFL = 'Y' and AVISITN > 0
    PARAMCD in ('SDIAM', 'NEWLES') and ADT between '01JAN2014'd and '2021-01-18'd
    not (AVAL is missing or AVALC like 'N%') and ADT <= TRTEDT

Comparisons: ``= eq  ^= ~= <> != ne  < lt  <= le  > gt  >= ge``, ``in``, ``between``, ``is [not] missing`` or ``null``,
``missing(X)``, ``like``; joined by ``and &``, ``or |``, ``not``. Keywords and variables in any letter case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from tlf.errors import ConditionError
from tlf.model.condition import (
    Between,
    Comparison,
    Condition,
    Junction,
    Like,
    Literal_,
    Membership,
    Missing,
    Node,
    Not,
    Operator,
    VariableRef,
)
from tlf.model.origin import Origin
from tlf.model.spec import Records

MAX_LENGTH: Final = 4_000
MAX_DEPTH: Final = 40

_GRAMMAR: Final = r"""
    start: either
    ?either: both (OR both)*
    ?both: term (AND term)*
    ?term: NOT term -> negated
        | "(" either ")"
        | variable COMPARE value -> comparison
        | variable [NOT] IN "(" literal (","? literal)* ")" -> membership
        | variable [NOT] BETWEEN literal AND literal -> between
        | variable [NOT] LIKE text -> like
        | variable IS [NOT] MISSING -> missing
        | MISSING "(" variable ")" -> missing_function
    ?value: literal | variable -> other
    ?literal: text | QUOTED_SUFFIX -> date_literal | NUMBER -> number
    text: QUOTED
    variable: NAME

    COMPARE.3: /<=|>=|<>|[\^~¬!]=|=|<|>|\b(?:eq|ne|lt|le|gt|ge)\b/i
    AND.3: /&|\band\b/i
    OR.3: /\||\bor\b/i
    NOT.3: /\bnot\b/i
    IN.3: /\bin\b/i
    IS.3: /\bis\b/i
    LIKE.3: /\blike\b/i
    BETWEEN.3: /\bbetween\b/i
    MISSING.3: /\b(?:missing|null)\b/i
    NAME: /[A-Za-z_][A-Za-z0-9_]{0,31}(?![A-Za-z0-9_.])/
    NUMBER: /(?<![\w.)'"])[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.'"])/
    QUOTED_SUFFIX.2: /(?:'(?:[^']|'')*'|"(?:[^"]|"")*")[A-Za-z]+/
    QUOTED: /(?<!['"])(?:'(?:[^']|'')*'|"(?:[^"]|"")*")(?!['"\w])/
    %ignore /\s+/
"""
_WORDS: Final = {
    "NAME": "a variable",
    "COMPARE": "a comparison (=, <, in, between, like, is missing)",
    "QUOTED": "a text in quotes",
    "QUOTED_SUFFIX": "a date ('18JAN2021'd)",
    "NUMBER": "a number",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "IS": "is",
    "LIKE": "like",
    "BETWEEN": "between",
    "MISSING": "missing",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": "a comma",
    "$END": "the end of the clause",
}
_OPERATORS: Final[dict[str, Operator]] = {
    **dict.fromkeys(("=", "eq"), "="),
    **dict.fromkeys(("!=", "^=", "~=", "¬=", "<>", "ne"), "!="),
    **dict.fromkeys(("<", "lt"), "<"),
    **dict.fromkeys(("<=", "le"), "<="),
    **dict.fromkeys((">", "gt"), ">"),
    **dict.fromkeys((">=", "ge"), ">="),
}
_RESERVED: Final = frozenset(
    ("AND", "OR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "MISSING", "NULL", "EQ", "NE", "LT", "LE", "GT", "GE", "WHERE")
)
_RECORDS: Final = re.compile(r"\s*(?P<dataset>\S+)(?:\s+(?P<word>\w+|\S))?")
_ISO: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_SAS: Final = re.compile(r"(?P<day>[0-9]{1,2})(?P<month>[A-Za-z]{3})(?P<year>[0-9]{4})")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATASET: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,7}")


class ClauseError(ValueError):
    """What is wrong with a clause, and at which of its characters (from 0); ``origin`` is that place in the spec."""

    def __init__(self, message: str, offset: int, origin: Origin | None = None) -> None:
        super().__init__(message)
        self.offset = offset
        self.origin = origin or Origin("<text>", 1, offset + 1)


def parse_where(text: str, origin: Origin, *, verbatim: bool = True) -> Condition:
    """Read a where-clause.

    Args:
        text: the clause.
        origin: where its first character stands in the spec.
        verbatim: the file holds the clause as is on one line, so that a column in it is a column of the file.

    Raises:
        ConditionError: not a clause; the message names file, line and column, and shows the place in the clause.

    Example:
        >>> str(parse_where("fasfl eq 'Y' & avisitn gt 0", Origin("study.yaml", 1)))
        "FASFL = 'Y' and AVISITN > 0"
    """
    try:
        return read_where(text, origin, verbatim=verbatim)
    except ClauseError as problem:
        raise ConditionError(f"{problem.origin}: {problem}") from problem


def parse_records(text: str, origin: Origin, *, verbatim: bool = True) -> Records:
    """Read ``DATASET`` or ``DATASET where clause``; arguments and errors as ``parse_where``.

    Example:
        >>> str(parse_records("ADTR where PARAMCD = 'SDIAM'", Origin("study.yaml", 1)))
        "ADTR where PARAMCD = 'SDIAM'"
    """
    try:
        return read_records(text, origin, verbatim=verbatim)
    except ClauseError as problem:
        raise ConditionError(f"{problem.origin}: {problem}") from problem


def read_where(text: str, origin: Origin, *, verbatim: bool) -> Condition:
    """Read a where-clause as ``parse_where`` does, for a caller that gathers problems.

    Raises:
        ClauseError: not a clause; it carries the message and the place apart.
    """
    try:
        return Condition(_tree(text), origin)
    except ClauseError as problem:
        raise _located(problem, text, origin, verbatim=verbatim) from problem


def read_records(text: str, origin: Origin, *, verbatim: bool) -> Records:
    """Read ``DATASET where clause`` as ``parse_records`` does; raises as ``read_where``."""
    try:
        dataset, start = _dataset(text)
        return Records(dataset, None if start is None else Condition(_tree(text, start), origin))
    except ClauseError as problem:
        raise _located(problem, text, origin, verbatim=verbatim) from problem


def _dataset(text: str) -> tuple[str, int | None]:
    """Return the dataset that a text starts with, and where its clause starts, if it has one."""
    match = _RECORDS.match(text)
    if match is None:
        raise ClauseError("expected a dataset, as in ADTR where PARAMCD = 'SDIAM', but the text is empty", 0)
    name, word = match["dataset"], match["word"]
    if not _DATASET.fullmatch(name):
        words = "is not a dataset's name (a letter, then at most 7 letters or digits)"
        raise ClauseError(f"{name[:40]!r} {words}", match.start("dataset"))
    if word is not None and word.lower() != "where":
        raise ClauseError(f"expected `where` after the dataset, not {word[:40]!r}", match.start("word"))
    return name.upper(), None if word is None else match.end("word")


def _tree(text: str, start: int = 0) -> Node:
    """Return the tree of the clause that starts at an offset of a text; offsets in problems are the text's."""
    if len(text) - start > MAX_LENGTH:
        raise ClauseError(f"the clause is longer than {MAX_LENGTH:,} characters", start)
    if not text[start:].strip():
        raise ClauseError("the clause is empty; leave it out to select all records", start)
    # Blanks in place of what stands before the clause keep every offset that of the whole text.
    clause = " " * start + text[start:]
    try:
        node: Node = _parser().parse(clause)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise _syntax_problem(error, clause) from error
    if _depth(node) > MAX_DEPTH:
        raise ClauseError(f"the clause is nested more than {MAX_DEPTH} deep", start)
    return node


def _located(problem: ClauseError, text: str, origin: Origin, *, verbatim: bool) -> ClauseError:
    place = replace(origin, column=origin.column + problem.offset) if verbatim else origin
    return ClauseError(f"{problem}{_pointed(text, problem.offset)}", problem.offset, place)


def _pointed(text: str, offset: int) -> str:
    """Return the clause near an offset, and a caret below the character, on two lines of their own."""
    begin = max(0, offset - 60)
    piece = "".join(c if c.isprintable() else " " for c in text[begin : offset + 40])
    lead = "..." if begin else ""
    tail = "..." if offset + 40 < len(text) else ""
    return f"\n    {lead}{piece}{tail}\n    {' ' * (len(lead) + offset - begin)}^"


def _syntax_problem(error: UnexpectedInput, text: str) -> ClauseError:
    offset = min(error.pos_in_stream or 0, len(text))
    if isinstance(error, UnexpectedToken):
        names: Iterable[str] = error.accepts or error.expected
        found = error.token
        at_end = found.type == "$END"
        offset = len(text) if at_end else offset
        what = "the clause ends too early" if at_end else f"{str(found)[:40]} is not expected here"
    else:
        names = error.allowed or () if isinstance(error, UnexpectedCharacters) else ()
        character = text[offset : offset + 1]
        if character in ("'", '"') and not _closed(text, offset):
            return ClauseError("a quote is opened but not closed", offset)
        what = f"{_word_at(text, offset)} is not expected here"
    if "." in text[offset : offset + 1] and not text[offset + 1 : offset + 2].isdigit():
        return ClauseError("`.` is not a value here: write X is missing, and no dataset before a variable", offset)
    expected = _expected(set(names))
    return ClauseError(f"{what}{f'; expected {expected}' if expected else ''}", offset)


def _closed(text: str, offset: int) -> bool:
    return re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"").match(text, offset) is not None


def _word_at(text: str, offset: int) -> str:
    match = re.compile(r"[\w.]+|'[^']*'\w*|.", re.DOTALL).match(text, offset)
    return match[0][:40] if match else "this"


def _expected(names: set[str]) -> str:
    if {"COMPARE", "IN"} <= names:
        names -= {"IN", "IS", "LIKE", "BETWEEN", "NOT"}
    if {"NAME", "NOT", "LPAR"} <= names:
        names -= {"MISSING", "NOT", "LPAR"}
    words = [word for name, word in _WORDS.items() if name in names]
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Build(), maybe_placeholders=True)


def _depth(root: Node) -> int:
    """Return how deep a tree is, without recursion."""
    deepest, todo = 0, [(root, 1)]
    while todo:
        node, depth = todo.pop()
        deepest = max(deepest, depth)
        if isinstance(node, Junction):
            todo.extend((term, depth + 1) for term in node.terms)
        elif isinstance(node, Not):
            todo.append((node.term, depth + 1))
    return deepest


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Builds the Condition's nodes while the parser reads, so that no deep tree is ever walked."""

    def start(self, node: Node) -> Node:
        return node

    def either(self, *parts: Any) -> Node:
        return Junction("or", parts[::2])

    def both(self, *parts: Any) -> Node:
        return Junction("and", parts[::2])

    def negated(self, _not: Token, term: Node) -> Node:
        return Not(term)

    def comparison(self, variable: str, operator: Token, value: Literal_ | VariableRef) -> Node:
        return Comparison(variable, _OPERATORS[operator.lower()], value)

    def membership(self, variable: str, negated: Token | None, _in: Token, *values: Literal_) -> Node:
        return _unless(negated, Membership(variable, values))

    def between(self, variable: str, *parts: Any) -> Node:
        negated, _between, low, _and, high = parts
        return _unless(negated, Between(variable, low, high))

    def like(self, variable: str, negated: Token | None, _like: Token, pattern: str) -> Node:
        return _unless(negated, Like(variable, pattern))

    def missing(self, variable: str, _is: Token, negated: Token | None, _missing: Token) -> Node:
        return _unless(negated, Missing(variable))

    def missing_function(self, _missing: Token, variable: str) -> Node:
        return Missing(variable)

    def variable(self, name: Token) -> str:
        if name.upper() in _RESERVED:
            raise ClauseError(f"{name} is a keyword; expected a variable", name.start_pos or 0)
        return name.upper()

    def other(self, name: str) -> VariableRef:
        return VariableRef(name)

    def text(self, quoted: Token) -> str:
        text = _unquoted(quoted)
        if not text.strip(" "):
            raise ClauseError("an empty text equals nothing: missing text is `X is missing`", quoted.start_pos or 0)
        return text

    def number(self, written: Token) -> float:
        number = float(written)
        if number in (float("inf"), float("-inf")):
            raise ClauseError(f"the number {written[:40]} is too large", written.start_pos or 0)
        return number

    def date_literal(self, written: Token) -> date:
        quoted = written.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        suffix, at = written[len(quoted) :], written.start_pos or 0
        if suffix.lower() != "d":
            raise ClauseError(f"{suffix} after a quote: only dates are read, as '18JAN2021'd", at)
        day = _date(_unquoted(quoted).strip())
        if day is None:
            raise ClauseError(f"{written[:40]} is not a date; write '18JAN2021'd or '2021-01-18'd", at)
        return day


def _unless(negated: Token | None, node: Node) -> Node:
    return node if negated is None else Not(node)


def _unquoted(quoted: str) -> str:
    return quoted[1:-1].replace(quoted[0] * 2, quoted[0])


def _date(text: str) -> date | None:
    """Return a date of 1582 to 9999, the range of SAS dates; None if the text is none."""
    match = _ISO.fullmatch(text) or _SAS.fullmatch(text)
    if match is None:
        return None
    month = match["month"].upper()
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
        day = date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        return None
    return day if day.year >= 1582 else None
