import io
import logging
import os
import subprocess
import sys
from dataclasses import replace

import pypdf
import pytest

from tlf.errors import RenderError
from tlf.render.fonts import font_file
from tlf.render.page import Page, Rule, TextRun, leading
from tlf.render.page_model import pages_of
from tlf.render.pdf_weasyprint import _no_warnings, pdf_of, text_blocks
from tlf.render.plot_kaplan_meier import plot_kaplan_meier


def run(x, line, text, **given):
    return TextRun(x, 100 + line * leading(9), text, "sans", 9, **given)


def page(*runs):
    return Page(792, 612, runs, (Rule(54, 738, 90, 0.9),))


def baselines(content):
    """Return (x, y from the top, text) of every line of text of the first page, as it is drawn."""
    found = []

    def visit(text, cm, tm, *_):
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append((x, 612 - y, text.strip()))

    pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=visit)
    return found


def test_text_stands_where_the_model_puts_it(table, layout):
    (model,) = pages_of(table, layout)
    drawn = {}
    for x, y, text in baselines(pdf_of((model,), title="T")):
        drawn.setdefault(text, []).append((x, y))
    for item in model.runs:
        near = [abs(x - item.left) < 0.05 and abs(y - item.y) < 0.05 for x, y in drawn[item.text]]
        assert any(near), (item, drawn[item.text])


def test_words_in_the_text_layer_are_those_of_the_model(listing, layout, pdf_text):
    pages = pages_of(listing, layout)
    texts = pdf_text(pdf_of(pages, title="T"))
    assert len(texts) == len(pages)
    for model, text in zip(pages, texts, strict=True):
        assert sorted(text.split()) == sorted(word for item in model.runs for word in item.text.split())


def test_drawn_lines_lie_inside_the_margins(listing, layout):
    content = pdf_of(pages_of(listing, layout), title="T")
    for x, y, _ in baselines(content):
        assert 53.9 <= x <= 738
        assert 72 <= y <= 558


def test_characters_of_the_field_come_out_whole(pdf_text):
    text = "¹⁷⁷Lu ≥30% ALT <LLN & >ULN {x} \\par µg ± café – 10−5"
    assert pdf_text(pdf_of((page(run(60, 0, text)),), title="T"))[0].split() == text.split()


def test_the_same_pages_give_the_same_bytes_here_and_in_another_process(tmp_path):
    program = (
        "import sys, hashlib\n"
        "from tlf.render.page import Page, Rule, TextRun\n"
        "from tlf.render.pdf_weasyprint import pdf_of\n"
        "page = Page(792, 612, (TextRun(60, 100, 'Hazard ratio ≥1', 'sans', 9),), (Rule(54, 738, 90, 0.9),))\n"
        "print(hashlib.sha256(pdf_of((page,), title='T', author='A')).hexdigest())\n"
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
    here = page(run(60, 0, "a"))
    assert pdf_of((here,), title="T") == pdf_of((here,), title="T")


def test_fonts_are_embedded_complete_and_not_called_a_subset(open_pdf):
    with open_pdf(pdf_of((page(run(60, 0, "a")),), title="T")) as pdf:
        fonts = list(pdf.pages[0].obj.Resources.Font.values())
        assert [str(font.BaseFont) for font in fonts] == ["/TLF-Sans"]
        descriptor = fonts[0].DescendantFonts[0].FontDescriptor
        assert str(descriptor.FontName) == "/TLF-Sans"
        assert descriptor.FontFile2.read_bytes() == font_file("sans").read_bytes()


def test_title_author_and_version_are_set_and_no_date(open_pdf):
    content = pdf_of((page(run(60, 0, "a")),), title="Table 1 Ä", author="Sponsor")
    assert content.startswith(b"%PDF-1.7")
    with open_pdf(content) as pdf:
        assert {key: str(value) for key, value in pdf.docinfo.items() if key != "/Producer"} == {
            "/Title": "Table 1 Ä",
            "/Author": "Sponsor",
        }
        assert str(pdf.docinfo["/Producer"]).startswith("tlf ")


def test_a_columns_lines_share_one_box():
    blocks = text_blocks(page(*(run(60, line, f"row {line}") for line in range(20))))
    assert [block.text for block in blocks] == ["\n".join(f"row {line}" for line in range(20))]


def test_numbers_share_a_box_by_the_end_that_most_of_them_share():
    texts = ["9.5", "12.5", "101.5"]
    runs = [run(200 - run(0, 0, text).width, line, text) for line, text in enumerate(texts)]
    (block,) = text_blocks(page(*runs))
    assert (block.align, block.text) == ("right", "9.5\n12.5\n101.5")


def test_far_apart_lines_and_other_places_have_their_own_boxes():
    blocks = text_blocks(page(run(60, 0, "a"), run(60, 9, "b"), run(90, 1, "c"), run(60, 1.5, "d")))
    assert [block.text for block in blocks] == ["a", "b", "c", "d"]


def test_a_warning_of_weasyprint_fails_the_output(tmp_path):
    (tmp_path / "page.css").write_text(".rule { no-such-property: 1 }")
    with pytest.raises(RenderError, match=r"WeasyPrint: Ignored .no-such-property"):
        pdf_of((page(run(60, 0, "a")),), title="T", template_folder=tmp_path)


def test_the_notice_on_subsetting_is_allowed():
    with _no_warnings():
        logging.getLogger("weasyprint").warning("Please install HarfBuzz-Subset >= 4.1.0")


@pytest.mark.parametrize("url", ["https://example.com/logo.png", "file:///etc/hostname", "tlf-font:other"])
def test_nothing_is_loaded_but_the_shipped_fonts(tmp_path, url):
    (tmp_path / "page.css").write_text(f'.page {{ background: url("{url}") }}')
    with pytest.raises(RenderError, match="pages load nothing but the shipped fonts"):
        pdf_of((page(run(60, 0, "a")),), title="T", template_folder=tmp_path)


def test_a_style_sheet_of_the_sponsor_is_used(tmp_path):
    (tmp_path / "page.css").write_text(".rule { background: #888888 }")
    plain, styled = (pdf_of((page(run(60, 0, "a")),), title="T", template_folder=f) for f in (None, tmp_path))
    assert plain != styled


def test_a_template_that_changes_the_number_of_pages_is_refused(tmp_path):
    (tmp_path / "page.html.j2").write_text("<p>a</p><p style='break-before: page'>b</p>")
    with pytest.raises(RenderError, match="2 pages were drawn, the page model has 1"):
        pdf_of((page(run(60, 0, "a")),), title="T", template_folder=tmp_path)


def test_figures_and_slots_must_match(figure, layout):
    pages = pages_of(figure, layout)
    with pytest.raises(RenderError, match="0 figures drawn for 1 slots"):
        pdf_of(pages, title="T")
    small = replace(pages[0], slots=(replace(pages[0].slots[0], width=100),))
    drawn = plot_kaplan_meier(figure, width=684, height=300)
    with pytest.raises(RenderError, match=r"a figure of 684\.0 x 300\.0 points was drawn for a slot of 100\.0"):
        pdf_of((small,), title="T", figures=[drawn])
