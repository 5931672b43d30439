"""Derived records put beside those of a BDS dataset."""

import numpy as np
import pandas as pd
import pytest

from tlf.derive.bds_records import fitted, with_records
from tlf.model.dataset import Variable, text


@pytest.fixture
def dataset(trial):
    return trial.dataset_of(
        "ADTR",
        {
            "USUBJID": ["B", "A", "B"],
            "PARAMCD": ["X", "X", "Y"],
            "PARAMN": [1, 1, 2],
            "AVALC": ["q", "", "r"],
            "ASEQ": [1, 1, 2],
        },
    )


def made(**columns):
    return pd.DataFrame({"USUBJID": ["A", "B", "A"], "PARAMCD": ["N1", "N1", "N2"], "SRCDOM": "ADTR", **columns})


def test_records_follow_their_subject_numbered_on(dataset):
    frame = with_records(dataset, made()).frame
    assert frame[["USUBJID", "PARAMCD", "ASEQ"]].to_numpy().tolist() == [
        ["B", "X", 1.0],
        ["B", "Y", 2.0],
        ["B", "N1", 3.0],
        ["A", "X", 1.0],
        ["A", "N1", 2.0],
        ["A", "N2", 3.0],
    ]


def test_each_new_paramcd_has_a_number_of_its_own(dataset):
    frame = with_records(dataset, made()).frame
    numbers = frame.groupby("PARAMCD")["PARAMN"].unique().map(list).to_dict()
    assert numbers == {"N1": [3.0], "N2": [4.0], "X": [1.0], "Y": [2.0]}


def test_a_subject_that_the_dataset_did_not_have_starts_at_1(dataset):
    frame = with_records(dataset, made().assign(USUBJID="C")).frame
    assert frame["ASEQ"][frame["USUBJID"] == "C"].tolist() == [1.0, 2.0, 3.0]


def test_source_variables_are_added_once_and_other_sources_stay(dataset):
    once = with_records(dataset, made(SRCSEQ=1.0))
    assert once.variable_names[-3:] == ("SRCDOM", "SRCVAR", "SRCSEQ")
    twice = with_records(once, made(SRCSEQ=2.0).assign(PARAMCD="N9"))
    assert twice.variable_names == once.variable_names
    assert twice.frame["SRCSEQ"].dropna().tolist() == [1.0, 2.0, 1.0, 1.0, 2.0, 2.0]


def test_no_records_change_no_records(dataset):
    frame = with_records(dataset, made().iloc[:0]).frame
    assert frame["PARAMCD"].tolist() == ["X", "Y", "X"]


def test_character_lengths_grow_to_the_longest_value_in_bytes(dataset):
    longer = with_records(dataset, made(AVALC="≥30%"))
    assert longer.variable("AVALC").length == 6
    assert longer.variable("USUBJID").length == 1


def test_a_length_never_shrinks_and_a_number_has_none_to_fit():
    assert fitted(Variable("X", type="char", length=40), text(["a"])).length == 40
    assert fitted(Variable("X", type="char", length=0), text([np.nan])).length == 1
    assert fitted(Variable("X"), pd.Series([1.0])) == Variable("X")
