"""Families of variable names: ``*DT``, ``TRTxxP``, ``CRITyFL``, as the ADaM Implementation Guide writes them.

Capital letters, digits and underscores stand for themselves; ``*`` for any stem of at least one
character; ``xx`` and ``zz`` for an index of two digits (01-99), ``y`` and ``w`` for one digit (1-9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

_PARTS: Final = {
    "*": r"(?P<stem>.+?)",
    "xx": r"(?P<xx>0[1-9]|[1-9][0-9])",
    "zz": r"(?P<zz>0[1-9]|[1-9][0-9])",
    "y": r"(?P<y>[1-9])",
    "w": r"(?P<w>[1-9])",
}
_TOKEN: Final = re.compile(r"\*|xx|zz|y|w|[A-Z0-9_]+")
_WHOLE: Final = re.compile(r"(?:\*|xx|zz|y|w|[A-Z0-9_]+)+")


@dataclass(frozen=True)
class Member:
    """A variable of a family, and what stands in it for the stem and the indices."""

    name: str
    indices: Mapping[str, str] = field(default_factory=dict)


def is_family(pattern: str) -> bool:
    """Say whether a text is a variable name or the pattern of a family."""
    return _WHOLE.fullmatch(pattern) is not None


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    pieces = (_PARTS.get(token, token) for token in _TOKEN.findall(pattern))
    return re.compile("".join(pieces))


def match(pattern: str, name: str) -> Member | None:
    """Return a name as a member of a family, or None.

    Example:
        >>> match("TRTxxP", "TRT01P")
        Member(name='TRT01P', indices={'xx': '01'})
    """
    found = _regex(pattern).fullmatch(name)
    return Member(name, found.groupdict()) if found else None


def members(patterns: Sequence[str], names: Iterable[str], *, exclude: Sequence[str] = ()) -> tuple[Member, ...]:
    """Return the names that belong to one of the families, once each, in the names' order.

    Example:
        >>> [m.name for m in members(["*DT"], ["ADT", "ADTM", "STARTDT"], exclude=["START*"])]
        ['ADT']
    """
    found = []
    for name in names:
        if any(match(pattern, name) for pattern in exclude):
            continue
        member = next((m for m in (match(pattern, name) for pattern in patterns) if m is not None), None)
        if member is not None:
            found.append(member)
    return tuple(found)


def twin(pattern: str, member: Member) -> str:
    """Return the name that a second pattern makes with the stem and the indices of a member.

    Example:
        >>> twin("TRTxxPN", Member("TRT01P", {"xx": "01"}))
        'TRT01PN'
    """
    values = {"*": member.indices.get("stem", "*"), **member.indices}
    return "".join(values.get(token, token) for token in _TOKEN.findall(pattern))
