"""Durations as a spec writes them, and the arithmetic of days and months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

DAYS_PER_MONTH: Final = 30.4375
"""Days in a month (365.25 / 12), as the first study declares it."""

_DAYS: Final = {"d": 1.0, "wk": 7.0, "mo": DAYS_PER_MONTH, "y": 365.25}
_WORDS: Final = {"d": "day", "wk": "week", "mo": "month", "y": "year"}
_ALIASES: Final = {"day": "d", "days": "d", "week": "wk", "weeks": "wk", "w": "wk", "month": "mo", "months": "mo"}
_PATTERN: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*")


@dataclass(frozen=True)
class Duration:
    """A length of time as written, ``36 wk``; ``None`` amount stands for ``none``, no limit.

    Example:
        >>> Duration.parse("36 wk").days
        252.0
    """

    amount: float | None
    unit: str = "d"

    @classmethod
    def parse(cls, written: Any) -> Duration:
        """Read ``150 d``, ``36 wk``, ``6 mo``, ``2 y`` or ``none``.

        Raises:
            ValueError: anything else.
        """
        if isinstance(written, Duration):
            return written
        if written is None or (isinstance(written, str) and written.strip().lower() == "none"):
            return cls(None)
        match = _PATTERN.fullmatch(str(written).lower())
        unit = _ALIASES.get(match[2], match[2]) if match else ""
        if match is None or unit not in _DAYS:
            raise ValueError(f"a duration is a number and a unit (d, wk, mo, y) or none, not {written!r}")
        return cls(float(match[1]), unit)

    @property
    def days(self) -> float | None:
        """The length in days; None for no limit."""
        return None if self.amount is None else self.amount * _DAYS[self.unit]

    @property
    def label(self) -> str:
        """The text that a reader sees: ``150 days``, ``36 weeks``, ``No limit``."""
        if self.amount is None:
            return "No limit"
        word = _WORDS[self.unit]
        return f"{self.amount:g} {word}{'' if self.amount == 1 else 's'}"

    def __str__(self) -> str:
        return "none" if self.amount is None else f"{self.amount:g} {self.unit}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        to_text = core_schema.plain_serializer_function_ser_schema(str)
        return core_schema.no_info_plain_validator_function(cls.parse, serialization=to_text)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = "A duration: a number and a unit (d, wk, mo, y), or none."
        return {"type": ["string", "null"], "description": described, "examples": ["150 d", "36 wk", "none"]}
