"""Best percentage change: against R on a small trial, and boundaries by hand."""

import numpy as np
import pandas as pd
import pytest

from tlf.errors import DerivationError
from tlf.model.dataset import TEXT
from tlf.model.duration import Duration


def best(data, level):
    records = data.parameter_records(f"shrinkage.{level}")
    return {row.USUBJID: (row.AVAL, row.ADY) for row in records.itertuples()}


def of(trial, *changes, pfs=(400, 0), level="ALL"):
    """The best change of one subject with these assessments (day, change), or None."""
    data = trial.hand({"S1": {"changes": changes, "pfs": pfs}, "S2": {"changes": [(84, -1.0)]}})
    return best(trial.derived(data, "shrinkage"), level).get("S1")


@pytest.mark.parametrize("level", ["L84", "L150", "L336", "ALL"])
def test_every_subject_has_the_value_and_the_source_record_that_r_finds(trial, expected, level):
    data = trial.derived(trial.study(), "shrinkage")
    records = data.parameter_records(f"shrinkage.{level}")
    found = {row.USUBJID: [row.AVAL, row.SRCSEQ] for row in records.itertuples()}
    assert found == expected["best"][level]


def test_the_lowest_change_counts_however_late(trial):
    assert of(trial, (84, -10.0), (168, -25.0), (252, 5.0)) == (-25.0, 168)


def test_ties_keep_the_earliest_record(trial):
    assert of(trial, (252, -20.0), (84, -20.0), (168, -20.0)) == (-20.0, 84)


def test_ties_on_one_day_keep_the_lowest_sequence_number(trial):
    data = trial.hand({"S1": {"changes": [(84, -20.0), (84, -20.0)]}})
    assert trial.derived(data, "shrinkage").parameter_records("shrinkage.ALL")["SRCSEQ"].tolist() == [2.0]


def test_an_assessment_on_the_landmark_day_counts_and_the_day_after_does_not(trial):
    assert of(trial, (84, -10.0), (150, -25.0), level="L150") == (-25.0, 150)
    assert of(trial, (84, -10.0), (151, -25.0), level="L150") == (-10.0, 84)


def test_an_assessment_on_the_day_of_the_event_counts_and_the_day_after_does_not(trial):
    assert of(trial, (84, -10.0), (120, -25.0), pfs=(120, 0)) == (-25.0, 120)
    assert of(trial, (84, -10.0), (121, -25.0), pfs=(120, 0)) == (-10.0, 84)


def test_censoring_ends_the_window_as_an_event_does(trial):
    assert of(trial, (84, -10.0), (121, -25.0), pfs=(120, 1)) == (-10.0, 84)


def test_day_1_and_the_days_before_it_are_not_after_baseline(trial):
    assert of(trial, (1, -50.0), (-3, -60.0), (2, -5.0)) == (-5.0, 2)
    assert of(trial, (1, -50.0)) is None


def test_growth_alone_is_a_best_change_too(trial):
    assert of(trial, (84, 12.0), (168, 30.0)) == (12.0, 84)


def test_a_subject_without_assessment_by_the_landmark_has_no_record(trial):
    assert of(trial, (90, -10.0), level="L84") is None
    assert of(trial, (90, -10.0), level="ALL") == (-10.0, 90)


def test_a_derived_record_says_when_and_from_where_and_has_no_baseline(trial):
    data = trial.derived(trial.hand({"S1": {"changes": [(84, -10.0), (168, -30.0)]}}), "shrinkage")
    record = data.parameter_records("shrinkage.ALL").iloc[0]
    said = {name: record[name] for name in ("PARAMCD", "PARAM", "AVAL", "ADT", "ADY", "AVISIT", "ASEQ")}
    assert said == {
        "PARAMCD": "BPCALL",
        "PARAM": "Best Percentage Change from Baseline, no limit",
        "AVAL": -30.0,
        "ADT": 20167.0,
        "ADY": 168.0,
        "AVISIT": "Day 168",
        "ASEQ": 7.0,  # 3 records read, then BPC84, BPC150, BPC336 before it
    }
    assert [record[name] for name in ("SRCDOM", "SRCVAR", "SRCSEQ")] == ["ADTR", "PCHG", 3.0]
    assert record[["BASE", "CHG", "PCHG", "ABLFL", "ANL01FL", "AVALC"]].isna().all()


def test_parameters_are_the_levels_in_the_order_of_the_spec(trial):
    data = trial.derived(trial.study(), "shrinkage")
    levels = [(p.level, p.paramcd, p.dataset, p.label, p.landmark) for p in data.levels("shrinkage")]
    assert levels == [
        ("L84", "BPC84", "ADTR", "12 weeks", Duration(12.0, "wk")),
        ("L150", "BPC150", "ADTR", "150 days", Duration(150.0, "d")),
        ("L336", "BPC336", "ADTR", "48 weeks", Duration(48.0, "wk")),
        ("ALL", "BPCALL", "ADTR", "No limit", Duration(None)),
    ]


def test_the_records_read_stay_as_they_were_and_subjects_stay_together(trial):
    source = trial.study()
    frame = trial.derived(source, "shrinkage").dataset("ADTR").frame
    read = frame[~frame["PARAMCD"].str.startswith("BPC")].reset_index(drop=True)
    names = list(source.dataset("ADTR").frame.columns)
    assert read[names].equals(source.dataset("ADTR").frame)
    assert not frame.duplicated(["USUBJID", "ASEQ"]).any()
    assert (frame["USUBJID"] != frame["USUBJID"].shift()).sum() == frame["USUBJID"].nunique()


def test_columns_keep_their_types_and_lengths_hold_the_values(trial):
    dataset = trial.derived(trial.study(), "shrinkage").dataset("ADTR")
    for variable in dataset.variables:
        dtype = dataset.frame[variable.name].dtype
        assert dtype == (TEXT if variable.type == "char" else np.dtype("float64"))
        if variable.type == "char":
            assert dataset.frame[variable.name].dropna().map(lambda v: len(v.encode())).max() <= variable.length


def test_the_log_counts_records_from_step_to_step(trial):
    data = trial.derived(trial.hand({"S1": {"changes": [(1, 0.0), (84, -10.0), (500, -20.0)]}}), "shrinkage")
    counts = [(step.step, step.records_in, step.records_out) for step in data.log[1:4]]
    assert counts == [("with PCHG, ADT and ADY", 4, 3), ("after day 1", 3, 2), ("on or before the date of PFS", 2, 1)]


def test_a_level_without_any_record_is_a_parameter_all_the_same(trial):
    data = trial.derived(trial.hand({"S1": {"changes": [(100, -10.0)]}}), "shrinkage")
    assert data.parameter_records("shrinkage.L84").empty
    assert data.parameter("shrinkage.L84").paramcd == "BPC84"


def test_the_unit_of_a_derived_record_is_percent_where_the_dataset_has_units(trial):
    data = trial.hand({"S1": {"changes": [(84, -10.0)]}})
    rows = data.dataset("ADTR").frame.assign(AVALU="mm", PARAMN=1.0, PARAMTYP="", TRTP="A", NADIR=90.0)
    data = trial.study(ADSL=data.dataset("ADSL").frame, ADTR=rows, ADTTE=data.dataset("ADTTE").frame)
    frame = trial.derived(data, "shrinkage").dataset("ADTR").frame
    made = frame[frame["PARAMCD"].str.startswith("BPC")]
    assert made["AVALU"].tolist() == ["%"] * 4
    assert made["PARAMN"].tolist() == [2.0, 3.0, 4.0, 5.0]
    assert made["PARAMTYP"].tolist() == ["DERIVED"] * 4
    assert made["TRTP"].tolist() == ["A"] * 4
    assert made["NADIR"].isna().all()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "PARAMCD = 'SDIAM'",
            "PARAMCD = 'SDIAMM'",
            r"no record is selected by records: ADTR where .*\(.*study.yaml:15:5\)",
        ),
        ("PARAMCD = 'SDIAM' and ANL01FL", "ANL01FL", "records select the parameters NEWLES, SDIAM: expected one"),
        ("until: PFS", "until: OS", "no dataset has the parameter OS"),
        ("L84: 12 wk", "L841234: 12 wk", "level L841234 gives the PARAMCD BPC841234"),
        ("paramcd: BPC", "paramcd: SDIAM", "PARAMCD SDIAM84 of level L84 is already in ADTR"),
        ("L84: 12 wk,", "L84: 12 wk, '84': 84 d,", "PARAMCD BPC84 of level 84 is already"),
        ("L84: 12 wk, L150: 150 d, L336: 48 wk, ALL: none", "", "no landmarks: expected at least one level"),
    ],
)
def test_a_spec_that_does_not_fit_the_data_is_refused_with_its_place(trial, old, new, said):
    written = trial.SPEC.partition("  landmark_pfs:")[0].replace(old, new, 1)
    rows = trial.study().dataset("ADTR").frame
    taken = rows.iloc[[1]].assign(PARAMCD="SDIAM84", USUBJID="S99")
    data = trial.study(written, ADTR=pd.concat([rows, taken]) if "SDIAM84" in said else rows)
    with pytest.raises(DerivationError, match=said):
        trial.derived(data, "shrinkage")


def test_a_character_pchg_is_refused_by_name(trial):
    rows = trial.study().dataset("ADTR").frame
    data = trial.study(ADTR=rows.assign(PCHG=rows["PCHG"].astype("string")))
    with pytest.raises(DerivationError, match=r"ADTR\.PCHG has the type char: expected numeric"):
        trial.derived(data, "shrinkage")


def test_a_dataset_without_adt_is_refused_by_name(trial):
    rows = trial.study().dataset("ADTR").frame.rename(columns={"ADT": "ADTX"})
    with pytest.raises(DerivationError, match=r"ADTR has no variable ADT\. Did you mean ADTX"):
        trial.derived(trial.study(ADTR=rows), "shrinkage")


def test_records_that_all_lie_before_baseline_are_refused(trial):
    with pytest.raises(DerivationError, match=r"no record of ADTR where .* qualifies: after day 1"):
        trial.derived(trial.hand({"S1": {"changes": [(1, -10.0)]}}), "shrinkage")
