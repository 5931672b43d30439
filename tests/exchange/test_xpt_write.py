"""Transport files that are written read back as they were, in pyreadstat and in R, and what would be lost is refused."""

from pathlib import Path

import pandas as pd
import pytest

from tlf.exchange.xpt_read import read_xpt
from tlf.exchange.xpt_write import write_xpt

REAL = sorted(Path("../shared/data").rglob("*.xpt"))


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
