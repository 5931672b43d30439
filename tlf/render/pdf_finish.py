"""A drawn PDF finished by pikepdf: figures placed, fonts and metadata as a submission asks, bytes settled."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from tlf.errors import RenderError
from tlf.render.page import FigureSlot, Page

if TYPE_CHECKING:
    import pikepdf

SUBSET_TAG = re.compile(r"^/[A-Z]{6}\+")


def finished_pdf(content: bytes, pages: Sequence[Page], *, title: str, author: str, figures: Sequence[bytes]) -> bytes:
    """Return a drawn PDF with its figures in their slots, checked against the model.

    1. The page count must be that of the model.
    2. Each figure's page is placed as a form XObject: vectors stay vectors and text stays text.
    3. Fonts that are embedded complete lose the tag that calls them a subset.
    4. Title, author and producer are set; no dates; the identifier comes from the content.

    Raises:
        RenderError: the page count is not that of the model, or a figure is not of its slot's size.
    """
    import pikepdf  # loaded only when a page is drawn

    slots = [(number, slot) for number, page in enumerate(pages) for slot in page.slots]
    if len(slots) != len(figures):
        raise RenderError(f"{title}: {len(figures)} figures drawn for {len(slots)} slots")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if len(pdf.pages) != len(pages):
            raise RenderError(f"{title}: {len(pdf.pages)} pages were drawn, the page model has {len(pages)}")
        for number, ((page, slot), figure) in enumerate(zip(slots, figures, strict=True), 1):
            _place(pdf, number, pdf.pages[page], slot, figure)
        strip_subset_tags(pdf)
        set_metadata(pdf, title=title, author=author)
        return saved(pdf)


def set_metadata(pdf: pikepdf.Pdf, *, title: str, author: str) -> None:
    """Set title, author and producer, and nothing that a second run would change."""
    import pikepdf  # as above

    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"] = pikepdf.String(title)
    if author:
        pdf.docinfo["/Author"] = pikepdf.String(author)
    pdf.docinfo["/Producer"] = pikepdf.String(f"tlf {_version()}")
    pdf.Root.Lang = pikepdf.String("en")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)


def saved(pdf: pikepdf.Pdf, *, linearise: bool = False) -> bytes:
    """Return the file's bytes: PDF 1.7, its identifier made from its content."""
    import pikepdf  # as above

    pdf.remove_unreferenced_resources()
    # Object streams in a linearised file make qpdf --check warn of its own hint tables.
    streams = pikepdf.ObjectStreamMode.disable if linearise else pikepdf.ObjectStreamMode.generate
    target = io.BytesIO()
    pdf.save(
        target,
        min_version="1.7",
        deterministic_id=True,
        linearize=linearise,
        compress_streams=True,
        object_stream_mode=streams,
    )
    return target.getvalue()


def strip_subset_tags(pdf: pikepdf.Pdf) -> None:
    """Take the tag off the names of fonts that are embedded complete: they have a map of every character.

    A font that matplotlib subset keeps its tag, because it is one.
    """
    import pikepdf  # as above

    for item in pdf.objects:
        if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") not in ("/Font", "/FontDescriptor"):
            continue
        for key in ("/BaseFont", "/FontName"):
            name = str(item.get(key, ""))
            if SUBSET_TAG.match(name) and "+TLF-" in name:
                item[key] = pikepdf.Name(SUBSET_TAG.sub("/", name))


def _place(pdf: pikepdf.Pdf, number: int, page: pikepdf.Page, slot: FigureSlot, figure: bytes) -> None:
    """Place a one-page PDF in a slot, unscaled."""
    import pikepdf  # as above

    with pikepdf.open(io.BytesIO(figure)) as drawn:
        source = drawn.pages[0]
        width, height = (float(source.mediabox[i + 2]) - float(source.mediabox[i]) for i in (0, 1))
        if abs(width - slot.width) > 0.5 or abs(height - slot.height) > 0.5:
            raise RenderError(
                f"a figure of {width:.1f} x {height:.1f} points was drawn for a slot of "
                f"{slot.width:.1f} x {slot.height:.1f}"
            )
        bottom = float(page.mediabox[3]) - slot.y - slot.height
        form = pdf.copy_foreign(source.as_form_xobject())
        # Named by us, because pikepdf's own overlay takes a random name.
        name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(f"/TlfFigure{number}"))
        page.contents_add(b"q", prepend=True)
        page.contents_add(f"Q q 1 0 0 1 {slot.x:.3f} {bottom:.3f} cm {name} Do Q".encode())


def _version() -> str:
    try:
        return version("tlf")
    except PackageNotFoundError:  # run from a folder that was never installed
        return ""
