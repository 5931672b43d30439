"""The shipped fonts' own measures: advances, line metrics and the characters that they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from tlf.errors import RenderError
from tlf.resources import templates_folder

Face = Literal["sans", "sans-bold", "sans-italic", "mono"]

FILES: Final[Mapping[Face, str]] = {
    "sans": "tlf-sans-regular.ttf",
    "sans-bold": "tlf-sans-bold.ttf",
    "sans-italic": "tlf-sans-italic.ttf",
    "mono": "tlf-mono-regular.ttf",
}


@dataclass(frozen=True)
class FontMetrics:
    """A face's advances by character, and its ascent and descent, all in units of one em."""

    advances: Mapping[str, float]
    ascent: float
    descent: float


def font_file(face: Face) -> Path:
    """Return the path of the shipped file of a face."""
    return templates_folder() / "fonts" / FILES[face]


@cache
def font_metrics(face: Face) -> FontMetrics:
    """Return the metrics of a face, read once from its file.

    Raises:
        RenderError: the shipped file is missing or is no font.
    """
    from fontTools.ttLib import TTFont, TTLibError  # loaded only when a page is measured

    path = font_file(face)
    try:
        with TTFont(path, lazy=True) as font:
            unit = float(font["head"].unitsPerEm)
            widths = font["hmtx"].metrics
            advances = {chr(code): widths[glyph][0] / unit for code, glyph in font.getBestCmap().items()}
            head = font["hhea"]
            return FontMetrics(advances, head.ascent / unit, -head.descent / unit)
    except (OSError, TTLibError) as error:
        raise RenderError(f"{path}: the shipped font cannot be read ({error}); reinstall tlf") from error


def text_width(text: str, *, face: Face, size: float) -> float:
    """Return the width of one line of text in points; a character that the face lacks counts as zero.

    Example:
        >>> round(text_width("10", face="mono", size=10), 2)
        12.0
    """
    advances = font_metrics(face).advances
    return size * sum([advances.get(character, 0.0) for character in text])


def check_glyphs(text: str, *, face: Face, where: str) -> None:
    """Check that a face can draw every character of a text.

    Args:
        text: normalised text; newlines are line ends and need no glyph.
        face: the face that will draw it.
        where: what the message calls the place, such as ``T-14-2-4-2, row 3, column HR``.

    Raises:
        RenderError: a character is not in the font; the message names it by its code point.
    """
    if text.isascii():
        return
    advances = font_metrics(face).advances
    for character in text:
        if character != "\n" and character not in advances:
            raise RenderError(
                f"{where}: the font {face} has no glyph for {character!r} (U+{ord(character):04X}) in {text!r}"
            )


def named_glyphs(text: str, *, face: Face) -> str:
    """Return a text with every character that a face lacks replaced by its code point.

    For text about a failure, which must be printable whatever it quotes.

    Example:
        >>> named_glyphs("30 % \u4e2d", face="sans")
        '30 % [U+4E2D]'
    """
    advances = font_metrics(face).advances
    return "".join(c if c in advances or c == "\n" else f"[U+{ord(c):04X}]" for c in text)
