"""Rules as data: the model of one rule in YAML; the keys of its check are the check function's parameters."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from tlf import registry
from tlf.errors import did_you_mean
from tlf.model.finding import Severity
from tlf.model.spec import Block, DatasetName, keywords_of
from tlf.validate.dataset_class import RuleClass
from tlf.validate.family import is_family
from tlf.validate.outcome import CheckFunction

PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
ALWAYS_OFFERED: Final = ("variable", "value")

Value = str | int | float


def _family(pattern: str) -> str:
    if not is_family(pattern):
        raise ValueError(
            f"{pattern!r} is not a variable name or family: capitals, digits, _, and *, xx, zz, y, w for what varies"
        )
    return pattern


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
    return pattern


Family = Annotated[str, AfterValidator(_family)]
Regex = Annotated[str, AfterValidator(_regex)]


class Rule(Block):
    """One rule: which datasets, which check with which keys, and what a finding says.

    ``where`` keeps only the records whose variables have these values; ``when_present`` and
    ``when_absent`` name variables on which it depends whether the rule applies at all. ``meaning`` says
    what must hold; ``message`` what a record that breaks it shows, with values in braces.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")
    severity: Severity
    classes: RuleClass | list[RuleClass] = Field(default="all", alias="class")
    dataset: DatasetName | None = None
    check: str
    where: dict[str, Value | list[Value]] = Field(default={})
    when_present: tuple[str, ...] = ()
    when_absent: tuple[str, ...] = ()
    meaning: str = Field(min_length=3)
    message: str = Field(min_length=3)

    @property
    def function(self) -> CheckFunction:
        """The registered check."""
        return registry.lookup("check", self.check).function

    @property
    def keywords(self) -> dict[str, Any]:
        """The keys of the rule that are its check's own."""
        return dict(keywords_of(self, Rule))

    @property
    def wanted(self) -> tuple[RuleClass, ...]:
        """The classes of datasets that the rule is about."""
        return tuple(self.classes) if isinstance(self.classes, list) else (self.classes,)


def unknown_placeholders(rule: Rule) -> tuple[str, ...]:
    """Return a problem for each name in braces that the message cannot be given (capitals are variables)."""
    offers = (*ALWAYS_OFFERED, *registry.lookup("check", rule.check).options.get("offers", ()))
    return tuple(
        f"the message writes {{{name}}}, which the check {rule.check} does not offer.{did_you_mean(name, offers)}"
        for name in PLACEHOLDER.findall(rule.message)
        if name != name.upper() and name not in offers
    )
