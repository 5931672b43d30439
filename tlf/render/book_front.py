"""The front of a book: the cover, and the table of contents with the place of each of its links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tlf.render.fonts import Face, check_glyphs, text_width
from tlf.render.page import Anchor, Geometry, Page, Rule, TextRun, baseline, leading
from tlf.render.page_wrap import wrap_text

CONTENTS = "Table of Contents"
GROUPS = {"table": "Tables", "figure": "Figures", "listing": "Listings"}
HEAVY, LIGHT = 0.9, 0.5


@dataclass(frozen=True)
class CoverText:
    """What the cover says: the study's title, the line on simulated data, facts by name, and what is missing."""

    head_left: tuple[str, ...]
    head_right: str
    title: str
    subtitle: str
    simulated: str
    facts: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ContentsLine:
    """One output in the contents: its group, number, title and the page of the book that it starts on."""

    kind: str
    number: str
    title: str
    page: int


@dataclass(frozen=True)
class ContentsLink:
    """The rectangle of a line of the contents (points from the top left) on a page, and the page it leads to."""

    on_page: int
    left: float
    top: float
    right: float
    bottom: float
    to_page: int


@dataclass
class _Sheet:
    """A page being written from the top down; lives only within one call."""

    geometry: Geometry
    top: float = 0.0
    runs: list[TextRun] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.top = self.geometry.top

    def room(self, lines: float) -> bool:
        """Tell whether so many body lines still fit above the bottom margin."""
        return self.top + lines * self.geometry.leading <= self.geometry.bottom + 1e-6

    def put(self, text: str, *, x: float, face: Face, size: float, anchor: Anchor = "left") -> None:
        """Write one line at the current height, without going down."""
        check_glyphs(text, face=face, where="book")
        if text:
            self.runs.append(TextRun(x, baseline(self.top, size), text, face, size, anchor))

    def down(self, lines: float, size: float | None = None) -> None:
        """Go down by lines of a size, the body's by default."""
        self.top += lines * leading(size or self.geometry.size)

    def wrapped(self, text: str, *, x: float, width: float, face: Face, size: float, anchor: Anchor = "left") -> None:
        """Write a paragraph and go down past it."""
        for line in wrap_text(text, width=width, face=face, size=size):
            self.put(line, x=x, face=face, size=size, anchor=anchor)
            self.down(1, size)

    def rule(self, thickness: float) -> None:
        """Draw a line from margin to margin at the current height."""
        self.rules.append(Rule(self.geometry.left, self.geometry.right, self.top, thickness))

    def page(self) -> Page:
        """Return the page as it stands."""
        return Page(self.geometry.width, self.geometry.height, tuple(self.runs), tuple(self.rules))


def cover_pages(cover: CoverText, geometry: Geometry) -> tuple[Page, ...]:
    """Return the cover; outputs that are not produced are listed on it, and on further pages if they are many.

    Raises:
        RenderError: a character is not in the font.
    """
    sheet = _cover_sheet(cover, geometry)
    pages: list[Page] = []
    width = geometry.right - geometry.left
    for number, text in enumerate(cover.missing):
        lines = wrap_text(text, width=width - geometry.size, face=geometry.face, size=geometry.size)
        if not sheet.room(len(lines) + (2 if number == 0 else 0)) and sheet.top > geometry.top + 3 * geometry.leading:
            pages.append(sheet.page())
            sheet = _Sheet(geometry)
            _missing_head(sheet, "Outputs not produced" + (" (continued)" if number else ""))
        elif number == 0:
            _missing_head(sheet, "Outputs not produced")
        for line in lines:
            if not sheet.room(1):
                pages.append(sheet.page())
                sheet = _Sheet(geometry)
                _missing_head(sheet, "Outputs not produced (continued)")
            sheet.put(line, x=geometry.left + geometry.size, face=geometry.face, size=geometry.size)
            sheet.down(1)
    return (*pages, sheet.page())


def contents_pages(
    lines: Sequence[ContentsLine], cover: CoverText, geometry: Geometry
) -> tuple[tuple[Page, ...], tuple[ContentsLink, ...]]:
    """Return the table of contents and its links; how many pages it takes does not depend on the page numbers.

    Raises:
        RenderError: a character is not in the font.
    """
    sheets = [_contents_sheet(cover, geometry, first=True)]
    links: list[ContentsLink] = []
    if not lines:
        sheets[0].put("No output was produced.", x=geometry.left, face=geometry.face, size=geometry.size)
    number_width = max((text_width(line.number, face=geometry.face, size=geometry.size) for line in lines), default=0)
    title_x = geometry.left + number_width + 2.5 * geometry.size
    page_width = text_width("00000", face=geometry.face, size=geometry.size)
    group = ""
    for line in lines:
        titles = wrap_text(
            line.title, width=geometry.right - title_x - 3 * page_width, face=geometry.face, size=geometry.size
        )
        need = len(titles) + (0 if line.kind == group else 2.2)
        if not sheets[-1].room(need) and len(sheets[-1].runs) > 4:
            sheets.append(_contents_sheet(cover, geometry, first=False))
            heading = GROUPS[line.kind] + (" (continued)" if line.kind == group else "")
        else:
            heading = "" if line.kind == group else GROUPS[line.kind]
        sheet = sheets[-1]
        if heading:
            sheet.down(0.6)
            sheet.put(heading, x=geometry.left, face=geometry.bold, size=geometry.size)
            sheet.down(1.3)
        group = line.kind
        top = sheet.top
        _contents_line(sheet, line, titles, title_x)
        links.append(ContentsLink(len(sheets) - 1, geometry.left, top, geometry.right, sheet.top, line.page))
        sheet.down(0.25)
    return tuple(_numbered(sheet, number, len(sheets)) for number, sheet in enumerate(sheets, 1)), tuple(links)


def _cover_sheet(cover: CoverText, geometry: Geometry) -> _Sheet:
    sheet = _Sheet(geometry)
    width, size = geometry.right - geometry.left, geometry.size
    sheet.put(cover.head_right, x=geometry.right, face=geometry.face, size=size, anchor="right")
    _head(sheet, cover)
    sheet.down(5)
    sheet.rule(HEAVY)
    sheet.down(1.6)
    middle = geometry.middle
    sheet.wrapped(cover.title, x=middle, width=0.86 * width, face=geometry.bold, size=18, anchor="center")
    sheet.down(0.6)
    sheet.wrapped(cover.subtitle, x=middle, width=0.86 * width, face=geometry.face, size=13, anchor="center")
    sheet.down(1.4)
    sheet.rule(HEAVY)
    sheet.down(1.4)
    if cover.simulated:
        sheet.wrapped(cover.simulated, x=middle, width=width, face=geometry.bold, size=12, anchor="center")
        sheet.down(1.2)
    name_x = middle - 100
    for name, value in cover.facts:
        sheet.put(name, x=name_x, face=geometry.bold, size=10)
        sheet.wrapped(value, x=name_x + 95, width=geometry.right - name_x - 95, face=geometry.face, size=10)
        sheet.down(0.35)
    sheet.down(1)
    return sheet


def _head(sheet: _Sheet, cover: CoverText) -> None:
    for text in cover.head_left:
        sheet.put(text, x=sheet.geometry.left, face=sheet.geometry.face, size=sheet.geometry.size)
        sheet.down(1)


def _missing_head(sheet: _Sheet, text: str) -> None:
    geometry = sheet.geometry
    sheet.put(text, x=geometry.left, face=geometry.bold, size=geometry.size)
    sheet.down(1.3)


def _contents_sheet(cover: CoverText, geometry: Geometry, *, first: bool) -> _Sheet:
    sheet = _Sheet(geometry)
    _head(sheet, cover)
    if cover.simulated:
        sheet.put(cover.simulated, x=geometry.left, face=geometry.bold, size=geometry.size)
        sheet.down(1)
    sheet.down(1)
    title = CONTENTS if first else f"{CONTENTS} (continued)"
    sheet.put(title, x=geometry.middle, face=geometry.bold, size=geometry.size + 2, anchor="center")
    sheet.down(1.6, geometry.size + 2)
    sheet.rule(HEAVY)
    sheet.down(0.6)
    return sheet


def _contents_line(sheet: _Sheet, line: ContentsLine, titles: Sequence[str], title_x: float) -> None:
    geometry = sheet.geometry
    face, size = geometry.face, geometry.size
    sheet.put(line.number, x=geometry.left, face=face, size=size)
    for part in titles[:-1]:
        sheet.put(part, x=title_x, face=face, size=size)
        sheet.down(1)
    sheet.put(titles[-1], x=title_x, face=face, size=size)
    page = str(line.page)
    dot = text_width(" .", face=face, size=size)
    start = title_x + text_width(titles[-1], face=face, size=size) + dot
    # Dots end at one place, so that they stand below each other from line to line.
    end = geometry.right - text_width("00000", face=face, size=size)
    count = int((end - start) / dot)
    if count > 1:
        sheet.put((" ." * count).strip(), x=end, face=face, size=size, anchor="right")
    sheet.put(page, x=geometry.right, face=face, size=size, anchor="right")
    sheet.down(1)


def _numbered(sheet: _Sheet, number: int, of: int) -> Page:
    geometry = sheet.geometry
    y = baseline(geometry.top, geometry.size)
    run = TextRun(geometry.right, y, f"Page {number} of {of}", geometry.face, geometry.size, "right")
    return replace(sheet.page(), runs=(*sheet.runs, run))
