"""The example study's results against R, which derives and analyses the same transport files on its own."""

import json
import shutil
import subprocess

import pytest

from tlf.model.output_request import Results


@pytest.fixture(scope="module")
def oracle(root):
    return json.loads((root / "tests" / "oracle" / "netter1_oracle.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results(example):
    names = ("cox_by_landmark", "change_by_landmark", "pfs_by_group")
    return {name: Results(example.ard, name) for name in names}


def value(results, groups, stat, **where):
    (row,) = [
        r
        for r in results.rows
        if r.groups == groups and r.stat_name == stat and all(getattr(r, k) == v for k, v in where.items())
    ]
    return row.value


def models(oracle):
    for key, expected in oracle["models"].items():
        arm, level = key.split("|")
        yield (("TRT01P", arm), ("landmark_pfs", level)), expected


def test_twelve_models_are_judged(oracle):
    assert len(oracle["models"]) == 12


def test_cox_models_agree_with_coxph(oracle, results):
    cox = results["cox_by_landmark"]
    for groups, expected in models(oracle):
        for stat in ("n", "n_event"):
            assert value(cox, groups, stat) == expected[stat], (groups, stat)
        for stat in ("estimate", "std_error", "hazard_ratio", "conf_low", "conf_high"):
            assert value(cox, groups, stat) == pytest.approx(expected[stat], rel=1e-9), (groups, stat)
        assert value(cox, groups, "p_value") == pytest.approx(expected["p_value"], rel=1e-8), groups


def test_best_changes_agree_with_r(oracle, results):
    for groups, expected in models(oracle):
        for stat in ("median", "min", "max"):
            assert value(results["change_by_landmark"], groups, stat) == pytest.approx(expected[stat], rel=1e-12)


def test_every_lost_subject_has_the_reason_that_r_finds(oracle, example):
    attrition = example.data.dataset("ADATTRIT").frame
    for (arm, landmark), expected in models(oracle):
        level = landmark[1]
        code = "PFSLALL" if level == "ALL" else f"PFSL{level[1:]}"
        rows = attrition[(attrition["TRT01P"] == arm[1]) & (attrition["PARAMCD"] == code)]
        reasons = rows["EXREAS"].dropna()
        count = {
            "lost_no_assessment": reasons.str.contains("post-baseline|baseline", regex=True).sum(),
            "lost_progression": reasons.str.contains("progressive disease", case=False).sum(),
            "lost_not_at_risk": reasons.str.contains("risk").sum(),
        }
        assert count == {name: expected[name] for name in count}, (arm, level)
        assert len(rows) == expected["n"] + sum(count.values())
        assert (rows["ANL01FL"] == "Y").sum() == expected["n"]


def test_curves_and_medians_agree_with_survfit(oracle, results):
    curves = results["pfs_by_group"]
    assert len(oracle["curves"]) == 2
    for level, expected in oracle["curves"].items():
        groups = (("BPCGR1", level),)
        assert value(curves, groups, "n", variable="subjects") == expected["n"]
        assert value(curves, groups, "n_event", variable="subjects") == expected["n_event"]
        for stat, name in (("estimate", "median"), ("conf_low", "conf_low"), ("conf_high", "conf_high")):
            assert value(curves, groups, stat, variable="quantile", variable_level="0.5") == expected[name]
        for day, count in zip(("0", "182.625", "365.25", "730.5"), expected["at_risk"], strict=True):
            assert value(curves, groups, "n_risk", variable="at_risk", variable_level=day) == count
        for time, survival in zip(("6 mo", "12 mo", "24 mo"), expected["survival"], strict=True):
            found = value(curves, groups, "estimate", variable="rate", variable_level=time)
            assert found == pytest.approx(survival, rel=1e-12)


def test_the_stored_figures_are_what_r_makes_of_the_files_now(root, oracle):
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed: the stored figures stand")
    packages = 'quit(status = !all(sapply(c("survival", "foreign"), requireNamespace, quietly = TRUE)))'
    if subprocess.run(["Rscript", "-e", packages], capture_output=True, check=False).returncode:
        pytest.skip("R has no survival or foreign package: the stored figures stand")
    command = ["Rscript", "tests/oracle/netter1_oracle.R", "adam_examples/netter1"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == oracle
