"""A condition selects as three-valued logic says, record by record, and fits its dataset or is refused."""

import operator
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.errors import ConditionError
from tlf.model.condition import (
    Between,
    Comparison,
    Condition,
    Junction,
    Like,
    Membership,
    Missing,
    Not,
    VariableRef,
)
from tlf.model.dataset import Dataset, Variable, text
from tlf.model.origin import Origin

PLACE = Origin("study.yaml", 7, 9)
AVAL = [1.0, 2.0, np.nan, -1.0, 2.5, np.nan]
BASE = [1.0, np.nan, 2.0, 3.0, 2.5, np.nan]
AVALC = ["A", "b", "", "AB", "A", ""]
ADT = [19242.0, 22298.0, np.nan, 22297.0, 0.0, -1.0]  # 22298 is 18JAN2021, by SAS: put('18JAN2021'd, best.)
OTHER = ["A", "A", "A", "", "B", ""]


def dataset():
    frame = pd.DataFrame(
        {
            "AVAL": AVAL,
            "BASE": BASE,
            "AVALC": text(AVALC),
            "OTHER": text(OTHER),
            "ADT": ADT,
            "ADTM": [0.0] * 6,
        }
    )
    variables = (
        Variable("AVAL"),
        Variable("BASE"),
        Variable("AVALC", type="char"),
        Variable("OTHER", type="char"),
        Variable("ADT", format="DATE9."),
        Variable("ADTM", format="DATETIME20."),
    )
    return Dataset("ADTR", "", frame, variables)


DATA = dataset()


def selected(node):
    return np.flatnonzero(Condition(node, PLACE).mask(DATA)).tolist()


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Comparison("AVAL", "=", 2.0), [1]),
        (Comparison("AVAL", "!=", 2.0), [0, 3, 4]),  # missing is not unequal: it is unknown
        (Not(Comparison("AVAL", "=", 2.0)), [0, 3, 4]),
        (Comparison("AVAL", "<", 2.0), [0, 3]),  # in SAS missing would be the smallest number
        (Comparison("AVALC", "=", "A "), [0, 4]),  # trailing blanks do not count, as in SAS
        (Comparison("AVALC", ">", "A"), [1, 3]),
        (Comparison("AVAL", "=", VariableRef("BASE")), [0, 4]),
        (Comparison("AVALC", "=", VariableRef("OTHER")), [0]),
        (Comparison("ADT", ">=", date(2021, 1, 18)), [1]),
        (Comparison("ADT", "<", date(1960, 1, 1)), [5]),
        (Membership("AVAL", (1.0, 2.5)), [0, 4]),
        (Not(Membership("AVAL", (1.0, 2.5))), [1, 3]),
        (Membership("AVALC", ("b", "AB")), [1, 3]),
        (Between("AVAL", 1.0, 2.0), [0, 1]),
        (Missing("AVAL"), [2, 5]),
        (Missing("AVALC"), [2, 5]),
        (Not(Missing("AVAL")), [0, 1, 3, 4]),
        (Like("AVALC", "A%"), [0, 3, 4]),
        (Like("AVALC", "_"), [0, 1, 4]),
        (Like("AVALC", "."), []),  # no character but % and _ is special
        (Not(Like("AVALC", "A%")), [1]),
        (Junction("or", (Comparison("AVAL", ">", 0.0), Missing("AVAL"))), [0, 1, 2, 4, 5]),
        (Not(Junction("and", (Comparison("AVAL", "=", 1.0), Comparison("BASE", "=", 1.0)))), [1, 3, 4, 2]),
    ],
)
def test_a_condition_selects_the_records_where_it_is_true(node, expected):
    assert selected(node) == sorted(expected)


NUMERIC = st.sampled_from(["AVAL", "BASE"])
CHARACTER = st.sampled_from(["AVALC", "OTHER"])
OPERATORS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
NUMBERS = st.sampled_from([-1.0, 0.0, 1.0, 2.0, 2.5, 3.0])
TEXTS = st.sampled_from(["A", "b", "AB", "B", "C"])
LEAVES = st.one_of(
    st.builds(Comparison, NUMERIC, OPERATORS, NUMBERS | st.builds(VariableRef, NUMERIC)),
    st.builds(Comparison, CHARACTER, OPERATORS, TEXTS | st.builds(VariableRef, CHARACTER)),
    st.builds(Membership, NUMERIC, st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)),
    st.builds(Membership, CHARACTER, st.lists(TEXTS, min_size=1, max_size=3).map(tuple)),
    st.builds(Between, NUMERIC, NUMBERS, NUMBERS),
    st.builds(Missing, NUMERIC | CHARACTER),
    st.builds(Like, CHARACTER, st.sampled_from(["A%", "%B", "_", "%"])),
)
NODES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)
COMPARE = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
LIKE = {"A%": lambda t: t.startswith("A"), "%B": lambda t: t.endswith("B"), "_": lambda t: len(t) == 1,
        "%": lambda t: True}  # fmt: skip


def truth(node, record):
    """Return True, False or None (unknown) for one record: Kleene's logic, written out."""
    if isinstance(node, Not):
        inner = truth(node.term, record)
        return None if inner is None else not inner
    if isinstance(node, Junction):
        decisive = node.operator == "or"
        found = [truth(term, record) for term in node.terms]
        return decisive if decisive in found else None if None in found else not decisive
    value = record[node.variable]
    if isinstance(node, Missing):
        return value is None
    other = None
    if isinstance(node, Comparison):
        other = record[node.value.name] if isinstance(node.value, VariableRef) else node.value
    if value is None or (isinstance(node, Comparison) and other is None):
        return None
    if isinstance(node, Comparison):
        return COMPARE[node.operator](value, other)
    if isinstance(node, Membership):
        return value in node.values
    return node.low <= value <= node.high if isinstance(node, Between) else LIKE[node.pattern](value)


@given(NODES)
def test_the_mask_is_what_three_valued_logic_says_of_each_record(node):
    columns = {"AVAL": AVAL, "BASE": BASE, "AVALC": AVALC, "OTHER": OTHER}
    records = [
        {name: None if values[i] == "" or values[i] != values[i] else values[i] for name, values in columns.items()}
        for i in range(len(AVAL))
    ]
    expected = [truth(node, record) is True for record in records]
    assert Condition(node, PLACE).mask(DATA).tolist() == expected


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (Comparison("AVALL", "=", 1.0), "dataset ADTR has no variable AVALL. Did you mean AVAL"),
        (Comparison("AVAL", "=", "1"), "variable ADTR.AVAL is numeric, but is compared with the text '1'"),
        (Comparison("AVALC", "=", 1.0), "variable ADTR.AVALC is character, but is compared with the number 1"),
        (Comparison("AVALC", "=", VariableRef("AVAL")), "AVALC and AVAL of ADTR differ in type"),
        (Comparison("AVAL", "=", VariableRef("X")), "dataset ADTR has no variable X"),
        (Membership("AVAL", (1.0, "x")), "is numeric, but is compared with the text 'x'"),
        (Like("AVAL", "1%"), "variable ADTR.AVAL is numeric, like compares text"),
        (Comparison("ADTM", ">", date(2021, 1, 1)), "variable ADTR.ADTM is a datetime, but is compared with a date"),
        (Missing("NOPE"), "dataset ADTR has no variable NOPE"),
    ],
)
def test_a_condition_that_does_not_fit_its_dataset_is_refused_with_its_place(node, message):
    with pytest.raises(ConditionError) as caught:
        Condition(node, PLACE).mask(DATA)
    assert str(caught.value).startswith("study.yaml:7:9: ")
    assert message in str(caught.value)


def test_a_condition_names_its_variables_in_order_of_first_mention():
    node = Junction("and", (Not(Missing("B")), Comparison("A", "=", VariableRef("C")), Missing("B")))
    assert Condition(node).variables() == ("B", "A", "C")


def test_two_conditions_are_equal_wherever_they_were_written():
    assert Condition(Missing("A"), PLACE) == Condition(Missing("A"))


@pytest.mark.parametrize(
    ("node", "written"),
    [
        (Comparison("A", "=", "it's"), "A = 'it''s'"),
        (Comparison("A", "=", 5.0), "A = 5"),
        (Comparison("A", "=", 0.1), "A = 0.1"),
        (Comparison("A", "=", date(2021, 1, 18)), "A = '2021-01-18'd"),
        (Not(Junction("or", (Missing("A"), Missing("B")))), "not (A is missing or B is missing)"),
        (
            Junction("and", (Junction("or", (Missing("A"), Missing("B"))), Like("C", "x%"))),
            "(A is missing or B is missing) and C like 'x%'",
        ),
        (Between("A", 1.0, 2.0), "A between 1 and 2"),
        (Membership("A", (1.0, "x")), "A in (1, 'x')"),
        (Comparison("A", "<", VariableRef("B")), "A < B"),
    ],
)
def test_a_condition_writes_itself_as_a_clause(node, written):
    assert str(Condition(node)) == written


def ars(comparator, *values, variable="A"):
    return {"condition": {"dataset": "ADSL", "variable": variable, "comparator": comparator, "value": list(values)}}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Comparison("A", "=", "Y"), ars("EQ", "Y")),
        (Comparison("A", "!=", 5.0), ars("NE", "5")),
        (Comparison("A", ">=", date(2021, 1, 18)), ars("GE", "2021-01-18")),
        (Membership("A", ("x", "y")), ars("IN", "x", "y")),
        (Not(Membership("A", ("x",))), ars("NOTIN", "x")),
        (Missing("A"), ars("EQ")),
        (Not(Missing("A")), ars("NE")),
        (
            Between("A", 1.0, 2.0),
            {"compoundExpression": {"logicalOperator": "AND", "whereClauses": [ars("GE", "1"), ars("LE", "2")]}},
        ),
        (
            Not(Comparison("A", "=", "Y")),
            {"compoundExpression": {"logicalOperator": "NOT", "whereClauses": [ars("EQ", "Y")]}},
        ),
        (
            Junction("or", (Missing("A"), Missing("B"))),
            {
                "compoundExpression": {
                    "logicalOperator": "OR",
                    "whereClauses": [ars("EQ"), ars("EQ", variable="B")],
                }
            },
        ),
    ],
)
def test_a_condition_maps_to_an_ars_where_clause(node, expected):
    assert Condition(node).to_ars("ADSL") == expected


@pytest.mark.parametrize("node", [Like("A", "x%"), Comparison("A", "=", VariableRef("B"))])
def test_what_ars_cannot_express_is_refused(node):
    with pytest.raises(ConditionError, match=r"^study\.yaml:7:9: ARS has no comparator for: A "):
        Condition(node, PLACE).to_ars("ADSL")
