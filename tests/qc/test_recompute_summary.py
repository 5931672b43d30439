import pytest

from tlf.errors import AnalysisError
from tlf.qc.analysis_groups import POPULATION
from tlf.qc.recompute_summary import recompute_summary

BLOCK = {"method": "summary", "by": "arm", "total": True, "variables": ["AGE", "SEX"]}


@pytest.fixture
def five(trial):
    for number, (arm, sex, age) in enumerate(
        [("A", "F", 40), ("A", "M", 50), ("A", "F", 66), ("B", "F", 30), ("B", None, None)]
    ):
        trial.subject(str(number), TRT01P=arm, TRT01PN=1 + (arm == "B"), SEX=sex, AGE=age, changes={80: 0})
    return trial.subject("out", TRT01P="A", SEX="M", AGE=99, FASFL="N")


def results(study, stats, block="table"):
    return stats(recompute_summary(study, block, study.spec.analyses[block]))


def test_counts_and_percentages_by_hand(five, stats):
    found = results(five.study(analyses={"table": BLOCK}), stats)
    assert [found["A", POPULATION, None, "N"], found["B", POPULATION, None, "N"]] == [3, 2]
    assert found["Total", POPULATION, None, "N"] == 5
    assert (found["A", "SEX", "F", "n"], found["B", "SEX", "F", "n"], found["Total", "SEX", "F", "n"]) == (2, 1, 3)
    assert found["A", "SEX", "F", "p"] == pytest.approx(200 / 3)
    assert found["B", "SEX", "M", "n"] == 0


def test_numbers_are_described_without_the_missing(five, stats):
    found = results(five.study(analyses={"table": BLOCK}), stats)
    assert (found["A", "AGE", None, "n"], found["A", "AGE", None, "mean"]) == (3, 52)
    assert (found["B", "AGE", None, "n"], found["B", "AGE", None, "sd"]) == (1, "one value")
    assert (found["Total", "AGE", None, "min"], found["Total", "AGE", None, "max"]) == (30, 66)


def test_without_total_and_without_columns(five, stats):
    found = results(
        five.study(analyses={"table": BLOCK | {"total": False}, "all": BLOCK | {"by": None}}),
        stats,
    )
    assert ("Total", POPULATION, None, "N") not in found
    alone = results(five.study(analyses={"all": BLOCK | {"by": None}}), stats, "all")
    assert alone[POPULATION, None, "N"] == 5


def test_a_variable_that_is_not_there_is_refused(five, stats):
    with pytest.raises(AnalysisError, match=r"ADSL has no variable AGES\. Did you mean AGE\?"):
        results(five.study(analyses={"table": BLOCK | {"variables": ["AGES"]}}), stats)
