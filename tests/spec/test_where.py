"""Where-clauses are read as SAS or SQL write them; what is not a clause is refused at its character."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlf.errors import ConditionError
from tlf.model.condition import Between, Comparison, Condition, Junction, Like, Membership, Missing, Not, VariableRef
from tlf.model.origin import Origin
from tlf.spec.where import ClauseError, parse_records, parse_where, read_where

PLACE = Origin("study.yaml", 10, 5)


def tree(text):
    return parse_where(text, PLACE).root


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FASFL = 'Y'", Comparison("FASFL", "=", "Y")),
        ('fasfl EQ "Y"', Comparison("FASFL", "=", "Y")),
        ("A ^= 1", Comparison("A", "!=", 1.0)),
        ("A ~= 1", Comparison("A", "!=", 1.0)),
        ("A <> 1", Comparison("A", "!=", 1.0)),
        ("A != 1", Comparison("A", "!=", 1.0)),
        ("A ne 1", Comparison("A", "!=", 1.0)),
        ("A<1", Comparison("A", "<", 1.0)),
        ("A lt 1", Comparison("A", "<", 1.0)),
        ("A<=1", Comparison("A", "<=", 1.0)),
        ("A Le 1", Comparison("A", "<=", 1.0)),
        ("A>1", Comparison("A", ">", 1.0)),
        ("A gt 1", Comparison("A", ">", 1.0)),
        ("A>=1", Comparison("A", ">=", 1.0)),
        ("A ge 1", Comparison("A", ">=", 1.0)),
        ("A = -1.5e-3", Comparison("A", "=", -0.0015)),
        ("A = +.5", Comparison("A", "=", 0.5)),
        ("A = 5.", Comparison("A", "=", 5.0)),
        ("ADT <= trtedt", Comparison("ADT", "<=", VariableRef("TRTEDT"))),
        ("A = 'it''s'", Comparison("A", "=", "it's")),
        ('A = "say ""x"""', Comparison("A", "=", 'say "x"')),
        ("A = 'x and y'", Comparison("A", "=", "x and y")),
        ("ADT >= '18JAN2021'd", Comparison("ADT", ">=", date(2021, 1, 18))),
        ("ADT >= '8jan2021'D", Comparison("ADT", ">=", date(2021, 1, 8))),
        ('ADT >= "2021-01-18"d', Comparison("ADT", ">=", date(2021, 1, 18))),
        ("A in ('x', 'y')", Membership("A", ("x", "y"))),
        ("A in ('x' 'y')", Membership("A", ("x", "y"))),
        ("A IN (1 -2, 3)", Membership("A", (1.0, -2.0, 3.0))),
        ("A not in (1)", Not(Membership("A", (1.0,)))),
        ("A between 1 and 2", Between("A", 1.0, 2.0)),
        ("A not between 1 and 2", Not(Between("A", 1.0, 2.0))),
        ("A is missing", Missing("A")),
        ("A is not missing", Not(Missing("A"))),
        ("A is null", Missing("A")),
        ("A IS NOT NULL", Not(Missing("A"))),
        ("missing(A)", Missing("A")),
        ("not missing(A)", Not(Missing("A"))),
        ("A like 'N%'", Like("A", "N%")),
        ("A not like '_x'", Not(Like("A", "_x"))),
        ("((A = 1))", Comparison("A", "=", 1.0)),
        ("A = 1\n  and B = 2", Junction("and", (Comparison("A", "=", 1.0), Comparison("B", "=", 2.0)))),
    ],
)
def test_every_form_of_a_comparison_is_read(text, expected):
    assert tree(text) == expected


def test_not_binds_before_and_and_and_before_or():
    a, b, c = (Comparison(name, "=", 1.0) for name in "ABC")
    assert tree("A = 1 or B = 1 and not C = 1") == Junction("or", (a, Junction("and", (b, Not(c)))))
    assert tree("(A = 1 | B = 1) & C = 1") == Junction("and", (Junction("or", (a, b)), c))
    assert tree("A = 1 and B = 1 and C = 1") == Junction("and", (a, b, c))
    both = Junction("and", (Between("A", 1.0, 2.0), b))
    assert tree("A between 1 and 2 and B = 1") == both


def test_a_condition_keeps_the_place_it_was_written_at():
    assert parse_where("A = 1", PLACE).origin == PLACE


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 5, "the clause is empty; leave it out to select all records"),
        ("  ", 5, "the clause is empty"),
        ("A", 6, "the clause ends too early; expected a comparison (=, <, in, between, like, is missing)"),
        ("A =", 8, "the clause ends too early; expected a variable, a text in quotes, a date ('18JAN2021'd) or a"),
        ("A = 1 and", 14, "the clause ends too early; expected a variable"),
        ("A = 1 adn B = 2", 11, "adn is not expected here; expected and, or or the end of the clause"),
        ("A = 1)", 10, ") is not expected here"),
        ("(A = 1", 11, "the clause ends too early; expected )"),
        ("A = 'x", 9, "a quote is opened but not closed"),
        ("A == 1", 8, "= is not expected here"),
        ("A =: 'x'", 8, ": is not expected here"),
        ("A contains 'x'", 7, "contains is not expected here; expected a comparison"),
        ("5 < A", 5, "5 is not expected here; expected a variable"),
        ("1 < A < 5", 5, "1 is not expected here"),
        ("and = 1", 5, "and is a keyword; expected a variable"),
        ("ADSL.A = 1", 5, "ADSL.A is not expected here"),
        ("É = 1", 5, "É is not expected here"),
        ("A = .", 9, "`.` is not a value here: write X is missing"),
        ("A = ''", 9, "an empty text equals nothing: missing text is `X is missing`"),
        ("A in ('', 'x')", 11, "an empty text equals nothing"),
        ("A in ()", 11, ") is not expected here"),
        ("A in (B)", 11, "B is not expected here"),
        ("A in (1-2)", 12, "- is not expected here"),
        ("A in (1:5)", 12, ": is not expected here"),
        ("A in ('x'y')", 15, "a quote is opened but not closed"),
        ("A = 1.5.3", 9, "1.5.3 is not expected here"),
        ("A = 18JAN2021", 9, "18JAN2021 is not expected here"),
        ("A = '31FEB2021'd", 9, "'31FEB2021'd is not a date; write '18JAN2021'd or '2021-01-18'd"),
        ("A = '18JAN21'd", 9, "'18JAN21'd is not a date"),
        ("A = '18JNA2021'd", 9, "'18JNA2021'd is not a date"),
        ("A = '01JAN1000'd", 9, "'01JAN1000'd is not a date"),
        ("A = '18JAN2021:10:00'dt", 9, "dt after a quote: only dates are read, as '18JAN2021'd"),
        ("A = 1e999", 9, "the number 1e999 is too large"),
        ("A between 1 or 2", 17, "or is not expected here; expected and"),
        ("A like 5", 12, "5 is not expected here; expected a text in quotes"),
        ("A is 5", 10, "5 is not expected here; expected not or missing"),
        ("A = 1; drop", 10, "; is not expected here"),
        ("__import__('os')", 15, "( is not expected here"),
        ("A" * 33 + " = 1", 5, "is not expected here; expected a variable"),
        ("A = 1 or " * 500 + "A = 1", 5, "the clause is longer than 4,000 characters"),
        ("not " * 60 + "A = 1", 5, "the clause is nested more than 40 deep"),
    ],
)  # fmt: skip
def test_what_is_not_a_clause_is_refused_at_its_character(text, column, message):
    with pytest.raises(ConditionError) as caught:
        parse_where(text, PLACE)
    assert str(caught.value).startswith(f"study.yaml:10:{column}: ")
    assert message in str(caught.value)


def test_the_message_shows_the_clause_with_a_caret_below_the_character():
    with pytest.raises(ConditionError) as caught:
        parse_where("FASFL = 'Y' adn AGE > 5", PLACE)
    assert str(caught.value).splitlines()[1:] == ["    FASFL = 'Y' adn AGE > 5", "                ^"]


def test_a_long_clause_is_shown_around_the_character_only():
    with pytest.raises(ConditionError) as caught:
        parse_where("A = 1 and " * 20 + "B == 1" + " and C = 1" * 20, PLACE)
    shown, caret = str(caught.value).splitlines()[1:]
    assert shown.startswith("    ...")
    assert shown.endswith("...")
    assert shown[caret.index("^")] == "="
    assert shown[: caret.index("^")].endswith("B =")


def test_the_column_stays_that_of_the_text_where_the_file_holds_it_otherwise():
    with pytest.raises(ConditionError, match=r"^study\.yaml:10:5: "):
        parse_where("A == 1", PLACE, verbatim=False)


def test_a_problem_can_be_had_with_its_place_apart():
    with pytest.raises(ClauseError) as caught:
        read_where("A == 1", PLACE, verbatim=True)
    assert caught.value.origin == Origin("study.yaml", 10, 8)
    assert ClauseError("x", 3).origin.column == 4


def test_deep_brackets_do_not_exhaust_the_stack():
    assert tree("(" * 1990 + "A = 1" + ")" * 1990) == Comparison("A", "=", 1.0)


def test_records_are_a_dataset_and_perhaps_a_clause():
    records = parse_records("adtr  WHERE paramcd = 'SDIAM'", PLACE)
    assert records.dataset == "ADTR"
    assert records.where == Condition(Comparison("PARAMCD", "=", "SDIAM"))
    assert records.where.origin == PLACE
    assert parse_records(" ADTR ", PLACE).where is None
    assert parse_records("ADTR where(A = 1)", PLACE).where == Condition(Comparison("A", "=", 1.0))


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 5, "expected a dataset, as in ADTR where PARAMCD = 'SDIAM', but the text is empty"),
        ("../ADTR", 5, "'../ADTR' is not a dataset's name"),
        ("ADTR_TOO_LONG where A = 1", 5, "'ADTR_TOO_LONG' is not a dataset's name"),
        ("ADTR wher A = 1", 10, "expected `where` after the dataset, not 'wher'"),
        ("ADTR = 1", 10, "expected `where` after the dataset, not '='"),
        ("ADTR where", 15, "the clause is empty; leave it out to select all records"),
        ("ADTR where A", 17, "the clause ends too early"),
        ("ADTR where A = ", 20, "the clause ends too early"),
        ("ADTR where A == 1", 19, "= is not expected here"),
    ],
)
def test_records_that_are_wrong_are_refused_at_their_character(text, column, message):
    with pytest.raises(ConditionError) as caught:
        parse_records(text, PLACE)
    assert str(caught.value).startswith(f"study.yaml:10:{column}: {message}")


VARIABLES = st.sampled_from(["AVAL", "AVALC", "ADT", "_X1", "N"])
TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=8).filter(lambda t: t.strip(" "))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
DATES = st.dates(min_value=date(1582, 1, 1))
LITERALS = TEXTS | NUMBERS | DATES
LEAVES = st.one_of(
    st.builds(Comparison, VARIABLES, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), LITERALS),
    st.builds(Comparison, VARIABLES, st.just("<="), st.builds(VariableRef, VARIABLES)),
    st.builds(Membership, VARIABLES, st.lists(LITERALS, min_size=1, max_size=4).map(tuple)),
    st.builds(Between, VARIABLES, LITERALS, LITERALS),
    st.builds(Missing, VARIABLES),
    st.builds(Like, VARIABLES, TEXTS),
)
NODES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(NODES)
def test_a_condition_written_as_text_is_read_as_the_same_condition(node):
    condition = Condition(node)
    assert parse_where(str(condition), PLACE) == condition


@given(st.text(max_size=60) | st.text("Aa1'\"()=<>, .-andotri", max_size=60))
def test_any_text_is_a_condition_or_a_condition_error(text):
    try:
        condition = parse_where(text, PLACE)
    except ConditionError:
        return
    assert parse_where(str(condition), PLACE) == condition
