"""Pages of the page model drawn as PDF by WeasyPrint, from the shipped fonts only."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from tlf.errors import RenderError
from tlf.render.fonts import FILES, Face, font_file, font_metrics
from tlf.render.page import Anchor, Page, TextRun, leading
from tlf.render.pdf_finish import finished_pdf
from tlf.render.system_check import check_pango, missing_library
from tlf.render.templating import fill, style_sheet

FONT_SCHEME: Final = "tlf-font:"
MOST_EMPTY: Final = 2  # empty lines within a block: each costs as much as a filled one, a new block twice that
# Notices that change nothing on the page: with full_fonts no font is subset.
ALLOWED_NOTICES: Final = ("HarfBuzz-Subset",)
FAMILIES: Final[Mapping[Face, tuple[str, str, str]]] = {
    "sans": ("TLF Sans", "normal", "normal"),
    "sans-bold": ("TLF Sans", "bold", "normal"),
    "sans-italic": ("TLF Sans", "normal", "italic"),
    "mono": ("TLF Mono", "normal", "normal"),
}


@dataclass(frozen=True)
class TextBlock:
    """Runs of one place, face and size on regular lines, drawn as one box; lengths in points, as text."""

    face: Face
    size: str
    leading: str
    left: str
    top: str
    width: str
    align: str
    text: str


def pdf_of(
    pages: Sequence[Page],
    *,
    title: str,
    author: str = "",
    figures: Sequence[bytes] = (),
    template_folder: Path | None = None,
) -> bytes:
    """Return the pages as a PDF 1.7 with complete fonts; the same pages give the same bytes.

    Args:
        pages: all of one size.
        title: the document's title.
        author: the document's author.
        figures: a one-page PDF for each figure slot, in the order of the pages.
        template_folder: a sponsor's own ``page.html.j2`` and ``page.css``.

    Raises:
        SystemLibraryError: Pango is missing.
        RenderError: WeasyPrint warned of anything, or the page count is not that of the model.
    """
    html = fill(
        "page.html.j2",
        template_folder=template_folder,
        title=title,
        author=author,
        width=_length(pages[0].width),
        height=_length(pages[0].height),
        body_height=_length(pages[0].height - 1),
        pages=[{"blocks": text_blocks(page), "rules": _rule_boxes(page)} for page in pages],
    )
    content = _drawn(html, style_sheet("page.css", template_folder=template_folder))
    return finished_pdf(content, pages, title=title, author=author, figures=figures)


def text_blocks(page: Page) -> list[TextBlock]:
    """Return the page's runs in blocks: one box a column rather than a cell, because each box costs a millisecond.

    A run may be put by its left or its right end: numbers of a decimal column mostly share one of the two.
    """
    ends = Counter(end for run in page.runs for end in _ends(run))
    open_blocks: dict[_End, list[TextRun]] = {}
    blocks: list[list[TextRun]] = []
    for run in page.runs:
        end = max(_ends(run), key=lambda e: ends[e])
        block = open_blocks.get(end)
        if block is None or not _next_line(block[-1], run):
            open_blocks[end] = block = []
            blocks.append(block)
        block.append(replace(run, x=end.x, anchor=end.anchor))
    return [_text_block(block, page.width) for block in blocks]


class _End(NamedTuple):
    """The end of a run that it is placed by, with what the runs of one block share."""

    x: float
    anchor: Anchor
    face: Face
    size: float


def _ends(run: TextRun) -> tuple[_End, ...]:
    if run.anchor == "center":
        return (_End(round(run.x, 2), "center", run.face, run.size),)
    left = _End(round(run.left, 2), "left", run.face, run.size)
    right = _End(round(run.left + run.width, 2), "right", run.face, run.size)
    return (right, left) if run.anchor == "right" else (left, right)


def _next_line(last: TextRun, run: TextRun) -> bool:
    """Tell whether a run stands below the last one of a block, with at most a few empty lines between."""
    steps = (run.y - last.y) / leading(run.size)
    return 0.5 < steps < MOST_EMPTY + 1.5 and abs(steps - round(steps)) < 0.002


def _text_block(runs: Sequence[TextRun], page_width: float) -> TextBlock:
    first, step = runs[0], leading(runs[0].size)
    lines: list[str] = []
    for run in runs:
        lines.extend([""] * (round((run.y - first.y) / step) - len(lines)))
        lines.append(run.text)
    metrics = font_metrics(first.face)
    above = step / 2 + first.size * (metrics.ascent - metrics.descent) / 2
    left, width = {
        "left": (first.x, page_width),
        "right": (first.x - page_width, page_width),
        "center": (first.x - page_width / 2, page_width),
    }[first.anchor]
    return TextBlock(
        face=first.face,
        size=_length(first.size),
        leading=_length(step),
        left=_length(left),
        top=_length(first.y - above),
        width=_length(width),
        align=first.anchor,
        text="\n".join(lines),
    )


def _rule_boxes(page: Page) -> list[dict[str, str]]:
    return [
        {
            "left": _length(rule.x0),
            "top": _length(rule.y - rule.thickness / 2),
            "width": _length(rule.x1 - rule.x0),
            "height": _length(rule.thickness),
        }
        for rule in page.rules
    ]


def _length(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


@cache
def _font_faces() -> str:
    faces = (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
        f'src: url("{FONT_SCHEME}{face}"); }}'
        for face, (family, weight, style) in FAMILIES.items()
    )
    return "\n".join(faces)


def _weasyprint() -> Any:
    """Import WeasyPrint, with a missing library said in one line."""
    check_pango()
    try:
        import weasyprint  # 0.6 s, and only after the check for its libraries
    except OSError as error:
        raise missing_library(str(error).split("\n", 1)[0]) from None
    return weasyprint


@cache
def _shared_fonts() -> Any:
    """Return the one font configuration of this process: a fresh one for each output would leak."""
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration  # as in _weasyprint

    configuration = FontConfiguration()
    with _no_warnings():
        weasyprint.CSS(string=_font_faces(), font_config=configuration, url_fetcher=_fetcher())
    return configuration


@cache
def _fetcher() -> Any:
    """Return a fetcher of the shipped fonts and of nothing else: no file, no network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # as in _weasyprint

    class ShippedFonts(URLFetcher):  # type: ignore[misc] # weasyprint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            for face in FILES:
                if url == f"{FONT_SCHEME}{face}":
                    return URLFetcherResponse(url, font_file(face).read_bytes(), {"Content-Type": "font/ttf"})
            raise ValueError(f"pages load nothing but the shipped fonts, not {url}")

    return ShippedFonts(allowed_protocols=(FONT_SCHEME.rstrip(":"),), fail_on_errors=True)


def _drawn(html: str, css: str) -> bytes:
    weasyprint = _weasyprint()
    fonts = _shared_fonts()
    with _no_warnings():
        sheet = weasyprint.CSS(string=css, font_config=fonts, url_fetcher=_fetcher())
        document = weasyprint.HTML(string=html, url_fetcher=_fetcher())
        content: bytes = document.write_pdf(
            stylesheets=[sheet], font_config=fonts, full_fonts=True, pdf_version="1.7", uncompressed_pdf=True
        )
    return content


class _Gathered(logging.Handler):
    """Gathers WeasyPrint's warnings, so that they fail the output instead of scrolling by."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not any(notice in message for notice in ALLOWED_NOTICES):
            self.messages.append(message)


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Fail if WeasyPrint logs a warning: it warns where it loses cells, glyphs or styles.

    Raises:
        RenderError: it did, or it could not load what a style sheet asked for.
    """
    from weasyprint.urls import FatalURLFetchingError  # as in _weasyprint

    logger = logging.getLogger("weasyprint")
    gathered = _Gathered()
    logger.addHandler(gathered)
    try:
        yield
    except FatalURLFetchingError as error:
        raise RenderError(f"{error}: {error.__cause__}") from None
    finally:
        logger.removeHandler(gathered)
    if gathered.messages:
        raise RenderError(f"WeasyPrint: {'; '.join(dict.fromkeys(gathered.messages))}")
