"""A Kaplan-Meier plot: step curves, censor ticks, medians in the plot, numbers at risk below the time axis."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tlf.errors import RenderError, did_you_mean
from tlf.model.display import Figure
from tlf.registry import plot
from tlf.render.canvas import Canvas
from tlf.render.fonts import text_width
from tlf.render.page_wrap import wrap_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE: Final = 9.0
LINE: Final = 12.0
PAD: Final = 6.0
# Told apart without colour: by dashes first, by grey value second.
STYLES: Final = (
    ("#000000", "solid"),
    ("#0b5394", (0, (6, 2.5))),
    ("#a61c00", (0, (1.5, 1.8))),
    ("#555555", (0, (7, 2, 1.5, 2))),
)
KEYS: Final = ("x_label", "y_label", "x_ticks", "x_max", "series", "at_risk_label", "median_header")


@dataclass(frozen=True)
class Curve:
    """One group's curve as the figure's data give it; times in the units of the axis."""

    label: str
    time: tuple[float, ...]
    survival: tuple[float, ...]
    censor_time: tuple[float, ...]
    censor_survival: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: int
    n: int
    median: str

    @property
    def end(self) -> float:
        """The last time that was observed."""
        return max((*self.time, *self.censor_time))

    def at(self, time: float) -> float:
        """Return the height of the curve at a time."""
        return self.survival[bisect.bisect_right(self.time, time) - 1]


@dataclass(frozen=True)
class _Space:
    """Where the axes stand in the slot, in points from its lower left corner, and what they span."""

    left: float
    bottom: float
    width: float
    height: float
    x_max: float

    def x(self, time: float) -> float:
        return self.left + self.width * time / self.x_max

    def y(self, survival: float) -> float:
        return self.bottom + self.height * survival


@plot("kaplan_meier")
def plot_kaplan_meier(display: Figure, *, width: float, height: float) -> bytes:
    """Draw a Kaplan-Meier figure as a one-page vector PDF.

    1. Each group is a step curve from (0, 1), told apart by dashes as well as by colour; ticks mark censored times.
    2. n, events and median with its confidence interval stand where no curve runs, else above the plot.
    3. Numbers at risk stand below the ticks of the time axis that they belong to.

    Args:
        display: the figure; its data hold the axes' texts and ticks and the series.
        width: the width of the slot in points.
        height: the height of the slot in points.

    Raises:
        RenderError: the data lack a key, or the slot is too small for the plot.
    """
    data, where = display.data, display.sections.output_id
    for key in KEYS:
        if key not in data:
            raise RenderError(f"{where}: the data of a kaplan_meier plot need {key}; given are {', '.join(data)}")
    curves = tuple(_curve(series, where) for series in data["series"])
    if not 0 < len(curves) <= len(STYLES):
        raise RenderError(f"{where}: a kaplan_meier plot shows 1 to {len(STYLES)} groups, not {len(curves)}")
    if any(len(curve.at_risk) != len(data["x_ticks"]) for curve in curves):
        raise RenderError(f"{where}: each series needs one number at risk for each of {len(data['x_ticks'])} ticks")
    canvas = Canvas(width, height, where)
    medians = _Medians(curves, str(data["median_header"]))
    space = _space(data, curves, width, height)
    corner = _free_corner(curves, medians, space)
    if corner is None:  # no place inside: take it from the plot's height
        space = _Space(space.left, space.bottom, space.width, space.height - medians.height - PAD, space.x_max)
        corner = (space.left + space.width - medians.width, space.bottom + space.height + medians.height + PAD)
    if space.height < 90 or space.width < 180:
        raise RenderError(
            f"{where}: {width:.0f} x {height:.0f} points leave no room for the curves beside their labels"
        )
    _draw_curves(canvas.axes(space.left, space.bottom, space.width, space.height), curves, space)
    _draw_axes(canvas, data, space)
    _draw_medians(canvas, medians, corner)
    _draw_at_risk(canvas, data, curves, space)
    return canvas.pdf()


def _curve(series: Mapping[str, Any], where: str) -> Curve:
    names = tuple(Curve.__dataclass_fields__)
    for key in series:
        if key not in names:
            raise RenderError(f"{where}: a series of a kaplan_meier plot has no {key!r}.{did_you_mean(key, names)}")
    missing = [name for name in names if name not in series]
    if missing:
        raise RenderError(f"{where}: a series of a kaplan_meier plot lacks {', '.join(missing)}")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in series.items()
    }
    curve = Curve(**values)
    uneven = len(curve.time) != len(curve.survival) or len(curve.censor_time) != len(curve.censor_survival)
    if uneven or not curve.time or curve.time[0] != 0:
        raise RenderError(f"{where}: series {curve.label}: times start at 0 and each has its survival")
    if list(curve.time) != sorted(curve.time) or not all(0 <= height <= 1 for height in curve.survival):
        raise RenderError(f"{where}: series {curve.label}: times ascend and survival lies between 0 and 1")
    return curve


def _space(data: Mapping[str, Any], curves: Sequence[Curve], width: float, height: float) -> _Space:
    """Return the axes' place: labels of the numbers at risk to their left, the numbers below them."""
    labels = [_label_lines(curve.label, width) for curve in curves]
    widest = max(text_width(line, face="sans", size=SIZE) for lines in labels for line in lines)
    first, last = (
        max(text_width(str(curve.at_risk[end]), face="sans", size=SIZE) / 2 for curve in curves) for end in (0, -1)
    )
    left = max(PAD + widest + 2 * PAD + first, 52.0)
    rows = sum(len(lines) for lines in labels)
    bottom = 3 * LINE + 3 + PAD + rows * LINE + 0.3 * LINE
    x_max = max(float(data["x_max"]), *(curve.end for curve in curves))
    return _Space(left, bottom, width - left - max(last, PAD), height - bottom - 0.5 * LINE, x_max)


def _label_lines(label: str, width: float) -> tuple[str, ...]:
    return wrap_text(label, width=0.3 * width - 4 * PAD, face="sans", size=SIZE)


class _Medians:
    """The small table of n, events and median: its columns and its size in points."""

    def __init__(self, curves: Sequence[Curve], header: str) -> None:
        self.heads = ("", "n", "Events", header)
        self.rows = tuple((c.label, str(c.n), str(c.events), c.median) for c in curves)
        texts = zip(self.heads, *self.rows, strict=True)
        self.widths = [max(text_width(text, face="sans", size=SIZE) for text in column) for column in texts]
        self.key = 30.0  # the sample of the line
        self.gap = 14.0
        self.width = self.key + PAD + sum(self.widths) + self.gap * (len(self.widths) - 1)
        self.height = LINE * (len(self.rows) + 1) + 4.0


def _free_corner(curves: Sequence[Curve], medians: _Medians, space: _Space) -> tuple[float, float] | None:
    """Return the upper left corner of the table of medians where no curve crosses it: right top, else left foot."""
    clear = 2 * PAD
    room = medians.width + clear
    if room > space.width or medians.height + clear > space.height:
        return None
    start = (space.width - room) / space.width * space.x_max
    if all(curve.end < start or curve.at(start) <= 1 - (medians.height + clear) / space.height for curve in curves):
        return space.left + space.width - medians.width, space.bottom + space.height
    stop = room / space.width * space.x_max
    lowest = (medians.height + clear + PAD) / space.height
    if all(curve.at(min(stop, curve.end)) >= lowest for curve in curves):
        return space.left + 2 * PAD, space.bottom + medians.height + 1.5 * PAD
    return None


def _draw_curves(axes: Axes, curves: Sequence[Curve], space: _Space) -> None:
    axes.set_xlim(0, space.x_max)
    axes.set_ylim(0, 1)
    axes.axhline(0.5, color="#bbbbbb", linewidth=0.6, zorder=1)
    for curve, (colour, dashes) in zip(curves, STYLES, strict=False):
        time = (*curve.time, curve.end)
        height = (*curve.survival, curve.survival[-1])
        axes.plot(
            time,
            height,
            drawstyle="steps-post",
            color=colour,
            linestyle=dashes,
            linewidth=1.3,
            clip_on=False,
            zorder=3,
            dash_capstyle="butt",
            solid_joinstyle="miter",
        )
        axes.plot(
            curve.censor_time,
            curve.censor_survival,
            linestyle="none",
            marker="|",
            markersize=7,
            markeredgewidth=0.9,
            color=colour,
            clip_on=False,
            zorder=4,
        )


def _draw_axes(canvas: Canvas, data: Mapping[str, Any], space: _Space) -> None:
    right, top = space.left + space.width, space.bottom + space.height
    canvas.line((space.left, right), (space.bottom, space.bottom), width=0.8)
    canvas.line((space.left, space.left), (space.bottom, top), width=0.8)
    for tick in data["x_ticks"]:
        x = space.x(tick)
        canvas.line((x, x), (space.bottom, space.bottom - 4), width=0.8)
        canvas.text(x, space.bottom - 4 - LINE + 2, f"{tick:g}", align="center")
    for step in range(6):
        y = space.y(step / 5)
        canvas.line((space.left, space.left - 4), (y, y), width=0.8)
        canvas.text(space.left - 7, y - 0.35 * SIZE, f"{step / 5:.1f}", align="right")
    canvas.text((space.left + right) / 2, space.bottom - 2 * LINE - 3, str(data["x_label"]), align="center")
    canvas.text(space.left - 32, (space.bottom + top) / 2, str(data["y_label"]), align="center", upward=True)


def _draw_medians(canvas: Canvas, medians: _Medians, corner: tuple[float, float]) -> None:
    x0, top = corner
    starts = [x0 + medians.key + PAD]
    for width in medians.widths[:-1]:
        starts.append(starts[-1] + width + medians.gap)
    baseline = top - LINE + 2
    for start, width, head in zip(starts, medians.widths, medians.heads, strict=True):
        if head:
            canvas.text(start + width / 2, baseline, head, align="center")
    rule = baseline - 4.5
    canvas.line((x0, x0 + medians.width), (rule, rule), width=0.5)
    for (colour, dashes), row in zip(STYLES, medians.rows, strict=False):
        baseline -= LINE + (2.5 if row is medians.rows[0] else 0)
        canvas.line((x0, x0 + medians.key), (baseline + 3, baseline + 3), width=1.3, colour=colour, dashes=dashes)
        canvas.text(starts[0], baseline, row[0])
        for start, width, text in zip(starts[1:], medians.widths[1:], row[1:], strict=True):
            canvas.text(start + width / 2, baseline, text, align="center")


def _draw_at_risk(canvas: Canvas, data: Mapping[str, Any], curves: Sequence[Curve], space: _Space) -> None:
    baseline = space.bottom - 3 * LINE - 3 - PAD
    canvas.text(0, baseline, str(data["at_risk_label"]), bold=True)
    for curve in curves:
        lines = _label_lines(curve.label, canvas.width)
        for number, line in enumerate(lines, 1):
            canvas.text(PAD, baseline - number * LINE, line)
        for tick, count in zip(data["x_ticks"], curve.at_risk, strict=True):
            canvas.text(space.x(tick), baseline - LINE, str(count), align="center")
        baseline -= len(lines) * LINE
