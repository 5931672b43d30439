"""A listing: records of the population's subjects, grouped by arm and subject, values as collected."""

import pytest

from tlf.display.listing_records import ListingColumn, listing_records
from tlf.errors import DisplayError
from tlf.model.condition import Comparison, Condition
from tlf.model.spec import Records

COLUMNS = ["AVISIT", "ADT", "AVAL", "PCHG"]


def listing(request_of, /, **changed):
    request, keywords = request_of("L-16-2-6-1", [], **{"columns": COLUMNS, **changed})
    return listing_records(request, **keywords)


def texts(made):
    return [(row.kind, row.indent, *(cell.text for cell in row.cells)) for row in made.rows]


def test_records_stand_below_their_arm_and_subject(request_of):
    arm = "Treatment"
    subject = "Subject"
    assert texts(listing(request_of)) == [
        ("label", 0, f"{arm}: 177Lu-DOTATATE", "", "", ""),
        ("label", 1, f"{subject}: S-1", "", "", ""),
        ("data", 2, "Baseline", "01MAY2013", "55", ""),
        ("data", 2, "Week 12", "24JUL2013", "38.5", "-30.0"),
        ("blank", 0),
        ("label", 1, f"{subject}: S-3", "", "", ""),
        ("data", 2, "Baseline", "", "71.25", ""),
        ("blank", 0),
        ("label", 0, f"{arm}: Octreotide LAR 60 mg", "", "", ""),
        ("label", 1, f"{subject}: S-2", "", "", ""),
        ("data", 2, "Baseline", "03JUN2013", "60", ""),
    ]


def test_records_carry_the_labels_of_their_group(request_of):
    made = listing(request_of)
    assert [text for _, text in made.rows[3].carried] == [
        "Treatment: 177Lu-DOTATATE",
        "Subject: S-1",
    ]
    assert made.rows[3].block == "177Lu-DOTATATE / S-1"


def test_a_subject_outside_the_analysis_set_is_not_listed(request_of):
    assert not [row for row in listing(request_of).rows if any("S-9" in cell.text for cell in row.cells)]


def test_headers_are_labels_and_a_column_may_have_its_own(request_of):
    own = ListingColumn(variable="PCHG", label="Change (%)", format="xx.x")
    made = listing(request_of, columns=[*COLUMNS[:3], own])
    assert [column.header for column in made.columns][1:] == ["Date", "Analysis Value", "Change (%)"]
    assert made.rows[3].cells[3].text == "-30.0"


def test_no_records_say_so(request_of):
    nobody = Records("ADTR", Condition(Comparison("AVAL", ">", 1e6)))
    assert texts(listing(request_of, records=nobody)) == [
        ("label", 0, "No observations meet the criteria.", "", "", "")
    ]


def test_an_unknown_variable_is_refused_with_its_place(request_of):
    with pytest.raises(
        DisplayError, match=r"study\.yaml:\d+:\d+: L-16-2-6-1: neither ADTR nor ADSL has the variable PCHGX"
    ):
        listing(request_of, columns=["PCHGX"])
