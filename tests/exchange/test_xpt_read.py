"""Transport files become datasets with raw values; what pyreadstat alone would read wrongly is refused."""

import contextlib
import hashlib
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from tlf.errors import InputError
from tlf.exchange.xpt_read import read_xpt
from tlf.exchange.xpt_write import write_xpt
from tlf.model.dataset import TEXT, Dataset, Variable, text

REAL = sorted(path for path in Path("../shared/data").rglob("*.xpt") if path.stat().st_size < 2_000_000)


@pytest.fixture
def save(tmp_path):
    def write(data):
        (tmp_path / "adsl.xpt").write_bytes(data)
        return tmp_path / "adsl.xpt"

    return write


@pytest.mark.skipif(not REAL, reason="the real transport files are not here")
@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_real_files_have_the_values_and_metadata_that_pyreadstat_gives(path):
    dataset = read_xpt(path)
    frame, metadata = pyreadstat.read_xport(path, disable_datetime_conversion=True)
    assert dataset.notes == ()
    assert len(dataset.frame) == len(frame)
    assert dataset.name == metadata.table_name
    assert dataset.label == (metadata.file_label or "")
    for variable in dataset.variables:
        ours, theirs = dataset.frame[variable.name], frame[variable.name]
        if variable.type == "char":
            assert ours.dtype == TEXT
            assert ours.fillna("").tolist() == theirs.tolist()
            assert variable.length == metadata.variable_storage_width[variable.name]
        else:
            assert np.array_equal(ours.to_numpy(), theirs.to_numpy(dtype=np.float64), equal_nan=True)
        assert variable.label == (metadata.column_names_to_labels[variable.name] or "")
        form = metadata.original_variable_types[variable.name]
        assert variable.format.rstrip(".") == (form or "")


def test_a_dataset_is_raw_values_with_metadata_source_and_hash(save, dataset, file):
    path = save(file)
    read = read_xpt(path, name="adsl", source="data/adsl.xpt")
    pd.testing.assert_frame_equal(read.frame, dataset.frame, check_exact=True)
    assert (read.name, read.label, read.variables) == ("ADSL", dataset.label, dataset.variables)
    assert read.source == "data/adsl.xpt"
    assert read.sha256 == hashlib.sha256(file).hexdigest()
    assert read_xpt(path).source == str(path)


def test_dates_stay_sas_numbers_and_are_seen_as_dates_by_their_format(save, file):
    read = read_xpt(save(file))
    # from 1950-01-01 to 1960-01-01 are ten years with two leap days, 3652 days
    assert read.frame["TRTSDT"].tolist()[:3] == [19242.0, 0.0, -3653.0]
    assert read.dates("TRTSDT").dt.strftime("%Y-%m-%d").tolist()[:3] == ["2012-09-06", "1960-01-01", "1949-12-31"]


def test_empty_text_is_missing_and_leading_blanks_and_zeros_are_kept(save, file):
    assert read_xpt(save(file)).frame["SITE"].fillna("missing").tolist()[:3] == ["007", "missing", "  lead"]


def test_windows_text_is_decoded_and_noted(save):
    frame = pd.DataFrame({"TERM": text(["Sjxgren", "x"])})
    written = write_xpt(Dataset("AE", "", frame, (Variable("TERM", type="char", length=8),)))
    read = read_xpt(save(written.replace(b"Sjxgren", b"Sj\xf6gren")), source="ae.xpt")
    assert read.frame["TERM"].tolist() == ["Sjögren", "x"]
    assert read.notes == ("ae.xpt: TERM, row 1: text is not UTF-8 and was read as windows-1252, here as 'Sjögren'",)


def test_a_version_8_file_is_read(save, v8_file):
    read = read_xpt(save(v8_file), name="LONGDATASET")
    assert read.frame["SUBJECT"].tolist() == ["S-1", "S-2"]
    assert read.frame["LONGVARIABLE"].tolist() == [1.5, 2.5]
    assert read.variables[0].label == "A label that has quite a few more than forty characters"


def test_a_dataset_without_records_has_its_columns_and_types(save, dataset):
    read = read_xpt(save(write_xpt(dataset.with_frame(dataset.frame.head(0)))))
    assert len(read.frame) == 0
    assert [str(dtype) for dtype in read.frame.dtypes[2:]] == ["float64"] * 3
    assert read.frame.dtypes.iloc[0] == TEXT


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ADTTE", "adsl.xpt: holds the dataset ADSL, not ADTTE. Is it the right file?"),
        ("ADSLX", "adsl.xpt: holds the dataset ADSL, not ADSLX. Did you mean ADSL?"),
    ],
)
def test_another_dataset_than_asked_for_is_refused(save, file, name, message):
    with pytest.raises(InputError) as refused:
        read_xpt(save(file), name=name, source="adsl.xpt")
    assert str(refused.value) == message


def test_blank_records_that_readers_would_drop_are_refused(save):
    frame = pd.DataFrame({"X": text(["a", "b"])})
    written = write_xpt(Dataset("SUPP", "", frame, (Variable("X", type="char", length=80),)))
    with pytest.raises(InputError, match="holds 3 records by its size, but 2 were read: the last records are probably"):
        read_xpt(save(written + b" " * 80))


def test_version_8_names_are_whole_without_a_section_of_labels_too(save, v8_file):
    place = v8_file.index(b"HEADER RECORD*******LABELV8")
    end = v8_file.index(b"HEADER RECORD*******OBSV8")
    assert read_xpt(save(v8_file[:place] + v8_file[end:])).variable_names == ("SUBJECT", "LONGVARIABLE")


def test_other_names_than_the_header_says_are_refused(save, file, monkeypatch):
    monkeypatch.setattr("pyreadstat.read_xport", lambda *_, **__: ({"USUBJI": []}, None))
    with pytest.raises(InputError, match=r"adsl\.xpt: its variables are read as \['USUBJI'\], but its header names"):
        read_xpt(save(file))


def test_what_readstat_refuses_is_an_input_error_with_the_file(save, file, monkeypatch):
    def fail(*_, **__):
        raise pyreadstat.ReadstatError("Unable to read from file")

    monkeypatch.setattr("pyreadstat.read_xport", fail)
    with pytest.raises(InputError, match=r"adsl\.xpt: cannot be read as a SAS transport file \(Unable to read"):
        read_xpt(save(file))


def test_every_cut_is_refused(save, file):
    for size in range(0, len(file), 7):
        with pytest.raises(InputError):
            read_xpt(save(file[:size]))


def test_changed_bytes_give_a_dataset_or_an_input_error_and_nothing_else(save, file, v8_file):
    chance = random.Random(20120906)  # noqa: S311 - chooses damage, no secret
    for number in range(150):
        changed = bytearray(v8_file if number % 3 == 0 else file)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        with contextlib.suppress(InputError):
            assert isinstance(read_xpt(save(changed)), Dataset)
