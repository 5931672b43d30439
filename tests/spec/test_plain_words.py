"""What pydantic finds wrong is said without its jargon, whatever the type of the key."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from typing_extensions import TypedDict

from tlf.model.origin import Origin
from tlf.model.spec import StudySpec
from tlf.spec.plain_words import PATTERNS, Problem, coerced, dotted, known_keys, problems_of, shown
from tlf.spec.written import Written

PLACE = Origin("study.yaml", 3, 5)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Cut(TypedDict, total=False):
    low: float


@dataclass
class Limits:
    upper: float


def must_be_odd(value):
    assert value % 2, "expected an odd number"
    return value


class Inner(BaseModel):
    deep: list[Literal["a", "b", "c"]] = []


class Model(BaseModel):
    colour: Colour = Colour.RED
    cut: Cut = {}
    limits: Limits | None = None
    count: int = 0
    odd: Annotated[int, AfterValidator(must_be_odd)] = 1
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    many: list[str] = Field(default=["a"], min_length=1, max_length=2)
    short: str = Field(default="a", max_length=3)
    form: str = Field(default="a", pattern="^[a-z]$")
    pair: tuple[int, int] = (1, 2)
    inner: Inner | list[Inner] | None = None
    nothing: None = None
    day: date | None = None
    free: Any = None
    finite: float = Field(default=1.0, allow_inf_nan=False)
    even: Annotated[int, Field(multiple_of=2)] = 2


def written(value):
    if isinstance(value, dict):
        return Written({key: written(item) for key, item in value.items()}, PLACE, PLACE)
    return Written(tuple(map(written, value)) if isinstance(value, list) else value, PLACE, PLACE)


def words(values):
    tree = written({"block": values})
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(tree.get("block").plain())
    return [str(problem) for problem in problems_of(caught.value, Model, tree, ("block",))]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"colour": "green"}, "colour: expected 'red' or 'blue', not the text 'green'"),
        ({"cut": {"low": "x"}}, "cut.low: expected a number, not the text 'x'"),
        ({"limits": {"upper": []}}, "limits.upper: expected a number, not a list"),
        ({"limits": 5}, "limits: expected a mapping of keys to values, not the number 5"),
        ({"count": 1.5}, "count: expected a whole number, not the number 1.5"),
        ({"count": "x"}, "count: expected a whole number, not the text 'x'"),
        ({"odd": 2}, "odd: expected an odd number"),
        ({"share": 0}, "share: expected a number above 0.0, not the number 0"),
        ({"share": 1}, "share: expected a number below 1.0, not the number 1"),
        ({"many": []}, "many: expected at least 1 values, not a list"),
        ({"many": ["a", "b", "c"]}, "many: expected at most 2 values, not a list"),
        ({"short": "abcd"}, "short: expected text of at most 3 characters, not the text 'abcd'"),
        ({"form": "A"}, "form: expected text of the form ^[a-z]$, not the text 'A'"),
        ({"pair": [1]}, "pair, item 2: this key is missing"),
        ({"inner": {"deep": ["x"]}}, "inner.deep, item 1: expected 'a', 'b' or 'c', not the text 'x'."),
        ({"inner": [{"dep": 1, "deep": 5}]}, "inner, item 1.deep: expected a list, not the number 5"),
        ({"inner": 5}, "inner: expected a mapping of keys to values or a list, not the number 5"),
        ({"nothing": 5}, "nothing: expected nothing, not the number 5"),
        ({"day": "soon"}, "day: expected a date, as 2021-01-18, not the text 'soon'"),
        ({"even": 3}, "even: expected a multiple of 2, not the number 3"),
    ],
)  # fmt: skip
def test_each_kind_of_error_has_its_words(values, expected):
    assert words(values)[0].startswith(f"study.yaml:3:5: block.{expected}")


def test_every_pattern_of_the_spec_has_words():
    found = set()

    def patterns(schema):
        if isinstance(schema, dict):
            found.update({schema["pattern"]} if isinstance(schema.get("pattern"), str) else set())
            found.update(schema.get("patternProperties", {}))
            for value in schema.values():
                patterns(value)
        elif isinstance(schema, list):
            for item in schema:
                patterns(item)

    patterns(StudySpec.model_json_schema())
    assert found == PATTERNS.keys()


def test_paths_read_as_keys_and_items():
    assert dotted(("outputs", "T-14-1", "columns", 0, "by")) == "outputs.T-14-1.columns, item 1.by"
    assert str(Problem(PLACE, "", "is wrong")) == "study.yaml:3:5: is wrong"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        ("x" * 80, "the text '" + "x" * 57 + "...'"),
        (5, "the number 5"),
        (date(2021, 1, 18), "the date 2021-01-18"),
        ({}, "a mapping of keys to values"),
        ([], "a list"),
    ],
)
def test_values_are_shown_by_kind(value, text):
    assert shown(written(value)) == text


def test_the_keys_of_nested_types_are_known():
    assert known_keys(Model, ("cut",)) == {"low"}
    assert known_keys(Model, ("limits",)) == {"upper"}
    assert known_keys(Model, ("inner", 0)) == {"deep"}
    assert known_keys(Model, ("free", "x")) == set()
    assert known_keys(Model, ("nope",)) == set()


def test_values_read_as_another_kind_are_found_at_every_depth():
    tree = written({"limits": {"upper": True}, "pair": [True, 2], "day": 86400, "count": "5", "colour": "red"})
    problems = [str(problem) for problem in coerced(tree, Model.model_validate(tree.plain()))]
    assert problems == [
        "study.yaml:3:5: limits.upper: expected a number, not true",
        "study.yaml:3:5: pair, item 1: expected a number, not true",
        "study.yaml:3:5: day: expected a date, as 2021-01-18, not the number 86400",
        "study.yaml:3:5: count: expected a number, not the text '5'",
    ]
