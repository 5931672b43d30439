"""Files are written whole or not at all, and only below the delivery folder."""

from hashlib import sha256
from pathlib import Path

import pytest

from tlf.errors import DeliveryError
from tlf.run.deliver import Delivery, write_file


def test_a_file_is_written_and_remembered(tmp_path):
    delivery = Delivery(tmp_path / "out")
    path = delivery.write("adam/adtr.xpt", b"content")
    assert path.read_bytes() == b"content"
    assert delivery.written == {"adam/adtr.xpt": (sha256(b"content").hexdigest(), 7)}


def test_nothing_temporary_stays(tmp_path):
    Delivery(tmp_path).write("a.pdf", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_a_failed_write_leaves_the_good_file_and_nothing_else(tmp_path, monkeypatch):
    delivery = Delivery(tmp_path)
    delivery.write("a.pdf", b"good")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DeliveryError, match=r"a\.pdf cannot be written: No space left on device"):
        delivery.write("a.pdf", b"new")
    assert (tmp_path / "a.pdf").read_bytes() == b"good"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize("name", ["../a.pdf", "adam/../../a.pdf", "/etc/a.pdf"])
def test_a_name_that_climbs_out_is_refused(tmp_path, name):
    with pytest.raises(DeliveryError, match="lies outside the output folder"):
        Delivery(tmp_path / "out").write(name, b"")


def test_a_folder_that_cannot_be_written_is_said_before_any_work(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DeliveryError, match=r"the output folder .*file.* cannot be written: "):
        Delivery(tmp_path / "file")


def test_out_of_date_files_are_removed_by_name(tmp_path):
    delivery = Delivery(tmp_path)
    delivery.write("outputs/t.pdf", b"old")
    assert delivery.remove(["outputs/t.pdf", "outputs/never.pdf"]) == ("outputs/t.pdf",)
    assert not (tmp_path / "outputs/t.pdf").exists()


def test_a_single_file_is_written_whole(tmp_path):
    write_file(tmp_path / "schema.json", b"{}")
    assert (tmp_path / "schema.json").read_bytes() == b"{}"
