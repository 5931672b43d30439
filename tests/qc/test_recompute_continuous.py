import pytest

from tlf.qc.recompute_continuous import recompute_continuous

BLOCK = {"method": "continuous", "for_each": ["arm", "landmark_pfs.at"], "value": "shrinkage"}


def results(study, stats):
    return stats(recompute_continuous(study, "change", study.spec.analyses["change"]))


def test_best_changes_by_hand_among_all_and_among_those_analysed(trial, stats):
    trial.subject("1", changes={80: -40}).subject("2", changes={80: -10}).subject("3", changes={80: 2})
    trial.subject("4", changes={80: 30}).subject("5", pfs=100, changes={80: 8}).subject("6")
    every = results(trial.study(analyses={"change": BLOCK}), stats)
    # -40, -10, 2, 8, 30: mean -2; deviations 38, 8, 4, 10, 32: 1444 + 64 + 16 + 100 + 1024 = 2648, / 4 = 662
    assert every["A", "ALL", "BPCALL", None, "n"] == 5
    assert every["A", "ALL", "BPCALL", None, "mean"] == pytest.approx(-2)
    assert every["A", "ALL", "BPCALL", None, "sd"] == pytest.approx(662**0.5)
    assert every["A", "ALL", "BPCALL", None, "median"] == 2
    among = results(trial.study(analyses={"change": BLOCK | {"among": "landmark_pfs"}}), stats)
    # 4 has progressed as best response, 5 is past at day 150: -40, -10, 2
    assert among["A", "L150", "BPC150", None, "n"] == 3
    assert [among["A", "L150", "BPC150", None, name] for name in ("min", "median", "max")] == [-40, -10, 2]
