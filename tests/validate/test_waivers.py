import pytest

from tlf.errors import SpecError
from tlf.model.origin import Origin, Origins
from tlf.validate.validate_study import rules_of, validate_study

MANY = 150


def waiver(**keys):
    return {"rule": "TLF-TTE-3", "reason": "agreed with the statistician", **keys}


@pytest.fixture
def wrong_times(clean):
    """All six times of ADTTE a day short."""
    clean.columns["ADTTE"]["AVAL"] = [value - 1 for value in clean.columns["ADTTE"]["AVAL"]]
    return clean


def result_of(findings, rule_id):
    return next(r for r in findings.rules if r.rule_id == rule_id and r.status == "failed")


def test_a_waiver_of_a_rule_covers_all_its_findings_and_unblocks(wrong_times, build):
    findings = validate_study(build(wrong_times, waivers=[waiver()]))
    assert len(findings.findings) == 6
    assert {finding.waiver for finding in findings.findings} == {"agreed with the statistician"}
    assert findings.blocking == ()
    assert result_of(findings, "TLF-TTE-3").reason == "6 of 6 waived"


@pytest.mark.parametrize(
    ("keys", "covered"),
    [
        ({"usubjid": ["T-01"]}, 2),
        ({"usubjid": ["T-01", "T-03"]}, 4),
        ({"dataset": "ADTTE", "variable": "AVAL"}, 6),
    ],
)
def test_each_key_narrows_a_waiver(wrong_times, build, keys, covered):
    findings = validate_study(build(wrong_times, waivers=[waiver(**keys)]))
    assert sum(bool(finding.waiver) for finding in findings.findings) == covered
    assert len(findings.blocking) == 6 - covered


@pytest.mark.parametrize("keys", [{"dataset": "ADTR"}, {"variable": "CNSR"}, {"usubjid": ["T-99"]}])
def test_a_waiver_that_covers_nothing_is_a_note(wrong_times, build, keys):
    findings = validate_study(build(wrong_times, waivers=[waiver(**keys)]))
    (note,) = [finding for finding in findings.findings if finding.rule_id == "TLF-WAIVER-1"]
    assert note.severity == "Note"
    assert note.message.startswith("the waiver of TLF-TTE-3 at ")
    assert note.message.endswith("covers no finding")
    assert len(findings.blocking) == 6


def test_the_first_of_two_waivers_gives_the_reason_and_the_second_is_unused(wrong_times, build):
    waivers = [waiver(usubjid=["T-01"]), waiver(reason="all the others"), waiver(reason="too late")]
    findings = validate_study(build(wrong_times, waivers=waivers))
    reasons = [finding.waiver for finding in findings.findings if finding.rule_id == "TLF-TTE-3"]
    assert sorted(set(reasons)) == ["agreed with the statistician", "all the others"]
    assert [f.rule_id for f in findings.findings if f.severity == "Note"] == ["TLF-WAIVER-1"]


def test_a_finding_beyond_the_cap_never_passes_as_waived(make, make_spec):
    from tlf.model.study_data import StudyData

    subjects = [f"T-{number:03d}" for number in range(MANY)]
    adsl = make("ADSL", {"USUBJID": subjects, "DTHFL": ["Q"] * MANY})
    accepted = [{"rule": "ADAM-5", "reason": "known", "usubjid": subjects[:-1]}]
    findings = validate_study(StudyData(make_spec(waivers=accepted), {"ADSL": adsl}), examples=10)
    assert [finding.usubjid for finding in findings.blocking] == ["T-149"]
    assert result_of(findings, "ADAM-5").count == MANY
    assert result_of(findings, "ADAM-5").reason == "149 of 150 waived; 11 of 150 listed"


def test_a_waiver_without_subjects_covers_a_finding_without_a_record(clean, build):
    del clean.columns["ADSL"]["TRT01P"]
    accepted = [{"rule": "ADAM-72", "reason": "treatment is in TRTP"}]
    (finding,) = validate_study(build(clean, waivers=accepted)).findings
    assert finding.waiver == "treatment is in TRTP"
    by_subject = [{"rule": "ADAM-72", "reason": "treatment is in TRTP", "usubjid": ["T-01"]}]
    assert not validate_study(build(clean, waivers=by_subject)).findings[0].waiver


def test_a_waiver_for_a_subject_covers_nothing_where_there_is_no_usubjid(clean, build):
    del clean.columns["ADAE"]["USUBJID"]
    clean.columns["ADAE"]["ASTDY"][0] = 0.0
    accepted = [{"rule": "ADAM-46", "reason": "known", "usubjid": ["T-01"]}]
    found = {finding.rule_id: finding for finding in validate_study(build(clean, waivers=accepted)).findings}
    assert not found["ADAM-46"].waiver
    assert found["ADAM-46"].usubjid == ""


def test_a_waiver_of_one_variable_covers_a_finding_that_names_several(clean, build):
    clean.columns["ADTR"]["ASEQ"][1] = 1.0
    accepted = [{"rule": "TLF-KEY-1", "reason": "known", "variable": "ASEQ"}]
    assert validate_study(build(clean, waivers=accepted)).blocking == ()


def test_a_waiver_of_an_unknown_rule_says_where_and_what_was_meant(make_spec):
    spec = make_spec(waivers=[{"rule": "TLF-TTE-33", "reason": "typo"}])
    origins = Origins({("waivers", 0, "rule"): Origin("study.yaml", 12, 5)}, Origin("study.yaml", 1))
    with pytest.raises(SpecError) as caught:
        rules_of(spec.model_copy(update={"origins": origins}))
    assert str(caught.value).startswith("study.yaml:12:5: no rule 'TLF-TTE-33' to waive. Did you mean TLF-TTE-3")
