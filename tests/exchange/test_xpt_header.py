"""A transport file's header is read field by field; what is cut, damaged or mixed is refused with its byte."""

import pytest

from tlf.errors import InputError
from tlf.exchange.xpt_header import read_header

NAMESTR = 640


def refusal(data):
    with pytest.raises(InputError) as refused:
        read_header(bytes(data), "adsl.xpt")
    message = str(refused.value)
    assert message.startswith("adsl.xpt: ")
    return message


def test_a_header_says_what_was_written(file):
    header = read_header(bytes(file), "adsl.xpt")
    assert (header.version, header.name, header.created) == (5, "ADSL", "01JAN60:00:00:00")
    assert header.names == ("USUBJID", "SITE", "AGE", "TRTSDT", "FLAGN")
    assert header.formats == ("$20.", "", "8.1", "DATE9.", "BEST12.")
    assert header.informats == ("", "", "", "DATE9.", "")
    assert header.record_length == 20 + 7 + 8 + 8 + 3
    # 640 + 5 * 140 = 1340, padded to 1360, and the OBS header of 80
    assert header.data_offset == 1440


def test_a_version_8_header_has_long_names_long_labels_and_its_number_of_records(v8_file):
    header = read_header(bytes(v8_file), "adsl.xpt")
    assert (header.version, header.name, header.stated_count) == (8, "LONGDATASET", 2)
    assert header.names == ("SUBJECT", "LONGVARIABLE")
    assert header.labels[0] == b"A label that has quite a few more than forty characters"


def test_an_empty_file_is_refused():
    assert refusal(b"") == "adsl.xpt: the file is empty"


def test_a_file_of_another_kind_is_named(file):
    assert refusal(b"STUDYID,USUBJID\nA,1\n") == (
        "adsl.xpt: not a SAS transport file (XPT): seems to be text, such as CSV,"
        " starting b'STUDYID,USUBJID\\n' (byte 0)"
    )
    assert "seems to be a damaged SAS transport file" in refusal(file.replace(b"LIBRARY", b"LIBRARX", 1))


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (300, "cut short inside its header (byte 300)"),
        (700, "cut short inside the descriptors of its 5 variables (byte 700)"),
        (1400, "cut short inside its header (byte 1,400)"),
    ],
)
def test_a_file_cut_in_its_header_is_refused_with_the_byte(file, size, message):
    assert message in refusal(file[:size])


@pytest.mark.parametrize(
    ("place", "stored", "message"),
    [
        (240, b"HEADER RECORD*******MEMBEX", "expected the MEMBER header record, found b'HEADER RECORD*******MEMBEX"),
        (240 + 48 + 26, b"0136", "descriptors of 136 bytes (VAX/VMS) cannot be read, only 140 (byte 240)"),
        (240 + 48 + 26, b"01x0", "size of a variable's descriptor is b'01x0', not a number"),
        (408, b"\xc0DSL", "the name of the dataset is b'\\xc0DSL' (byte 400)"),
        (408, b"AD L", "the dataset has the name 'AD L', which SAS does not allow (byte 400)"),
        (560 + 53, b"00000", "the dataset has no variables (byte 560)"),
        (560 + 53, b"0000x", "number of variables is b'0000x', not a number (byte 560)"),
        (NAMESTR + 1, b"\x03", "variable USUBJID has the type 3, not 1 (numeric) or 2 (character) (byte 640)"),
        (NAMESTR + 4, b"\0\0", "variable USUBJID has the length 0 (byte 640)"),
        (NAMESTR + 2 * 140 + 4, b"\0\x09", "variable AGE has the length 9 (byte 920)"),
        (NAMESTR + 8, b"US BJ", "variable 1 has the name 'US BJID', which SAS does not allow (byte 640)"),
        (NAMESTR + 140 + 8, b"usubjid", "several variables have the name USUBJID (byte 640)"),
        (NAMESTR + 140 + 84, b"\0\0\0\x15", "variable SITE lies at 21 in a record, expected 20 (byte 780)"),
        (NAMESTR + 56, b"\xb5", "a format of USUBJID is b'\\xb5' (byte 640)"),
        (NAMESTR + 64, b"\xff\xff", "USUBJID has a format of width -1.0 (byte 640)"),
        (1360 + 20, b"OBSX", "expected the OBS header record"),
    ],
)
def test_a_damaged_header_is_refused_with_the_field_and_the_byte(file, place, stored, message):
    file[place : place + len(stored)] = stored
    assert message in refusal(file)


def test_several_members_are_refused_by_name(file):
    second = file[240:].replace(b"ADSL    ", b"ADAE    ", 1)
    message = refusal(file + second)
    assert "holds 2 datasets (ADSL, ADAE), tlf reads one dataset a file" in message
    assert message.endswith(f"(byte {len(file):,})")


def test_version_8_labels_that_are_cut_or_of_another_layout_are_refused(v8_file):
    place = v8_file.index(b"LABELV8")
    assert "cut short inside its labels" in refusal(v8_file[: place + 100])
    v8_file[place : place + 7] = b"LABELV9"
    assert "formats with names over 8 characters (a LABELV9 section) cannot be read" in refusal(v8_file)


def test_version_8_may_state_no_number_of_records(v8_file):
    place = v8_file.index(b"OBSV8") + 28
    v8_file[place : place + 30] = b"0" * 30
    assert read_header(bytes(v8_file), "a.xpt").stated_count is None
    v8_file[place : place + 15] = b"             x2"
    assert "number of records is b'             x2', not a number" in refusal(v8_file)
