"""How the width of a page is shared out among columns that do not all get what they ask for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

BROKEN_WORDS = 1.25  # how many times the lines a sharing may take before one that breaks words is preferred


@dataclass(frozen=True)
class Wish:
    """What a column asks for, in points.

    ``natural`` wraps nothing, ``body`` no cell, ``least`` breaks no word, ``soft`` breaks words at hyphens and
    slashes only, ``firm`` no number: half a number reads as another one. ``fixed`` is what the display wants.
    """

    natural: float
    body: float
    least: float
    soft: float
    firm: float
    fixed: float | None = None


def shared_widths(wishes: Sequence[Wish], rows: Sequence[Sequence[float]], *, room: float) -> list[float]:
    """Return the widths of columns that together take ``room``, which is at least the sum of what is ``firm``.

    1. If everything fits, what is left is shared out evenly; if all cells do, headers are wrapped.
    2. If cells must be wrapped, the sharing is taken under which the rows need the fewest lines; one that breaks
       words at hyphens and slashes must save a fifth of them.
    3. If even that does not fit, words (never numbers) are broken anywhere, those of the widest columns first.

    Args:
        wishes: what the columns ask for.
        rows: widths of the texts of some rows, a number a column.
        room: the width to share, without gaps.
    """
    if not wishes:
        return []
    natural, body, least, soft = (
        [getattr(wish, name) for wish in wishes] for name in ("natural", "body", "least", "soft")
    )
    if sum(natural) <= room:
        return [width + (room - sum(natural)) / len(wishes) for width in natural]
    if sum(body) <= room:
        return capped(natural, body, room)
    ways: list[tuple[float, list[float]]] = []
    for low, weight in ((least, 1.0), (soft, BROKEN_WORDS)):
        if sum(low) <= room:
            both = (capped(body, low, room), proportional(body, low, room))
            ways.extend((weight * _lines(rows, widths), widths) for widths in both)
    if not ways:
        return capped(soft, [wish.firm for wish in wishes], room)
    return min(ways, key=lambda way: way[0])[1]


def proportional(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Give each column its least width and a part of the rest by how much more it wants.

    Example:
        >>> proportional([10.0, 50.0, 90.0], [10.0, 10.0, 10.0], 90.0)
        [10.0, 30.0, 50.0]
    """
    share = (room - sum(least)) / (sum(wanted) - sum(least))
    return [low + share * (want - low) for want, low in zip(wanted, least, strict=True)]


def capped(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """Cut the widest columns to one common width so that the sum is ``room``, none below its least width.

    Example:
        >>> capped([10.0, 50.0, 90.0], [5.0, 5.0, 5.0], 90.0)
        [10.0, 40.0, 40.0]
    """

    def widths(cap: float) -> list[float]:
        return [min(want, max(low, cap)) for want, low in zip(wanted, least, strict=True)]

    # The sum grows piecewise linearly with the cap: find the piece that holds ``room`` and go along it.
    corners = sorted({0.0, *wanted, *least})
    below = max(cap for cap in corners if sum(widths(cap)) <= room + 1e-9)
    growing = [want > below >= low for want, low in zip(wanted, least, strict=True)]
    cap = below + (room - sum(widths(below))) / sum(growing) if any(growing) else below
    return widths(cap)


def _lines(rows: Sequence[Sequence[float]], widths: Sequence[float]) -> int:
    """Return about how many lines rows take under given column widths."""
    return sum(max(math.ceil(text / width) for text, width in zip(row, widths, strict=True)) for row in rows)
