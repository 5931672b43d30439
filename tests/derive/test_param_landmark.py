"""Landmark time to event: against R on a small trial, and boundaries by hand."""

import itertools

import numpy as np
import pytest

from tlf.derive.param_landmark import derive_param_landmark
from tlf.errors import DerivationError
from tlf.model.spec import Derivation, keywords_of


def steps(data, level):
    """The step that dropped each subject, 0 for the analysed."""
    frame = data.dataset("ADATTRIT").frame
    rows = frame[frame["PARAMCD"] == data.parameter(f"landmark_pfs.{level}").paramcd]
    return dict(zip(rows["USUBJID"], rows["EXSTEP"].fillna(0.0), strict=True))


def step(trial, said, level="L150", spec=None):
    """The step that dropped one subject; a second subject gives every filter something to select."""
    other = {"changes": [(84, -5.0), (168, -6.0)], "lesions": [168]}
    data = trial.hand({"S1": said, "S2": other}, spec or trial.SPEC)
    return steps(trial.derived(data, "shrinkage", "landmark_pfs"), level)["S1"]


@pytest.mark.parametrize("level", ["L84", "L150", "L336", "ALL"])
def test_every_subject_is_lost_at_the_step_that_r_finds(trial, expected, level):
    data = trial.derived(trial.study())
    assert steps(data, level) == expected["steps"][level]


@pytest.mark.parametrize("level", ["L84", "L150", "L336", "ALL"])
def test_records_are_those_of_the_analysed_subjects(trial, expected, level):
    records = trial.derived(trial.study()).parameter_records(f"landmark_pfs.{level}")
    assert set(records["USUBJID"]) == {u for u, lost in expected["steps"][level].items() if lost == 0}


def test_growth_of_exactly_20_percent_is_progressive_disease(trial):
    assert step(trial, {"changes": [(84, 20.0)]}) == 3
    assert step(trial, {"changes": [(84, 19.999999999999996)]}) == 3  # (66 / 55 - 1) * 100 in floating point
    assert step(trial, {"changes": [(84, 19.9)]}) == 0


def test_best_response_is_judged_by_the_best_change_not_by_the_last(trial):
    assert step(trial, {"changes": [(84, 5.0), (140, 40.0)]}) == 0
    assert step(trial, {"changes": [(84, 25.0), (140, 19.0)]}) == 0


def test_new_lesions_at_all_assessments_are_progressive_disease_at_one_of_two_not(trial):
    assert step(trial, {"changes": [(84, -10.0), (140, -20.0)], "lesions": [84, 140]}) == 3
    assert step(trial, {"changes": [(84, -10.0), (140, -20.0)], "lesions": [84]}) == 0
    assert step(trial, {"changes": [(84, -10.0), (140, -20.0)], "lesions": [140]}) == 0


def test_only_assessments_up_to_the_landmark_are_asked_for_new_lesions(trial):
    said = {"changes": [(84, -10.0), (168, -20.0)], "lesions": [84]}
    assert step(trial, said, "L150") == 3
    assert step(trial, said, "ALL") == 0


def test_a_new_lesion_on_a_day_without_assessment_or_after_progression_counts_for_nothing(trial):
    assert step(trial, {"changes": [(84, -10.0)], "lesions": [85]}) == 0
    said = {"pfs": (160, 0), "changes": [(84, -10.0), (161, -10.0)], "lesions": [84]}
    assert step(trial, said, "ALL") == 3  # day 161 lies after progression, so 84 is the only assessment


def test_new_lesion_any_takes_one_assessment_and_none_takes_no_notice(trial):
    said = {"changes": [(84, -10.0), (140, -20.0)], "lesions": [84, 140]}
    one = {"changes": [(84, -10.0), (140, -20.0)], "lesions": [84]}
    any_of = trial.SPEC.replace("new_lesion: all", "new_lesion: any")
    none_of = trial.SPEC.replace("new_lesion: all", "new_lesion: none")
    assert step(trial, one, spec=any_of) == 3
    assert step(trial, said, spec=none_of) == 0


@pytest.mark.parametrize("censored", [0, 1])
def test_an_event_or_censoring_on_the_landmark_day_is_not_at_risk_the_day_after_is(trial, censored):
    assert step(trial, {"pfs": (149, censored), "changes": [(84, -10.0)]}) == 4
    assert step(trial, {"pfs": (150, censored), "changes": [(84, -10.0)]}) == 4
    assert step(trial, {"pfs": (151, censored), "changes": [(84, -10.0)]}) == 0


def test_without_limit_nobody_is_lost_as_not_at_risk(trial):
    assert step(trial, {"pfs": (90, 0), "changes": [(84, -10.0)]}, "ALL") == 0


def test_no_baseline_and_no_assessment_are_lost_at_step_2(trial):
    assert step(trial, {"baseline": False}) == 2
    assert step(trial, {"changes": []}) == 2
    assert step(trial, {"changes": [(151, -10.0)]}) == 2
    assert step(trial, {"changes": [(1, -10.0)]}) == 2


def test_a_subject_counts_once_under_the_first_step_that_drops_it(trial):
    assert step(trial, {"pfs": (100, 0), "changes": [(84, 30.0)]}) == 3  # progressive, and not at risk
    assert step(trial, {"pfs": (100, 0), "changes": []}) == 2


def test_the_clock_starts_at_the_landmark(trial):
    data = trial.derived(trial.hand({"S1": {"pfs": (400, 0), "changes": [(84, -10.0)], "lesions": [9]}}))
    at = {p.level: data.parameter_records(f"landmark_pfs.{p.level}").iloc[0] for p in data.levels("landmark_pfs")}
    # RANDDT 20000, PFS 400 days: the event is on 20399; day 150 is 20149, so the clock starts on 20150
    assert at["L150"][["STARTDT", "ADT", "AVAL", "CNSR"]].tolist() == [20150.0, 20399.0, 250.0, 0.0]
    assert at["L336"][["STARTDT", "ADT", "AVAL", "CNSR"]].tolist() == [20336.0, 20399.0, 64.0, 0.0]
    assert at["ALL"][["STARTDT", "ADT", "AVAL", "CNSR"]].tolist() == [20000.0, 20399.0, 400.0, 0.0]


def test_time_is_end_less_start_plus_one_and_the_source_is_named_in_every_record(trial):
    frame = trial.derived(trial.study()).dataset("ADTTE").frame
    made = frame[frame["PARAMCD"].str.startswith("PFSL")]
    assert (made["AVAL"] == made["ADT"] - made["STARTDT"] + 1).all()
    assert (made["AVAL"] >= 1).all()
    assert not frame.duplicated(["USUBJID", "ASEQ"]).any()
    assert set(zip(made["SRCDOM"], made["SRCVAR"], made["SRCSEQ"], strict=True)) == {("ADTTE", "AVAL", 1.0)}
    label = made["PARAM"][made["PARAMCD"] == "PFSL84"].iloc[0]
    assert label == "Progression-Free Survival (days), Landmark 12 weeks"


def test_reasons_tell_event_from_censoring_and_no_baseline_from_no_assessment(trial):
    spec = trial.SPEC.replace(
        "    paramcd: PFSL\n", "    paramcd: PFSL\n    baseline: \"ADTR where PARAMCD = 'SDIAM' and ABLFL = 'Y'\"\n"
    )
    subjects = {
        "S1": {"pfs": (100, 0), "changes": [(84, -10.0)]},
        "S2": {"pfs": (100, 1), "changes": [(84, -10.0)]},
        "S3": {"baseline": False},
        "S4": {},
        "S5": {"changes": [(84, 20.0)], "lesions": [84]},
        "S6": {"changes": [(84, -10.0)]},
    }
    frame = trial.derived(trial.hand(subjects, spec)).dataset("ADATTRIT").frame
    rows = frame[frame["PARAMCD"] == "PFSL150"].set_index("USUBJID")
    assert rows["EXREAS"].fillna("").to_dict() == {
        "S1": "Not at risk: event by 150 days",
        "S2": "Not at risk: censored by 150 days",
        "S3": "No baseline assessment",
        "S4": "No valid post-baseline assessment by 150 days",
        "S5": "Best response is progressive disease by 150 days",
        "S6": "",
    }
    assert rows["ANL01FL"].fillna("").to_dict() == {**dict.fromkeys(["S1", "S2", "S3", "S4", "S5"], ""), "S6": "Y"}


def test_only_the_analysis_set_is_followed(trial):
    data = trial.derived(trial.study())
    assert "S40" not in set(data.dataset("ADATTRIT").frame["USUBJID"])  # FASFL = N
    assert "S40" not in set(data.parameter_records("landmark_pfs.ALL")["USUBJID"])


def test_the_log_follows_the_subjects_to_the_analysed(trial, expected):
    data = trial.derived(trial.study())
    lines = [s for s in data.log if s.step.startswith("PFSL150")]
    assert lines[0].records_in == 39
    assert lines[-1].records_out == sum(v == 0 for v in expected["steps"]["L150"].values())
    assert all(a.records_out == b.records_in for a, b in itertools.pairwise(lines))


def test_a_landmark_that_nobody_reaches_has_no_records(trial):
    data = trial.derived(trial.hand({"S1": {"pfs": (100, 0), "changes": [(84, -10.0)], "lesions": [9]}}))
    assert data.parameter_records("landmark_pfs.L150").empty
    assert len(data.parameter_records("landmark_pfs.ALL")) == 1


def changed(trial, dataset, **columns):
    """Return the small trial with columns of a dataset made by functions of its frame."""
    frame = trial.study().dataset(dataset).frame
    return trial.study(**{dataset: frame.assign(**columns)})


def drop(frame, subject):
    return frame[frame["USUBJID"] != subject]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"AVAL": lambda f: f["AVAL"] / 30.4375}, r"ADTTE PFS of S01 has AVAL 7\.6.*but ADT - STARTDT \+ 1 is 232"),
        ({"STARTDT": np.nan}, r"ADTTE\.STARTDT is missing for S01, S02, S03 and 36 more: expected a value"),
        ({"CNSR": np.nan}, r"ADTTE\.CNSR is missing for S01"),
        (
            {"STARTDT": lambda f: f["STARTDT"] + 1, "AVAL": lambda f: f["AVAL"] - 1},
            "ADY is not counted from STARTDT for S01, S02, S03 and .* more: landmarks need one clock",
        ),
        ({"PARAMCD": "OS"}, "no dataset has the parameter PFS"),
    ],
)
def test_days_and_dates_that_do_not_fit_each_other_are_refused(trial, columns, said):
    with pytest.raises(DerivationError, match=said):
        trial.derived(changed(trial, "ADTTE", **columns))


def test_a_subject_without_time_to_event_is_refused(trial):
    data = trial.study(ADTTE=drop(trial.study().dataset("ADTTE").frame, "S03"))
    with pytest.raises(
        DerivationError, match=r"ADTTE has no PFS record for S03: expected one a subject \(.*study.yaml"
    ):
        trial.derived(data)


def test_two_time_to_event_records_of_a_subject_are_refused(trial):
    frame = trial.study().dataset("ADTTE").frame
    with pytest.raises(DerivationError, match="ADTTE has several PFS records for S01: expected one a subject"):
        trial.derived(trial.study(ADTTE=frame.iloc[[0, *range(len(frame))]]))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at: *marks", "at: { L84: 12 wk }", "at has other landmarks than shrinkage"),
        (
            "at: *marks",
            "at: { L84: 12 wk, L150: 151 d, L336: 48 wk, ALL: none }",
            "at has other landmarks than shrinkage",
        ),
        ("L150: 150 d", "L150: 5 mo", "landmark 5 mo is not a whole number of days"),
        ("AVALC = 'Y'", "AVALC = 'y'", "no record is selected by new_lesions: ADTR where"),
        (
            "    new_lesions: \"ADTR where PARAMCD = 'NEWLES' and AVALC = 'Y'\"\n",
            "",
            "new_lesion is all, but no new_lesions are given",
        ),
        ("paramcd: PFSL", "paramcd: PFSLAND", "PFSLAND84: expected 1 to 8"),
    ],
)
def test_a_spec_that_contradicts_itself_or_the_data_is_refused(trial, old, new, said):
    with pytest.raises(DerivationError, match=said):
        trial.derived(trial.study(trial.SPEC.replace(old, new)))


def test_a_change_that_is_no_best_change_is_refused(trial):
    data = trial.derived(trial.study(), "shrinkage")
    keys = keywords_of(data.spec.derivations["landmark_pfs"], Derivation)
    with pytest.raises(DerivationError, match=r"shrink is no derivation of best_change\. Did you mean shrinkage"):
        derive_param_landmark(data, "landmark_pfs", **{**keys, "change": "shrink"})


def test_the_best_change_has_to_be_derived_before(trial):
    with pytest.raises(DerivationError, match=r"no dataset has the parameter shrinkage\.L84"):
        trial.derived(trial.study(), "landmark_pfs")
