from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.errors import RenderError
from tlf.model.display import Cell, Column, Row
from tlf.render.fonts import text_width
from tlf.render.page_columns import Layout, place_columns

LAYOUT = Layout(54.0, 738.0, "sans", "sans-bold", 9.0, 11.0)


def row(*texts, indent=0, kind="data"):
    return Row(tuple(Cell(text) for text in texts), indent=indent, kind=kind)


def width(text, face="sans"):
    return text_width(text, face=face, size=9)


def test_columns_fill_the_page_between_its_margins():
    placed = place_columns([Column("a", "A"), Column("b", "B")], [row("x", "y")], LAYOUT)
    assert placed[0].x == 54
    assert placed[-1].x + placed[-1].width == pytest.approx(738)


def test_what_is_left_of_the_page_is_shared_out_evenly():
    placed = place_columns([Column("a", "A"), Column("b", "B")], [row("x" * 20, "y" * 10)], LAYOUT)
    assert placed[0].width - placed[1].width == pytest.approx(width("x" * 20) - width("y" * 10))


def test_a_columns_own_width_is_kept_as_its_share_of_the_page():
    placed = place_columns([Column("a", "A", width=0.5), Column("b", "B"), Column("c", "C")], [row("", "", "")], LAYOUT)
    # The column with the gap after it takes half of the width between margins with one gap added.
    assert placed[0].width + LAYOUT.gap == pytest.approx(0.5 * (684 + LAYOUT.gap))


def test_the_widest_text_column_gives_way_and_narrow_ones_keep_one_line():
    placed = place_columns([Column("a", "Term"), Column("b", "Date")], [row("word " * 200, "15MAR2013")], LAYOUT)
    assert placed[1].width == pytest.approx(width("15MAR2013"))
    assert placed[0].width == pytest.approx(684 - LAYOUT.gap - width("15MAR2013"))


def test_headers_are_wrapped_before_cells():
    columns = [Column("a", "Visit"), *(Column(str(n), f"A rather long header of column {n}") for n in range(5))]
    placed = place_columns(columns, [row("Follow-up Month 12 unscheduled", *["12"] * 5)], LAYOUT)
    assert placed[0].width >= width("Follow-up Month 12 unscheduled") - 1e-6
    assert all(len(column.header) > 1 for column in placed[1:])


def test_a_label_row_asks_for_no_width_but_an_indented_value_does():
    labels = place_columns(
        [Column("a", ""), Column("b", "")], [row("label " * 9, "", kind="label"), row("v", "w")], LAYOUT
    )
    assert labels[0].width == labels[1].width
    indented = place_columns([Column("a", ""), Column("b", "")], [row("vvvvvvv", "wwwww", indent=2)], LAYOUT)
    assert indented[0].width - indented[1].width == pytest.approx(
        width("vvvvvvv") + 2 * LAYOUT.indent - max(width("wwwww"), 2.5 * 9)
    )


def test_numbers_stand_in_the_middle_of_their_column():
    placed = place_columns([Column("a", ""), Column("b", "", "decimal")], [row("x", "12.5"), row("y", "3.25")], LAYOUT)
    column = placed[1]
    left, right = column.decimal_x - column.alignment.left, column.decimal_x + column.alignment.right
    assert left - column.x == pytest.approx(column.x + column.width - right)


def test_numbers_too_wide_for_their_column_are_wrapped_like_text():
    columns = [Column("a", "", "decimal", width=0.06), Column("b", "")]
    assert place_columns(columns, [row("1.002 (0.985, 1.020)", "x")], LAYOUT)[0].alignment is None


def test_a_width_that_would_break_a_number_is_refused():
    columns = [Column("a", "", width=0.05), Column("b", "")]
    with pytest.raises(
        RenderError, match=r"column 1 is to be 24 points wide, but needs .* to print its numbers unbroken"
    ):
        place_columns(columns, [row("1234567.89", "x")], LAYOUT)


def test_numbers_are_never_broken_however_narrow_the_page():
    columns = [Column(str(n), "Long header of words") for n in range(12)]
    placed = place_columns(columns, [row(*["aaaaaaaaaaaaaaaaaaaa-2013 12345.67"] * 12)], LAYOUT)
    assert all(column.width >= width("12345.67") for column in placed)


def test_more_columns_than_the_page_holds_are_refused():
    columns = [Column(str(n), "") for n in range(40)]
    with pytest.raises(RenderError, match=r"40 columns do not fit a page 9\.50 inches wide"):
        place_columns(columns, [row(*["x"] * 40)], LAYOUT)


@given(st.lists(st.lists(st.text(alphabet="abc 12", max_size=60), min_size=4, max_size=4), min_size=1, max_size=5))
def test_columns_never_overlap_and_never_leave_the_page(texts):
    columns = [Column(str(n), "head er", align) for n, align in enumerate(("left", "decimal", "center", "right"))]
    placed = place_columns(columns, [row(*line) for line in texts], LAYOUT)
    for before, after in pairwise(placed):
        assert before.x + before.width + LAYOUT.gap == pytest.approx(after.x)
    assert placed[-1].x + placed[-1].width <= 738.01
