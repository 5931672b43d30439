from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlf.errors import RenderError
from tlf.model.display import Cell, Column, Listing, Row, Sections
from tlf.model.spec import Page
from tlf.render.page import geometry_of
from tlf.render.page_model import pages_of


def lines_of(page):
    """Return the page's lines from the top, the runs of a line from the left, joined by a bar."""
    rows = {}
    for run in page.runs:
        rows.setdefault(round(run.y, 1), []).append(run)
    return [" | ".join(run.text for run in sorted(rows[y], key=lambda run: run.left)) for y in sorted(rows)]


def test_a_page_reads_from_head_to_foot(table, layout):
    (page,) = pages_of(table, layout)
    assert lines_of(page) == [
        "Example Sponsor | Confidential",
        "Protocol NETTER1-SIM | Draft",
        "SIMULATED DATA - NOT THE RESULTS OF ANY TRIAL | Page 1 of 1",
        "Table 14.2.4.2",
        "Cox Regression of Landmark Progression-Free Survival",
        "Full Analysis Set",
        "Cox model",
        "Best change from baseline (%) | Hazard ratio",
        "Landmark | n | Events | Median (min, max) | (95% CI) | p-value",
        "177Lu-DOTATATE (N=117)",
        "150 days | 76 | 50 | -8.5 (-60.0, 11.4) | 1.002 (0.985, 1.020) | 0.7808",
        "72 wk (504 days) | 49 | 25 | -10.8 (-64.0, 11.4) | 1.010 (0.985, 1.036) | 0.4310",
        "No limit | 102 | 70 | -15.2 (-70.1, 19.2) | 1.002 (0.990, 1.020) | 0.7808",
        "Octreotide LAR 60 mg (N=114)",
        "150 days | 64 | 51 | 1.2 (-54.6, 18.0) | 0.918 (0.865, 0.974) | 0.0050",
        "72 wk (504 days) | 14 | 8 | -10.6 (-46.4, | 5.0) | NE | (NE, | NE) | NE",
        "No limit | 86 | 75 | 3.3 (-57.2, 18.9) | 0.967 (0.943, 0.991) | <0.0001",
        "CI = confidence interval; HR = hazard ratio; NE = not estimable",
        "Cox proportional hazards model, one for each group and landmark; ties: Efron.",
        "Source: ADSL, ADTTE   Data cut-off: 18JAN2021",
        "Program: program   Output: T-14-2-4-2",
    ]


def test_decimal_points_of_a_column_stand_at_one_place(table, layout):
    (page,) = pages_of(table, layout)
    values = {"0.7808", "0.4310", "0.0050", "<0.0001"}
    points = {
        round(run.left + replace(run, text=run.text[: run.text.index(".")]).width, 3)
        for run in page.runs
        if run.text in values
    }
    assert len(points) == 1


def test_every_page_of_a_listing_repeats_head_titles_header_and_notes(listing, layout):
    pages = pages_of(listing, layout)
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        texts = [run.text for run in page.runs]
        for text in ("Listing 16.2.6.1", "Full Analysis Set", "Analysis Visit", *listing.sections.footnotes):
            assert texts.count(text) == 1
        assert f"Page {number} of {len(pages)}" in texts
        assert listing.sections.simulated in texts


def test_a_page_that_starts_inside_a_group_says_so(listing, layout):
    second = [run.text for run in pages_of(listing, layout)[1].runs]
    assert "Treatment: 177Lu-DOTATATE (continued)" in second


def test_a_subject_longer_than_a_page_is_repeated_with_continued(build, layout):
    pages = pages_of(build["listing"](subjects=1, visits=60), layout)
    assert "Subject: NETTER1-SIM-1001 (continued)" in [run.text for run in pages[1].runs]


def test_a_row_taller_than_a_page_goes_on_with_a_mark(layout, sections_of):
    words = " ".join(f"word{n}" for n in range(2500))
    comment = Listing(
        sections_of("L-16-2-7"),
        (Column("a", "Term"), Column("b", "Comment", width=0.5)),
        (Row((Cell("Nausea"), Cell(words))),),
    )
    pages = pages_of(comment, layout)
    assert len(pages) > 1
    printed = " ".join(run.text for page in pages for run in page.runs if run.text.startswith("word"))
    assert printed == words
    assert "(continued)" in [run.text for run in pages[1].runs]


def test_a_label_row_with_values_keeps_its_values(table, layout):
    label = Row((Cell("Any event"), Cell("12"), *(Cell("") for _ in range(4))), kind="label")
    (page,) = pages_of(replace(table, rows=(label, *table.rows)), layout)
    assert "Any event | 12" in lines_of(page)


def test_a_display_without_rows_is_a_full_page_that_says_so(table, layout):
    (page,) = pages_of(replace(table, rows=()), layout)
    assert "No observations met the reporting criteria." in lines_of(page)
    assert "Table 14.2.4.2" in lines_of(page)


def test_fixed_parts_that_leave_no_room_are_refused(table, layout):
    long = replace(table.sections, footnotes=tuple(f"Footnote {number}." for number in range(60)))
    with pytest.raises(RenderError, match=r"T-14-2-4-2: the page has room for -?\d+ lines of the body"):
        pages_of(replace(table, sections=long), layout)


def test_a_figure_without_room_is_refused(figure, layout):
    long = replace(figure.sections, footnotes=tuple(f"Footnote {number}." for number in range(30)))
    with pytest.raises(
        RenderError, match=r"F-14-2-4-5: titles, footnotes and margins leave .* inches for the figure; 2"
    ):
        pages_of(replace(figure, sections=long), layout)


def test_a_figures_slot_lies_between_titles_and_notes(figure, layout):
    (page,) = pages_of(figure, layout)
    (slot,) = page.slots
    above = max(run.y for run in page.runs if run.text == "Full Analysis Set")
    below = min(run.y for run in page.runs if run.text.startswith("CI = "))
    assert above < slot.y
    assert slot.y + slot.height < below - 9
    assert slot.width == pytest.approx(9.5 * 72)


@pytest.mark.parametrize(
    "layout", [Page(orientation="portrait"), Page(size="a4"), Page(font="mono"), Page(font_size=12)]
)
def test_every_layout_keeps_its_text_inside_the_margins(layout, listing):
    check_margins(pages_of(listing, layout), layout)


def test_a_missing_glyph_names_output_row_column_and_character(table, layout):
    row = Row((Cell("10⁰"), *(Cell("") for _ in range(5))))
    with pytest.raises(RenderError, match=r"T-14-2-4-2, row 1, column landmark: .*U\+2070"):
        pages_of(replace(table, rows=(row,)), layout)


def check_margins(pages, layout):
    geometry = geometry_of(layout)
    for page in pages:
        for run in page.runs:
            assert run.left >= geometry.left - 0.02
            assert run.left + run.width <= geometry.right + 0.02
            assert geometry.top <= run.y - 0.7 * run.size
            assert run.y + 0.22 * run.size <= geometry.bottom + 0.02
        for rule in page.rules:
            assert geometry.left - 0.01 <= rule.x0 < rule.x1 <= geometry.right + 0.01


WORDS = st.text(alphabet="abc 12.(),-<≥W\n", max_size=40)


@st.composite
def listings(draw):
    aligns = draw(st.lists(st.sampled_from(["left", "decimal", "right", "center"]), min_size=1, max_size=6))
    columns = tuple(
        Column(str(n), draw(WORDS), align, spanner=draw(st.sampled_from(["", "span"])))
        for n, align in enumerate(aligns)
    )
    rows = []
    for _ in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["data", "data", "label", "blank"]))
        texts = [draw(WORDS) if kind == "data" or n == 0 else "" for n in range(len(aligns))]
        rows.append(
            Row(
                tuple(map(Cell, texts)),
                indent=draw(st.integers(0, 2)),
                kind=kind,
                block=draw(st.sampled_from(["", "b"])),
            )
        )
    notes = tuple(draw(st.lists(WORDS, max_size=3)))
    sections = Sections(
        "L-1", "Listing 1", draw(WORDS), "All", ("Sponsor",), ("Draft",), footnotes=notes, simulated="SIMULATED"
    )
    return Listing(sections, columns, tuple(rows))


@settings(max_examples=60, deadline=None)
@given(listings())
def test_any_display_stays_inside_the_margins_with_every_character(listing):
    pages = pages_of(listing, Page())
    check_margins(pages, Page())
    printed = sorted("".join("".join(run.text.split()) for page in pages[:1] for run in page.runs))
    if len(pages) == 1:
        s = listing.sections
        texts = [s.number, s.title, s.population, *s.header_left, *s.header_right, *s.footnotes, s.simulated]
        texts += [column.header for column in listing.columns]
        texts += [cell.text for row in listing.rows if row.kind != "blank" for cell in row.cells]
        texts += ["Page 1 of 1"] + ([] if listing.rows else ["No observations met the reporting criteria."])
        spans = [
            c.spanner for n, c in enumerate(listing.columns) if n == 0 or listing.columns[n - 1].spanner != c.spanner
        ]
        assert printed == sorted("".join("".join(text.split()) for text in [*texts, *spans]))
