"""Numbers lined up by font metrics: at the decimal point, and inside parentheses where rows share a shape."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tlf.render.fonts import Face, text_width

# A number as printed: comparison sign, sign, digits with thousands separators, decimals; or what stands for one.
NUMBER = re.compile(r"[<>≤≥]?(?:(?<![\d.])[-+−])?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\bN[ACDER]\b|(?<!\S)[-–—](?!\S)")
DIGIT = re.compile(r"\d")
CLOSE = 0.01


@dataclass(frozen=True)
class Alignment:
    """Where each text of a decimal column goes: parts by their offset from the common decimal position.

    ``left`` and ``right`` are how far the column's texts reach to either side of that position, in points.
    """

    left: float
    right: float
    parts: Mapping[str, tuple[tuple[float, str], ...]]


@dataclass(frozen=True)
class _Chunk:
    """A part of a text that holds its place together: its width to the ``left`` and ``right`` of its decimal position.

    What stands for a number (NE) has no such position: ``floating``, it starts where the numbers start.
    """

    text: str
    left: float
    right: float
    floating: bool = False


def decimal_alignment(texts: Iterable[str], *, face: Face, size: float) -> Alignment:
    """Return the alignment of the one-line texts of a column.

    1. Each text is cut at spaces into chunks of one number each; its shape is what stands between the numbers.
    2. The first number of every text has its decimal point (or its end) at the common position.
    3. Texts of one shape, such as ``63 (53.8)`` and ``9 (7.7)``, line up in the numbers in parentheses too.
    4. A text without a number is centred.

    Example:
        >>> decimal_alignment(["9.5", "12"], face="mono", size=10).parts["12"]
        ((-12.001953125, '12'),)
    """
    shapes: dict[tuple[str, ...], dict[str, tuple[_Chunk, ...]]] = defaultdict(dict)
    words: list[str] = []
    for text in dict.fromkeys(texts):
        chunks = _chunks(text, face=face, size=size)
        if chunks:
            shapes[_shape(text, chunks)][text] = chunks
        elif text:
            words.append(text)
    parts: dict[str, tuple[tuple[float, str], ...]] = {"": ()}
    left = right = 0.0
    space = text_width(" ", face=face, size=size)
    for members in shapes.values():
        reaches = _reaches(tuple(members.values()))
        anchors = _anchors(reaches, space)
        left = max(left, reaches[0][0])
        right = max(right, anchors[-1] + reaches[-1][1])
        for text, chunks in members.items():
            parts[text] = _joined(chunks, reaches, anchors, space)
    for text in words:
        width = text_width(text, face=face, size=size)
        over = max(0.0, width - left - right)
        left, right = left + over / 2, right + over / 2
    for text in words:
        parts[text] = (((right - left - text_width(text, face=face, size=size)) / 2, text),)
    return Alignment(left, right, parts)


def _chunks(text: str, *, face: Face, size: float) -> tuple[_Chunk, ...]:
    """Cut a text at spaces into chunks with a number each; empty if it has none."""
    pieces: list[str] = []
    pending = ""
    for word in text.split(" "):
        if NUMBER.search(word):
            pieces.append(pending + word)
            pending = ""
        elif pieces:
            pieces[-1] += f" {word}"
        else:
            pending += f"{word} "
    chunks = []
    for piece in pieces:
        number = NUMBER.search(piece)
        if number is None:  # the sign alone, joined to a word before it
            return ()
        point = piece.find(".", number.start(), number.end())
        cut = number.end() if point < 0 else point
        left, right = (text_width(part, face=face, size=size) for part in (piece[:cut], piece[cut:]))
        chunks.append(_Chunk(piece, left, right, not DIGIT.search(number.group())))
    return tuple(chunks) if "(" in text or len(chunks) <= 1 else (_whole(chunks, text, face=face, size=size),)


def _whole(chunks: list[_Chunk], text: str, *, face: Face, size: float) -> _Chunk:
    """Return a text of several numbers as one chunk, placed by the first: ranges keep their natural spaces."""
    first = chunks[0]
    return _Chunk(text, first.left, text_width(text, face=face, size=size) - first.left, first.floating)


def _shape(text: str, chunks: tuple[_Chunk, ...]) -> tuple[str, ...]:
    """Return what stands round the numbers; with several chunks, also whether the first has decimals."""
    around = tuple(NUMBER.split(text))
    if len(chunks) == 1:
        return ()
    first = NUMBER.search(text)
    whole = first is not None and not chunks[0].floating and "." not in first.group()
    return (*around, "integer" if whole else "decimal")


def _reaches(members: tuple[tuple[_Chunk, ...], ...]) -> tuple[tuple[float, float], ...]:
    """Return how far each chunk of texts of one shape reaches to the left and right of its decimal position."""
    reaches = []
    for place in range(len(members[0])):
        fixed = [chunks[place] for chunks in members if not chunks[place].floating]
        left = max((chunk.left for chunk in fixed), default=0.0)
        right = max((chunk.right for chunk in fixed), default=0.0)
        floating = max((c[place].left + c[place].right for c in members if c[place].floating), default=0.0)
        reaches.append((left, max(right, floating - left)))
    return tuple(reaches)


def _anchors(reaches: tuple[tuple[float, float], ...], space: float) -> tuple[float, ...]:
    """Return the decimal positions of the chunks of texts of one shape, the first at zero."""
    anchors = [0.0]
    for (_, right), (left, _) in pairwise(reaches):
        anchors.append(anchors[-1] + right + space + left)
    return tuple(anchors)


def _joined(
    chunks: tuple[_Chunk, ...], reaches: tuple[tuple[float, float], ...], anchors: tuple[float, ...], space: float
) -> tuple[tuple[float, str], ...]:
    """Return the chunks at their offsets, neighbours that need no padding joined into one part."""
    parts: list[tuple[float, str]] = []
    end = 0.0
    for chunk, (left, _), anchor in zip(chunks, reaches, anchors, strict=True):
        start = anchor - (left if chunk.floating else chunk.left)
        if parts and abs(start - end - space) < CLOSE:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]} {chunk.text}")
        else:
            parts.append((start, chunk.text))
        end = start + chunk.left + chunk.right
    return tuple(parts)
