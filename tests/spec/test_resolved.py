"""A spec is written in full: every value with the place that it came from, and it loads again as the same."""

import pytest

from tlf.spec.load import load_spec
from tlf.spec.resolved import resolved_yaml

HOUSE = "formats: { n: xx }\npage: { header_left: ['{study.title}', 'x: \"y\" # \\\\ ≥ z'] }\n"
TEXT = """\
extends: [house.yaml]
labels: { AGE: "true", "≥30% decrease": "1.5", SEX: "null", RACE: "tab\\tand\\u0085 \\U0001F600" }
derivations:
  best: { method: spec_best, records: "adtte where paramcd eq 'X'", landmarks: &marks { L1: 36 weeks, ALL: none } }
  late: { method: spec_best, records: ADTTE, landmarks: *marks, until: best }
shells: { t: { kind: table, display: spec_table, preset: { style: narrow } } }
outputs: { T-14-1: { title: One, shell: t, columns: { by: arm } } }
"""


@pytest.fixture
def spec(folder, loaded):
    (folder / "house.yaml").write_text(HOUSE)
    return loaded(TEXT)


def test_every_value_says_where_it_came_from(spec):
    lines = resolved_yaml(spec).splitlines()
    assert lines[0] == "# S1 in full, from house.yaml, study.yaml"
    for line in (
        "  id: S1 # study.yaml:1",
        "  simulated: false # default",
        "  n: xx # house.yaml:1",
        '    - "{study.title}" # house.yaml:2',
        "  margin_top: 1.0 # default",
        "    label: Full # study.yaml:5",
        "    where: \"FASFL = 'Y'\" # study.yaml:5",
        "    records: \"ADTTE where PARAMCD = 'X'\" # study.yaml:10",
        '      L1: "36 wk" # study.yaml:10',
        "    until: PFS # default",
        "waivers: [] # default",
        "    style: narrow # study.yaml:12",
        "      total: false # default",
        '  AGE: "true" # study.yaml:8',
        '  "≥30% decrease": "1.5" # study.yaml:8',
    ):
        assert line in lines
    assert all(" # " in line for line in lines[1:])


def test_the_text_loads_as_the_same_spec(spec, folder):
    (folder / "full.yaml").write_text(resolved_yaml(spec), encoding="utf-8")
    again = load_spec("full.yaml")
    assert again.model_dump(exclude={"extends"}) == spec.model_dump(exclude={"extends"})
    assert list(again.outputs) == list(spec.outputs)


def test_the_example_study_loads_again_as_the_same_spec(root, folder):
    spec = load_spec(root / "specs" / "netter1" / "study.yaml")
    (folder / "full.yaml").write_text(resolved_yaml(spec), encoding="utf-8")
    assert load_spec("full.yaml").model_dump(exclude={"extends"}) == spec.model_dump(exclude={"extends"})
