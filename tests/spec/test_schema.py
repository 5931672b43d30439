"""The JSON Schema takes what loads, refuses common mistakes, and names every method and its keys."""

import json

import jsonschema
import pytest

from tlf.spec.schema import json_schema
from tlf.spec.yaml_tree import read_yaml

GOOD = {
    "study": {"id": "S", "title": "T"},
    "data": {"folder": "d", "datasets": ["ADSL"]},
    "method_profile": "r",
    "derivations": {"best": {"method": "spec_best", "records": "ADTTE", "landmarks": {"L1": "36 wk", "ALL": None}}},
    "analyses": {"a": {"method": "spec_curve", "analysis_set": "FAS", "time": "PFS", "rates_at": ["6 mo"]}},
    "outputs": {"T-14-1": {"title": "x", "shell": "t", "columns": {"by": "arm"}, "results": ["a"]}},
}


def valid(spec):
    return jsonschema.Draft202012Validator(json_schema()).is_valid(spec)


def changed(path, value):
    spec = json.loads(json.dumps(GOOD))
    here = spec
    for key in path[:-1]:
        here = here[key]
    if value is KeyError:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return spec


def test_it_is_a_json_schema_and_the_same_each_time():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert json.dumps(schema) == json.dumps(json_schema())
    assert list(schema) == sorted(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:tlf:study.schema.json"
    assert "$ref" not in json.dumps(schema)
    assert not {"origins", "folder", "file"} & schema["properties"].keys()


def test_every_specs_file_that_ships_is_valid(root):
    for file in sorted([*root.glob("specs/house/*.yaml"), *root.glob("specs/*/study.yaml")]):
        plain = json.loads(json.dumps(read_yaml(file).plain(), default=str))
        assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(plain)) == [], file


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("labels",), {"AGE": "Age"}),
        (("study", "data_cutoff"), "2021-01-18"),
        (("extends",), ["house.yaml"]),
        (("outputs", "T-14-1", "columns"), ["AGE", {"variable": "SEX"}]),
        (("outputs", "T-14-1"), {"footnotes": ["of an inherited output"]}),
        (("outputs", "T-14-1", "columns"), {"total": True}),
        (("derivations", "best"), {"until": "OS"}),
        (("analyses", "a"), {"rates_at": ["3 mo"]}),
        (("profiles",), {"r": {"ties": "breslow"}}),
    ],
)
def test_a_right_spec_or_a_part_that_changes_an_inherited_block_is_valid(path, value):
    assert valid(GOOD)
    assert valid(changed(path, value))


def test_a_file_that_extends_or_is_extended_need_not_be_whole():
    assert valid({"extends": ["house.yaml"], "outputs": GOOD["outputs"]})
    assert valid({"page": {"font": "mono"}})
    assert not valid({"outputs": GOOD["outputs"]})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("colour",), "red"),
        (("study", "titel"), "x"),
        (("study", "status"), "draft"),
        (("study",), KeyError),
        (("method_profile",), KeyError),
        (("data", "datasets"), ["../x"]),
        (("data", "datasets"), []),
        (("outputs", "t-1"), {"title": "x"}),
        (("outputs", "T-14-1", "colums"), []),
        (("outputs", "T-14-1", "columns"), {"byy": "arm"}),
        (("outputs", "T-14-1", "style"), "thick"),
        (("derivations", "best", "method"), "spec_bst"),
        (("derivations", "best", "records"), KeyError),
        (("derivations", "best", "cut"), {"a": 1}),
        (("derivations", "best"), {}),
        (("derivations", "be st"), GOOD["derivations"]["best"]),
        (("derivations", "best"), {"untill": "OS"}),
        (("analyses", "a", "rates_at"), "6 mo"),
        (("analyses", "a", "analysis_set"), KeyError),
        (("page",), {"font_size": 4}),
        (("waivers",), [{"rule": "X"}]),
    ],
)
def test_a_mistake_is_not_valid(path, value):
    assert not valid(changed(path, value))


def test_methods_and_keys_are_described_from_their_docstrings():
    section = json_schema()["properties"]["analyses"]["patternProperties"]
    (block,) = section.values()
    (curve,) = (branch for branch in block["oneOf"] if branch["title"] == "spec_curve")
    assert curve["description"] == "Estimate a curve."
    assert curve["properties"]["method"] == {"const": "spec_curve", "description": "Estimate a curve."}
    assert curve["properties"]["time"]["description"] == "the time to `event`, a parameter."
    assert curve["properties"]["by"]["description"] == "a grouping."
    assert curve["required"] == ["analysis_set", "method", "time"]
    assert curve["additionalProperties"] is False
    assert block["oneOf"][-1]["title"] == "part of an inherited analysis"
