from tlf.model.finding import Finding, Findings, RuleResult
from tlf.validate.findings_order import combined, in_order, natural

ERROR = Finding("ADAM-46", "Error", "ADTR", "ADY", "m", row=3)
FIRST = Finding("ADAM-46", "Error", "ADTR", "ADY", "m", row=1)
RESULT = RuleResult("ADAM-46", "ADTR", "failed", "m", 2)


def test_rule_numbers_sort_as_numbers():
    assert sorted(["ADAM-46", "ADAM-5", "TLF-TTE-10", "TLF-TTE-9"], key=natural) == [
        "ADAM-5",
        "ADAM-46",
        "TLF-TTE-9",
        "TLF-TTE-10",
    ]


def test_each_finding_names_the_outputs_of_its_dataset_and_keeps_those_it_has():
    findings = in_order(Findings((ERROR, FIRST), (RESULT,)), {"ADTR": ("T-1", "F-2")})
    assert [f.outputs for f in findings.findings] == [("T-1", "F-2")] * 2
    assert in_order(findings, {}).findings[0].outputs == ("T-1", "F-2")


def test_two_sets_of_findings_combine_in_order():
    both = combined(Findings((ERROR,), (RESULT,)), Findings((FIRST,)))
    assert both == Findings((FIRST, ERROR), (RESULT,))
