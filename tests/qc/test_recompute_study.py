import subprocess
import sys

import pytest

from tlf import registry
from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.spec import Output, Shell
from tlf.qc.recompute_cox import recompute_cox
from tlf.qc.recompute_study import recompute_study
from tlf.qc.recompute_summary import recompute_summary

COX = {
    "method": "cox",
    "for_each": ["arm", "landmark_pfs.at"],
    "time": "landmark_pfs",
    "covariate": {"shrinkage": "per 1 percentage point decrease"},
}


class Columns(Output):
    columns: dict[str, object]
    rows: list[str]


@pytest.fixture
def filled(trial):
    for number, (pfs, change) in enumerate([(300, -40), (500, 5), (450, -12), (700, 3), (650, -33), (200, 8)]):
        trial.subject(str(number), pfs=pfs, event=number != 3, changes={80: change})
    return trial


def changed(ard, stat, value):
    """Return the results with the first value of a statistic changed: a planted fault."""
    frame = ard.frame.copy()
    frame.loc[frame.index[frame["stat_name"] == stat][0], "stat"] = value
    return Ard(frame)


def test_results_made_from_the_same_data_are_equal_and_a_planted_fault_is_found(filled):
    study = filled.study(analyses={"cox": COX})
    production = recompute_cox(study, "cox", study.spec.analyses["cox"])
    assert recompute_study(study, production).differing == ()
    (found,) = recompute_study(study, changed(production, "hazard_ratio", 0.9)).differing
    assert (found.stat_name, found.groups) == ("hazard_ratio", "TRT01P=A, landmark_pfs=L150; PFSL150=shrinkage")


def test_an_analysis_missing_from_production_is_reported(filled):
    study = filled.study(analyses={"cox": COX})
    assert {s.agreement for s in recompute_study(study, Ard.of([])).stats} == {"only qc"}


def test_an_analysis_without_a_second_program_is_listed_with_the_reason(filled):
    study = filled.study(analyses={"mmrm": {"method": "mmrm"}})
    production = numbered(stat_rows("mmrm", "mmrm", [Stat("estimate", "", 1.0)]))
    comparison = recompute_study(study, production)
    assert comparison.stats == ()
    assert comparison.not_compared == (("mmrm", "method mmrm has no second program"),)


def test_a_failure_is_reported_as_not_compared_and_the_others_go_on(filled, monkeypatch):
    study = filled.study(analyses={"bad": COX | {"time": "OS"}, "cox": COX})
    production = recompute_cox(study, "cox", study.spec.analyses["cox"])
    comparison = recompute_study(study, production)
    ((analysis, reason),) = comparison.not_compared
    assert (analysis, comparison.differing) == ("bad", ())
    assert reason.startswith("the second program failed: no dataset has the parameter OS.")
    assert len(comparison.stats) == len(production.frame)

    def broken(*_):
        raise ZeroDivisionError("division by zero")

    entry = registry.lookup("recompute", "cox")
    monkeypatch.setitem(registry._entries, ("recompute", "cox"), registry.Entry("recompute", "cox", broken))
    assert entry.function is recompute_cox
    assert recompute_study(study, production).not_compared == (
        ("bad", "the second program failed: ZeroDivisionError: division by zero"),
        ("cox", "the second program failed: ZeroDivisionError: division by zero"),
    )


def test_results_of_no_known_analysis_are_listed(filled):
    production = numbered(stat_rows("ghost", "cox", [Stat("n", "", 1.0)]))
    assert recompute_study(filled.study(), production).not_compared == (
        ("ghost", "the spec declares no such analysis"),
    )


def test_the_analysis_that_an_output_implies_is_recomputed(filled):
    shell = Shell(
        kind="table",
        display="summary",
        analysis={
            "method": "=summary",
            "analysis_set": "analysis_set",
            "by": "columns.by",
            "total": "columns.total",
            "variables": "rows",
        },
    )
    keys = {"title": "Demographics", "shell": "demographics", "analysis_set": "FAS", "rows": ["AGE"]}
    output = Columns(**keys, columns={"by": "arm", "total": True})
    more = {"shells": {"demographics": shell}, "outputs": {"T-14-1": output}}
    study = filled.study(
        analyses={
            "declared": {"method": "summary", "by": "arm", "total": True, "variables": ["AGE"]},
        },
        **more,
    )
    production = recompute_summary(study, "T-14-1", study.spec.analyses["declared"])
    comparison = recompute_study(study, production)
    assert {s.agreement for s in comparison.stats if s.analysis_id == "T-14-1"} == {"equal"}


def test_grouping_variables_that_the_spec_derives_can_be_used_in_where_and_as_columns(filled, blocks):
    one_group = COX | {"where": blocks.where(BPCGR1="down")}
    table = {"method": "summary", "variables": ["BPCGR1"], "by": "group"}
    comparison = recompute_study(filled.study(analyses={"cox": one_group, "table": table}), Ard.of([]))
    assert comparison.not_compared == ()
    found = {(s.analysis_id, s.groups, s.stat_name): s.qc for s in comparison.stats}
    assert found["cox", "TRT01P=A, landmark_pfs=ALL; PFSLALL", "n"] == "2.0"  # -40 and -33
    assert found["table", "BPCGR1=down; BPCGR1=down", "n"] == "2.0"
    assert found["table", "BPCGR1=rest; ..population..", "N"] == "4.0"


def test_a_grouping_that_fails_stops_only_the_analyses_that_need_it(filled):
    odd = filled.study().spec.derivations["group"].model_copy(update={"cut": {"down": "about -30"}})
    by_group = {"method": "kaplan_meier", "time": "PFS", "by": "group"}
    study = filled.study(analyses={"cox": COX, "km": by_group}, derivations={"group": odd})
    comparison = recompute_study(study, Ard.of([]))
    ((analysis, reason),) = comparison.not_compared
    assert (analysis, "about -30" in reason) == ("km", True)
    assert {stat.analysis_id for stat in comparison.stats} == {"cox"}


def test_importing_the_room_does_not_load_lifelines():
    code = "import sys, tlf.registry as r; r.available('recompute'); sys.exit('lifelines' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
