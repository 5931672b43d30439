import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.render.page_widths import Wish, capped, proportional, shared_widths


def wish(natural, body=None, least=None, soft=None, firm=10.0):
    body = natural if body is None else body
    least = body if least is None else least
    return Wish(natural, body, least, least if soft is None else soft, firm)


def share(wishes, rows=(), room=100.0):
    return shared_widths(wishes, rows, room=room)


def test_what_is_left_is_shared_evenly():
    assert share([wish(20), wish(40)]) == [40, 60]


def test_headers_give_way_before_cells():
    assert share([wish(50, body=50), wish(80, body=20)]) == [50, 50]


def test_the_column_with_the_long_text_gets_the_room_that_saves_lines():
    short, long = wish(60, least=20), wish(600, least=20)
    widths = share([short, long], rows=[(60, 600)] * 10)
    assert widths[1] > widths[0]


def test_words_are_broken_at_hyphens_only_where_that_saves_many_lines():
    stiff = Wish(80, 80, 80, 20, 20)
    text = wish(400, least=20)
    assert share([stiff, text], rows=[(80, 400)] * 5)[0] < 80
    assert share([stiff, wish(21, least=15)], rows=[(80, 21)] * 5)[0] == 80


def test_where_nothing_fits_the_widest_give_way_but_not_below_their_numbers():
    assert share([wish(200), wish(20)]) == [80, 20]
    assert share([wish(200, firm=30), wish(95, firm=85)], room=115.0) == [30, 85]


def test_capped_cuts_the_widest_to_one_width():
    assert capped([10.0, 50.0, 90.0], [5.0, 5.0, 5.0], 90.0) == [10.0, 40.0, 40.0]
    assert capped([10.0, 50.0, 90.0], [5.0, 5.0, 60.0], 90.0) == [10.0, 20.0, 60.0]


def test_proportional_gives_more_to_those_who_want_more():
    assert proportional([10.0, 50.0, 90.0], [10.0, 10.0, 10.0], 90.0) == [10.0, 30.0, 50.0]


@st.composite
def wishes(draw):
    found = []
    for _ in range(draw(st.integers(1, 8))):
        firm, soft, least, body, natural = sorted(draw(st.lists(st.floats(10, 500), min_size=5, max_size=5)))
        found.append(Wish(natural, body, least, soft, firm))
    return found


@given(wishes(), st.data())
def test_shares_always_fill_the_room_and_none_breaks_a_number(found, data):
    needed = sum(wish.firm for wish in found)
    room = data.draw(st.floats(needed, needed + 2000))
    rows = [[wish.body for wish in found]]
    widths = shared_widths(found, rows, room=room)
    assert sum(widths) == pytest.approx(room)
    assert all(width >= wish.firm - 1e-6 for width, wish in zip(widths, found, strict=True))
