"""The book: cover, linked contents and every output in one PDF, with bookmarks, made the same way every time."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tlf.errors import RenderError
from tlf.model.dataset import date_text
from tlf.model.display import SIMULATED
from tlf.model.manifest import Rendered
from tlf.model.spec import Page as PageLayout
from tlf.model.spec import Study
from tlf.render.book_front import GROUPS, ContentsLine, ContentsLink, CoverText, contents_pages, cover_pages
from tlf.render.fonts import named_glyphs
from tlf.render.page import geometry_of
from tlf.render.page_text import normalise
from tlf.render.pdf_finish import saved, set_metadata
from tlf.render.pdf_fonts import share_fonts
from tlf.render.pdf_weasyprint import pdf_of

if TYPE_CHECKING:
    import pikepdf

Kind = Literal["table", "figure", "listing"]


@dataclass(frozen=True)
class Cover:
    """What the cover says; ``missing`` are the outputs that were not produced, each with its reason."""

    title: str
    study_id: str = ""
    protocol: str = ""
    sponsor: str = ""
    status: str = ""
    data_cutoff: str = ""
    simulated: bool = False
    code: str = ""
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: Study, *, missing: Sequence[str] = (), code: str = "") -> Cover:
        """Return the cover of a study; ``code`` identifies the spec, data and program that made the book."""
        cutoff = study.data_cutoff
        return cls(
            title=study.title,
            study_id=study.id,
            protocol=study.protocol,
            sponsor=study.sponsor,
            status=study.status,
            data_cutoff=date_text(cutoff) if cutoff else "",
            simulated=study.simulated,
            code=code,
            missing=tuple(missing),
        )


@dataclass(frozen=True)
class BookEntry:
    """One output of the book: its kind, its number ("Table 14.2.4.2"), its title and its PDF."""

    kind: Kind
    number: str
    title: str
    rendered: Rendered


def assemble_book(
    cover: Cover, entries: Sequence[BookEntry], layout: PageLayout, *, template_folder: Path | None = None
) -> Rendered:
    """Return the book of a study's outputs.

    1. Cover, contents, then tables, figures and listings, each in the order of their numbers.
    2. Page numbers in the contents are those of the file, from 1; its lines are links.
    3. Bookmarks: contents, tables, figures, listings; below them the outputs. The file opens with them shown.
    4. Fonts that the outputs share are kept once; the file is linearised; the same outputs give the same bytes.

    Args:
        cover: what the cover says.
        entries: the outputs that were produced.
        layout: the page of the study spec, for cover and contents.
        template_folder: a sponsor's own templates.

    Raises:
        RenderError: an output's PDF cannot be read or has not the pages that it says.
    """
    ordered = sorted(entries, key=lambda entry: (list(GROUPS).index(entry.kind), _order(entry.number)))
    text, geometry = _cover_text(cover), geometry_of(layout)
    covers = cover_pages(text, geometry)
    blank, _ = contents_pages([_line(entry, 0) for entry in ordered], text, geometry)
    starts = _starts(ordered, len(covers) + len(blank) + 1)
    lines = [_line(entry, page) for entry, page in zip(ordered, starts, strict=True)]
    contents, links = contents_pages(lines, text, geometry)
    title = " ".join(f"{cover.study_id}: {cover.title}".strip(": ").split())
    front = pdf_of((*covers, *contents), title=title, author=cover.sponsor, template_folder=template_folder)
    pages = len(covers) + len(contents) + sum(entry.rendered.pages for entry in ordered)
    content = _merged(front, ordered, lines, links, first_contents=len(covers), title=title, author=cover.sponsor)
    _check(content, pages)
    return Rendered("book.pdf", "pdf", content, pages, title)


def _cover_text(cover: Cover) -> CoverText:
    facts = (
        ("Study", cover.study_id),
        ("Protocol", cover.protocol),
        ("Sponsor", cover.sponsor),
        ("Data cut-off", cover.data_cutoff),
        ("Status", cover.status),
        ("Code", cover.code),
    )
    return CoverText(
        head_left=tuple(
            _clean(line) for line in (cover.sponsor, cover.protocol and f"Protocol {cover.protocol}") if line
        ),
        head_right=_clean(cover.status),
        title=_clean(cover.title),
        subtitle="Tables, Figures and Listings",
        simulated=SIMULATED if cover.simulated else "",
        facts=tuple((name, _clean(value)) for name, value in facts if value),
        missing=tuple(named_glyphs(text, face="sans") for text in cover.missing),
    )


def _clean(text: str) -> str:
    return normalise(text, where="book")[0]


def _line(entry: BookEntry, page: int) -> ContentsLine:
    return ContentsLine(entry.kind, _clean(entry.number), _clean(entry.title).replace("\n", " "), page)


def _starts(entries: Sequence[BookEntry], first: int) -> list[int]:
    starts = []
    for entry in entries:
        starts.append(first)
        first += entry.rendered.pages
    return starts


def _order(number: str) -> list[tuple[int, str]]:
    """Return a key that sorts 14.2.10 after 14.2.9."""
    return [(int(digits or -1), text) for digits, text in re.findall(r"(\d+)|(\D+)", number)]


def _merged(
    front: bytes,
    entries: Sequence[BookEntry],
    lines: Sequence[ContentsLine],
    links: Sequence[ContentsLink],
    *,
    first_contents: int,
    title: str,
    author: str,
) -> bytes:
    import pikepdf  # loaded only when a book is assembled

    with ExitStack() as stack:
        book = stack.enter_context(pikepdf.open(io.BytesIO(front)))
        for entry in entries:
            try:
                output = stack.enter_context(pikepdf.open(io.BytesIO(entry.rendered.content)))
            except pikepdf.PdfError as error:
                raise RenderError(f"{entry.number}: its PDF cannot be read ({error})") from None
            if len(output.pages) != entry.rendered.pages:
                raise RenderError(f"{entry.number}: {len(output.pages)} pages where {entry.rendered.pages} were made")
            book.pages.extend(output.pages)
        share_fonts(book)
        _link(book, links, first_contents)
        _bookmark(book, lines, first_contents)
        book.Root.PageMode = pikepdf.Name.UseOutlines
        set_metadata(book, title=title, author=author)
        return saved(book, linearise=True)


def _link(book: pikepdf.Pdf, links: Sequence[ContentsLink], first_contents: int) -> None:
    """Put a link over each line of the contents; the reader keeps its zoom."""
    import pikepdf  # as above

    for link in links:
        page = book.pages[first_contents + link.on_page]
        height = float(page.mediabox[3])
        annotation = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[link.left, height - link.bottom, link.right, height - link.top],
            Border=[0, 0, 0],
            Dest=_destination(book, link.to_page - 1),
        )
        if "/Annots" not in page.obj:
            page.obj["/Annots"] = pikepdf.Array()
        page.obj["/Annots"].append(book.make_indirect(annotation))


def _destination(book: pikepdf.Pdf, page: int) -> Any:
    import pikepdf  # as above

    target = book.pages[page]
    return pikepdf.Array([target.obj, pikepdf.Name.XYZ, 0, float(target.mediabox[3]), 0])


def _bookmark(book: pikepdf.Pdf, lines: Sequence[ContentsLine], first_contents: int) -> None:
    import pikepdf  # as above

    with book.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Contents", _destination(book, first_contents)))
        for kind, name in GROUPS.items():
            members = [line for line in lines if line.kind == kind]
            if not members:
                continue
            group = pikepdf.OutlineItem(name, _destination(book, members[0].page - 1))
            for line in members:
                text = f"{line.number}  {line.title}"
                group.children.append(pikepdf.OutlineItem(text, _destination(book, line.page - 1)))
            outline.root.append(group)


def _check(content: bytes, pages: int) -> None:
    """Check the written file: it opens, and has the pages that the contents count with."""
    import pikepdf  # as above

    with pikepdf.open(io.BytesIO(content)) as book:
        if len(book.pages) != pages:
            raise RenderError(f"the book has {len(book.pages)} pages, {pages} were laid out")
