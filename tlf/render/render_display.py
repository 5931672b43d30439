"""A display in, a PDF out: the one door through which an output is rendered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tlf import registry
from tlf.errors import RenderError
from tlf.model.display import Display, Figure, Listing
from tlf.model.manifest import Rendered
from tlf.model.spec import Page as PageLayout
from tlf.render.page import FigureSlot, Page
from tlf.render.page_model import pages_of
from tlf.render.page_text import normalised_display
from tlf.render.pdf_direct import direct_pdf_of
from tlf.render.pdf_weasyprint import pdf_of

SHORT: Final = 5  # pages; beyond, a layout engine's third of a second a page is most of a run's time


def render_display(display: Display, layout: PageLayout, *, template_folder: Path | None = None) -> Rendered:
    """Return an output as a PDF.

    1. Text is normalised (the changes are in the result's ``notes``), every character looked up in its font.
    2. The display is laid out as pages; the number of pages is known from here on.
    3. A figure is drawn at the exact size of its slot.
    4. The pages are drawn; their number must be that of the layout. A listing, or any output of more than five pages,
       goes through the direct writer; the others, and all of a study with templates of its own, through WeasyPrint,
       which alone honours templates and style sheets. Both put the same words and rules at the same places.

    Args:
        display: what the output shows.
        layout: the page of the study spec.
        template_folder: a sponsor's own templates, which come before the shipped ones.

    Raises:
        RenderError: something cannot be drawn without loss; the message names the output.
        SystemLibraryError: WeasyPrint draws the output and Pango is missing.
    """
    clean, changes = normalised_display(display)
    sections = clean.sections
    output = sections.output_id
    try:
        pages = pages_of(clean, layout)
        figures = [_drawn(clean, slot) for page in pages for slot in page.slots]
        title = document_title(sections.number, sections.title)
        author = next((line for line in sections.header_left if line), "")
        if template_folder is None and _goes_direct(clean, pages):
            content = direct_pdf_of(pages, title=title, author=author)
        else:
            content = pdf_of(pages, title=title, author=author, figures=figures, template_folder=template_folder)
    except RenderError as error:
        raise error if str(error).startswith(output) else RenderError(f"{output}: {error}") from None
    return Rendered(
        output_file_name(output), "pdf", content, len(pages), title, notes=tuple(str(change) for change in changes)
    )


def output_file_name(output_id: str) -> str:
    """Return the file name of an output: lower case, digits and hyphens only.

    Raises:
        RenderError: nothing of the id is left.

    Example:
        >>> output_file_name("T-14-2-4-2")
        't-14-2-4-2.pdf'
    """
    name = re.sub(r"[^a-z0-9]+", "-", output_id.lower()).strip("-")
    if not name:
        raise RenderError(f"{output_id!r} makes no file name: use letters, digits and hyphens")
    return f"{name}.pdf"


def document_title(number: str, title: str) -> str:
    """Return a document's title in one line."""
    return " ".join(f"{number} {title}".split())


def _goes_direct(display: Display, pages: Sequence[Page]) -> bool:
    """Tell whether an output of a study without templates is drawn by the direct writer."""
    return (isinstance(display, Listing) or len(pages) > SHORT) and not any(page.slots for page in pages)


def _drawn(display: Display, slot: FigureSlot) -> bytes:
    if not isinstance(display, Figure):
        raise RenderError(f"{display.sections.output_id}: only a figure has a slot to draw in")
    draw = registry.lookup("plot", display.plot).function
    content: bytes = draw(display, width=slot.width, height=slot.height)
    return content
