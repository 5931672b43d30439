"""The flow goes on where it can and stops where it must: rules that raise, analyses that raise, outputs that raise."""

import json

import pytest

from tlf.errors import DerivationError, FindingsError, RenderError, SpecError
from tlf.model.finding import Finding, Findings, RuleResult
from tlf.run import build
from tlf.run.build import analyse_study, build_study, findings_message, request_for
from tlf.spec.load import load_spec


@pytest.fixture
def spec(root):
    return load_spec(root / "specs" / "netter1" / "study.yaml")


def finding(number, **changed):
    given = {"usubjid": "S-1", "row": number, "value": "1"} | changed
    return Finding("ADAM-256", "Error", "ADTR", "USUBJID", "not in ADSL", **given)


def test_the_message_names_the_first_errors_and_counts_the_rest(tmp_path):
    findings = Findings(tuple(finding(n) for n in range(1, 14)))
    text = findings_message(findings, tmp_path / "findings.html")
    assert "(13); nothing was analysed" in text
    assert "  ADAM-256 ADTR.USUBJID row 1 S-1: not in ADSL" in text
    assert "... and 3 more" in text
    assert "findings.html" in text


def test_a_waived_error_is_no_blocking_one():
    assert Findings((finding(1, waiver="screening failure"),)).blocking == ()


def test_a_rule_that_could_not_run_stops_the_run(spec, monkeypatch):
    broken = RuleResult("SPONSOR-1", "ADTR", "error", "a rule", reason="KeyError: 'AVALX'")
    monkeypatch.setattr(build, "findings_of", lambda *_: Findings((), (broken,)))
    with pytest.raises(FindingsError, match="rule SPONSOR-1 could not run on ADTR: KeyError: 'AVALX'"):
        analyse_study(spec)


def test_an_analysis_that_raises_is_a_row_with_its_error_and_the_others_go_on(spec, monkeypatch):
    cox = spec.analyses["cox_by_landmark"].model_copy(update={"time": "NOSUCH"})
    changed = spec.model_copy(update={"analyses": {**spec.analyses, "cox_by_landmark": cox}})
    analysed = analyse_study(changed)
    frame = analysed.ard.frame
    (row,) = frame[frame["analysis_id"] == "cox_by_landmark"].to_dict("records")
    assert row["stat_name"] == "error"
    assert "cox_by_landmark" in row["error"]
    assert "NOSUCH" in row["error"]
    assert (frame["analysis_id"] == "pfs_by_group").sum() > 100
    failed = next(planned for planned in analysed.plan.outputs if planned.output_id == "T-14-2-4-2")
    with pytest.raises(DerivationError, match="NOSUCH"):
        request_for(analysed, failed)


def test_whatever_an_output_raises_it_alone_fails(spec, monkeypatch, tmp_path, root):
    def broken(request, **keywords):
        raise ZeroDivisionError("in a plugin")

    real = build.registry.lookup

    def lookup(kind, name):
        entry = real(kind, name)
        return entry.__class__(kind, name, broken, entry.options) if kind in ("listing", "figure") else entry

    monkeypatch.setattr(build.registry, "lookup", lookup)
    results = build_study(root / "specs" / "netter1" / "study.yaml", out=tmp_path)
    assert [output.status for output in results.outputs] == ["done", "done", "failed", "failed"]
    assert results.failed[0].message == "ZeroDivisionError: in a plugin"
    assert (tmp_path / "netter1-sim-book.pdf").exists()


def test_a_book_that_cannot_be_made_loses_no_output(root, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise RenderError("book: no glyph")

    monkeypatch.setattr(build, "assemble_book", broken)
    (tmp_path / "netter1-sim-book.pdf").write_bytes(b"of an earlier run")
    spec = root / "specs" / "netter1" / "study.yaml"
    results = build_study(quick(spec, tmp_path / "specs"), out=tmp_path)
    assert [(failed.number, failed.message) for failed in results.failed] == [
        ("Book", "book: no glyph (the file of an earlier run was removed)")
    ]
    assert (tmp_path / "outputs" / "t-14-2-4-2.pdf").exists()
    assert json.loads((tmp_path / "manifest.json").read_text())["book"]["message"].startswith("book: no glyph")
    assert not (tmp_path / "netter1-sim-book.pdf").exists()


def test_a_spec_without_outputs_has_nothing_to_run(root, tmp_path):
    text = (root / "specs" / "netter1" / "study.yaml").read_text(encoding="utf-8")
    file = root / "specs" / "netter1" / "study.yaml"
    bare = copied(file, tmp_path, text.split("\noutputs:")[0] + "\n")
    with pytest.raises(SpecError, match="the spec declares no outputs"):
        build_study(bare, out=tmp_path / "out")


def copied(file, folder, text):
    """Write a changed copy of a spec that finds the house and the data of the original."""
    text = text.replace("../house/", f"{file.parents[1] / 'house'}/")
    text = text.replace("../../adam_examples", str(file.parents[2] / "adam_examples"))
    folder.mkdir(exist_ok=True)
    copy = folder / "study.yaml"
    copy.write_text(text, encoding="utf-8")
    return copy


def quick(file, folder):
    """Return a copy of the example spec with the Cox table alone."""
    head, outputs = file.read_text(encoding="utf-8").split("\noutputs:\n")
    table = outputs[outputs.index("  T-14-2-4-2:") : outputs.index("  F-14-2-4-5:")]
    return copied(file, folder, f"{head}\noutputs:\n{table}")
