"""The page model: pages of positioned text, rules and figure slots, which every writer draws alike.

All lengths are in points (1/72 inch) from the top left corner of the page; the ``y`` of text is its baseline.
The number of pages is known before anything is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tlf.model.spec import Page as PageLayout
from tlf.render.fonts import Face, text_width

Anchor = Literal["left", "center", "right"]

INCH: Final = 72.0
SIZES: Final = {"letter": (612.0, 792.0), "a4": (595.276, 841.89)}
LINE_SPACING: Final = 1.22


@dataclass(frozen=True)
class TextRun:
    """One line of text: ``x`` is its left end, middle or right end, as ``anchor`` says; ``y`` its baseline."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    anchor: Anchor = "left"

    @property
    def width(self) -> float:
        """The width of the text in points."""
        return text_width(self.text, face=self.face, size=self.size)

    @property
    def left(self) -> float:
        """The left end of the text, wherever it is anchored."""
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self.anchor]
        return self.x - share * self.width


@dataclass(frozen=True)
class Rule:
    """A horizontal line from ``x0`` to ``x1``, ``thickness`` points thick, its middle at ``y``."""

    x0: float
    x1: float
    y: float
    thickness: float


@dataclass(frozen=True)
class FigureSlot:
    """The rectangle that a figure fills; ``x`` and ``y`` are its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Page:
    """One page: its size and everything on it."""

    width: float
    height: float
    runs: tuple[TextRun, ...]
    rules: tuple[Rule, ...] = ()
    slots: tuple[FigureSlot, ...] = ()


@dataclass(frozen=True)
class Geometry:
    """The measures that follow from a page layout: the page, its margins, its faces and its type."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    face: Face
    bold: Face
    italic: Face
    size: float

    @property
    def leading(self) -> float:
        """The distance between baselines of the body's lines."""
        return leading(self.size)

    @property
    def middle(self) -> float:
        """The horizontal middle between the margins."""
        return (self.left + self.right) / 2


def geometry_of(layout: PageLayout) -> Geometry:
    """Return the measures of a page layout, in points.

    Example:
        >>> geometry_of(PageLayout()).width
        792.0
    """
    short, long = SIZES[layout.size]
    width, height = (long, short) if layout.orientation == "landscape" else (short, long)
    mono = layout.font == "mono"
    return Geometry(
        width=width,
        height=height,
        top=layout.margin_top * INCH,
        bottom=height - layout.margin_bottom * INCH,
        left=layout.margin_left * INCH,
        right=width - layout.margin_right * INCH,
        face="mono" if mono else "sans",
        bold="mono" if mono else "sans-bold",
        italic="mono" if mono else "sans-italic",
        size=layout.font_size,
    )


def leading(size: float) -> float:
    """Return the distance between baselines of text of a size."""
    return round(size * LINE_SPACING, 3)


def baseline(top: float, size: float) -> float:
    """Return the baseline of a line of text whose line box starts at ``top``."""
    return top + 0.5 * (leading(size) - size) + 0.80 * size
