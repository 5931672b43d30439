"""Names are found by their types, or by keys that mean the same in every method."""

from dataclasses import dataclass
from typing import Annotated

from tlf.model.spec import AnalysisRef, Block, GroupingRef, Name, ParameterRef, Records
from tlf.spec.named import Named, names_in


@dataclass(frozen=True)
class Part:
    """A part that holds records."""

    source: Records


class Inner(Block):
    """A block inside another."""

    by: str
    title: str = ""


class Typed(Block):
    """Names told by their types, at every depth."""

    first: ParameterRef
    several: list[GroupingRef]
    either: str | list[AnalysisRef]
    table: dict[Annotated[str, "note"], ParameterRef]
    keyed: dict[GroupingRef, int]
    inners: list[Inner]
    inner: Inner | None = None
    maybe: ParameterRef | None = None
    part: Part | None = None
    pair: tuple[ParameterRef, ...] = ()
    other: Name = "x"


class Keyed(Block):
    """Names told by their keys alone."""

    time: str
    by: list[str]
    covariate: dict[str, str]
    value: int = 0


def test_names_are_found_by_type_at_every_depth():
    block = Typed(
        first="a",
        several=["b", "c"],
        either=["d"],
        table={"k": "e"},
        keyed={"f": 1},
        inner=Inner(by="g", title="t"),
        inners=[Inner(by="h")],
        part=Part(Records("ADSL")),
        pair=("i",),
    )
    assert list(names_in(block, ("x",))) == [
        Named("parameter", "a", ("x", "first")),
        Named("grouping", "b", ("x", "several", 0)),
        Named("grouping", "c", ("x", "several", 1)),
        Named("analysis", "d", ("x", "either", 0)),
        Named("parameter", "e", ("x", "table", "k")),
        Named("grouping", "f", ("x", "keyed", "f")),
        Named("grouping", "h", ("x", "inners", 0, "by")),
        Named("grouping", "g", ("x", "inner", "by")),
        Named("dataset", "ADSL", ("x", "part", "source")),
        Named("parameter", "i", ("x", "pair", 0)),
    ]


def test_names_are_found_by_key_where_the_type_is_plain_text():
    block = Keyed(time="a", by=["b"], covariate={"c": "per unit"}, value=5)
    assert list(names_in(block, ())) == [
        Named("parameter", "a", ("time",)),
        Named("grouping", "b", ("by", 0)),
        Named("parameter", "c", ("covariate", "c")),
    ]
