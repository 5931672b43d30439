import pytest

from tlf.errors import RenderError
from tlf.model.display import Cell, Row
from tlf.render.page_text import normalise, normalised_display


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain", "plain"),
        ("non\u2011breaking", "non-breaking"),
        ("10\u00a0mg", "10 mg"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("a\tb", "a b"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("bell\x07", "bell"),
        ("e\u0301", "é"),
        ("ALT <LLN & >ULN {x} \\par", "ALT <LLN & >ULN {x} \\par"),
    ],
)
def test_text_is_made_to_print_as_it_reads(text, printed):
    assert normalise(text)[0] == printed


def test_each_change_is_recorded_with_its_place_and_code_point():
    _, changes = normalise("a\u00a0b\u200b", where="T-1, title")
    assert [str(change) for change in changes] == ["T-1, title: U+00A0 replaced by ' '", "T-1, title: U+200B removed"]


@pytest.mark.parametrize("text", ["שלום", "مرحبا"])
def test_text_from_right_to_left_is_refused(text):
    with pytest.raises(RenderError, match="is written from right to left"):
        normalise(text, where="L-1")


def test_a_displays_changes_name_the_row_and_column(table):
    row = Row((Cell("Asian\u00a0(other)"), *(Cell("") for _ in range(5))))
    clean, changes = normalised_display(type(table)(table.sections, table.columns, (*table.rows, row)))
    assert clean.rows[-1].cells[0].text == "Asian (other)"
    assert str(changes[0]) == f"T-14-2-4-2, row {len(table.rows) + 1}, column 1: U+00A0 replaced by ' '"


def test_a_display_without_such_characters_stays_the_same(listing):
    assert normalised_display(listing) == (listing, ())


def test_texts_in_a_figures_data_are_normalised_too(build):
    figure = build["figure"](build["series"]("≥30%\u00a0decrease"))
    clean, changes = normalised_display(figure)
    assert clean.data["series"][0]["label"] == "≥30% decrease"
    assert clean.data["x_ticks"] == figure.data["x_ticks"]
    assert "F-14-2-4-5, data series label" in str(changes[0])
