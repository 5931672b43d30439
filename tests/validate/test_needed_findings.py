from tlf.validate.needed_findings import needed_findings


def test_what_the_plan_needs_and_the_data_lack_is_an_error_with_the_nearest_name(clean, build):
    needed = {"ADTTE": {"AVALL": "num", "CNSR": "num"}, "ADSLL": {"AGE": "num"}, "ADSL": {"SEX": "char"}}
    findings = needed_findings(build(clean), needed)
    assert [(f.rule_id, f.severity, f.dataset, f.variable, f.message) for f in findings.findings] == [
        ("TLF-DATA-1", "Error", "ADSLL", "", "ADSLL is not among the study's data. Did you mean ADSL?"),
        ("TLF-VAR-1", "Error", "ADTTE", "AVALL", "ADTTE has no variable AVALL. Did you mean AVAL?"),
    ]
    assert [(r.rule_id, r.status, r.count) for r in findings.rules] == [
        ("TLF-DATA-1", "failed", 1),
        ("TLF-VAR-1", "failed", 1),
        ("TLF-VAR-2", "passed", 0),
    ]


def test_a_number_where_text_is_read_and_the_reverse_are_told(clean, build):
    clean.columns["ADSL"]["SEX"] = [1.0, 2.0, 1.0]
    clean.columns["ADSL"]["AGE"] = ["61", "62", "63"]
    needed = {"ADSL": {"SEX": "char", "AGE": "num", "RACE": "any"}}
    findings = needed_findings(build(clean), needed, outputs_of={"ADSL": ("T-14-1-2-1",)})
    assert [f.message for f in findings.findings] == [
        "ADSL.AGE is character, but numeric values are expected",
        "ADSL.SEX is numeric, but character values are expected",
    ]
    assert {f.outputs for f in findings.findings} == {("T-14-1-2-1",)}


def test_waivers_cover_these_findings_too_and_unused_ones_are_notes(clean, build):
    accepted = [
        {"rule": "TLF-VAR-1", "reason": "not shown yet", "variable": "WEIGHT"},
        {"rule": "TLF-VAR-2", "reason": "never met"},
        {"rule": "TLF-TTE-3", "reason": "judged with the other rules"},
    ]
    findings = needed_findings(build(clean, waivers=accepted), {"ADSL": {"WEIGHT": "num"}})
    assert findings.blocking == ()
    assert [f.rule_id for f in findings.findings] == ["TLF-VAR-1", "TLF-WAIVER-1"]
