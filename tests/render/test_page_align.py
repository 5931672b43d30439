import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.render.fonts import text_width
from tlf.render.page_align import decimal_alignment


def width(text):
    return text_width(text, face="sans", size=9)


def place(texts):
    return decimal_alignment(texts, face="sans", size=9)


def point(alignment, text, mark="."):
    """Return where the last such mark of a text stands, from the common position."""
    for offset, part in reversed(alignment.parts[text]):
        if mark in part:
            return offset + width(part[: part.rindex(mark)])
    raise AssertionError(f"no {mark} in {text}")


def test_decimal_points_stand_below_each_other():
    alignment = place(["9.5", "12.25", "<0.001", "-1.0"])
    assert [point(alignment, text) for text in alignment.parts if text] == pytest.approx([0] * 4)


def test_whole_numbers_end_where_the_others_have_their_point():
    alignment = place(["9.5", "117"])
    ((offset, text),) = alignment.parts["117"]
    assert offset + width(text) == pytest.approx(0)


def test_numbers_in_parentheses_line_up_in_texts_of_one_shape():
    texts = ["63 (53.8)", "9 (7.7)", "117 (100.0)"]
    alignment = place(texts)
    assert len({round(point(alignment, text), 6) for text in texts}) == 1


def test_confidence_limits_line_up():
    texts = ["17.6 (16.5, 30.3)", "4.1 (3.0, 5.2)"]
    alignment = place(texts)
    assert point(alignment, texts[0]) == pytest.approx(point(alignment, texts[1]))
    assert point(alignment, texts[0], ",") == pytest.approx(point(alignment, texts[1], ","))


def test_what_stands_for_a_number_begins_where_the_numbers_begin_and_widens_nothing():
    with_ne, without = place(["1.002 (0.985, 1.020)", "NE (NE, NE)"]), place(["1.002 (0.985, 1.020)"])
    assert with_ne.parts["1.002 (0.985, 1.020)"] == without.parts["1.002 (0.985, 1.020)"]
    (offset, text), *_ = with_ne.parts["NE (NE, NE)"]
    assert (offset, text) == (pytest.approx(-without.left), "NE")


def test_a_pair_without_parentheses_keeps_its_natural_space():
    assert len(place(["38, 83", "5, 131"]).parts["38, 83"]) == 1


def test_a_text_that_needs_no_padding_is_one_part():
    assert len(place(["63 (53.8)", "54 (46.2)"]).parts["63 (53.8)"]) == 1


def test_a_text_without_a_number_is_centred():
    alignment = place(["10.0", "Not reported"])
    ((offset, _),) = alignment.parts["Not reported"]
    assert offset == pytest.approx(-alignment.left)
    assert alignment.left + alignment.right == pytest.approx(width("Not reported"))


def test_thousands_separators_belong_to_the_number():
    alignment = place(["1,234.5", "7.5"])
    assert point(alignment, "1,234.5") == pytest.approx(0)


def test_nothing_and_no_texts_at_all():
    assert place([""]).parts == {"": ()}
    assert place([]).left == 0


NUMBER = st.from_regex(r"\A[<-]?[0-9]{1,3}(\.[0-9]{1,2})?\Z") | st.sampled_from(["NE", "-"])
TEXT = st.one_of(
    NUMBER,
    st.tuples(NUMBER, NUMBER).map("{0[0]} ({0[1]})".format),
    st.tuples(NUMBER, NUMBER, NUMBER).map("{0[0]} ({0[1]}, {0[2]})".format),
    st.text(alphabet="ab 12.()%-,<", max_size=12),
)


@given(st.lists(TEXT, max_size=8))
def test_parts_say_the_text_in_order_do_not_collide_and_stay_within_reach(texts):
    alignment = place(texts)
    for text in texts:
        parts = alignment.parts[text]
        assert "".join("".join(part.split()) for _, part in parts) == "".join(text.split())
        ends = [offset + width(part) for offset, part in parts]
        assert all(end < start for end, (start, _) in zip(ends, parts[1:], strict=False))
        if parts:
            assert parts[0][0] >= -alignment.left - 1e-6
            assert ends[-1] <= alignment.right + 1e-6
