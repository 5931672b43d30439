from dataclasses import replace

import pytest

from tlf.errors import SpecError
from tlf.model.dataset import Dataset, Variable
from tlf.model.study_data import StudyData
from tlf.resources import specs_folder
from tlf.validate.findings_json import findings_json
from tlf.validate.validate_study import validate_study

SHARED = specs_folder().parent.parent / "shared" / "data"
NETTER1 = specs_folder().parent / "adam_examples" / "netter1"


def of(findings, rule_id):
    return [finding for finding in findings.findings if finding.rule_id == rule_id]


def test_a_subject_that_is_not_in_adsl_is_told_with_record_and_outputs(clean, build):
    clean.columns["ADTTE"]["USUBJID"][4] = "T-99"
    findings = validate_study(build(clean), {"ADTTE": ("T-14-2-4-2",)})
    (finding,) = of(findings, "ADAM-256")
    assert finding.message == "subject T-99 is not in ADSL"
    assert (finding.usubjid, finding.row, finding.seq, finding.outputs) == ("T-99", 5, "1", ("T-14-2-4-2",))
    assert finding in findings.blocking


def test_a_negative_time_and_its_dates_are_told_with_the_numbers(clean, build):
    clean.columns["ADTTE"]["AVAL"][4] = -3.0
    clean.columns["ADTTE"]["ADT"][4] = 20016.0
    messages = {f.rule_id: f.message for f in validate_study(build(clean)).findings}
    assert messages == {
        "TLF-TTE-1": "AVAL is -3, a negative time",
        "TLF-TTE-2": "STARTDT is 2014-10-24, after ADT 2014-10-20",
    }


@pytest.mark.parametrize("value", [-1.0, 0.5])
def test_a_censoring_value_that_is_not_a_whole_number_from_0_is_told(clean, build, value):
    clean.columns["ADTTE"]["CNSR"][1] = value
    (finding,) = of(validate_study(build(clean)), "ADAM-169")
    assert finding.message == f"CNSR is {value:g}, expected a whole number, at least 0"


def test_a_missing_cnsr_is_told_and_the_rules_that_need_it_are_skipped(clean, build):
    del clean.columns["ADTTE"]["CNSR"]
    findings = validate_study(build(clean))
    assert [f.message for f in findings.findings] == ["the dataset has no CNSR"]
    reasons = {r.rule_id: r.reason for r in findings.rules if r.status == "skipped" and r.dataset == "ADTTE"}
    assert reasons["TLF-TTE-7"] == "ADTTE has no CNSR"


def test_a_numeric_variable_where_character_is_expected_is_told(clean, build):
    clean.columns["ADSL"]["SEX"] = [1.0, 2.0, 1.0]
    (finding,) = of(validate_study(build(clean)), "TLF-TYPE-2")
    assert finding.message == "SEX is numeric, but character values are expected"
    assert finding.row is None


def test_months_are_read_from_the_parameters_name(clean, build):
    for at in range(0, 6, 2):
        clean.columns["ADTTE"]["PARAM"][at] = "Progression-Free Survival (months)"
        clean.columns["ADTTE"]["AVAL"][at] /= 30.4375
    assert validate_study(build(clean)).findings == ()
    clean.columns["ADTTE"]["AVAL"][0] = 2.0
    (finding,) = validate_study(build(clean)).findings
    # 58 / 30.4375 = 1.905544147843...
    assert finding.message == "AVAL is 2, but (ADT - STARTDT + 1) / 30.4375 is 1.90554414784"


def test_pfs_in_days_is_compared_with_os_in_months(clean, build):
    for at in range(1, 6, 2):
        clean.columns["ADTTE"]["PARAM"][at] = "Overall Survival (Months)"
        clean.columns["ADTTE"]["AVAL"][at] /= 30.4375
    assert validate_study(build(clean)).findings == ()
    clean.columns["ADTTE"]["ADT"][4], clean.columns["ADTTE"]["AVAL"][4] = 20121.0, 102.0
    assert [f.rule_id for f in validate_study(build(clean)).findings] == ["TLF-TTE-8"]


def test_a_death_after_the_cut_off_may_be_censored(clean, build):
    # T-02 dies on 20110 (2015-01-22); censored at the cut-off, 20103 (2015-01-15)
    tte = clean.columns["ADTTE"]
    tte["CNSR"][3], tte["ADT"][3], tte["AVAL"][3] = 1.0, 20103.0, 94.0
    tte["ADT"][5], tte["AVAL"][5] = 20103.0, 84.0
    assert validate_study(build(clean, data_cutoff="2015-01-15")).findings == ()
    (finding,) = validate_study(build(clean)).findings
    assert finding.message == "OS is censored, but ADSL.DTHFL is Y"


def test_an_event_on_another_day_than_the_death_is_told_with_both(clean, build):
    clean.columns["ADTTE"]["ADT"][3], clean.columns["ADTTE"]["AVAL"][3] = 20109.0, 100.0
    (finding,) = validate_study(build(clean)).findings
    assert finding.message == "OS is dated 2015-01-21, but ADSL.DTHDT is 2015-01-22"


def test_a_rule_that_raises_is_in_the_rules_table_and_stops_no_other(clean, build, monkeypatch):
    import tlf.validate.check_key as module
    from tlf import registry

    def explode(dataset, study, *, source="ADSL"):
        raise ValueError("no such thing")

    entry = registry.lookup("check", "subjects_in")
    monkeypatch.setitem(registry._entries, ("check", "subjects_in"), replace(entry, function=explode))
    clean.columns["ADTTE"]["AVAL"][0] = 57.0
    findings = validate_study(build(clean))
    assert [f.rule_id for f in findings.findings] == ["TLF-TTE-3"]
    assert {(r.rule_id, r.dataset, r.reason) for r in findings.rule_errors} == {
        ("ADAM-256", name, "ValueError: no such thing") for name in ("ADTR", "ADTTE", "ADAE")
    }
    assert module.check_subjects_in is entry.function


def test_full_counts_are_kept_and_every_variable_has_an_example(make, make_spec):
    bad = ["Q"] * 500
    adsl = make("ADSL", {"USUBJID": [f"T-{i:03d}" for i in range(500)], "AFL": bad, "BFL": bad})
    findings = validate_study(StudyData(make_spec(), {"ADSL": adsl}))
    (result,) = [r for r in findings.rules if r.rule_id == "ADAM-5"]
    assert (result.count, result.reason) == (1000, "100 of 1000 listed")
    assert {f.variable for f in of(findings, "ADAM-5")} == {"AFL", "BFL"}
    few = validate_study(StudyData(make_spec(), {"ADSL": adsl}), examples=1)
    assert len(of(few, "ADAM-5")) == 2


def test_two_variables_of_one_name_are_an_error_and_the_rules_are_skipped(make, make_spec):
    import pandas as pd

    one = make("ADX", {"USUBJID": ["T-01"], "AVAL": [1.0]})
    twice = Dataset("ADX", "", pd.concat([one.frame, one.frame[["AVAL"]]], axis=1), (*one.variables, Variable("AVAL")))
    findings = validate_study(StudyData(make_spec(), {"ADX": twice}))
    (finding,) = of(findings, "TLF-VAR-3")
    assert finding.message == "ADX has more than one variable AVAL; its rules were not run"
    assert {r.status for r in findings.rules if r.dataset == "ADX"} == {"skipped"}


def test_rules_of_datasets_that_the_study_lacks_are_skipped_with_the_reason(clean, build):
    del clean.columns["ADTTE"]
    results = {r.rule_id: r for r in validate_study(build(clean)).rules}
    assert (results["TLF-TTE-3"].status, results["TLF-TTE-3"].reason) == ("skipped", "the study has no such dataset")


def test_no_adam_rule_runs_on_sdtm(make, make_spec, clean, build):
    data = build(clean)
    ds = make("DS", {"DOMAIN": ["DS"], "DSTERM": ["x"], "DSDTC": ["2014"]})
    findings = validate_study(data.with_dataset(ds))
    assert findings.findings == ()
    assert not [r for r in findings.rules if r.dataset == "DS"]


def test_a_second_validation_gives_the_same_bytes(clean, build):
    clean.columns["ADTTE"]["AVAL"] = [1.0] * 6
    data = build(clean)
    assert findings_json(validate_study(data)) == findings_json(validate_study(data))


def test_a_wrong_rule_set_stops_before_any_data_are_looked_at(clean, build):
    with pytest.raises(SpecError, match="no rule set 'nothing' ships"):
        validate_study(build(clean, sets=("nothing",)))


def test_an_infinite_value_is_a_finding_and_no_rules_error(clean, build):
    clean.columns["ADTR"]["CHG"][1] = float("inf")
    findings = validate_study(build(clean))
    assert [f.message for f in findings.findings] == ["CHG is inf, but AVAL - BASE is -10"]
    assert findings.rule_errors == ()


def test_an_empty_dataset_fires_no_record_rule(clean, build):
    data = build(clean)
    empty = {name: d.with_frame(d.frame.iloc[:0]) for name, d in data.datasets.items()}
    findings = validate_study(replace(data, datasets=empty))
    assert findings.findings == ()
    assert findings.rule_errors == ()


def _read(folder):
    pyreadstat = pytest.importorskip("pyreadstat")
    import pandas as pd

    from tlf.model.dataset import text

    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not there")
    datasets = {}
    for path in sorted(folder.glob("*.xpt")):
        frame, meta = pyreadstat.read_xport(path, disable_datetime_conversion=True)
        variables, columns = [], {}
        for name in frame.columns:
            is_text = meta.readstat_variable_types[name] == "string"
            written = meta.original_variable_types[name]
            variables.append(
                Variable(
                    name,
                    meta.column_names_to_labels[name] or "",
                    "char" if is_text else "num",
                    meta.variable_storage_width[name],
                    "" if written in (None, "NULL") else written,
                )
            )
            columns[name] = text(frame[name].tolist()) if is_text else frame[name].astype("float64")
        name = path.stem.upper()
        datasets[name] = Dataset(name, meta.file_label or "", pd.DataFrame(columns), tuple(variables))
    return datasets


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        # judged one by one: each is true of the data
        (SHARED / "cdiscpilot01" / "adam", [("ADAM-320", "ADSL", 1)]),
        (SHARED / "onco", [("ADAM-90", "ADTTE", 1), ("ADAM-320", "ADSL", 1), ("TLF-TTE-8", "ADTTE", 1)]),
        (SHARED / "onco_recist", [("ADAM-320", "ADSL", 1)]),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_real_data_fire_only_what_is_true_of_them(folder, found, make_spec):
    findings = validate_study(StudyData(make_spec(), _read(folder)))
    assert findings.rule_errors == ()
    assert [(r.rule_id, r.dataset, r.count) for r in findings.rules if r.status == "failed"] == found


def test_the_example_study_has_no_error(make_spec):
    if not (NETTER1 / "adtte.xpt").exists():
        pytest.skip("the example data are not made yet")
    findings = validate_study(StudyData(make_spec(data_cutoff="2021-01-18"), _read(NETTER1)))
    assert findings.rule_errors == ()
    assert [f for f in findings.findings if f.severity != "Note"] == []
