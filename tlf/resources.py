"""Where the files that ship with tlf lie: page templates with their fonts, and the specs.

In a wheel they are inside the package (``_templates``, ``_specs``); in a checkout, and in an editable
install, they are the folders ``templates`` and ``specs`` beside it. Everything loads through here.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """Return the folder of the shipped page templates, style sheet and fonts."""
    return _shipped("templates")


def specs_folder() -> Path:
    """Return the folder of the shipped house specs, rules, shells and example studies."""
    return _shipped("specs")


def _shipped(name: str) -> Path:
    inside = _PACKAGE / f"_{name}"
    return inside if inside.is_dir() else _PACKAGE.parent / name
