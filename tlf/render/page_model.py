"""A display as pages: the frame on each, the body broken over them, or the slot of a figure."""

from __future__ import annotations

import math
from dataclasses import replace

from tlf.errors import RenderError
from tlf.model.display import Display, Figure, Listing, Table
from tlf.model.spec import Page as PageLayout
from tlf.render.page import FigureSlot, Geometry, Page, Rule, TextRun, geometry_of
from tlf.render.page_body import HEAVY, LIGHT, break_body, lay_out_body, place_rows
from tlf.render.page_frame import Frame, frame_of, page_number

LEAST_FIGURE = 144.0  # a figure lower than two inches cannot be read


def pages_of(display: Display, layout: PageLayout) -> tuple[Page, ...]:
    """Return the pages of a display whose text is normalised.

    1. The frame (running head, titles, notes, footer) is measured; it is the same on every page.
    2. Columns are placed, cells wrapped, and rows broken into pages by the lines that are left.
    3. Every page gets its number "Page x of y", which is known only now and before anything is drawn.

    Raises:
        RenderError: the fixed parts leave no room, the columns do not fit, or a character is not in the font.
    """
    geometry = geometry_of(layout)
    frame = frame_of(display.sections, geometry)
    if isinstance(display, Figure):
        return (_figure_page(display, frame, geometry),)
    return _body_pages(display, frame, geometry)


def _body_pages(display: Table | Listing, frame: Frame, geometry: Geometry) -> tuple[Page, ...]:
    body = lay_out_body(display, geometry)
    rows_top = frame.body_top + body.header_height
    closing = 0.35 * geometry.leading
    room = _notes_limit(frame, geometry) - frame.notes_height - closing - rows_top
    capacity = math.floor(room / geometry.leading + 1e-6)
    try:
        broken = break_body(body, capacity)
    except RenderError as error:
        raise RenderError(f"{display.sections.output_id}: {error}") from None
    header = _lowered(body.header, frame.body_top)
    header_rules = tuple(replace(rule, y=rule.y + frame.body_top) for rule in body.header_rules)
    pages = []
    for number, part in enumerate(broken, 1):
        runs, end = place_rows(body, part, rows_top)
        end += closing
        pages.append(
            Page(
                geometry.width,
                geometry.height,
                (
                    *frame.head,
                    page_number(number, len(broken), frame, geometry),
                    *header,
                    *runs,
                    *_lowered(frame.notes, end),
                    *frame.foot,
                ),
                (*header_rules, Rule(geometry.left, geometry.right, end, HEAVY), *_foot_rule(frame, geometry)),
            )
        )
    return tuple(pages)


def _figure_page(display: Figure, frame: Frame, geometry: Geometry) -> Page:
    gap = 0.6 * geometry.leading
    top = frame.body_top + gap
    end = _notes_limit(frame, geometry) - frame.notes_height
    if end - gap - top < LEAST_FIGURE:
        raise RenderError(
            f"{display.sections.output_id}: titles, footnotes and margins leave {max(0.0, end - gap - top) / 72:.2f} "
            f"inches for the figure; {LEAST_FIGURE / 72:.0f} are needed"
        )
    slot = FigureSlot(geometry.left, top, geometry.right - geometry.left, end - gap - top)
    rules = (
        Rule(geometry.left, geometry.right, frame.body_top, HEAVY),
        Rule(geometry.left, geometry.right, end, HEAVY),
        *_foot_rule(frame, geometry),
    )
    runs = (*frame.head, page_number(1, 1, frame, geometry), *_lowered(frame.notes, end), *frame.foot)
    return Page(geometry.width, geometry.height, runs, rules, (slot,))


def _notes_limit(frame: Frame, geometry: Geometry) -> float:
    """Return where the notes have to end: above the footer lines and their rule."""
    return frame.foot_top - (0.7 * geometry.leading if frame.foot else 0.0)


def _foot_rule(frame: Frame, geometry: Geometry) -> tuple[Rule, ...]:
    if not frame.foot:
        return ()
    return (Rule(geometry.left, geometry.right, frame.foot_top - 0.3 * geometry.leading, LIGHT / 2),)


def _lowered(runs: tuple[TextRun, ...], down: float) -> tuple[TextRun, ...]:
    return tuple(replace(run, y=run.y + down) for run in runs)
