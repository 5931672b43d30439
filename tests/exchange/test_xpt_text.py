"""Text is of one encoding or refused; what readers would drop or change silently is said, by variable and row."""

import pytest

from tlf.errors import InputError
from tlf.exchange.xpt_scan import scan_bytes

UTF = "Zürich".encode()  # 7 bytes, SITE's length


def refusal(data):
    with pytest.raises(InputError) as refused:
        scan_bytes(bytes(data), "adsl.xpt")
    return str(refused.value)


def without_utf8(file):
    """The file in plain ASCII: neither data nor labels hold an accent."""
    return file.replace(UTF, b"Zurich ").replace("µ-code".encode(), b"u-code ")


def test_utf8_text_needs_no_note(file):
    scan = scan_bytes(bytes(file), "adsl.xpt")
    assert (scan.encoding, scan.notes) == ("utf-8", ())


def test_windows_text_is_read_as_such_with_a_note_that_names_variable_and_row(file):
    scan = scan_bytes(bytes(without_utf8(file).replace(b"Zurich ", b"Z\xfcrich ")), "adsl.xpt")
    assert scan.encoding == "windows-1252"
    assert scan.notes == ("adsl.xpt: SITE, row 4: text is not UTF-8 and was read as windows-1252, here as 'Zürich'",)


def test_windows_text_in_a_label_is_noted_too(file):
    file = without_utf8(file).replace(b"u-code ", b"\xb5-code ")
    scan = scan_bytes(bytes(file), "adsl.xpt")
    assert scan.variables[1].label == "Site, as the sponsor's µ-code"
    assert "SITE's label: text is not UTF-8" in scan.notes[0]
    file[512 : 512 + 7] = b"Subj\xe9ct"
    assert "the dataset's label: text is not UTF-8" in scan_bytes(bytes(file), "adsl.xpt").notes[0]


def test_mixed_encodings_are_refused_naming_one_text_of_each(file):
    assert refusal(file.replace(b"S-02", b"S-\xfc2")) == (
        "adsl.xpt: USUBJID, row 2: b'S-\\xfc2' is not UTF-8 text (a character may be cut in two),"
        " but SITE's label: b\"Site, as the sponsor's \\xc2\\xb5-code\" is: the file mixes encodings"
    )


def test_a_character_cut_in_two_is_refused_beside_whole_ones(file):
    assert "SITE, row 4: b'Zurich\\xc3' is not UTF-8 text" in refusal(file.replace(UTF, b"Zurich\xc3"))


def test_text_that_is_neither_is_refused(file):
    message = refusal(without_utf8(file).replace(b"Zurich ", b"Z\x81rich "))
    assert message == "adsl.xpt: SITE, row 4: b'Z\\x81rich' is neither UTF-8 nor windows-1252 text"


def test_text_after_a_nul_is_refused_but_nul_padding_is_not(file):
    assert refusal(file.replace(b"S-02", b"S\x0002")) == (
        "adsl.xpt: USUBJID, row 2: a NUL byte lies inside the text b'S\\x0002'; what follows it would be lost"
    )
    assert scan_bytes(bytes(file.replace(b"S-02" + b" " * 16, b"S-02" + b"\0" * 16)), "adsl.xpt").notes == ()


def test_special_missing_values_are_counted_in_a_note(file):
    missing = b".\0\0\0\0\0\0\0"
    assert file.count(missing) == 2
    changed = file.replace(missing, b"A\0\0\0\0\0\0\0", 1).replace(b".\0\0" + b"S-04", b"Z\0\0" + b"S-04")
    scan = scan_bytes(bytes(changed), "adsl.xpt")
    assert scan.notes == (
        "adsl.xpt: AGE: 1 special missing values (.A) are read as missing",
        "adsl.xpt: FLAGN: 1 special missing values (.Z) are read as missing",
    )
