"""Numbers -> text: the one place where a number is rounded.

A format is a string as a reader sees it: ``"xx.x (xx.x, xx.x)"`` has three fields of one decimal. Rounding is half
away from zero, as SAS prints, on the value's 15 significant digits, so that 42.65 prints as 42.7 although
the nearest double lies below it; a negative value that rounds to zero has no sign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tlf.errors import DisplayError
from tlf.model.ard import ArdRow
from tlf.model.display import Cell

NOT_ESTIMABLE: Final = "NE"
_FIELD: Final = re.compile(r"x+(?:\.(x+))?")


def rounded(value: float, decimals: int) -> str:
    """Return a number with fixed decimals, rounded half away from zero.

    Raises:
        DisplayError: the value is not finite.

    Example:
        >>> rounded(42.65, 1), rounded(-0.04, 1), rounded(2.5, 0), rounded(-2.5, 0)
        ('42.7', '0.0', '3', '-3')
    """
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        raise DisplayError(f"{value} cannot be printed as a number")
    text = f"{number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def filled(pattern: str, values: Sequence[float | str | None]) -> str:
    """Return a format string with its fields filled in order; text stands as it is, None prints NE.

    Raises:
        DisplayError: the format has another number of fields than there are values.

    Example:
        >>> filled("xx.x (xx.x, xx.x)", [17.64, 16.5, None])
        '17.6 (16.5, NE)'
    """
    fields = list(_FIELD.finditer(pattern))
    if len(fields) != len(values):
        raise DisplayError(f"format {pattern!r} has {len(fields)} fields, but {len(values)} values are shown in it")
    given = iter(values)

    def fill(match: re.Match[str]) -> str:
        value = next(given)
        if isinstance(value, str):
            return value
        return NOT_ESTIMABLE if value is None else rounded(value, len(match[1] or ""))

    return _FIELD.sub(fill, pattern)


def p_value(pattern: str, value: float | None) -> str:
    """Return a p-value: below half of the last digit "<0.0001", above "1 - last digit" ">0.9999", else the format.

    Example:
        >>> p_value("x.xxxx", 0.00004), p_value("x.xxxx", 0.99996), p_value("x.xxxx", 0.0065)
        ('<0.0001', '>0.9999', '0.0065')
    """
    if value is None:
        return NOT_ESTIMABLE
    match = _FIELD.search(pattern)
    decimals = len(match[1] or "") if match else 4
    smallest = 10.0**-decimals
    if value < smallest:
        return f"<{smallest:.{decimals}f}"
    if value > 1 - smallest:
        return f">{1 - smallest:.{decimals}f}"
    return rounded(value, decimals)


def count_percent(pattern: str, count: float | None, percent: float | None) -> str:
    """Return "n (xx.x)"; a count of zero stands alone, without its percentage.

    Example:
        >>> count_percent("xx (xx.x)", 18, 15.384615), count_percent("xx (xx.x)", 0, 0.0)
        ('18 (15.4)', '0')
    """
    if count == 0 or percent is None:
        first = _FIELD.search(pattern)
        return filled(first[0] if first else "xx", [count])
    return filled(pattern, [count, percent])


def shown(pattern: str, rows: Sequence[ArdRow]) -> Cell:
    """Return a cell that shows Ard rows in a format, and keeps their ids.

    Rows that are not estimable print NE; if none of several is, the cell is a single NE.

    Raises:
        DisplayError: a row carries an error: its output fails, it is never shown as NE.
    """
    ids = tuple(row.id for row in rows)
    for row in rows:
        refuse_error(row)
    if all(row.not_estimable for row in rows):
        return Cell(NOT_ESTIMABLE, ids)
    return Cell(filled(pattern, [row.text if row.text is not None else row.value for row in rows]), ids)


def refuse_error(row: ArdRow) -> None:
    """Raise the error that an Ard row carries, if any."""
    if row.error is not None:
        where = ", ".join(f"{group} = {level}" for group, level in row.groups)
        raise DisplayError(f"result {row.id} ({row.stat_label}{'; ' if where else ''}{where}) failed: {row.error}")
