"""Pages of the page model written as PDF without a layout engine: about a millisecond a page, for long outputs.

The page model already knows where every line of text starts, so nothing is left to lay out. The result is that of
``pdf_weasyprint.pdf_of``: the same words and rules at the same places, in the same fonts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from tlf.errors import RenderError
from tlf.render.fonts import Face, check_glyphs
from tlf.render.page import Page, TextRun
from tlf.render.pdf_embed import add_font, embedded_face
from tlf.render.pdf_finish import finished_pdf

if TYPE_CHECKING:
    import pydyf


def direct_pdf_of(pages: Sequence[Page], *, title: str, author: str = "") -> bytes:
    """Return the pages as a PDF 1.7 with complete fonts; the same pages give the same bytes.

    1. Each face that the pages use is embedded once, complete.
    2. Each page's rules are filled rectangles, its texts runs of glyph numbers at the model's baselines; a space is a
       glyph like any other, so that the text can be searched and copied.
    3. Metadata and identifier are set as for every output.

    Args:
        pages: without figure slots.
        title: the document's title.
        author: the document's author.

    Raises:
        RenderError: a page has a slot for a figure, a text has more than one line, or a character is not in its font.

    Example:
        >>> page = Page(612, 792, (TextRun(72, 72, "Hazard ratio", "sans", 9),))
        >>> direct_pdf_of((page,), title="Table 1").startswith(b"%PDF-1.7")
        True
    """
    import pydyf  # loaded only when a page is drawn

    if any(page.slots for page in pages):
        raise RenderError(f"{title}: the direct writer draws no figures, and a page has a slot for one")
    pdf = pydyf.PDF()
    fonts = {face: add_font(pdf, face) for face in _faces(pages)}
    for page in pages:
        _add_page(pdf, page, fonts, title)
    target = io.BytesIO()
    pdf.write(target, version=b"1.7")
    return finished_pdf(target.getvalue(), pages, title=title, author=author, figures=())


def _faces(pages: Sequence[Page]) -> list[Face]:
    """Return the faces that the pages use, in an order that does not change."""
    return sorted({run.face for page in pages for run in page.runs})


def _add_page(pdf: pydyf.PDF, page: Page, fonts: Mapping[Face, bytes], title: str) -> None:
    import pydyf  # as above

    content = pydyf.Stream(["\n".join([*_rules(page), *_texts(page, title)]).encode()])
    pdf.add_object(content)
    names = {face: fonts[face] for face in _faces((page,))}
    pdf.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, page.width, page.height]),
                "Resources": pydyf.Dictionary({"Font": pydyf.Dictionary(names)}),
                "Contents": content.reference,
            }
        )
    )


def _rules(page: Page) -> Iterator[str]:
    """Give the rules as filled rectangles: readers draw thin strokes at other weights, each in its own way."""
    for rule in page.rules:
        bottom = page.height - rule.y - rule.thickness / 2
        yield f"{rule.x0:.3f} {bottom:.3f} {rule.x1 - rule.x0:.3f} {rule.thickness:.3f} re f"


def _texts(page: Page, title: str) -> Iterator[str]:
    """Give the texts, each by the left end of its baseline."""
    yield "BT"
    for (face, size), runs in groupby(page.runs, key=lambda run: (run.face, run.size)):
        yield f"/{face} {size:.3f} Tf"
        hexadecimal = embedded_face(face).hexadecimal
        for run in runs:
            left = run.x if run.anchor == "left" else run.left
            yield f"1 0 0 1 {left:.3f} {page.height - run.y:.3f} Tm <{_glyphs(run, hexadecimal, title)}> Tj"
    yield "ET"


def _glyphs(run: TextRun, hexadecimal: Mapping[str, str], title: str) -> str:
    """Return a text as the numbers of its glyphs, four hexadecimal digits each."""
    try:
        return "".join([hexadecimal[character] for character in run.text])
    except KeyError as error:
        check_glyphs(run.text, face=run.face, where=title)
        raise RenderError(f"{title}: {error.args[0]!r} cannot be drawn in one line of text: {run.text!r}") from None
