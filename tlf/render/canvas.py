"""A figure's canvas: matplotlib drawing to vector PDF in points, with the shipped fonts and without global state."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from tlf.render.fonts import Face, check_glyphs, font_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties


class Canvas:
    """A drawing of a fixed size; all places are points from its lower left corner, text is placed by its baseline."""

    def __init__(self, width: float, height: float, where: str, *, size: float = 9.0) -> None:
        """Make an empty canvas; ``where`` names the output in messages, ``size`` is that of its text."""
        from matplotlib.figure import Figure as Drawing  # 0.5 s, and only when a figure is drawn

        self.width, self.height, self.where, self.size = width, height, where, size
        self.drawing = Drawing(figsize=(width / 72, height / 72), dpi=72)
        self.drawing.patch.set_visible(False)
        self._fonts: dict[Face, FontProperties] = {}

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Return bare axes in a rectangle: no frame, ticks or labels, which the canvas draws itself."""
        place = (left / self.width, bottom / self.height, width / self.width, height / self.height)
        axes = self.drawing.add_axes(place)
        axes.set_axis_off()
        return axes

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: Literal["left", "center", "right"] = "left",
        bold: bool = False,
        upward: bool = False,
    ) -> None:
        """Write one line of text.

        Raises:
            RenderError: a character is not in the font.
        """
        face: Face = "sans-bold" if bold else "sans"
        check_glyphs(text, face=face, where=self.where)
        self.drawing.text(
            x / self.width,
            y / self.height,
            text,
            fontproperties=self._font(face),
            ha=align,
            va="center" if upward else "baseline",
            rotation="vertical" if upward else "horizontal",
            parse_math=False,
        )

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        width: float,
        colour: str = "#000000",
        dashes: Any = "solid",
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D

        self.drawing.add_artist(
            Line2D(
                [x / self.width for x in xs],
                [y / self.height for y in ys],
                transform=self.drawing.transFigure,
                linewidth=width,
                color=colour,
                linestyle=dashes,
                solid_capstyle="butt",
                dash_capstyle="butt",
            )
        )

    def pdf(self) -> bytes:
        """Return the drawing as a one-page PDF: text searchable, no dates."""
        from matplotlib import rc_context
        from matplotlib.backends.backend_pdf import FigureCanvasPdf

        target = io.BytesIO()
        with rc_context({"pdf.fonttype": 42, "pdf.compression": 6, "pdf.use14corefonts": False}):
            canvas: Any = FigureCanvasPdf(self.drawing)
            canvas.print_pdf(target, metadata={"CreationDate": None, "Creator": None, "Producer": None})
        return target.getvalue()

    def _font(self, face: Face) -> FontProperties:
        from matplotlib.font_manager import FontProperties

        if face not in self._fonts:
            self._fonts[face] = FontProperties(fname=str(font_file(face)), size=self.size)
        return self._fonts[face]
