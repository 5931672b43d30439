"""A model table: a block an arm, a row a landmark, what cannot be estimated as NE with its reason."""

import pytest

from tlf.display.table_model_by_landmark import table_model_by_landmark
from tlf.errors import DisplayError
from tlf.model.ard import Stat, stat_rows

A, B = ("TRT01P", "177Lu-DOTATATE"), ("TRT01P", "Octreotide LAR 60 mg")
HR = ("estimate", "std_error", "hazard_ratio", "conf_low", "conf_high", "p_value")


def model(arm, level, values, *, reason=None, error=None):
    groups = (arm, ("landmark_pfs", level))
    n, events, *estimates = values
    counts = [Stat("n", "n", n), Stat("n_event", "Events", events)]
    rows = stat_rows("cox_by_landmark", "cox", counts, groups=groups, variable="PFSL150")
    stats = [
        Stat(name, name, None if reason or error else value, not_estimable=reason, error=error)
        for name, value in zip(HR, estimates or [None] * 6, strict=True)
    ]
    rows += stat_rows("cox_by_landmark", "cox", stats, groups=groups, variable="PFSL150", variable_level="shrinkage")
    change = [Stat("n", "n", n), *(Stat(s, s, v) for s, v in (("median", -10.84), ("min", -64.04), ("max", 5.0)))]
    return rows + stat_rows("change_by_landmark", "continuous", change, groups=groups, variable="BPC150")


def population(arm, size):
    return stat_rows("cox_by_landmark", "cox", [Stat("N", "N", size)], groups=(arm,), variable="..population..")


@pytest.fixture
def rows():
    return [
        *population(A, 117.0),
        *population(B, 114.0),
        *model(A, "L150", [90.0, 40.0, -0.0856, 0.03, 0.918, 0.8651, 0.97449, 0.00451]),
        *model(A, "L252", [60.0, 30.0, 0.002, 0.01, 1.002, 0.99, 1.02, 0.78084]),
        *model(B, "L150", [14.0, 0.0], reason="no events"),
    ]


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_each_arm_is_a_block_and_each_landmark_a_row(request_of, rows):
    request, keywords = request_of("T-14-2-4-2", rows)
    table = table_model_by_landmark(request, **keywords)
    # p = 0.00451 and 0.78084 to four decimals, half away from zero; -10.84 and -64.04 to one
    assert cells(table) == [
        ["177Lu-DOTATATE (N=117)", "", "", "", "", ""],
        ["150 days", "90", "40", "-10.8 (-64.0, 5.0)", "0.918 (0.865, 0.974)", "0.0045"],
        ["36 weeks (252 days)", "60", "30", "-10.8 (-64.0, 5.0)", "1.002 (0.990, 1.020)", "0.7808"],
        [],
        ["Octreotide LAR 60 mg (N=114)", "", "", "", "", ""],
        ["150 days", "14", "0", "-10.8 (-64.0, 5.0)", "NE", "NE"],
    ]


def test_every_shown_number_keeps_the_ids_of_its_rows(request_of, rows):
    request, keywords = request_of("T-14-2-4-2", rows)
    first = table_model_by_landmark(request, **keywords).rows[1]
    by_id = {row["id"]: row["stat_name"] for row in request.ard.frame.to_dict("records")}
    shown = [[by_id[ard] for ard in cell.ard] for cell in first.cells[1:]]
    assert shown == [
        ["n"],
        ["n_event"],
        ["median", "min", "max"],
        ["hazard_ratio", "conf_low", "conf_high"],
        ["p_value"],
    ]


def test_the_reason_of_an_ne_and_the_method_stand_in_the_footnotes(request_of, rows):
    request, keywords = request_of("T-14-2-4-2", rows)
    sections = table_model_by_landmark(request, **keywords).sections
    assert "NE (Octreotide LAR 60 mg, 150 days): no events." in sections.footnotes
    method = sections.footnotes[0]
    assert "per 1 percentage point decrease" in method
    assert "ties: Efron" in method
    assert "Method profile: R." in method
    assert sections.abbreviations == "CI = confidence interval; NE = not estimable"
    assert (sections.number, sections.population) == ("Table 14.2.4.2", "Full Analysis Set")
    assert sections.simulated


def test_a_failed_result_fails_the_output(request_of, rows):
    broken = [*rows, *model(B, "L252", [14.0, 3.0], error="singular information")]
    request, keywords = request_of("T-14-2-4-2", broken)
    with pytest.raises(DisplayError, match=r"TRT01P = Octreotide LAR 60 mg, landmark_pfs = L252.*singular information"):
        table_model_by_landmark(request, **keywords)


def test_a_column_that_no_result_has_is_refused(request_of, rows):
    kept = [row for row in rows if row["stat_name"] != "p_value"]
    request, keywords = request_of("T-14-2-4-2", kept)
    with pytest.raises(DisplayError, match="column p_value needs p_value for 177Lu-DOTATATE / L150"):
        table_model_by_landmark(request, **keywords)
