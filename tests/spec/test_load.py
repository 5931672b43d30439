"""A spec is loaded with what it extends; every value knows its file and line, and every problem is told at once."""

import os
import sys
from datetime import date
from pathlib import Path

import pytest

from tlf import resources
from tlf.errors import SpecError
from tlf.model.condition import Comparison
from tlf.model.duration import Duration
from tlf.spec.load import MAX_FILES, data_folder, load_spec

HOUSE = """\
method_profile: sas
profiles:
  sas: { label: SAS, ties: breslow, conf_type: log-log, quantile_rule: sas }
  r: { label: R, ties: efron, conf_type: plain, quantile_rule: r }
formats: { n: xx, pct: xx.x }
page: { header_left: [one, two], margin_top: 1.5 }
"""
STUDY = """\
extends: [house.yaml]
study: { id: S1, title: A study }
data: { folder: data, datasets: [ADSL] }
"""


@pytest.fixture
def write(folder):
    def writing(**files):
        for name, text in files.items():
            file = folder / (name.replace("__", "/") + ".yaml")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return folder

    return writing


def problems(path):
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    return list(caught.value.problems)


def test_a_study_takes_what_it_extends_and_overrides_it_key_by_key(write):
    write(house=HOUSE, study=STUDY + "method_profile: r\nformats: { pct: xx }\npage: { header_left: [mine] }\n")
    spec = load_spec("study.yaml")
    assert spec.profile.label == "R"
    assert spec.formats == {"n": "xx", "pct": "xx"}
    assert spec.page.header_left == ["mine"]
    assert spec.page.margin_top == 1.5
    assert spec.extends == ["house.yaml"]


def test_every_value_has_the_place_of_the_file_that_won(write):
    write(house=HOUSE, study=STUDY + "formats: { pct: xx }\n")
    origins = load_spec("study.yaml").origins
    assert str(origins.at("formats", "pct")) == "study.yaml:4:12"
    assert str(origins.at("formats", "n")) == "house.yaml:5:12"
    assert str(origins.at("page", "header_left", 1)) == "house.yaml:6:28"
    assert str(origins.at("page", "font")) == "house.yaml:6:1"  # a default: of the block it is in
    assert str(origins.at("rules")) == "study.yaml:1:1"


def test_the_last_of_several_extended_files_wins_and_each_may_extend_more(write):
    write(
        one="formats: { a: x, b: x }\n",
        two="extends: [one.yaml]\nformats: { b: xx, c: xx }\n",
        house=HOUSE,
        study=STUDY.replace("[house.yaml]", "[house.yaml, one.yaml, two.yaml]") + "formats: { c: xxx }\n",
    )
    spec = load_spec("study.yaml")
    assert spec.formats == {"n": "xx", "pct": "xx.x", "a": "x", "b": "xx", "c": "xxx"}
    assert list(spec.origins.files) == ["house.yaml", "one.yaml", "two.yaml", "study.yaml"]


def test_extended_files_are_found_beside_the_file_that_names_them(write):
    folder = write(
        specs__house__base="extends: [more.yaml]\n" + HOUSE.replace("formats", "labels"),
        specs__house__more="formats: { n: xx }\n",
        specs__s1__study=STUDY.replace("house.yaml", "../house/base.yaml"),
    )
    spec = load_spec(folder / "specs" / "s1" / "study.yaml")
    assert spec.formats == {"n": "xx"}
    assert str(spec.origins.at("formats", "n")) == "specs/house/more.yaml:1:12"
    assert spec.origins.files["specs/house/more.yaml"] == str(folder / "specs" / "house" / "more.yaml")


def test_house_specs_that_ship_are_found_when_there_is_none_beside(write, monkeypatch, tmp_path_factory):
    shipped = tmp_path_factory.mktemp("shipped")
    (shipped / "house").mkdir()
    (shipped / "house" / "sponsor.yaml").write_text(HOUSE)
    monkeypatch.setattr("tlf.spec.load.specs_folder", lambda: shipped)
    write(study=STUDY.replace("house.yaml", "house/sponsor.yaml"))
    assert load_spec("study.yaml").profile.label == "SAS"
    write(house__sponsor=HOUSE.replace("method_profile: sas", "method_profile: r"))
    assert load_spec("study.yaml").profile.label == "R"
    write(study=STUDY.replace("house.yaml", "house/sponsr.yaml"))
    (said,) = problems("study.yaml")
    assert said == "study.yaml:1:11: extends: there is no file house/sponsr.yaml. Did you mean house/sponsor.yaml?"


def test_a_shipped_spec_cannot_be_named_by_climbing(write, monkeypatch, tmp_path_factory):
    shipped = tmp_path_factory.mktemp("shipped") / "specs"
    shipped.mkdir()
    (shipped.parent / "secret.yaml").write_text(HOUSE)
    monkeypatch.setattr("tlf.spec.load.specs_folder", lambda: shipped)
    write(study=STUDY.replace("house.yaml", "x/../../secret.yaml"))
    assert problems("study.yaml")[0].startswith("study.yaml:1:11: extends: there is no file ")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"study": "extends: [study.yaml]\n"}, "study.yaml:1:11: extends: study.yaml extends this file in turn"),
        ({"study": "extends: [b.yaml]\n", "b": "extends: [./study.yaml]\n"}, "b.yaml:1:11: extends: ./study.yaml ext"),
        ({"study": "extends: [b.yaml]\n"}, "study.yaml:1:11: extends: there is no file b.yaml."),
        ({"study": "extends: house.yaml\n"}, "study.yaml:1:1: extends: expected a list of spec files, as [house"),
        ({"study": "extends: [1]\n"}, "study.yaml:1:1: extends: expected a list of spec files"),
        ({"study": "extends: ['']\n"}, "study.yaml:1:11: extends: expected the name of a spec file"),
        ({"study": "extends: [b.yaml]\n", "b": "a: [1\n"}, "b.yaml:1:4: a bracket [ is not closed"),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_refused_where_it_is_said(write, files, expected):
    write(**files)
    assert problems("study.yaml")[0].startswith(expected)


def test_endless_extending_stops(write):
    write(**{f"f{n}": f"extends: [f{n + 1}.yaml]\n" for n in range(MAX_FILES + 5)})
    assert problems("f0.yaml")[0] == f"f{MAX_FILES}.yaml:1:11: extends: more than 50 files are read"
    write(**{f"f{n}": f"extends: [f{n + 1}.yaml, f{n + 1}.yaml]\n" for n in range(20)}, f20="labels: {}\n")
    assert "extends: more than 50 files are read" in problems("f0.yaml")[0]


def test_a_missing_spec_is_refused(folder):
    assert problems("nothing.yaml") == ["nothing.yaml: there is no such file"]


def test_the_data_folder_is_relative_to_the_file_that_states_it(write, monkeypatch):
    folder = write(
        base__house=HOUSE + "data: { folder: ../data, datasets: [ADSL] }\n",
        own__study="extends: [../base/house.yaml]\nstudy: { id: S, title: T }\n",
        own__other="extends: [../base/house.yaml]\nstudy: { id: S, title: T }\ndata: { folder: here }\n",
        own__third="extends: [../base/house.yaml]\nstudy: { id: S, title: T }\ndata: { folder: /data/x }\n",
    )
    study, other, third = (load_spec(f"own/{name}.yaml") for name in ("study", "other", "third"))
    monkeypatch.chdir(folder.parent)
    assert study.data.folder == "../data"
    assert data_folder(study) == folder / "data"
    assert data_folder(other) == folder / "own" / "here"
    assert data_folder(third) == Path("/data/x")
    assert study.folder == str(folder / "own")
    assert study.file == "own/study.yaml"


def test_the_data_folder_of_a_spec_made_in_code_is_relative_to_its_folder(loaded):
    spec = loaded()
    bare = spec.model_copy(update={"origins": type(spec.origins)(), "folder": "/somewhere"})
    assert data_folder(bare) == Path("/somewhere/data")


def test_blocks_become_instances_of_their_own_methods(loaded):
    spec = loaded(
        """\
derivations:
  best:
    method: spec_best
    records: "ADTR where PARAMCD = 'SDIAM'"
    landmarks: { L1: 36 wk, ALL: none }
analyses:
  curve: { method: spec_curve, analysis_set: FAS, where: SEX = 'F', time: best.L1, by: arm, rates_at: [6 mo] }
shells:
  t: { kind: table, display: spec_table, preset: { style: narrow, columns: { total: true } } }
outputs:
  T-14-1: { title: One, shell: t, columns: { by: arm } }
  T-14-2: { title: Two, shell: t, columns: { by: arm, total: false }, style: wide, results: [curve] }
""".replace("ADTR", "ADTTE")
    )
    best, curve = spec.derivations["best"], spec.analyses["curve"]
    assert best.records.where.root == Comparison("PARAMCD", "=", "SDIAM")
    assert best.landmarks["L1"] == Duration(36.0, "wk")
    assert best.until == "PFS"
    assert curve.rates_at == [Duration(6.0, "mo")]
    one, two = spec.outputs.values()
    assert (one.style, one.columns.total, one.columns.by) == ("narrow", True, "arm")
    assert (two.style, two.columns.total) == ("wide", False)
    assert str(spec.origins.at("outputs", "T-14-1", "style")) == "study.yaml:15:52"  # of the shell's preset


def test_a_condition_has_the_line_of_its_key_and_the_column_of_its_text(loaded):
    spec = loaded("analyses:\n  curve:\n    method: spec_curve\n    where: \"SEX = 'F'\"\n"
                  "    analysis_set: FAS\n    time: PFS\n    among: >\n      AGE > 5\n")  # fmt: skip
    curve = spec.analyses["curve"]
    assert str(curve.where.origin) == "study.yaml:10:13"
    assert str(curve.among.origin).startswith("study.yaml:13:")
    assert spec.analysis_sets["FAS"].where.origin.line == 5


def test_dates_of_the_study_are_dates(loaded):
    spec = loaded(base=(
        "study: { id: S, title: T, data_cutoff: 2021-01-18 }\ndata: { folder: d, datasets: [ADSL] }\n"
        "method_profile: r\nprofiles: { r: { label: R, ties: efron, conf_type: plain, quantile_rule: r } }\n"
    ))  # fmt: skip
    assert spec.study.data_cutoff == date(2021, 1, 18)


def test_wrong_references_are_told_when_the_shape_is_right(refused):
    assert refused("analyses:\n  c: { method: spec_curve, analysis_set: FASS, time: PFS }\n") == [
        "2:28: analyses.c.analysis_set: the spec declares no analysis set FASS. Did you mean FAS?"
    ]


def test_the_example_study_loads(root):
    spec = load_spec(root / "specs" / "netter1" / "study.yaml")
    assert spec.study.id == "NETTER1-SIM"
    assert set(spec.outputs) >= {"T-14-1-2-1", "T-14-2-4-2", "F-14-2-4-5", "L-16-2-6-1"}
    assert data_folder(spec) == root / "adam_examples" / "netter1"
    assert set(spec.origins.files.values()) >= {str(resources.specs_folder() / "house" / "sponsor.yaml")}


def test_importing_the_room_alone_is_light():
    import subprocess

    program = "import sys, tlf.spec; print(sorted({'pydantic', 'lark', 'ruamel.yaml', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
