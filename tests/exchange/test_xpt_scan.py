"""The scan counts the records and refuses files that are cut, changed in transfer, missing or not files at all."""

import os

import pandas as pd
import pytest

from tlf.errors import InputError
from tlf.exchange.xpt_scan import read_file, scan_bytes, scan_xpt
from tlf.exchange.xpt_write import write_xpt
from tlf.model.dataset import Dataset, Variable, text


def refusal(data):
    with pytest.raises(InputError) as refused:
        scan_bytes(bytes(data), "adsl.xpt")
    return str(refused.value)


def all_text(*values, length=30):
    frame = pd.DataFrame({"X": text(list(values))})
    return bytearray(write_xpt(Dataset("SUPP", "", frame, (Variable("X", type="char", length=length),))))


def test_a_scan_says_what_the_file_holds(file, dataset):
    scan = scan_bytes(bytes(file), "adsl.xpt")
    assert (scan.name, scan.label, scan.variables) == (dataset.name, dataset.label, dataset.variables)
    assert scan.positions == (0, 20, 27, 35, 43)
    assert (scan.record_length, scan.record_count) == (46, 5)
    # 5 records of 46 bytes are 230, padded to 240
    assert scan.remainder == 10
    assert len(file) == scan.data_offset + 240


def test_a_scan_reads_from_a_path_and_names_it(tmp_path, file):
    (tmp_path / "adsl.xpt").write_bytes(file)
    assert scan_xpt(tmp_path / "adsl.xpt").source == str(tmp_path / "adsl.xpt")
    assert scan_xpt(str(tmp_path / "adsl.xpt"), source="data/adsl.xpt").source == "data/adsl.xpt"


def test_version_8_is_scanned_and_its_stated_number_of_records_must_fit(v8_file):
    assert scan_bytes(bytes(v8_file), "a.xpt").record_count == 2
    place = v8_file.index(b"OBSV8") + 28
    v8_file[place : place + 15] = b"%15d" % 9
    assert "its header states 9 records of 11 bytes, but 80 bytes follow" in refusal(v8_file)
    v8_file[place : place + 15] = b"%15d" % 1
    assert "11 bytes, but" not in refusal(v8_file)


@pytest.mark.parametrize("cut", [1, 79, 81, 100, 159])
def test_a_file_that_is_no_multiple_of_80_bytes_is_refused(file, cut):
    size = len(file) - cut
    message = refusal(file[:size])
    assert f"its size, {size:,} bytes, is not a multiple of 80 (byte {size // 80 * 80:,})" in message


def test_a_file_cut_at_a_multiple_of_80_inside_a_record_is_refused(file):
    # 160 bytes are 3 records of 46 bytes and 22 bytes of the fourth
    assert refusal(file[:-80]) == (
        "adsl.xpt: the file is cut short or was changed: after 3 records of 46 bytes,"
        " 22 bytes remain that are not blank (byte 1,578)"
    )


def test_line_ends_changed_in_transfer_are_refused(file):
    changed = file.replace(b"a\nb", b"a\r\nb")
    assert len(changed) == len(file) + 1
    assert "was changed in transfer" in refusal(changed)


def test_a_dataset_without_records_is_counted(dataset):
    empty = dataset.with_frame(dataset.frame.head(0))
    assert scan_bytes(write_xpt(empty), "a.xpt").record_count == 0


def test_blank_records_at_the_end_are_padding_only_where_80_bytes_leave_it_open():
    # 30 bytes: 2 records and 20 bytes of padding, which cannot hold a third
    assert scan_bytes(bytes(all_text("a", "b")), "a.xpt").record_count == 2
    # 1 record and 50 bytes: room for one more record, which is blank and cannot be told from padding
    assert scan_bytes(bytes(all_text("a")), "a.xpt").record_count == 1
    # a blank record in the middle is a record
    assert scan_bytes(bytes(all_text("a", None, "c")), "a.xpt").record_count == 3
    # 160 bytes more than padding: blank records that are there
    assert scan_bytes(bytes(all_text("a") + b" " * 160), "a.xpt").record_count == 6


def test_a_missing_file_is_refused_with_its_likely_name(tmp_path):
    for name in ("adsl.xpt", "adtte.xpt", "define.xml"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match=r"data/adtt\.xpt: no such file\. Did you mean adtte\.xpt or adsl\.xpt\?"):
        scan_xpt(tmp_path / "adtt.xpt", source="data/adtt.xpt")
    with pytest.raises(InputError, match="no such file, nor a folder for it"):
        scan_xpt(tmp_path / "nowhere" / "adsl.xpt")


def test_folders_and_special_files_are_refused_without_waiting(tmp_path):
    with pytest.raises(InputError, match="is a folder, not a data file"):
        read_file(tmp_path, "data")
    os.mkfifo(tmp_path / "adsl.xpt")
    with pytest.raises(InputError, match="is a special file, not a data file"):
        read_file(tmp_path / "adsl.xpt", "data")


def test_a_name_that_the_system_does_not_take_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path / ("a" * 300 + ".xpt"), "a.xpt")
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path / "a\0b.xpt", "a.xpt")


def test_a_folder_that_cannot_be_listed_gives_no_hint(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError("not yours")

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    with pytest.raises(InputError, match=r"no such file\.$"):
        scan_xpt(tmp_path / "adsl.xpt")
