"""What stands round the body on every page: running head, titles, notes and footer lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tlf.model.display import Sections
from tlf.render.fonts import Face, check_glyphs
from tlf.render.page import Anchor, Geometry, TextRun, baseline, leading
from tlf.render.page_wrap import wrap_text

HEAD_SHARE = 0.6  # of the width, for the left side of the running head; the right side has the rest
NOTE_INDENT = 0.0


@dataclass(frozen=True)
class Frame:
    """The fixed parts of an output's pages.

    ``head`` ends and the body starts at ``body_top``; ``notes`` are relative to where the body ends and take
    ``notes_height``; ``foot`` stands at the bottom margin and starts at ``foot_top``. The page number goes to
    ``page_number_y`` at the right.
    """

    head: tuple[TextRun, ...]
    page_number_y: float
    body_top: float
    notes: tuple[TextRun, ...]
    notes_height: float
    foot: tuple[TextRun, ...]
    foot_top: float


@dataclass
class _Lines:
    """Lines being stacked from a top; lives only within one call."""

    output_id: str
    top: float
    runs: list[TextRun]

    def add(self, text: str, *, x: float, width: float, face: Face, size: float, anchor: Anchor = "left") -> None:
        check_glyphs(text, face=face, where=self.output_id)
        for line in wrap_text(text, width=width, face=face, size=size):
            if line:
                self.runs.append(TextRun(x, baseline(self.top, size), line, face, size, anchor))
            self.top += leading(size)


def frame_of(sections: Sections, geometry: Geometry) -> Frame:
    """Return the fixed parts of an output's pages.

    Raises:
        RenderError: a character is not in the font.
    """
    head, number_y, head_end = _running_head(sections, geometry)
    titles, body_top = _titles(sections, geometry, head_end)
    notes, notes_height = _notes(sections, geometry)
    foot, foot_top = _foot(sections, geometry)
    return Frame((*head, *titles), number_y, body_top, notes, notes_height, foot, foot_top)


def page_number(page: int, pages: int, frame: Frame, geometry: Geometry) -> TextRun:
    """Return the "Page x of y" of a page."""
    text = f"Page {page} of {pages}"
    return TextRun(geometry.right, frame.page_number_y, text, geometry.face, geometry.size, "right")


def _running_head(sections: Sections, geometry: Geometry) -> tuple[list[TextRun], float, float]:
    """Stack both sides; the lines on simulated data and the page number share the last row."""
    size = geometry.size
    width = geometry.right - geometry.left
    left = _Lines(sections.output_id, geometry.top, [])
    for text in sections.header_left:
        left.add(text, x=geometry.left, width=HEAD_SHARE * width, face=geometry.face, size=size)
    right = _Lines(sections.output_id, geometry.top, [])
    for text in sections.header_right:
        right.add(
            text, x=geometry.right, width=(1 - HEAD_SHARE) * width - size, face=geometry.face, size=size, anchor="right"
        )
    last = max(left.top, right.top)
    marked = _Lines(sections.output_id, last, [])
    if sections.simulated:
        marked.add(sections.simulated, x=geometry.left, width=0.8 * width, face=geometry.bold, size=size)
    end = max(marked.top, last + geometry.leading)
    return [*left.runs, *right.runs, *marked.runs], baseline(last, size), end


def _titles(sections: Sections, geometry: Geometry, top: float) -> tuple[list[TextRun], float]:
    lines = _Lines(sections.output_id, top + 0.9 * geometry.leading, [])
    width = geometry.right - geometry.left
    size = geometry.size + 1
    for text, face in (
        (sections.number, geometry.bold),
        (sections.title, geometry.bold),
        (sections.population, geometry.face),
    ):
        if text:
            lines.add(text, x=geometry.middle, width=0.92 * width, face=face, size=size, anchor="center")
    return lines.runs, lines.top + 0.6 * geometry.leading


def _notes(sections: Sections, geometry: Geometry) -> tuple[tuple[TextRun, ...], float]:
    texts = [*sections.legend, *([sections.abbreviations] if sections.abbreviations else []), *sections.footnotes]
    runs, height = _paragraphs(texts, sections, geometry)
    gap = 0.45 * geometry.leading if runs else 0.0
    return tuple(_moved(runs, gap)), height + gap


def _foot(sections: Sections, geometry: Geometry) -> tuple[tuple[TextRun, ...], float]:
    runs, height = _paragraphs(sections.footer, sections, geometry)
    top = geometry.bottom - height
    return tuple(_moved(runs, top)), top


def _paragraphs(texts: Sequence[str], sections: Sections, geometry: Geometry) -> tuple[list[TextRun], float]:
    lines = _Lines(sections.output_id, 0.0, [])
    width = geometry.right - geometry.left
    for text in texts:
        lines.add(text, x=geometry.left, width=width, face=geometry.face, size=geometry.size)
    return lines.runs, lines.top


def _moved(runs: Sequence[TextRun], down: float) -> list[TextRun]:
    return [TextRun(run.x, run.y + down, run.text, run.face, run.size, run.anchor) for run in runs]
