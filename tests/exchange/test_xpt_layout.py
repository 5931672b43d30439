"""The small parts of the transport format: header records, descriptors, formats as SAS writes them."""

import pytest

from tlf.exchange.xpt_layout import format_parts, format_text, header, header_name


def test_a_header_record_is_as_ts_140_prints_it():
    printed = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  "
    assert header("LIBRARY") == printed
    assert header_name(printed) == "LIBRARY"
    assert header_name(b"HEADER RECORD, of a table") == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("", 0, 0)),
        ("DATE9.", ("DATE", 9, 0)),
        ("DATETIME.", ("DATETIME", 0, 0)),
        ("8.1", ("", 8, 1)),
        ("8.", ("", 8, 0)),
        ("$200.", ("$", 200, 0)),
        ("$CHAR8.", ("$CHAR", 8, 0)),
        ("E8601DA10.", ("E8601DA", 10, 0)),
        ("COMMA12.2", ("COMMA", 12, 2)),
        ("_FMT.", ("_FMT", 0, 0)),
    ],
)
def test_a_format_has_name_width_and_decimals(text, parts):
    assert format_parts(text) == parts
    assert format_text(*parts) == text


@pytest.mark.parametrize("text", ["DATE9", "9", ".", "DATE 9.", "8.1.", "$$8.", "08.", "DATE9.0", "0.", "٣."])
def test_text_that_is_no_format_is_told_apart(text):
    assert format_parts(text) is None
