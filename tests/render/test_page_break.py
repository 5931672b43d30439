import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlf.errors import RenderError
from tlf.render.page_break import FlowRow, PageRows, RowSlice, break_rows


def data(block="", lines=1, carried=()):
    return FlowRow(lines, "data", block, None, tuple((label, 1) for label in carried))


def label(text, block="", carried=()):
    return FlowRow(1, "label", block, (0, text), tuple((outer, 1) for outer in carried))


BLANK = FlowRow(1, "blank")
A = (0, "A")


def rows_of(pages):
    return [[part.row for part in page.slices] for page in pages]


def test_rows_fill_pages_in_order():
    assert rows_of(break_rows([data() for _ in range(5)], 3)) == [[0, 1, 2], [3, 4]]


def test_a_block_that_fits_on_a_page_is_not_split():
    assert rows_of(break_rows([data("a")] * 2 + [data("b")] * 2, 3)) == [[0, 1], [2, 3]]


def test_a_block_taller_than_a_page_goes_on_under_its_repeated_label():
    pages = break_rows([label("A", "a"), *[data("a", carried=[A])] * 5], 4)
    assert rows_of(pages) == [[0, 1, 2, 3], [4, 5]]
    assert [page.carried for page in pages] == [(), (A,)]


def test_a_page_that_starts_with_a_new_group_repeats_only_the_labels_that_go_on():
    inner = [(0, "Arm"), (1, "S1")], [(0, "Arm"), (1, "S2")]
    flow = [label("Arm", "s1"), FlowRow(1, "label", "s1", (1, "S1"), (((0, "Arm"), 1),)), data("s1", carried=inner[0])]
    flow += [FlowRow(1, "label", "s2", (1, "S2"), (((0, "Arm"), 1),)), data("s2", carried=inner[1])]
    pages = break_rows(flow, 4)
    assert rows_of(pages) == [[0, 1, 2], [3, 4]]
    assert pages[1].carried == ((0, "Arm"),)


def test_a_label_stays_with_the_row_after_it():
    assert rows_of(break_rows([data(), data(), label("A"), data(carried=[A])], 3)) == [[0, 1], [2, 3]]


def test_blank_rows_are_dropped_where_a_page_ends_or_starts():
    assert rows_of(break_rows([data(), data(), BLANK, data()], 3)) == [[0, 1], [3]]
    assert rows_of(break_rows([BLANK, data(), BLANK], 2)) == [[1]]


def test_a_row_taller_than_a_page_is_split_and_marked():
    pages = break_rows([data(lines=7)], 4)
    assert [page.slices for page in pages] == [(RowSlice(0, 0, 4),), (RowSlice(0, 4, 7),)]
    assert [page.split for page in pages] == [False, True]


def test_a_label_before_a_block_that_then_no_longer_fits_keeps_its_first_rows():
    pages = break_rows([label("A"), *[data("b", carried=[A])] * 3], 4)
    assert rows_of(pages) == [[0, 1, 2, 3]]
    pages = break_rows([label("A"), *[data("b")] * 4], 4)
    assert rows_of(pages) == [[0, 1, 2, 3], [4]]


def test_labels_at_the_end_without_rows_are_kept():
    assert rows_of(break_rows([data(), label("A"), label("B")], 5)) == [[0, 1, 2]]


def test_no_rows_make_one_empty_page():
    assert break_rows([], 5) == (PageRows((), False, ()),)


def test_a_page_without_room_for_a_row_is_refused():
    with pytest.raises(RenderError, match="the page has room for 2 lines of the body, but 3 are needed"):
        break_rows([data(carried=[A])], 2)


@st.composite
def flows(draw):
    """Rows as displays make them: blocks of rows under labels, blanks between, some rows of many lines."""
    rows = []
    for number in range(draw(st.integers(0, 8))):
        block = draw(st.sampled_from(["", f"b{number}"]))
        carried = ()
        if draw(st.booleans()):
            text = f"L{number}"
            rows.append(label(text, block))
            carried = ((0, text),)
        for _ in range(draw(st.integers(0, 7))):
            lines = draw(st.sampled_from([1, 1, 1, 2, 3, 14]))
            rows.append(data(block, lines, carried))
        if draw(st.booleans()):
            rows.append(BLANK)
    return rows


@given(flows(), st.integers(4, 12))
def test_no_row_is_lost_repeated_or_split_without_mark(rows, capacity):
    pages = break_rows(rows, capacity)
    seen = [part for page in pages for part in page.slices]
    lines = [(part.row, line) for part in seen for line in range(part.first, part.last)]
    kept = {part.row for part in seen}
    expected = [
        (n, line) for n, row in enumerate(rows) if row.kind != "blank" or n in kept for line in range(row.lines)
    ]
    assert lines == expected
    assert {n for n, row in enumerate(rows) if row.kind != "blank"} <= kept
    for page in pages[1:]:
        assert page.split == (page.slices[0].first > 0)


def labels_and_their_row(rows, label):
    """Return the lines of a label, the labels and blanks next to it, and the row that they stand above."""
    first = last = label
    while first > 0 and rows[first - 1].kind != "data":
        first -= 1
    while last < len(rows) - 1 and rows[last].kind != "data":
        last += 1
    return sum(row.lines for row in rows[first : last + 1])


# labels that need more than a page before their first row: L0, blank, L1, L2, data at 4 lines a page
@example([label("L0", ""), BLANK, label("L1", ""), label("L2", ""), data("", 1, ((0, "L2"),))], 4)
@given(flows(), st.integers(4, 12))
def test_no_page_is_overfull_or_starts_or_ends_badly(rows, capacity):
    pages = break_rows(rows, capacity)
    for number, page in enumerate(pages):
        used = len(page.carried) + page.split + sum(part.last - part.first for part in page.slices)
        assert used <= capacity
        if not page.slices:
            assert pages == (PageRows((), False, ()),)
            continue
        assert rows[page.slices[0].row].kind != "blank"
        if number < len(pages) - 1:
            assert rows[page.slices[-1].row].kind != "blank"
            nexts = [part.row for part in pages[number + 1].slices]
            last = page.slices[-1].row
            labels_only = all(row.kind != "data" for row in rows[last:])
            too_tall = labels_and_their_row(rows, last) > capacity
            assert rows[last].kind == "data" or labels_only or too_tall or rows[nexts[0]].lines > 1


@given(flows(), st.integers(4, 12))
def test_a_row_is_split_only_if_it_is_taller_than_a_page(rows, capacity):
    for page in break_rows(rows, capacity):
        for part in page.slices:
            row = rows[part.row]
            if part.last - part.first < row.lines:
                assert row.lines > capacity - len(row.carried) - 1


@given(flows(), st.integers(4, 12))
def test_blocks_that_fit_on_a_page_stay_on_one(rows, capacity):
    pages = break_rows(rows, capacity)
    of_row = {part.row: number for number, page in enumerate(pages) for part in page.slices}
    for block in {row.block for row in rows if row.block}:
        members = [n for n, row in enumerate(rows) if row.block == block]
        before = members[0] - 1
        while before >= 0 and rows[before].kind != "data":  # labels that must stay with the block
            before -= 1
        need = sum(row.lines for row in rows[before + 1 : members[-1] + 1]) + len(rows[members[0]].carried)
        if need <= capacity:
            assert len({of_row[n] for n in members}) == 1
