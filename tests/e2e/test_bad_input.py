"""Bad input of every kind: a message that names the place and what was expected, an exit code, nothing half-written."""

import json

import pandas as pd
import pypdf
import pytest

from tlf.model.dataset import Variable, text


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def run(tlf, study):
    return tlf("run", study.spec, "--out", study.out)


# --- data files


def test_a_missing_file_is_named_with_the_line_of_the_spec(tlf, study):
    (study.data / "adtr.xpt").unlink()
    code, _, err = run(tlf, study)
    assert code == 2
    assert f"study.yaml:{study.line('datasets:')}:" in err
    assert "dataset ADTR: there is no file adtr.xpt" in err
    assert not list(study.out.rglob("*.pdf"))


def test_a_missing_data_folder_is_named(tlf, study):
    study.edit("../../adam_examples/netter1", "../../adam_examples/nowhere")
    code, _, err = run(tlf, study)
    assert code == 2
    assert f"study.yaml:{study.line('folder:')}:" in err
    assert "nowhere does not exist" in err


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_a_truncated_file_is_refused(tlf, study, keep):
    file = study.data / "adtr.xpt"
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * keep) // 80 * 80 + 13])
    code, _, err = run(tlf, study)
    assert code == 2
    assert "adtr.xpt" in err
    assert "truncated" in err or "cut" in err


def test_a_file_that_is_no_transport_file_is_refused(tlf, study):
    (study.data / "adsl.xpt").write_text("USUBJID,AGE\n001,57\n")
    code, _, err = run(tlf, study)
    assert code == 2
    assert "adsl.xpt" in err
    assert "SAS transport" in err


def test_an_empty_file_is_refused(tlf, study):
    (study.data / "adsl.xpt").write_bytes(b"")
    code, _, err = run(tlf, study)
    assert code == 2
    assert "adsl.xpt" in err
    assert "empty" in err


# --- datasets


def test_a_missing_variable_is_named(tlf, study):
    adtr = study.dataset("ADTR")
    kept = tuple(variable for variable in adtr.variables if variable.name != "PCHG")
    study.change("ADTR", lambda frame: type(adtr)("ADTR", adtr.label, frame.drop(columns="PCHG"), kept))
    code, _, err = run(tlf, study)
    assert code in (1, 2)
    assert "ADTR" in err
    assert "PCHG" in err


def test_a_number_where_text_is_expected_is_an_error_at_the_clause(tlf, study):
    adsl = study.dataset("ADSL")
    variables = tuple(Variable("FASFL", v.label) if v.name == "FASFL" else v for v in adsl.variables)
    study.change("ADSL", lambda frame: type(adsl)("ADSL", adsl.label, frame.assign(FASFL=1.0), variables))
    code, _, err = run(tlf, study)
    assert code == 2
    assert f"study.yaml:{study.line('FASFL')}:" in err
    assert "ADSL.FASFL is numeric, but is compared with the text 'Y'" in err


def test_text_where_a_number_is_expected_is_a_finding(tlf, study):
    adtte = study.dataset("ADTTE")
    variables = tuple(Variable("AVAL", v.label, "char", 8) if v.name == "AVAL" else v for v in adtte.variables)

    def as_text(frame):
        values = text([f"{value:.0f}" for value in frame["AVAL"]])
        return type(adtte)("ADTTE", adtte.label, frame.assign(AVAL=values), variables)

    study.change("ADTTE", as_text)
    code, _, err = run(tlf, study)
    assert code == 1
    assert "ADTTE.AVAL" in err


def test_a_subject_that_is_not_in_adsl_is_a_finding_that_stops_the_run(tlf, study):
    def stranger(frame):
        frame.loc[3, "USUBJID"] = "NETTER1-SIM-999-999"

    study.change("ADTR", stranger)
    code, _, err = run(tlf, study)
    assert code == 1
    assert "ADAM-256" in err
    assert "NETTER1-SIM-999-999" in err
    findings = json.loads((study.out / "validation" / "findings.json").read_text())
    mine = [finding for finding in findings["findings"] if finding["rule_id"] == "ADAM-256"]
    assert [(finding["row"], finding["dataset"]) for finding in mine] == [(4, "ADTR")]
    assert "T-14-2-4-2" in mine[0]["outputs"]
    assert (study.out / "validation" / "findings.html").exists()
    assert not list(study.out.rglob("*.pdf"))


def test_a_negative_time_is_a_finding(tlf, study):
    def negative(frame):
        frame.loc[0, "AVAL"] = -5.0

    study.change("ADTTE", negative)
    code, _, err = run(tlf, study)
    assert code == 1
    assert "ADTTE.AVAL" in err
    assert "-5" in err


@pytest.mark.parametrize("value", [-1.0, 0.5])
def test_a_censor_value_that_is_none_is_a_finding(tlf, study, value):
    def wrong(frame):
        frame.loc[0, "CNSR"] = value

    study.change("ADTTE", wrong)
    code, _, err = run(tlf, study)
    assert code == 1
    assert "ADAM-169" in err
    assert f"{value:g}" in err


def test_a_waived_error_does_not_stop_the_run_and_keeps_its_reason(tlf, study):
    def stranger(frame):
        rows = frame.index[frame["PARAMCD"] == "NEWLES"][:1]
        frame.loc[rows, "USUBJID"] = "NETTER1-SIM-999-999"

    study.only("T-14-2-4-2").change("ADTR", stranger)
    study.edit(
        "analysis_sets:", "waivers:\n  - { rule: ADAM-256, dataset: ADTR, reason: screening failure }\n\nanalysis_sets:"
    )
    code, out, err = run(tlf, study)
    assert (code, err.count("error:")) == (0, 0)
    assert "1 of 1 outputs" in out
    findings = json.loads((study.out / "validation" / "findings.json").read_text())["findings"]
    assert "screening failure" in [f["waiver"] for f in findings if f["rule_id"] == "ADAM-256"]


# --- specs


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    shell: model_by_landmark", "    shel: model_by_landmark", ["unknown key", "Did you mean shell"]),
        ("analysis_sets:", "analysis_set:", ["unknown key", "Did you mean analysis_sets"]),
        ("[ADSL, ADTR, ADTTE]", "[ADSL, ADTR]", ["PFS"]),
        (
            "records: \"ADTR where PARAMCD = 'SDIAM' and",
            "records: \"ADTX where PARAMCD = 'SDIAM' and",
            ["ADTX", "Did you mean"],
        ),
        ("FASFL = 'Y'", "FASFLG = 'Y'", ["ADSL has no variable FASFLG", "Did you mean FASFL"]),
        ("FASFL = 'Y'", "FASFL = 'Q'", ["analysis set FAS", "selects none of the 231 records of ADSL"]),
        ("FASFL = 'Y'", "FASFL == 'Y", ["FASFL"]),
        ("method: cox", "method: coxx", ["coxx", "Did you mean cox"]),
        ("    time: landmark_pfs", "    time: landmark_pfss", ["landmark_pfss", "Did you mean landmark_pfs"]),
        ("for_each: [arm,", "for_each: [arms,", ["arms", "Did you mean arm"]),
        ("  T-14-2-4-2:", "  T-14-2-04-5:\n    title: x\n    shell: listing\n  T-14-2-4-2:", []),
        ("[ADSL, ADTR, ADTTE]", "[ADSL, ../ADTR, ADTTE]", ["../ADTR"]),
        ("  T-14-2-4-2:", "  ../T-14-2-4-2:", ["../T-14-2-4-2"]),
        ("extends: [../house/sponsor.yaml]", "extends: [../house/nobody.yaml]", ["nobody.yaml"]),
        ("method_profile: r", "method_profile: stata", ["stata"]),
        ("title: Tumour shrinkage", "title: [Tumour shrinkage", ["study.yaml:"]),
        ("at: *marks", "at: *mark", ["study.yaml:", "mark"]),
    ],
)
def test_a_wrong_spec_is_told_with_its_place(tlf, study, old, new, expected):
    study.edit(old, new)
    code, _, err = tlf("validate", study.spec, "--out", study.out)
    assert code == 2
    assert "study.yaml:" in err
    for part in expected:
        assert part in err


def test_two_outputs_with_one_number_are_refused(tlf, study):
    block = (
        "  T-14-02-4-2:\n    title: Again\n    shell: listing\n    analysis_set: FAS\n"
        "    records: ADTR\n    columns: [AVAL]\n    group: [USUBJID]\n"
    )
    study.edit("  T-14-2-4-2:\n", f"{block}  T-14-2-4-2:\n")
    code, _, err = tlf("check", study.spec)
    assert code == 2
    assert "T-14-02-4-2" in err
    assert "T-14-2-4-2" in err


def test_an_output_given_twice_is_refused(tlf, study):
    study.edit("  T-14-2-4-2:\n", "  F-14-2-4-5:\n    title: Twice\n  T-14-2-4-2:\n")
    code, _, err = tlf("check", study.spec)
    assert code == 2
    assert "F-14-2-4-5" in err


def test_all_problems_are_told_at_once(tlf, study):
    study.edit("shell: kaplan_meier", "shell: kaplan_meyer").edit("method: cox", "method: coxx").edit(
        "by: arm, total", "bye: arm, total"
    )
    code, _, err = tlf("check", study.spec)
    assert code == 2
    assert "kaplan_meier" in err
    assert "Did you mean cox" in err
    assert "bye" in err


def test_a_spec_that_is_not_there_is_an_error(tlf, tmp_path):
    code, _, err = tlf("run", tmp_path / "nothing.yaml")
    assert code == 2
    assert "nothing.yaml" in err


# --- deliveries


def test_an_output_folder_that_cannot_be_written_is_told_before_work(tlf, study):
    study.out.write_text("a file, not a folder")
    code, _, err = run(tlf, study)
    assert code == 2
    assert f"the output folder {study.out} cannot be written" in " ".join(err.split())
    assert study.out.read_text() == "a file, not a folder"


def test_an_output_that_fails_leaves_the_others_and_the_book_says_so(tlf, study):
    study.only("T-14-2-4-2", "L-16-2-6-1").edit("      - AVISIT\n", "      - AVISITT\n")
    (study.out / "outputs").mkdir(parents=True)
    (study.out / "outputs" / "l-16-2-6-1.pdf").write_bytes(b"of an earlier run")
    code, out, err = run(tlf, study)
    assert code == 1
    assert "1 of 2 outputs" in out
    assert "Listing 16.2.6.1" in err
    assert "AVISITT" in err
    assert files(study.out / "outputs") == ["t-14-2-4-2.pdf"]
    manifest = json.loads((study.out / "manifest.json").read_text())
    assert {o["id"]: o["status"] for o in manifest["outputs"]} == {"T-14-2-4-2": "done", "L-16-2-6-1": "failed"}
    assert not [name for name in files(study.out) if name.endswith(".part")]
    cover = pypdf.PdfReader(study.out / "netter1-sim-book.pdf").pages[0].extract_text()
    assert "Listing 16.2.6.1" in cover
    assert "AVISITT" in " ".join(cover.split())


def test_a_failed_run_leaves_the_last_good_delivery(tlf, study):
    study.only("T-14-2-4-2")
    assert run(tlf, study)[0] == 0
    before = {name: (study.out / name).read_bytes() for name in files(study.out) if name.endswith(".pdf")}
    study.change("ADTTE", lambda frame: frame.__setitem__("AVAL", pd.Series(-1.0, index=frame.index)))
    assert run(tlf, study)[0] == 1
    assert {name: (study.out / name).read_bytes() for name in before} == before
