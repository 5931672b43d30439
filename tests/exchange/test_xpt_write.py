"""Transport files that tlf writes read back as they were, by others too; what would be lost is refused."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlf.errors import DeliveryError
from tlf.exchange.xpt_read import read_xpt
from tlf.exchange.xpt_write import write_xpt
from tlf.model.dataset import TEXT, Dataset, Variable, text

REAL = sorted(path for path in Path("../shared/data").rglob("*.xpt") if path.stat().st_size < 2_000_000)
A = Variable("A")


@pytest.mark.skipif(not REAL, reason="the real transport files are not here")
@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_real_files_written_again_hold_the_same_records_byte_for_byte(path, tmp_path):
    dataset = read_xpt(path)
    written = write_xpt(dataset)
    start = written.index(b"HEADER RECORD*******OBS ")
    assert written[start:] == path.read_bytes()[start:]
    (tmp_path / "again.xpt").write_bytes(written)
    again = read_xpt(tmp_path / "again.xpt")
    pd.testing.assert_frame_equal(again.frame, dataset.frame, check_exact=True)
    assert (again.name, again.label, again.variables) == (dataset.name, dataset.label, dataset.variables)


def refusal(dataset):
    with pytest.raises(DeliveryError) as refused:
        write_xpt(dataset)
    return str(refused.value)


def of_text(*values, length=10, **metadata):
    variable = Variable("TERM", type="char", length=length, **metadata)
    return Dataset("AE", "", pd.DataFrame({"TERM": pd.Series(list(values), dtype=TEXT)}), (variable,))


def of_numbers(*values, **metadata):
    return Dataset("LB", "", pd.DataFrame({"AVAL": np.array(values, dtype=float)}), (Variable("AVAL", **metadata),))


def test_pyreadstat_reads_values_lengths_labels_and_formats_as_written(dataset, file, tmp_path):
    (tmp_path / "adsl.xpt").write_bytes(file)
    frame, metadata = pyreadstat.read_xport(tmp_path / "adsl.xpt", disable_datetime_conversion=True)
    assert frame["SITE"].tolist() == dataset.frame["SITE"].fillna("").tolist()
    assert np.array_equal(frame["AGE"], dataset.frame["AGE"], equal_nan=True)
    assert np.array_equal(frame["FLAGN"], dataset.frame["FLAGN"], equal_nan=True)
    assert metadata.table_name == "ADSL"
    assert metadata.file_label == "Subject Level Analysis Dataset"
    assert metadata.column_names_to_labels["SITE"] == "Site, as the sponsor's µ-code"
    assert metadata.original_variable_types["TRTSDT"] == "DATE9"
    assert metadata.variable_storage_width["USUBJID"] == 20


R_PROGRAM = """
args <- commandArgs(TRUE)
about <- foreign::lookup.xport(args[1])[[1]]
data <- foreign::read.xport(args[1])
cat(names(foreign::lookup.xport(args[1])), about$length, "\\n")
cat(about$name, "\\n"); cat(about$type, "\\n"); cat(about$width, "\\n"); cat(about$position, "\\n")
cat(about$label, sep = "|"); cat("\\n"); cat(about$format, sep = "|"); cat("\\n")
cat(data$USUBJID, "\\n"); cat(sprintf("%.17g", data$AGE), "\\n"); cat(sprintf("%.17g", data$FLAGN), "\\n")
"""


def r_has_foreign():
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", 'quit(status = !requireNamespace("foreign", quietly = TRUE))']
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def test_r_reads_values_and_metadata_as_written(file, tmp_path):
    if not r_has_foreign():
        pytest.skip("R with its package foreign is not installed")
    (tmp_path / "adsl.xpt").write_bytes(file)
    (tmp_path / "read.R").write_text(R_PROGRAM)
    command = ["Rscript", str(tmp_path / "read.R"), str(tmp_path / "adsl.xpt")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.strip() for line in said] == [
        "ADSL 5",
        "USUBJID SITE AGE TRTSDT FLAGN",
        "character character numeric numeric numeric",
        "20 7 8 8 3",
        "0 20 27 35 43",
        "Unique Subject Identifier|Site, as the sponsor's µ-code|Age|Date of First Exposure|Flag (N)",
        "$|||DATE|BEST",
        "S-01 S-02 S-03 S-04 S-05",
        "63.5 NA -118.625 0 0.33333333333333331",
        "1 0 NA 1 1",
    ]


def test_the_same_dataset_gives_the_same_bytes_dated_to_sas_day_0_unless_said(dataset, file):
    assert write_xpt(dataset) == bytes(file)
    assert file.count(b"01JAN60:00:00:00") == 4
    later = write_xpt(dataset, created=datetime(2021, 1, 18, 9, 5, 7))
    assert later.count(b"18JAN21:09:05:07") == 4
    assert len(later) == len(file)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_text_and_number_in_range_reads_back_as_it_was(tmp_path_factory, data):
    words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    whole = words.filter(lambda word: word == word.rstrip(" ") and len(word.encode()) <= 40)
    numbers = st.floats(-1e75, 1e75).filter(lambda value: value == 0 or abs(value) > 1e-78)
    rows = data.draw(st.lists(st.tuples(whole, numbers | st.just(np.nan)), max_size=8))
    frame = pd.DataFrame(
        {"TERM": text([row[0] for row in rows]), "AVAL": np.array([row[1] for row in rows], dtype=float)}
    )
    dataset = Dataset("AE", "", frame, (Variable("TERM", type="char", length=40), Variable("AVAL")))
    path = tmp_path_factory.mktemp("any") / "ae.xpt"
    path.write_bytes(write_xpt(dataset))
    pd.testing.assert_frame_equal(read_xpt(path).frame, frame, check_exact=True)


def test_lengths_count_bytes_not_characters():
    assert b"Z\xc3\xbcrich" in write_xpt(of_text("Zürich", length=7))
    assert refusal(of_text("Zürich", length=6)) == (
        "AE.TERM, row 1: cannot be written as SAS transport version 5: the value 'Zürich' is longer than its"
        " declared length of 6 bytes (the longest has 7)"
    )


def test_a_refused_value_names_its_first_row_and_says_how_many_there_are():
    message = refusal(of_text("a", "much too long", "also too long", length=5))
    assert message.startswith("AE.TERM, row 2: ")
    assert message.endswith("(the longest has 13) (2 such rows)")


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        (of_text("a", "b "), "row 2: cannot be written as SAS transport version 5: the value 'b ' has trailing blanks"),
        (of_text("a", ""), "row 2: cannot be written as SAS transport version 5: the value '' is empty"),
        (of_text("a\0b"), "the value 'a\\x00b' has a NUL character"),
        (of_text("a", length=201), "its length is 201, expected 1 to 200 bytes"),
        (of_text("a", length=0), "its length is 0, expected 1 to 200 bytes"),
        (of_text("a", None), "AE, row 2: cannot be written as SAS transport version 5: its last record is all blank"),
        (of_text("a", None, length=200), "AE, row 2: cannot be written as SAS transport version 5: its last record"),
        (of_text("a", format="8.1.2"), "its format '8.1.2' is not written as SAS does (DATE9., 8.1, $20.)"),
        (of_text("a", format="DATE9."), "its format 'DATE9.' is for numbers"),
        (of_numbers(1, format="$8."), "its format '$8.' is for text"),
        (of_numbers(1, format="LONGFORMAT8."), "a name over 8 characters"),
        (of_numbers(1, informat="DATE9"), "its informat 'DATE9' is not written as SAS does"),
        (of_numbers(1, format="99999."), "a width over 32767"),
        (
            of_numbers(1, label="x" * 41),
            f"LB.AVAL cannot be written as SAS transport version 5: its label '{'x' * 41}'",
        ),
        (of_numbers(1, label="µ" * 21), "has 42 bytes, at most 40 are allowed"),
        (of_numbers(1, label="x "), "its label 'x ' has a NUL character or trailing blanks"),
        (of_numbers(1, label="\ud800"), "is not text that UTF-8 can hold"),
        (
            of_numbers(1, np.inf),
            "LB.AVAL, row 2: cannot be written as SAS transport version 5: the value inf is infinite",
        ),
        (of_numbers(1e300), "the value 1e+300 is infinite or out of the format's range"),
        (of_numbers(1e-79), "the value 1e-79 is infinite or out of the format's range"),
        (
            of_numbers(1, 0.1, length=4),
            "row 2: cannot be written as SAS transport version 5: the value 0.1 needs more than",
        ),
        (of_numbers(1, length=9), "its length is 9, expected 2 to 8 bytes"),
    ],
)
def test_what_would_be_lost_is_refused_with_variable_and_row(dataset, message):
    assert message in refusal(dataset)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("AVALUATED", "LB.AVALUATED cannot be written"),
        ("A VAL", "LB.A VAL cannot be written"),
        ("1AVAL", "a name is a letter or underscore, then letters, digits, underscores, 8 at most"),
        ("ÄVAL", "LB.ÄVAL cannot be written"),
        ("", "LB. cannot be written"),
    ],
)
def test_names_that_sas_does_not_take_are_refused(name, message):
    assert message in refusal(Dataset("LB", "", pd.DataFrame({name: [1.0]}), (Variable(name),)))


@pytest.mark.parametrize("name", ["ADSLADSLX", "adsl", "AD SL", "", "AD\n"])
def test_dataset_names_that_sas_does_not_take_are_refused(name):
    assert "1 to 8 capitals, digits and underscores" in refusal(Dataset(name, "", pd.DataFrame({"A": [1.0]}), (A,)))


def test_a_dataset_needs_variables_each_once_and_a_label_that_fits():
    assert "it has 0 variables" in refusal(Dataset("A", "", pd.DataFrame(), ()))
    double = pd.DataFrame({"A": [1.0], "a": [2.0]})
    assert "it has the variable A twice" in refusal(Dataset("A", "", double, (A, Variable("a"))))
    assert "its label" in refusal(Dataset("A", "x" * 41, pd.DataFrame({"A": [1.0]}), (A,)))


def test_columns_of_another_dtype_than_their_variable_says_are_refused():
    numbers = Dataset("A", "", pd.DataFrame({"A": [1, 2]}), (A,))
    assert "A.A cannot be written" in refusal(numbers)
    assert "has the dtype float64, not int64" in refusal(numbers)
    words = Dataset("A", "", pd.DataFrame({"A": pd.Series(["x"], dtype=object)}), (Variable("A", type="char"),))
    assert "a character variable has the dtype" in refusal(words)


def test_joined_and_cut_columns_are_written_like_any_other(tmp_path):
    parts = [of_text("a", "bb", "ccc").frame, of_text("dddd", None, "é").frame]
    frame = pd.concat(parts, ignore_index=True).iloc[1:].reset_index(drop=True)
    path = tmp_path / "ae.xpt"
    path.write_bytes(write_xpt(Dataset("AE", "", frame, (Variable("TERM", type="char", length=5),))))
    assert read_xpt(path).frame["TERM"].fillna("missing").tolist() == ["bb", "ccc", "dddd", "missing", "é"]
