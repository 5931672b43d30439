"""The text round a display is composed from the spec."""

import pytest

from tlf.display.sections import compose, output_number, population
from tlf.errors import DisplayError


def with_page(request, **changed):
    spec = request.data.spec
    page = spec.page.model_copy(update=changed)
    object.__setattr__(request.data, "spec", spec.model_copy(update={"page": page}))
    return request


def test_numbers_are_those_of_ich_e3():
    assert [output_number(i) for i in ("T-14-2-4-2", "F-14-2-4-5", "L-16-2-6-1")] == [
        "Table 14.2.4.2",
        "Figure 14.2.4.5",
        "Listing 16.2.6.1",
    ]


def test_head_and_foot_lines_take_facts_of_the_study(request_of):
    request, _ = request_of("L-16-2-6-1", [])
    sections = compose(with_page(request, footer=["Protocol {study.protocol}, {study.status}"]))
    assert sections.header_left == ("Example Sponsor", "Protocol NETTER1-SIM")
    assert sections.footer == (
        "Protocol NETTER1-SIM, Draft",
        "Source: ADSL, ADTR   Data cut-off: 18JAN2021",
        "Program: netter1/study.yaml   Output: L-16-2-6-1   Code: 0a1b2c3d",
    )


@pytest.mark.parametrize("line", ["{study.nothing}", "{data.folder}", "{study.__class__}"])
def test_an_unknown_placeholder_is_refused_with_its_place(request_of, line):
    request, _ = request_of("L-16-2-6-1", [])
    with pytest.raises(DisplayError, match=r"\.yaml:\d+:\d+: unknown placeholder"):
        compose(with_page(request, header_left=[line]))


def test_an_output_has_exactly_one_analysis_set(request_of):
    request, _ = request_of("L-16-2-6-1", [], output={"analysis_set": None})
    with pytest.raises(DisplayError, match="L-16-2-6-1: an output has exactly one analysis set, not none"):
        population(request)
