"""The dataset ADATTRIT: its structure, and how it grows with a second derivation."""

import pytest

from tlf.errors import DerivationError

SECOND = """
  landmark_any:
    method: landmark
    of: PFS
    at: *marks
    change: shrinkage
    new_lesions: "ADTR where PARAMCD = 'NEWLES' and AVALC = 'Y'"
    best_response_pd: { pchg_ge: 20, new_lesion: any }
    paramcd: PFSA
    analysis_set: FAS
"""


def test_there_is_one_row_a_subject_of_the_analysis_set_and_landmark(trial):
    dataset = trial.derived(trial.study()).dataset("ADATTRIT")
    assert len(dataset.frame) == 39 * 4
    assert not dataset.frame.duplicated(["USUBJID", "PARAMCD"]).any()
    assert dataset.frame.groupby("PARAMCD", sort=False)["LMDAY"].first().fillna(-1).to_dict() == {
        "PFSL84": 84.0,
        "PFSL150": 150.0,
        "PFSL336": 336.0,
        "PFSLALL": -1.0,
    }


def test_a_row_has_a_flag_or_a_step_with_a_reason_never_both(trial):
    frame = trial.derived(trial.study()).dataset("ADATTRIT").frame
    analysed = frame["ANL01FL"] == "Y"
    assert (frame["EXSTEP"].isna() == analysed).all()
    assert (frame["EXREAS"].isna() == analysed).all()
    assert set(frame["EXSTEP"].dropna()) == {2.0, 3.0, 4.0}


def test_it_fits_a_transport_file(trial):
    dataset = trial.derived(trial.study()).dataset("ADATTRIT")
    assert dataset.label == "Landmark Attrition by Subject"
    assert len(dataset.label) <= 40
    for variable in dataset.variables:
        assert len(variable.name) <= 8
        assert len(variable.label.encode()) <= 40
        if variable.type == "char":
            longest = dataset.frame[variable.name].dropna().map(lambda value: len(value.encode())).max()
            assert longest <= variable.length <= 200


def test_a_second_derivation_adds_its_rows(trial):
    spec = trial.SPEC.replace("  shrinkage_group:", SECOND.lstrip("\n") + "  shrinkage_group:")
    frame = trial.derived(trial.study(spec)).dataset("ADATTRIT").frame
    assert len(frame) == 39 * 8
    assert frame["PARAMCD"].drop_duplicates().tolist()[3:5] == ["PFSLALL", "PFSA84"]


def test_a_dataset_of_the_study_with_that_name_is_not_overwritten(trial):
    data = trial.study(ADATTRIT=[{"USUBJID": "S01"}])
    with pytest.raises(DerivationError, match="the data have a dataset ADATTRIT with other variables"):
        trial.derived(data)


def test_treatment_variables_are_those_that_adsl_has(trial):
    adsl = trial.study().dataset("ADSL").frame.drop(columns="TRT01PN")
    names = trial.derived(trial.study(ADSL=adsl)).dataset("ADATTRIT").variable_names
    assert names[:4] == ("STUDYID", "USUBJID", "TRT01P", "PARAMCD")
