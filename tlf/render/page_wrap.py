"""Text broken into lines by the fonts' own advances: at words, and within a word only if it fits no line."""

from __future__ import annotations

import re

from tlf.render.fonts import Face, font_metrics, text_width

# After these, but not before a digit, a word may be broken before it is broken anywhere else.
SOFT_BREAK = re.compile(r"[-/_,;.:\\](?!\d)")
LETTER = re.compile(r"[^\W\d_]")
DIGIT = re.compile(r"\d")
TOLERANCE = 1e-6


def wrap_text(text: str, *, width: float, face: Face, size: float) -> tuple[str, ...]:
    """Return the lines of a text that is to fit a width; nothing is lost but the spaces at line ends.

    Args:
        text: normalised text; a newline ends a line.
        width: in points; a single character wider than it still makes a line.
        face: the face that draws it.
        size: the font size in points.

    Example:
        >>> wrap_text("tumour shrinkage", width=60, face="mono", size=10)
        ('tumour', 'shrinkage')
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if text_width(paragraph, face=face, size=size) <= width + TOLERANCE:
            lines.append(paragraph)
        else:
            lines.extend(_paragraph(paragraph, width=width, face=face, size=size))
    return tuple(lines)


def longest_word(text: str, *, face: Face, size: float) -> float:
    """Return the width of the widest word of a text, in points."""
    return max((text_width(word, face=face, size=size) for word in text.split()), default=0.0)


def longest_part(text: str, *, face: Face, size: float) -> float:
    """Return the width of the widest part of a text that is broken at spaces, hyphens, slashes and the like."""
    return longest_word(SOFT_BREAK.sub(r"\g<0> ", text), face=face, size=size)


def longest_number(text: str, *, face: Face, size: float) -> float:
    """Return the width of the widest word of a text that has digits and no letters, in points; 0 without one."""
    words = (word for word in text.split() if not LETTER.search(word) and DIGIT.search(word))
    return max((text_width(word, face=face, size=size) for word in words), default=0.0)


def _paragraph(text: str, *, width: float, face: Face, size: float) -> list[str]:
    space = text_width(" ", face=face, size=size)
    lines: list[str] = []
    line = ""
    used = 0.0
    for word in text.split():
        length = text_width(word, face=face, size=size)
        if line and used + space + length <= width + TOLERANCE:
            line, used = f"{line} {word}", used + space + length
            continue
        if line:
            lines.append(line)
        line, used = word, length
        while used > width + TOLERANCE:
            head, line = _split_word(line, width=width, face=face, size=size)
            if not line:
                line, used = head, 0.0
                break
            lines.append(head)
            used = text_width(line, face=face, size=size)
    lines.append(line)
    return lines


def _split_word(word: str, *, width: float, face: Face, size: float) -> tuple[str, str]:
    """Return the start of a word that fits a width, at least one character, and the rest."""
    advances = font_metrics(face).advances
    used = 0.0
    fitting = 0
    for character in word:
        used += size * advances.get(character, 0.0)
        if used > width + TOLERANCE:
            break
        fitting += 1
    fitting = max(fitting, 1)
    soft = max((found.end() for found in SOFT_BREAK.finditer(word, 0) if found.end() <= fitting), default=0)
    cut = soft if soft > fitting // 2 else _outside_number(word, fitting)
    return word[:cut], word[cut:]


def _outside_number(word: str, cut: int) -> int:
    """Return a cut that does not fall between two digits, unless the word has nothing before them."""
    earlier = cut
    while earlier > 0 and word[earlier - 1].isdigit() and word[earlier : earlier + 1].isdigit():
        earlier -= 1
    return earlier or cut
