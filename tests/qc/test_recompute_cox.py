import csv
import json
import math
from pathlib import Path

import pytest

from tlf.errors import AnalysisError
from tlf.qc.analysis_groups import POPULATION
from tlf.qc.recompute_cox import recompute_cox

ORACLE = Path(__file__).parents[1] / "oracle"
R = json.loads((ORACLE / "qc_survival.json").read_text())
BY_LANDMARK = {
    "method": "cox",
    "for_each": ["arm", "landmark_pfs.at"],
    "time": "landmark_pfs",
    "covariate": {"shrinkage": "per 1 percentage point decrease"},
}


def of(found, arm, level, stat):
    """Return a result by landmark; counts stand under the parameter, the model's under the covariate."""
    code = "PFSLALL" if level == "ALL" else "PFSL150"
    return found[arm, level, code, None if stat in ("n", "n_event") else "shrinkage", stat]


def rows_of(group):
    lines = (ORACLE / "qc_survival.csv").read_text().splitlines()
    return [row for row in csv.DictReader(lines) if row["group"] == group]


def results(study, stats, block="cox"):
    return stats(recompute_cox(study, block, study.spec.analyses[block]))


def of_the_oracle(trial, group, arm="A"):
    """Add the subjects of the R program: the covariate is the shrinkage, so the change is its negative."""
    rows = rows_of(group)
    trial.best_response = None
    for number, row in enumerate(rows):
        change = {2: -float(row["x"])}
        time, event = float(row["time"]), row["event"] == "1"
        trial.subject(f"{arm}{number}", pfs=time, event=event, changes=change, TRT01P=arm)
    return trial


@pytest.mark.parametrize(("profile", "ties"), [("r", "efron"), ("breslow", "breslow")])
def test_shrinkage_enters_as_decrease_and_gives_the_figures_of_r(trial, stats, profile, ties):
    study = of_the_oracle(trial, "ties").study(profile=profile, analyses={"cox": BY_LANDMARK})
    found, expected = results(study, stats), R["ties"]["cox"][ties]
    for name, value in expected.items():
        assert of(found, "A", "ALL", name) == pytest.approx(value, rel=1e-9)


def test_a_unit_of_10_points_multiplies_the_estimate_and_increase_turns_its_sign(trial, stats):
    ten = BY_LANDMARK | {"covariate": {"shrinkage": "per 10 percentage points decrease"}}
    increase = BY_LANDMARK | {"covariate": {"shrinkage": "per 1 percentage point increase"}}
    study = of_the_oracle(trial, "ties").study(analyses={"cox": ten, "up": increase})
    expected = R["ties"]["cox"]["efron"]["estimate"]
    assert of(results(study, stats), "A", "ALL", "estimate") == pytest.approx(10 * expected, rel=1e-9)
    assert of(results(study, stats, "up"), "A", "ALL", "estimate") == pytest.approx(-expected, rel=1e-9)


def test_one_model_for_each_arm_and_landmark_in_the_order_of_the_arms(trial, stats):
    of_the_oracle(trial, "small", "B").subject("a", changes={80: -1}, TRT01P="A", TRT01PN=0)
    study = trial.study(analyses={"cox": BY_LANDMARK})
    rows = recompute_cox(study, "cox", study.spec.analyses["cox"]).rows()
    assert list(dict.fromkeys(row.groups for row in rows if row.variable != POPULATION)) == [
        (("TRT01P", arm), ("landmark_pfs", level)) for arm in ("A", "B") for level in ("L150", "ALL")
    ]
    found = stats(recompute_cox(study, "cox", study.spec.analyses["cox"]))
    assert of(found, "B", "ALL", "hazard_ratio") == pytest.approx(R["small"]["cox"]["efron"]["hazard_ratio"], rel=1e-9)
    # only those with a time after day 150 are at risk there; all have a change by then
    times = [float(row["time"]) for row in rows_of("small")]
    assert of(found, "B", "L150", "n") == sum(t > 150 for t in times)


def test_a_single_subject_has_counts_and_a_reason_instead_of_a_ratio(trial, stats):
    found = results(trial.subject("1", changes={80: -5}).study(analyses={"cox": BY_LANDMARK}), stats)
    assert (of(found, "A", "ALL", "n"), of(found, "A", "ALL", "n_event")) == (1, 1)
    assert "does not vary" in of(found, "A", "ALL", "hazard_ratio")


def test_no_event_at_all_is_not_estimable(trial, stats):
    trial.subject("1", event=False, changes={80: -5}).subject("2", event=False, changes={80: 5})
    found = results(trial.study(analyses={"cox": BY_LANDMARK}), stats)
    assert of(found, "A", "ALL", "p_value") == "no events"


def test_a_parameter_in_the_data_with_a_level_that_is_written(trial, stats):
    block = {"method": "cox", "for_each": ["arm"], "time": "PFS"}
    block["covariate"] = {"shrinkage.ALL": "per 1 percentage point decrease"}
    found = results(of_the_oracle(trial, "small").study(analyses={"cox": block}), stats)
    expected = R["small"]["cox"]["efron"]["p_value"]
    assert found["A", "PFS", "shrinkage.ALL", "p_value"] == pytest.approx(expected, rel=1e-8)


def test_the_population_of_each_arm_is_the_analysis_set_and_not_those_analysed(trial, stats):
    trial.subject("1", changes={80: 1}).subject("2").subject("3", FASFL="N")
    found = results(trial.study(analyses={"cox": BY_LANDMARK}), stats)
    assert (found["A", POPULATION, None, "N"], of(found, "A", "ALL", "n")) == (2, 1)


def test_limits_too_large_for_a_number_are_not_estimable(trial, stats):
    # one unit is 1e6 points: the estimate of R, 0.105 a point with SE 0.044, times 1e6
    huge = BY_LANDMARK | {"covariate": {"shrinkage": "per 1000000 percentage points increase"}}
    found = results(of_the_oracle(trial, "small").study(analyses={"cox": huge}), stats)
    assert of(found, "A", "ALL", "estimate") == pytest.approx(-1e6 * R["small"]["cox"]["efron"]["estimate"], rel=1e-9)
    assert of(found, "A", "ALL", "hazard_ratio") == "too large for a number"


def test_where_and_analysis_set_narrow_the_subjects(trial, stats, blocks):
    of_the_oracle(trial, "small").subject("x", changes={80: 1}, TRT01P="B", TRT01PN=2)
    trial.subject("y", changes={80: 1}, FASFL="N")
    narrowed = BY_LANDMARK | {"where": blocks.where(TRT01P="A")}
    found = results(trial.study(analyses={"cox": narrowed}), stats)
    assert of(found, "A", "ALL", "n") == 14
    assert of(found, "B", "ALL", "n") == 0
    assert of(found, "B", "ALL", "estimate") == "no subjects"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"covariate": {"shrinkage": "by the point"}}, "per 1 percentage point decrease"),
        ({"covariate": {"shrinkage": "per 0 units"}}, "not 'per 0 units'"),
        ({"covariate": {"shrinkage": "per 1 unit", "group": "per 1 unit"}}, "fits one covariate, not 2"),
        ({"for_each": ["arm"]}, r"landmark_pfs: which level\? Write landmark_pfs.LEVEL"),
        ({"for_each": ["arms", "landmark_pfs.at"]}, r"no grouping arms\. Did you mean arm\?"),
        ({"for_each": ["landmark_pfs.to"]}, "no such levels"),
        ({"covariate": {"shrinkage.L9": "per 1 unit"}}, "shrinkage has no level L9"),
        ({"time": "landmark_pfs.L9"}, "landmark_pfs has no level L9"),
    ],
)
def test_what_cannot_be_understood_is_refused(trial, stats, change, said):
    study = trial.subject("1", changes={80: 1}).study(analyses={"cox": BY_LANDMARK | change})
    with pytest.raises(AnalysisError, match=said):
        results(study, stats)


def test_subjects_of_one_arm_with_two_places_in_the_order_are_refused(trial, stats):
    trial.subject("1", changes={80: 1}).subject("2", changes={80: 1}, TRT01PN=2)
    with pytest.raises(AnalysisError, match=r"TRT01PN of 2 is 2\.0, not that of 'A'"):
        results(trial.study(analyses={"cox": BY_LANDMARK}), stats)


def test_conf_level_is_that_of_the_profile(trial, stats):
    study = of_the_oracle(trial, "small").study(analyses={"cox": BY_LANDMARK})
    wide = study.spec.profiles["r"].model_copy(update={"conf_level": 0.99})
    study.spec.profiles["r"] = wide
    found, expected = results(study, stats), R["small"]["cox"]["efron"]
    # 2.5758293035489004 is the 99.5 % point of the normal distribution
    low = math.exp(expected["estimate"] - 2.5758293035489004 * expected["std_error"])
    assert of(found, "A", "ALL", "conf_low") == pytest.approx(low, rel=1e-9)
