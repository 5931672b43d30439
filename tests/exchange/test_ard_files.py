"""Results written to parquet, CSV and JSON are the same bytes each time, and JSON reads back equal."""

import io
import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlf.errors import InputError
from tlf.exchange.ard_files import ard_csv, ard_json, ard_parquet, read_ard_json
from tlf.model.ard import COLUMNS, Ard, Stat, numbered, stat_rows


def an_ard():
    stats = [
        Stat("hr", "Hazard ratio", value=0.1 + 0.2, fmt="x.xx"),
        Stat("n", "n", value=116.0),
        Stat("median", "Median", not_estimable="fewer than half had the event"),
        Stat("note", "Note", text='a "quoted", β and\nsecond line'),
        Stat("p", "p-value", error="did not converge"),
    ]
    return numbered(stat_rows("cox", "cox", stats, groups=(("TRT01P", "177Lu-DOTATATE"),), variable="PCHG"))


def changed(**values):
    records = json.loads(ard_json(an_ard()))
    records[1].update(values)
    return json.dumps(records).encode()


def test_json_has_every_column_null_for_missing_and_floats_in_full():
    first, second, *_ = json.loads(ard_json(an_ard()))
    assert tuple(first) == COLUMNS
    assert first["stat"] == 0.30000000000000004
    assert first["group2"] is None
    assert second["fmt"] is None
    assert b"0.30000000000000004" in ard_json(an_ard())


def test_json_reads_back_equal_in_every_value_and_dtype():
    ard = an_ard()
    pd.testing.assert_frame_equal(read_ard_json(ard_json(ard)).frame, ard.frame, check_exact=True)


def test_json_of_no_results_reads_back():
    assert len(read_ard_json(ard_json(Ard.of([]))).frame) == 0


@settings(max_examples=30, deadline=None)
@given(
    value=st.floats(allow_nan=False, allow_infinity=False),
    text=st.text(max_size=20),
)
def test_json_keeps_every_double_and_every_text(value, text):
    ard = numbered(stat_rows("a", "m", [Stat("x", text, value=value)], variable=text))
    again = read_ard_json(ard_json(ard)).frame
    assert np.array_equal(again["stat"].to_numpy().view("u8"), ard.frame["stat"].to_numpy().view("u8"))
    pd.testing.assert_frame_equal(again, ard.frame, check_exact=True)


def test_parquet_reads_back_equal_with_text_and_double_columns():
    table = pq.read_table(io.BytesIO(ard_parquet(an_ard())))
    assert {str(field.type) for field in table.schema if field.name != "stat"} == {"string"}
    assert str(table.schema.field("stat").type) == "double"
    assert table.to_pylist() == json.loads(ard_json(an_ard()))


def test_parquet_holds_no_metadata_of_its_making():
    assert pq.read_metadata(io.BytesIO(ard_parquet(an_ard()))).metadata is None


def test_csv_reads_back_and_ends_lines_with_lf():
    written = ard_csv(an_ard())
    assert b"\r" not in written
    assert written.splitlines()[0] == ",".join(COLUMNS).encode()
    again = pd.read_csv(io.BytesIO(written), keep_default_na=False, dtype=str)
    assert again["stat"].tolist() == ["0.30000000000000004", "116.0", "", "", ""]
    assert again["stat_text"][3] == 'a "quoted", β and\nsecond line'


@pytest.mark.parametrize("write", [ard_parquet, ard_csv, ard_json])
def test_the_same_results_give_the_same_bytes(write):
    assert write(an_ard()) == write(an_ard())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "ard.json: is not a JSON file"),
        (b"\xff\xfe", "ard.json: is not a JSON file"),
        (b"[" * 100_000, "ard.json: is not a JSON file"),
        (b"{}", "ard.json: expected a list of records, found dict"),
        (b"[1]", "record 1: expected an object with the columns of an Ard, found 1"),
        (b'[{"id": "a", "id": "b"}]', "a name occurs twice"),
        (b'[{"stat": NaN}]', "NaN is no JSON number"),
        (b'[{"method_": "a"}]', "record 1: unknown column 'method_'. Did you mean method?"),
        (b'[{"id": "a"}]', "record 1: the column 'analysis_id' is missing"),
        (changed(stat="1"), "record 2: stat is '1', expected a finite number or null"),
        (changed(stat=True), "record 2: stat is True"),
        (changed(stat=10**400), "record 2: stat is 1000"),
        (changed(stat=2**53 + 1), "record 2: stat is 9007199254740993"),
        (changed(method=5), "record 2: method is 5, expected text or null"),
        (changed(id="cox#1"), "ard.json: Ard ids are not unique: cox#1"),
        (changed(stat_text="x"), "ard.json: Ard row cox#2 (n) says none or several"),
        (changed(method="\ud800"), "ard.json: "),
    ],
)
def test_a_file_that_is_no_ard_is_refused_with_the_record(data, message):
    with pytest.raises(InputError) as refusal:
        read_ard_json(data, source="ard.json")
    assert message in str(refusal.value)
