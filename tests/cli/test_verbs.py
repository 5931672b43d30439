"""The verbs as a user calls them."""

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from tlf import __version__


@pytest.fixture
def spec(root):
    return root / "specs" / "netter1" / "study.yaml"


def test_version(tlf):
    assert tlf("--version") == (0, f"tlf {__version__}\n", "")


def test_help_names_every_verb(tlf):
    code, out, _ = tlf("--help")
    assert code == 0
    for verb in ("init", "schema", "check", "list", "validate", "derive", "run", "qc"):
        assert f" {verb} " in out


def test_an_unknown_verb_is_a_usage_error(tlf):
    code, _, err = tlf("rum")
    assert code == 2
    assert "rum" in err


def test_check_says_that_a_spec_is_right(tlf, spec):
    code, out, _ = tlf("check", spec)
    assert code == 0
    assert "the spec is right (3 derivations, 3 analyses, 4 outputs)" in out


def test_check_resolved_gives_each_value_its_place(tlf, spec):
    code, out, _ = tlf("check", spec, "--resolved")
    assert code == 0
    assert "ties: efron # " in out
    assert "profiles.yaml:" in out
    assert "# default" in out


def test_list_shows_the_plan(tlf, spec):
    code, out, _ = tlf("list", spec)
    assert code == 0
    assert "output       T-14-2-4-2" in out


def test_list_without_a_study_says_what_to_give(tlf):
    code, _, err = tlf("list")
    assert code == 2
    assert "--available" in err


def test_the_shipped_schema_is_current_and_the_example_fits_it(tlf, root, spec):
    code, out, _ = tlf("schema")
    assert code == 0
    assert out == (root / "specs" / "study.schema.json").read_text(encoding="utf-8"), (
        "run: tlf schema specs/study.schema.json"
    )
    plain = json.loads(json.dumps(YAML(typ="safe", pure=True).load(spec.read_text(encoding="utf-8")), default=str))
    jsonschema.Draft202012Validator(json.loads(out)).validate(plain)


def test_schema_writes_a_file(tlf, tmp_path):
    file = tmp_path / "study.schema.json"
    assert tlf("schema", file)[0] == 0
    assert json.loads(file.read_text())["$schema"]


def test_validate_writes_findings_and_exits_0_without_errors(tlf, spec, tmp_path):
    code, out, _ = tlf("validate", spec, "--out", tmp_path)
    assert code == 0
    assert "rules: " in out
    assert (tmp_path / "validation" / "findings.html").exists()


def test_derive_writes_the_derived_datasets(tlf, spec, tmp_path):
    code, out, _ = tlf("derive", spec, "--out", tmp_path)
    assert code == 0
    assert {path.name for path in (tmp_path / "adam").iterdir()} == {
        "adsl.xpt",
        "adtr.xpt",
        "adtte.xpt",
        "adattrit.xpt",
    }
    assert "wrote " in out


def test_qc_compares_and_exits_0_where_all_is_equal(tlf, spec, tmp_path):
    code, out, err = tlf("qc", spec, "--out", tmp_path)
    assert code == 0, err
    assert "cox_by_landmark: " in out
    assert "different" not in out


def test_init_writes_a_study_that_runs(tlf, tmp_path):
    folder = tmp_path / "mine"
    code, out, _ = tlf("init", folder)
    assert code == 0
    assert "tlf run" in out
    assert tlf("check", folder / "study.yaml")[0] == 0
    code, out, err = tlf("run", folder / "study.yaml", "--out", tmp_path / "out")
    assert code == 0, err
    assert "3 of 3 outputs" in out
    assert str(tmp_path / "out" / "starter-book.pdf") in out


def test_init_never_overwrites_a_study(tlf, tmp_path):
    (tmp_path / "study.yaml").write_text("mine")
    code, _, err = tlf("init", tmp_path)
    assert code == 2
    assert "exists already" in err
    assert (tmp_path / "study.yaml").read_text() == "mine"
