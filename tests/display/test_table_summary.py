"""A summary table: a block a variable, a column a group, (N=xx) in the headers."""

import pytest

from tlf.display.table_summary import table_summary
from tlf.errors import DisplayError
from tlf.model.ard import Stat, stat_rows

A, B, TOTAL = (("TRT01P", "A"),), (("TRT01P", "B"),), (("TRT01P", "Total"),)
ID = "T-14-1-2-1"


def put(groups, variable, stats, level=None):
    made = [Stat(name, name, value, fmt=fmt) for name, value, fmt in stats]
    return stat_rows(ID, "summary", made, groups=groups, variable=variable, variable_level=level)


@pytest.fixture
def rows():
    found = []
    for groups, size in ((A, 3.0), (B, 2.0), (TOTAL, 5.0)):
        found += put(groups, "..population..", [("N", size, None)])
        age = [("n", size, None), ("mean", 62.05, "xx.x"), ("sd", 8.005, "xx.xx"), ("median", 61.5, "xx.x")]
        age += [("q1", 50.0, "xx.x"), ("q3", 70.25, "xx.x"), ("min", 50.0, "xx"), ("max", 70.0, "xx")]
        found += put(groups, "AGE", age)
        for level, count in (("F", size - 1), ("M", 0.0)):
            stats = [("n", count, None), ("denominator", size, None), ("p", 100 * count / size, None)]
            found += put(groups, "SEX", stats, level)
    return [*found, *put(A, "SEX", [("n_missing", 1.0, None)])]


def make(request_of, results, /, **changed):
    request, keywords = request_of(ID, results, **{"rows": ["AGE", "SEX"], **changed})
    return table_summary(request, **keywords)


def test_statistics_and_counts_stand_in_blocks_under_labels(request_of, rows):
    table = make(request_of, rows)
    assert [[cell.text for cell in row.cells][:3] for row in table.rows] == [
        ["Age (years)", "", ""],
        ["n", "3", "2"],
        ["Mean (SD)", "62.1 (8.01)", "62.1 (8.01)"],  # 62.05 and 8.005, half away from zero
        ["Median", "61.5", "61.5"],
        ["Q1, Q3", "50.0, 70.3", "50.0, 70.3"],
        ["Min, Max", "50, 70", "50, 70"],
        [],
        ["Sex", "", ""],
        ["F", "2 (66.7)", "1 (50.0)"],
        ["M", "0", "0"],
        ["Missing", "1", "0"],
    ]


def test_headers_hold_the_population_of_each_group(request_of, rows):
    assert [column.header for column in make(request_of, rows).columns] == ["", "A\n(N=3)", "B\n(N=2)", "Total\n(N=5)"]


def test_decimals_follow_the_data_where_the_results_say_so(request_of, rows):
    finer = [{**row, "fmt": "xx.xxx"} if row["stat_name"] in ("mean", "sd") else row for row in rows]
    assert make(request_of, finer).rows[2].cells[1].text == "62.050 (8.005)"


def test_a_variable_without_results_is_refused(request_of, rows):
    with pytest.raises(DisplayError, match="analysis T-14-1-2-1 has no result n for STUDYID / TRT01P=A"):
        make(request_of, rows, rows=["STUDYID"])
