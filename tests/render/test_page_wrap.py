from hypothesis import given
from hypothesis import strategies as st

from tlf.render.fonts import text_width
from tlf.render.page_wrap import longest_number, longest_part, longest_word, wrap_text


def wrap(text, width, face="mono"):
    # Liberation Mono at 10 points is 6.0009765625 points wide a character.
    return wrap_text(text, width=width * 6.001, face=face, size=10)


def test_lines_break_at_words():
    assert wrap("best tumour shrinkage", 11) == ("best tumour", "shrinkage")


def test_text_that_fits_keeps_its_spaces():
    assert wrap("Source: ADSL   Data cut-off", 40) == ("Source: ADSL   Data cut-off",)


def test_a_newline_ends_a_line():
    assert wrap("Hazard ratio\n(95% CI)", 40) == ("Hazard ratio", "(95% CI)")


def test_a_word_longer_than_a_line_is_broken_and_goes_on():
    assert wrap("abcdefghij klm", 4) == ("abcd", "efgh", "ij", "klm")


def test_a_long_word_is_broken_after_a_slash_where_it_has_one():
    assert wrap("reports/summary.txt", 10) == ("reports/", "summary.", "txt")


def test_a_character_wider_than_the_line_still_stands_on_one():
    assert wrap_text("WW", width=1, face="sans", size=10) == ("W", "W")


def test_empty_text_is_one_empty_line():
    assert wrap("", 10) == ("",)


def test_a_long_word_is_not_broken_within_its_number():
    assert wrap("visit-schedule-2013", 16) == ("visit-schedule-", "2013")
    assert wrap("abcdefgh2013", 10) == ("abcdefgh", "2013")


def test_longest_part_and_longest_number():
    sized = {"face": "mono", "size": 2048}
    assert longest_part("interstitial/lung-disease 12.5", **sized) == 13 * 1229
    assert longest_number("interstitial (12.5) A1234567", **sized) == 6 * 1229
    assert longest_number("none", **sized) == 0


def test_longest_word():
    assert longest_word("a bbb cc", face="mono", size=2048) == 3 * 1229


@given(st.text(alphabet="abcXYZ -/_,.;09 \n≥", max_size=120), st.floats(20, 200))
def test_nothing_but_spaces_is_lost_and_no_line_is_too_wide(text, width):
    lines = wrap_text(text, width=width, face="sans", size=9)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width(line, face="sans", size=9) <= width + 1e-3 for line in lines)
