"""A parsed where-clause: it writes itself as text and as an ARS WhereClause, and selects records by a mask.

Missing values satisfy no comparison, and no negated comparison either: as in SQL, a comparison with a
missing value is *unknown*, ``not`` of unknown is unknown, and a record is selected only where the clause
is true. ``AGE ne 5`` and ``not (AGE = 5)`` thus select the same records. ``is missing`` is always known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.errors import ConditionError, did_you_mean
from tlf.model.dataset import SAS_EPOCH, Dataset
from tlf.model.origin import Origin

Mask = npt.NDArray[np.bool_]
Literal_ = str | float | date
Operator = Literal["=", "!=", "<", "<=", ">", ">="]

_ARS: Final = {"=": "EQ", "!=": "NE", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE"}
_NUMPY: Final = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class VariableRef:
    """A variable named on the right side of a comparison."""

    name: str


@dataclass(frozen=True)
class Comparison:
    """``variable op value``, where the value is a literal or another variable."""

    variable: str
    operator: Operator
    value: Literal_ | VariableRef


@dataclass(frozen=True)
class Membership:
    """``variable in (values)``."""

    variable: str
    values: tuple[Literal_, ...]


@dataclass(frozen=True)
class Between:
    """``variable between low and high``, both ends included."""

    variable: str
    low: Literal_
    high: Literal_


@dataclass(frozen=True)
class Missing:
    """``variable is missing``."""

    variable: str


@dataclass(frozen=True)
class Like:
    """``variable like pattern``, ``%`` for any text and ``_`` for any one character."""

    variable: str
    pattern: str


@dataclass(frozen=True)
class Not:
    """``not term``."""

    term: Node


@dataclass(frozen=True)
class Junction:
    """``term and term ...`` or ``term or term ...``."""

    operator: Literal["and", "or"]
    terms: tuple[Node, ...]


Node = Comparison | Membership | Between | Missing | Like | Not | Junction


@dataclass(frozen=True)
class Condition:
    """A where-clause with the place it was written at."""

    root: Node
    origin: Origin = field(default=Origin("<text>", 1), compare=False)

    def __str__(self) -> str:
        return _text(self.root)

    def variables(self) -> tuple[str, ...]:
        """Return the variables that the clause reads, in order of first mention."""
        return tuple(dict.fromkeys(_variables(self.root)))

    def mask(self, dataset: Dataset) -> Mask:
        """Return which records the clause selects, one boolean a record.

        Raises:
            ConditionError: a variable that the dataset has not, or a value of the wrong type for its variable;
                the message starts with the spec's file and line.
        """
        return _Evaluation(dataset, self.origin).of(self.root)[0]

    def to_ars(self, dataset: str) -> dict[str, Any]:
        """Return the clause as an ARS WhereClause over a dataset.

        Raises:
            ConditionError: a ``like`` or a comparison of two variables, which ARS cannot express.
        """
        return _ars(self.root, dataset, self.origin)


class _Evaluation:
    """Three-valued evaluation: each node gives (true, known), two masks over the records."""

    def __init__(self, dataset: Dataset, origin: Origin) -> None:
        self.dataset = dataset
        self.origin = origin

    def of(self, node: Node) -> tuple[Mask, Mask]:
        if isinstance(node, Junction):
            return self._junction(node)
        if isinstance(node, Not):
            true, known = self.of(node.term)
            return known & ~true, known
        column = self._column(node.variable)
        present = column.notna().to_numpy(dtype=bool)
        if isinstance(node, Missing):
            return ~present, np.ones(len(column), dtype=bool)
        if isinstance(node, Comparison) and isinstance(node.value, VariableRef):
            present &= self._column(node.value.name).notna().to_numpy(dtype=bool)
        return self._leaf(node, column) & present, present

    def _junction(self, node: Junction) -> tuple[Mask, Mask]:
        parts = [self.of(term) for term in node.terms]
        trues = np.array([true for true, _ in parts])
        falses = np.array([known & ~true for true, known in parts])
        if node.operator == "and":
            true, false = np.all(trues, axis=0), np.any(falses, axis=0)
        else:
            true, false = np.any(trues, axis=0), np.all(falses, axis=0)
        return np.asarray(true), np.asarray(true | false)

    def _leaf(self, node: Comparison | Membership | Between | Like, column: pd.Series) -> Mask:
        if isinstance(node, Like):
            if self._is_text(node.variable):
                return column.str.fullmatch(_like_regex(node.pattern)).fillna(False).to_numpy(dtype=bool)
            raise ConditionError(f"{self.origin}: {self._where(node.variable)} is numeric, like compares text")
        if isinstance(node, Membership):
            return column.isin([self._literal(node.variable, v) for v in node.values]).to_numpy(dtype=bool)
        if isinstance(node, Between):
            low = self._compare(column, ">=", self._literal(node.variable, node.low))
            return low & self._compare(column, "<=", self._literal(node.variable, node.high))
        if isinstance(node.value, VariableRef):
            return self._compare(column, node.operator, self._other(node.variable, node.value.name))
        return self._compare(column, node.operator, self._literal(node.variable, node.value))

    @staticmethod
    def _compare(column: pd.Series, operator: Operator, value: object) -> Mask:
        right: Any = _plain(value) if isinstance(value, pd.Series) else value
        selected: Mask = _NUMPY[operator](_plain(column), right).astype(np.bool_)
        return selected

    def _column(self, name: str) -> pd.Series:
        if not self.dataset.has(name):
            hint = did_you_mean(name, self.dataset.variable_names)
            raise ConditionError(f"{self.origin}: dataset {self.dataset.name} has no variable {name}.{hint}")
        return self.dataset.frame[name]

    def _is_text(self, name: str) -> bool:
        return self.dataset.variable(name).type == "char"

    def _where(self, name: str) -> str:
        return f"variable {self.dataset.name}.{name}"

    def _other(self, name: str, other: str) -> pd.Series:
        column = self._column(other)
        if self._is_text(name) != self._is_text(other):
            raise ConditionError(f"{self.origin}: {name} and {other} of {self.dataset.name} differ in type")
        return column

    def _literal(self, name: str, value: Literal_) -> str | float:
        if self._is_text(name):
            if isinstance(value, str):
                return value.rstrip(" ")
            raise ConditionError(
                f"{self.origin}: {self._where(name)} is character, but is compared with the number "
                f"{_literal_text(value)}; write it in quotes"
            )
        if isinstance(value, date):
            kind = self.dataset.variable(name).kind
            days = float((pd.Timestamp(value) - SAS_EPOCH).days)
            if kind == "datetime":
                raise ConditionError(f"{self.origin}: {self._where(name)} is a datetime, but is compared with a date")
            return days
        if isinstance(value, str):
            raise ConditionError(
                f"{self.origin}: {self._where(name)} is numeric, but is compared with the text {_literal_text(value)}"
            )
        return float(value)


def _plain(column: pd.Series) -> npt.NDArray[Any]:
    """Return a column's values for numpy to compare; missing text as "", which ``present`` masks out."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("").to_numpy(dtype=object)
    return column.to_numpy(dtype=np.float64)


def _like_regex(pattern: str) -> str:
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return "(?s:" + "".join(parts) + ")"


def _variables(node: Node) -> Iterator[str]:
    if isinstance(node, Junction):
        for term in node.terms:
            yield from _variables(term)
    elif isinstance(node, Not):
        yield from _variables(node.term)
    else:
        yield node.variable
        if isinstance(node, Comparison) and isinstance(node.value, VariableRef):
            yield node.value.name


def _literal_text(value: Literal_) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'d"
    return f"{value:.0f}" if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _text(node: Node, *, inside: bool = False) -> str:
    match node:
        case Comparison(variable, operator, VariableRef(other)):
            return f"{variable} {operator} {other}"
        case Comparison(variable, operator, value):
            return f"{variable} {operator} {_literal_text(value)}"  # type: ignore[arg-type]
        case Membership(variable, values):
            return f"{variable} in ({', '.join(map(_literal_text, values))})"
        case Between(variable, low, high):
            return f"{variable} between {_literal_text(low)} and {_literal_text(high)}"
        case Missing(variable):
            return f"{variable} is missing"
        case Like(variable, pattern):
            return f"{variable} like {_literal_text(pattern)}"
        case Not(term):
            return f"not ({_text(term)})"
        case Junction(operator, terms):
            joined = f" {operator} ".join(_text(term, inside=True) for term in terms)
            return f"({joined})" if inside else joined
    raise AssertionError(node)


def _ars_value(value: Literal_) -> str:
    return value if isinstance(value, str) else _literal_text(value).strip("'d")


def _ars_condition(dataset: str, variable: str, comparator: str, values: Sequence[str]) -> dict[str, Any]:
    condition = {"dataset": dataset, "variable": variable, "comparator": comparator, "value": list(values)}
    return {"condition": condition}


def _ars(node: Node, dataset: str, origin: Origin) -> dict[str, Any]:
    match node:
        case Comparison(variable, operator, value) if not isinstance(value, VariableRef):
            return _ars_condition(dataset, variable, _ARS[operator], [_ars_value(value)])
        case Membership(variable, values):
            return _ars_condition(dataset, variable, "IN", [_ars_value(v) for v in values])
        case Missing(variable):
            return _ars_condition(dataset, variable, "EQ", [])
        case Between(variable, low, high):
            both = Junction("and", (Comparison(variable, ">=", low), Comparison(variable, "<=", high)))
            return _ars(both, dataset, origin)
        case Not(Membership(variable, values)):
            return _ars_condition(dataset, variable, "NOTIN", [_ars_value(v) for v in values])
        case Not(Missing(variable)):
            return _ars_condition(dataset, variable, "NE", [])
        case Not(term):
            return _ars_compound("NOT", [_ars(term, dataset, origin)])
        case Junction(operator, terms):
            return _ars_compound(operator.upper(), [_ars(term, dataset, origin) for term in terms])
    raise ConditionError(f"{origin}: ARS has no comparator for: {_text(node)}")


def _ars_compound(operator: str, clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return {"compoundExpression": {"logicalOperator": operator, "whereClauses": clauses}}
