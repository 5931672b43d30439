import json

from tlf.model.finding import Finding, Findings, RuleResult
from tlf.validate.findings_json import findings_json

LATE = Finding("ADAM-46", "Error", "ADTR", "ADY", "ADY is 0", usubjid="T-01", seq="2", row=2, value="0")
EARLY = Finding("ADAM-5", "Error", "ADTR", "XFL", "XFL is é", row=1, waiver="agreed")
NOTE = Finding("ADAM-1", "Note", "ADSL", "", "a note")
RULES = (RuleResult("ADAM-46", "ADTR", "failed", "m", 1), RuleResult("ADAM-5", "ADTR", "error", "m", 0, "KeyError"))


def test_the_order_that_findings_come_in_does_not_change_a_byte():
    one = findings_json(Findings((NOTE, LATE, EARLY), RULES))
    two = findings_json(Findings((EARLY, NOTE, LATE), RULES[::-1]))
    assert one == two


def test_the_file_is_versioned_counts_and_sorts_by_severity_dataset_and_rule_number():
    content = json.loads(findings_json(Findings((NOTE, LATE, EARLY), RULES)))
    assert content["version"] == 1
    assert [f["rule_id"] for f in content["findings"]] == ["ADAM-5", "ADAM-46", "ADAM-1"]
    assert content["summary"] == {
        "listed": {"Error": 2, "Warning": 0, "Note": 1},
        "waived": 1,
        "blocking": 1,
        "found": 1,
        "rules": {"passed": 0, "failed": 1, "skipped": 0, "error": 1},
    }
    assert content["findings"][0]["message"] == "XFL is é"
