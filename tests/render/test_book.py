import io
import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from tlf.errors import RenderError
from tlf.model.manifest import Rendered
from tlf.model.spec import Page, Study
from tlf.render.book import BookEntry, Cover, assemble_book
from tlf.render.render_display import render_display

STUDY = Study(
    id="NETTER1-SIM",
    title="Tumour shrinkage and survival, ad hoc analysis",
    protocol="NETTER1-SIM",
    sponsor="Example Sponsor",
    simulated=True,
    data_cutoff=date(2021, 1, 18),
)
MISSING = ("Table 14.2.1.1  Progression-free survival: analysis pfs has no records",)


def entry(display):
    sections = display.sections
    kind = {"T": "table", "F": "figure", "L": "listing"}[sections.output_id[0]]
    return BookEntry(kind, sections.number, sections.title, render_display(display, Page()))


@pytest.fixture(scope="module")
def entries(request):
    from importlib.util import module_from_spec, spec_from_file_location
    from pathlib import Path

    found = spec_from_file_location("render_displays", Path(__file__).with_name("conftest.py"))
    displays = module_from_spec(found)
    found.loader.exec_module(displays)
    table = displays.make_table()
    later = replace(table, sections=replace(table.sections, output_id="T-14-2-10", number="Table 14.2.10"))
    return [entry(d) for d in (displays.make_listing(), later, table, displays.make_figure())]


@pytest.fixture(scope="module")
def book(entries):
    return assemble_book(Cover.of(STUDY, missing=MISSING, code="3f9a01b2"), entries, Page())


def outline(content):
    reader = pypdf.PdfReader(io.BytesIO(content))

    def named(items):
        return [
            named(item) if isinstance(item, list) else (item.title, reader.get_destination_page_number(item) + 1)
            for item in items
        ]

    return named(reader.outline)


def test_the_book_has_cover_contents_and_every_page_of_every_output(book, entries, open_pdf):
    assert book.pages == 2 + sum(entry.rendered.pages for entry in entries)
    with open_pdf(book.content) as pdf:
        assert len(pdf.pages) == book.pages


def test_the_cover_says_what_the_study_is_and_what_is_missing(book, pdf_text):
    cover = " ".join(pdf_text(book.content)[0].split())
    for wanted in (
        "Tumour shrinkage and survival, ad hoc analysis",
        "SIMULATED DATA - NOT THE RESULTS OF ANY TRIAL",
        "Data cut-off 18JAN2021",
        "Sponsor Example Sponsor",
        "Status Draft",
        "Code 3f9a01b2",
        "Outputs not produced Table 14.2.1.1 Progression-free survival: analysis pfs has no records",
    ):
        assert wanted in cover


def test_what_a_failure_quotes_is_printable_whatever_it_is(pdf_text):
    missing = (
        "Listing 16.2.6.1  no glyph for \u4e2d\ud83d\ude00 or a tab\t".encode("utf-16", "surrogatepass").decode(
            "utf-16"
        ),
    )
    cover = " ".join(pdf_text(assemble_book(Cover.of(STUDY, missing=missing), [], Page()).content)[0].split())
    assert "no glyph for [U+4E2D][U+1F600] or a tab[U+0009]" in cover


def test_contents_group_and_sort_the_outputs_with_their_pages_in_the_file(book, pdf_text):
    texts = pdf_text(book.content)
    lines = [re.sub(r"(\s|\.{2,})+", " ", line).strip() for line in texts[1].splitlines() if line.strip()]
    title = "Cox Regression of Landmark Progression-Free Survival"
    assert lines[lines.index("Tables") :] == [
        "Tables",
        f"Table 14.2.4.2 {title} 3",
        f"Table 14.2.10 {title} 4",
        "Figures",
        "Figure 14.2.4.5 Kaplan-Meier Plot of Progression-Free Survival 5",
        "Listings",
        "Listing 16.2.6.1 Target Lesion Measurements 6",
    ]
    assert "Table 14.2.10" in texts[3]
    assert "Listing 16.2.6.1" in texts[5]


def test_bookmarks_are_nested_and_lead_to_the_outputs(book):
    title = "Cox Regression of Landmark Progression-Free Survival"
    assert outline(book.content) == [
        ("Contents", 2),
        ("Tables", 3),
        [(f"Table 14.2.4.2  {title}", 3), (f"Table 14.2.10  {title}", 4)],
        ("Figures", 5),
        [("Figure 14.2.4.5  Kaplan-Meier Plot of Progression-Free Survival", 5)],
        ("Listings", 6),
        [("Listing 16.2.6.1  Target Lesion Measurements", 6)],
    ]


def test_each_line_of_the_contents_is_a_link_that_keeps_the_zoom(book, open_pdf):
    with open_pdf(book.content) as pdf:
        links = list(pdf.pages[1].obj.Annots)
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        targets = [numbers[link.Dest[0].objgen] for link in links]
        assert targets == [3, 4, 5, 6]
        assert all(str(link.Dest[1]) == "/XYZ" and link.Dest[4] == 0 for link in links)
        heights = [float(link.Rect[3]) for link in links]
        assert heights == sorted(heights, reverse=True)


def test_the_file_opens_on_its_bookmarks_with_title_author_and_no_dates(book, open_pdf):
    with open_pdf(book.content) as pdf:
        assert pdf.Root.PageMode == "/UseOutlines"
        assert str(pdf.docinfo["/Title"]) == "NETTER1-SIM: Tumour shrinkage and survival, ad hoc analysis"
        assert str(pdf.docinfo["/Author"]) == "Example Sponsor"
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo.keys())
        assert pdf.is_linearized


def test_each_font_is_embedded_once(book, open_pdf):
    with open_pdf(book.content) as pdf:
        complete = [
            str(item.FontName)
            for item in pdf.objects
            if getattr(item, "get", None) and item.get("/Type") == "/FontDescriptor" and "TLF" in str(item.FontName)
        ]
    assert sorted(complete) == ["/TLF-Sans", "/TLF-Sans-Bold"]


def test_qpdf_finds_nothing_to_complain_of(book, qpdf_check):
    assert qpdf_check(book.content) == ""


def test_the_same_outputs_give_the_same_bytes(book, entries):
    again = assemble_book(Cover.of(STUDY, missing=MISSING, code="3f9a01b2"), entries, Page())
    assert again.content == book.content


def test_pages_keep_the_page_numbers_of_their_output(book, entries, pdf_text):
    assert f"Page 1 of {entries[0].rendered.pages}" in pdf_text(book.content)[5]


def test_contents_take_as_many_pages_as_they_need(entries, pdf_text):
    many = [replace(entries[2], number=f"Table 14.{n}") for n in range(60)]
    book = assemble_book(Cover.of(STUDY), many, Page())
    texts = pdf_text(book.content)
    assert "Table of Contents (continued)" in texts[2]
    assert "Tables (continued)" in texts[2]
    first = next(n for n, text in enumerate(texts, 1) if "Page 1 of 1" in text and "Hazard ratio" in text)
    assert outline(book.content)[2][0] == ("Table 14.0  Cox Regression of Landmark Progression-Free Survival", first)


def test_many_missing_outputs_go_on_on_a_further_page_of_the_cover(pdf_text):
    missing = [f"Table 14.{n}  Title: reason {'why ' * 30}" for n in range(40)]
    book = assemble_book(Cover.of(STUDY, missing=missing), [], Page())
    texts = pdf_text(book.content)
    assert "Outputs not produced (continued)" in texts[1]
    together = " ".join(" ".join(texts).split())
    assert all(f"Table 14.{n} Title: reason why" in together for n in range(40))
    assert "No output was produced." in texts[-1]


def test_an_output_that_is_no_pdf_or_has_other_pages_is_refused(entries):
    broken = replace(entries[0], rendered=Rendered("l.pdf", "pdf", b"no pdf", 1))
    with pytest.raises(RenderError, match=r"Listing 16\.2\.6\.1: its PDF cannot be read"):
        assemble_book(Cover.of(STUDY), [broken], Page())
    wrong = replace(entries[2], rendered=replace(entries[2].rendered, pages=7))
    with pytest.raises(RenderError, match=r"Table 14\.2\.4\.2: 1 pages where 7 were made"):
        assemble_book(Cover.of(STUDY), [wrong], Page())
