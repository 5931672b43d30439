"""A tree of written values merges key by key and turns into plain values, with the places of the winners."""

from datetime import date

from tlf.model.origin import Origin
from tlf.spec.written import ClauseText, Written, merged


def written(value, line=1, file="a.yaml"):
    place = Origin(file, line)
    if isinstance(value, dict):
        value = {key: written(item, line, file) for key, item in value.items()}
    elif isinstance(value, list):
        value = tuple(written(item, line, file) for item in value)
    return Written(value, place, place, verbatim=True)


def test_mappings_merge_key_by_key_and_everything_else_is_replaced():
    base = written({"a": {"x": 1, "y": [1, 2]}, "b": 1, "c": [1], "d": {"k": 1}})
    over = written({"a": {"y": [3]}, "b": {"z": 2}, "d": 5, "e": None}, 9, "b.yaml")
    both = merged(base, over)
    assert both.plain() == {"a": {"x": 1, "y": [3]}, "b": {"z": 2}, "c": [1], "d": 5, "e": None}
    assert list(both.keys) == ["a", "b", "c", "d", "e"]
    places = {path: place.file for path, place in both.places()}
    assert places[("a",)] == "b.yaml"
    assert places[("a", "x")] == "a.yaml"
    assert places[("a", "y", 0)] == "b.yaml"
    assert places[("c",)] == "a.yaml"
    assert ("a", "y", 1) not in places
    assert ("d", "k") not in places


def test_a_value_is_found_by_its_path_or_is_none():
    tree = written({"a": [{"b": 1}]})
    assert tree.get("a", 0, "b").content == 1
    assert tree.get() is tree
    assert tree.get("a", 1) is None
    assert tree.get("a", "b") is None
    assert tree.get("a", 0, "b", "c") is None
    assert tree.get("x", 0) is None


def test_located_texts_know_their_place_and_equal_plain_ones():
    tree = written({"a": ["x", 1, date(2021, 1, 18), None]}, 4)
    located = tree.located()
    assert located == tree.plain() == {"a": ["x", 1, date(2021, 1, 18), None]}
    assert isinstance(located["a"][0], ClauseText)
    assert (located["a"][0].origin.line, located["a"][0].verbatim) == (4, True)
