import hashlib
import html
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pypdf
import pytest

from tlf.errors import RenderError
from tlf.model.spec import Page as PageLayout
from tlf.render import pdf_embed
from tlf.render import render_display as door
from tlf.render.book import BookEntry, Cover, assemble_book
from tlf.render.fonts import font_file
from tlf.render.page import Page, Rule, TextRun, text_width
from tlf.render.page_model import pages_of
from tlf.render.pdf_direct import direct_pdf_of
from tlf.render.pdf_weasyprint import pdf_of
from tlf.render.render_display import render_display

TEXTS = ("¹⁷⁷Lu ≥30% µg ± café – 10−5 β", "ALT <LLN & >ULN {x} \\par (a) [b]", "-8.5 (-60.0, 11.4)", "Wort " * 20)


def specimen():
    """Every face, several sizes, all anchors and the characters of the field, on one page with rules."""
    runs, y = [], 40.0
    for face in ("sans", "sans-bold", "sans-italic", "mono"):
        for size in (6.5, 9, 10):
            for text, anchor, x in zip(TEXTS, ("left", "center", "right", "left"), (36, 396, 756, 36), strict=True):
                y += 12
                runs.append(TextRun(x, y, text.strip(), face, size, anchor))
    return (Page(792, 700, tuple(runs), (Rule(54, 738, 30, 0.9), Rule(60.5, 99.25, 33.3, 0.25))),)


@cache
def drawn(write, pages):
    """Return the pages as a writer draws them, once for all tests: WeasyPrint takes a third of a second a page."""
    return write(pages, title="T")


@pytest.fixture(params=["table", "listing", "mono", "a4", "specimen"])
def sample(request, build):
    """Pages of several kinds."""
    if request.param == "specimen":
        return specimen()
    layout = {"mono": PageLayout(font="mono"), "a4": PageLayout(size="a4", orientation="portrait")}
    display = build["table"]() if request.param in ("table", "a4") else build["listing"](4, 9)
    return pages_of(display, layout.get(request.param, PageLayout()))


@pytest.fixture
def words_of(tmp_path):
    """Return a function from a PDF's bytes to the words of each page with their boxes, as Poppler finds them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")

    def words(content):
        (tmp_path / "words.pdf").write_bytes(content)
        command = ["pdftotext", "-bbox", tmp_path / "words.pdf", "-"]
        text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        word = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
        pages = []
        for page in text.split("<page ")[1:]:
            found = re.findall(word, page)
            pages.append([(html.unescape(text), *(float(n) for n in numbers)) for *numbers, text in found])
        return pages

    return words


def take_near(word, others):
    """Take the word at the same place out of the others, and tell whether there was one."""
    for other in others:
        if other[0] == word[0] and all(abs(a - b) < 0.1 for a, b in zip(word[1:], other[1:], strict=True)):
            others.remove(other)
            return True
    return False


def test_words_stand_where_weasyprint_puts_them(sample, words_of):
    direct, reference = words_of(drawn(direct_pdf_of, sample)), words_of(drawn(pdf_of, sample))
    assert len(direct) == len(reference) == len(sample)
    for page, expected in zip(direct, reference, strict=True):
        assert page
        assert [word for word in page if not take_near(word, expected)] == []
        assert expected == []


def shown(page):
    """Return (x, y from the bottom, text, face, size) of each text shown on a page, read by the fonts' own maps."""
    pikepdf = pytest.importorskip("pikepdf")
    maps = {}
    for name, font in page.obj.Resources.Font.items():
        entries = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n", font.ToUnicode.read_bytes())
        maps[name] = {bytes.fromhex(g.decode()): bytes.fromhex(c.decode()).decode("utf-16-be") for g, c in entries}
    found, face, size, matrix = [], "", 0.0, []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            face, size = str(operands[0]), float(operands[1])
        elif str(operator) == "Tm":
            matrix = [float(n) for n in operands]
        elif str(operator) == "Tj":
            codes = bytes(operands[0])
            text = "".join(maps[face][codes[i : i + 2]] for i in range(0, len(codes), 2))
            assert matrix[:4] == [1, 0, 0, 1]
            found.append((matrix[4], matrix[5], text, face.strip("/"), size))
    return found


def test_every_text_is_shown_once_at_the_models_place_with_its_spaces(sample, open_pdf):
    with open_pdf(drawn(direct_pdf_of, sample)) as pdf:
        for page, model in zip(pdf.pages, sample, strict=True):
            for (x, y, *said), run in zip(shown(page), model.runs, strict=True):
                assert said == [run.text, run.face, run.size]
                assert (x, model.height - y) == pytest.approx((run.left, run.y), abs=0.001)


def words_of_model(pages):
    return [sorted(word for run in page.runs for word in run.text.split()) for page in pages]


def test_pypdf_reads_every_word_of_the_model(sample):
    pages = pypdf.PdfReader(io.BytesIO(drawn(direct_pdf_of, sample))).pages
    assert [sorted(page.extract_text().split()) for page in pages] == words_of_model(sample)


def test_poppler_reads_every_word_of_the_model(sample, pdf_text):
    texts = pdf_text(drawn(direct_pdf_of, sample))
    assert [sorted(text.split()) for text in texts] == words_of_model(sample)


def rectangles(pdf):
    """Return the filled rectangles of each page in points from the lower left corner, with their colour."""
    pikepdf = pytest.importorskip("pikepdf")
    pages = []
    for page in pdf.pages:
        found, matrix, stack, colour, last = [], pikepdf.Matrix(), [], (0, 0, 0), None
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "q":
                stack.append((matrix, colour))
            elif name == "Q":
                matrix, colour = stack.pop()
            elif name == "cm":
                matrix = pikepdf.Matrix(*(float(n) for n in operands)) @ matrix
            elif name in ("rg", "g"):
                colour = tuple(float(n) for n in operands)
            elif name == "re":
                x, y, width, height = (float(n) for n in operands)
                corners = (matrix.transform((x, y)), matrix.transform((x + width, y + height)))
                last = [f(c[axis] for c in corners) for f in (min, max) for axis in (0, 1)]
            elif name == "f":
                found.append((last, colour))
        pages.append(found)
    return pages


def test_rules_have_the_place_weight_and_colour_that_weasyprint_gives_them(sample, open_pdf):
    with open_pdf(drawn(direct_pdf_of, sample)) as direct, open_pdf(drawn(pdf_of, sample)) as reference:
        for model, page, expected in zip(sample, rectangles(direct), rectangles(reference), strict=True):
            assert len(page) == len(expected) == len(model.rules) > 0
            for (place, colour), (other, other_colour) in zip(page, expected, strict=True):
                assert place == pytest.approx(other, abs=0.002)
                assert set(colour) == set(other_colour) == {0}


def test_pages_have_the_size_that_weasyprint_gives_them(sample, open_pdf):
    with open_pdf(drawn(direct_pdf_of, sample)) as direct, open_pdf(drawn(pdf_of, sample)) as reference:
        for page, other, model in zip(direct.pages, reference.pages, sample, strict=True):
            assert [float(n) for n in page.mediabox] == pytest.approx([0, 0, model.width, model.height], abs=0.001)
            assert [float(n) for n in page.mediabox] == pytest.approx([float(n) for n in other.mediabox], abs=0.001)


def test_fonts_are_embedded_complete_and_not_called_a_subset(open_pdf, tmp_path):
    content = direct_pdf_of(specimen(), title="T")
    faces = {"TLF-Sans": "sans", "TLF-Sans-Bold": "sans-bold", "TLF-Sans-Italic": "sans-italic", "TLF-Mono": "mono"}
    with open_pdf(content) as pdf:
        fonts = {str(font.BaseFont).strip("/"): font for font in pdf.pages[0].obj.Resources.Font.values()}
        assert fonts.keys() == faces.keys()
        for name, font in fonts.items():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert str(descriptor.FontName) == f"/{name}"
            assert descriptor.FontFile2.read_bytes() == font_file(faces[name]).read_bytes()
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts is not installed")
    (tmp_path / "fonts.pdf").write_bytes(content)
    listed = subprocess.run(["pdffonts", tmp_path / "fonts.pdf"], capture_output=True, check=True).stdout.decode()
    lines = [line.split() for line in listed.splitlines()[2:]]
    assert {line[0]: line[-5:-2] for line in lines} == {name: ["yes", "no", "yes"] for name in faces}


def test_font_objects_are_those_that_weasyprint_writes(open_pdf):
    with open_pdf(drawn(direct_pdf_of, specimen())) as direct, open_pdf(drawn(pdf_of, specimen())) as other:
        direct_fonts, fonts = (
            {str(font.BaseFont): font for font in pdf.pages[0].obj.Resources.Font.values()} for pdf in (direct, other)
        )
        assert direct_fonts.keys() == fonts.keys()
        for name, font in fonts.items():
            assert read_font(direct_fonts[name]) == read_font(font), name


def read_font(font):
    """Return everything that a font says, its streams by their bytes."""
    (descendant,) = font.DescendantFonts
    descriptor = descendant.FontDescriptor
    return {
        "map": font.ToUnicode.read_bytes(),
        "file": hashlib.sha256(descriptor.FontFile2.read_bytes()).hexdigest(),
        "descriptor": {key: value.unparse() for key, value in items(descriptor) if key != "/FontFile2"},
        "descendant": {key: value.unparse() for key, value in items(descendant) if key != "/FontDescriptor"},
        "font": {key: value.unparse() for key, value in items(font) if key not in ("/ToUnicode", "/DescendantFonts")},
    }


def items(dictionary):
    """Return a dictionary's items, each value as an object that can be written out."""
    pikepdf = pytest.importorskip("pikepdf")
    return [(key, pikepdf.Array([value])) for key, value in dictionary.items()]


def test_a_book_of_both_writers_keeps_one_copy_of_each_font(table, listing, layout, open_pdf, qpdf_check):
    entries = [
        BookEntry("table", "Table 14.2.4.2", "Cox", render_display(table, layout)),
        BookEntry("listing", "Listing 16.2.6.1", "Measurements", render_display(listing, layout)),
    ]
    content = assemble_book(Cover("A trial"), entries, layout).content
    assert qpdf_check(content) == ""
    with open_pdf(content) as book:
        fonts = {font.objgen: font for page in book.pages for font in page.obj.Resources.Font.values()}
        assert sorted(str(font.BaseFont) for font in fonts.values()) == ["/TLF-Sans", "/TLF-Sans-Bold"]
        assert sum("/Length1" in item for item in book.objects if isinstance(item, type(book.pages[0].Contents))) == 2


def test_qpdf_finds_nothing_wrong(sample, qpdf_check):
    assert qpdf_check(drawn(direct_pdf_of, sample)) == ""


def test_streams_are_compressed(sample, open_pdf):
    with open_pdf(drawn(direct_pdf_of, sample)) as pdf:
        assert {str(page.Contents.Filter) for page in pdf.pages} == {"/FlateDecode"}


def test_title_author_and_version_are_set_and_no_date_as_weasyprints(open_pdf):
    page = Page(792, 612, (TextRun(60, 100, "a", "sans", 9),))
    contents = [write((page,), title="Table 1 Ä", author="Sponsor") for write in (direct_pdf_of, pdf_of)]
    assert contents[0].startswith(b"%PDF-1.7")
    said = []
    for content in contents:
        with open_pdf(content) as pdf:
            said.append(({key: str(value) for key, value in pdf.docinfo.items()}, str(pdf.Root.Lang)))
    assert said[0] == said[1]
    assert said[0][0].keys() == {"/Title", "/Author", "/Producer"}


def test_the_same_pages_give_the_same_bytes_here_and_in_another_process(tmp_path):
    program = (
        "import sys, hashlib\n"
        "from tlf.render.page import Page, Rule, TextRun\n"
        "from tlf.render.pdf_direct import direct_pdf_of\n"
        "faces = ('mono', 'sans-italic', 'sans', 'sans-bold')\n"
        "runs = tuple(TextRun(60, 100, 'Hazard ratio ≥1', face, 9) for face in faces)\n"
        "page = Page(792, 612, runs, (Rule(54, 738, 90, 0.9),))\n"
        "print(hashlib.sha256(direct_pdf_of((page,), title='T', author='A')).hexdigest())\n"
    )
    sums = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert sums[0] == sums[1] != b""
    assert direct_pdf_of(specimen(), title="T") == direct_pdf_of(specimen(), title="T")


def test_a_book_has_the_same_bytes_whatever_the_hash_seed():
    program = (
        "import hashlib\n"
        "from tlf.model.manifest import Rendered\n"
        "from tlf.model.spec import Page as PageLayout\n"
        "from tlf.render.book import BookEntry, Cover, assemble_book\n"
        "from tlf.render.page import Page, TextRun\n"
        "from tlf.render.pdf_direct import direct_pdf_of\n"
        "faces = ('mono', 'sans-italic', 'sans', 'sans-bold')\n"
        "page = Page(792, 612, tuple(TextRun(60, 100, 'ratio', face, 9) for face in faces))\n"
        "made = Rendered('l.pdf', 'pdf', direct_pdf_of((page,), title='T'), 1, 'T')\n"
        "book = assemble_book(Cover('A trial'), [BookEntry('listing', 'Listing 1', 'T', made)], PageLayout())\n"
        "print(hashlib.sha256(book.content).hexdigest())\n"
    )
    sums = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(sums) == 1


def test_a_character_that_the_font_has_not_is_refused():
    page = Page(792, 612, (TextRun(60, 100, "done ✓", "sans", 9),))
    with pytest.raises(RenderError, match=r"^Table 1: the font sans has no glyph for '✓' \(U\+2713\) in 'done ✓'"):
        direct_pdf_of((page,), title="Table 1")


def test_text_of_two_lines_is_refused():
    page = Page(792, 612, (TextRun(60, 100, "a\nb", "sans", 9),))
    with pytest.raises(RenderError, match=r"Table 1: '\\n' cannot be drawn in one line of text: 'a\\nb'"):
        direct_pdf_of((page,), title="Table 1")


def test_a_slot_for_a_figure_is_refused(figure, layout):
    with pytest.raises(RenderError, match="Figure 1: the direct writer draws no figures"):
        direct_pdf_of(pages_of(figure, layout), title="Figure 1")


def test_a_font_file_that_is_damaged_is_said(monkeypatch, tmp_path):
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    monkeypatch.setattr(pdf_embed, "font_file", lambda face: tmp_path / "bad.ttf")
    with pytest.raises(RenderError, match=r"bad\.ttf: the shipped font cannot be read .*; reinstall tlf"):
        pdf_embed.embedded_face.__wrapped__("sans")


def test_a_page_without_text_is_written(open_pdf, qpdf_check):
    content = direct_pdf_of((Page(792, 612, (), (Rule(54, 738, 90, 0.9),)), Page(792, 612, ())), title="T")
    assert qpdf_check(content) == ""
    with open_pdf(content) as pdf:
        assert [len(page) for page in rectangles(pdf)] == [1, 0]


def test_a_line_takes_the_width_that_the_model_counts_with(words_of):
    text = "0.967(0.943,0.991)" * 6
    page = Page(792, 612, (TextRun(756, 100, text, "sans", 9, "right"),))
    (((found, left, _, right, _),),) = words_of(direct_pdf_of((page,), title="T"))
    assert found == text
    assert (left, right) == pytest.approx((756 - text_width(text, face="sans", size=9), 756), abs=0.01)


@pytest.fixture
def writers_used(monkeypatch):
    """Note which writer draws an output, and how many pages."""
    used = []
    for name in ("direct_pdf_of", "pdf_of"):

        def record(pages, *, name=name, **given):
            used.append((name, len(pages)))
            return b""

        monkeypatch.setattr(door, name, record)
    return used


@pytest.mark.parametrize(
    ("kind", "with_templates", "writer"),
    [
        ("listing of a page", False, "direct_pdf_of"),
        ("long listing", False, "direct_pdf_of"),
        ("long listing", True, "pdf_of"),
        ("long table", False, "direct_pdf_of"),
        ("long table", True, "pdf_of"),
        ("table", False, "pdf_of"),
        ("figure", False, "pdf_of"),
    ],
)
def test_listings_and_long_outputs_go_direct_unless_the_study_has_templates(
    kind, with_templates, writer, *, build, layout, writers_used, tmp_path
):
    long = build["listing"](12, 9)
    displays = {
        "listing of a page": build["listing"](1, 9),
        "long listing": long,
        "long table": replace(build["table"](), columns=long.columns, rows=long.rows),
        "table": build["table"](),
        "figure": build["figure"](),
    }
    render_display(displays[kind], layout, template_folder=tmp_path if with_templates else None)
    ((used, pages),) = writers_used
    assert used == writer
    assert (pages > 5) == kind.startswith("long")
