"""A small dataset with every kind of variable, and its transport file, for the tests of this room."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from tlf.exchange.xpt_write import write_xpt
from tlf.model.dataset import Dataset, Variable, text


def a_dataset(name="ADSL", label="Subject Level Analysis Dataset", **columns):
    frame = pd.DataFrame(
        {
            "USUBJID": text(["S-01", "S-02", "S-03", "S-04", "S-05"]),
            "SITE": text(["007", None, "  lead", "Zürich", "a\nb"]),
            "AGE": [63.5, np.nan, -118.625, 0.0, 1 / 3],
            "TRTSDT": [19242.0, 0.0, -3653.0, np.nan, 21000.0],
            "FLAGN": [1.0, 0.0, np.nan, 1.0, 1.0],
        }
    ).assign(**columns)
    variables = (
        Variable("USUBJID", "Unique Subject Identifier", "char", 20, "$20."),
        Variable("SITE", "Site, as the sponsor's µ-code", "char", 7),
        Variable("AGE", "Age", "num", 8, "8.1"),
        Variable("TRTSDT", "Date of First Exposure", "num", 8, "DATE9.", "DATE9."),
        Variable("FLAGN", "Flag (N)", "num", 3, "BEST12."),
    )
    return Dataset(name, label, frame, variables)


@pytest.fixture
def dataset():
    return a_dataset()


@pytest.fixture
def file(dataset):
    """The dataset's transport file, to be cut and changed."""
    return bytearray(write_xpt(dataset))


@pytest.fixture
def v8_file(tmp_path):
    """A version 8 file, made by pyreadstat, with a name over 8 characters and a label over 40."""
    frame = pd.DataFrame({"SUBJECT": ["S-1", "S-2"], "LONGVARIABLE": [1.5, 2.5]})
    pyreadstat.write_xport(
        frame,
        tmp_path / "v8.xpt",
        file_format_version=8,
        table_name="LONGDATASET",
        file_label="Made elsewhere",
        column_labels=["A label that has quite a few more than forty characters", "b"],
    )
    return bytearray((tmp_path / "v8.xpt").read_bytes())
