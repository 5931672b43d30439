import subprocess
import sys
from dataclasses import replace

import pytest

from tlf.errors import RegistryError, RenderError
from tlf.model.display import Cell, Row
from tlf.render.render_display import output_file_name, render_display


def test_a_table_becomes_a_pdf_with_name_pages_and_title(table, layout, pdf_text):
    rendered = render_display(table, layout)
    assert (rendered.name, rendered.format, rendered.pages) == ("t-14-2-4-2.pdf", "pdf", 1)
    assert rendered.title == "Table 14.2.4.2 Cox Regression of Landmark Progression-Free Survival"
    assert rendered.notes == ()
    (text,) = pdf_text(rendered.content)
    assert "0.967 (0.943, 0.991)" in text


def test_a_listings_pages_carry_their_numbers(listing, layout, pdf_text):
    rendered = render_display(listing, layout)
    texts = pdf_text(rendered.content)
    assert len(texts) == rendered.pages
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {rendered.pages}" in text


def test_a_figure_is_drawn_in_its_slot_with_its_text(figure, layout, pdf_text, qpdf_check):
    rendered = render_display(figure, layout)
    (text,) = pdf_text(rendered.content)
    assert "Number of subjects at risk" in text
    assert "≥30% decrease" in text
    assert "Figure 14.2.4.5" in text
    assert qpdf_check(rendered.content) == ""


def test_the_same_display_gives_the_same_bytes(figure, table, layout):
    for display in (figure, table):
        assert render_display(display, layout).content == render_display(display, layout).content


def test_replaced_characters_are_said_in_the_notes(table, layout):
    row = Row((Cell("No\u00a0limit"), *(Cell("") for _ in range(5))))
    assert render_display(replace(table, rows=(row,)), layout).notes == (
        "T-14-2-4-2, row 1, column 1: U+00A0 replaced by ' '",
    )


def test_html_in_data_is_text(table, layout, pdf_text):
    row = Row((Cell("<b>ALT</b> <LLN & >ULN &parameter;"), *(Cell("") for _ in range(5))))
    (text,) = pdf_text(render_display(replace(table, rows=(row,)), layout).content)
    assert "<b>ALT</b> <LLN & >ULN &parameter;" in " ".join(text.split())


def test_an_error_names_the_output(table, layout, tmp_path):
    with pytest.raises(RenderError, match=r"^T-14-2-4-2: .*the folder of templates does not exist"):
        render_display(table, layout, template_folder=tmp_path / "absent")


def test_an_unknown_plot_says_what_was_meant(figure, layout):
    with pytest.raises(RegistryError, match=r"unknown plot 'kaplan_mayer'\. Did you mean kaplan_meier"):
        render_display(replace(figure, plot="kaplan_mayer"), layout)


@pytest.mark.parametrize(
    ("output_id", "name"),
    [("T-14-2-4-2", "t-14-2-4-2.pdf"), ("L-16-2-6-1a", "l-16-2-6-1a.pdf"), ("../../etc/T 1", "etc-t-1.pdf")],
)
def test_file_names_have_lower_case_letters_digits_and_hyphens_only(output_id, name):
    assert output_file_name(output_id) == name


def test_an_id_without_letters_or_digits_makes_no_file_name():
    with pytest.raises(RenderError, match="makes no file name"):
        output_file_name("../..")


def test_importing_every_module_of_the_room_loads_no_heavy_library():
    program = (
        "import importlib, pkgutil, sys, tlf.render\n"
        "for module in pkgutil.iter_modules(tlf.render.__path__):\n"
        "    importlib.import_module(f'tlf.render.{module.name}')\n"
        "heavy = {'weasyprint', 'matplotlib', 'pikepdf', 'jinja2', 'fontTools'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
