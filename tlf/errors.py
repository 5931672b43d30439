"""Every error that tlf raises on purpose, in one tree.

::

    TlfError                      exit code   meaning
    ├── UsageError                2           the command or the call cannot be carried out as asked
    │   ├── DeliveryError         2           the output folder cannot be written
    │   └── SystemLibraryError    2           a system library (Pango) is missing
    ├── SpecError                 2           the study spec is wrong; carries every problem found
    │   ├── ConditionError        2           a where-clause is wrong or does not fit its dataset
    │   └── RegistryError         2           an unknown or doubly registered name
    ├── InputError                2           a file cannot be read as what it claims to be
    ├── FindingsError             1           validation found errors that no waiver covers
    ├── DerivationError           1           a derivation cannot be done on these data
    ├── AnalysisError             1           a statistic cannot be computed from these arguments
    ├── DisplayError              1           a result cannot be shown as the output asks
    └── RenderError               1           a page cannot be drawn without loss

Third-party exceptions are mapped to these at the door of the room that calls the library, so that
callers handle one tree, and bad input never shows a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class TlfError(Exception):
    """Base of every error that tlf raises on purpose; ``exit_code`` is what the CLI returns."""

    exit_code: int = 2


class UsageError(TlfError):
    """The command or call cannot be carried out as asked."""


class DeliveryError(UsageError):
    """The output folder, or a file in it, cannot be written."""


class SystemLibraryError(UsageError):
    """A system library that rendering needs is missing."""


class SpecError(TlfError):
    """The study spec is wrong; ``problems`` lists every problem found, each with its file and line."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class ConditionError(SpecError):
    """A where-clause is wrong, or does not fit the dataset that it is applied to."""


class RegistryError(SpecError):
    """A name is not registered, or is registered twice."""


class InputError(TlfError):
    """A file cannot be read as what it claims to be."""


class FindingsError(TlfError):
    """Validation found errors that no waiver covers."""

    exit_code = 1


class DerivationError(TlfError):
    """A derivation cannot be done on these data."""

    exit_code = 1


class AnalysisError(TlfError):
    """A statistic cannot be computed from these arguments."""

    exit_code = 1


class DisplayError(TlfError):
    """A result cannot be shown as the output asks."""

    exit_code = 1


class RenderError(TlfError):
    """A page cannot be drawn without losing or changing something."""

    exit_code = 1


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint naming the closest known names, or all of them if they are few.

    Args:
        name: what was written.
        known: the names that would have been right.

    Returns:
        Text that starts with a space, so that it can follow a sentence; empty if nothing is known.

    Example:
        >>> did_you_mean("AVALL", ["AVAL", "AVISIT"])
        ' Did you mean AVAL?'
    """
    names = sorted(set(known))
    folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.6)
    if close:
        return f" Did you mean {' or '.join(folded[c] for c in close)}?"
    if names and len(names) <= 12:
        return f" Expected one of: {', '.join(names)}."
    return ""
