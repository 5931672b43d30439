"""Whether the system library that WeasyPrint draws text with (Pango) is there, and what to install if not."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Callable
from typing import Any, Final

from tlf.errors import SystemLibraryError

INSTALL: Final = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0"
# As WeasyPrint looks for them: the names that the dynamic loader takes, and those that find_library takes.
LIBRARIES: Final = {
    "libpango-1.0.so.0": "pango-1.0",
    "libpangoft2-1.0.so.0": "pangoft2-1.0",
    "libgobject-2.0.so.0": "gobject-2.0",
    "libharfbuzz.so.0": "harfbuzz",
    "libfontconfig.so.1": "fontconfig",
}


def check_pango(load: Callable[[str], Any] = ctypes.CDLL) -> None:
    """Check that the libraries of Pango can be loaded.

    Args:
        load: what loads a library by its name; raises OSError where there is none.

    Raises:
        SystemLibraryError: one is missing; the message is one line with the command that installs it.
    """
    for name, generic in LIBRARIES.items():
        if not _loads(name, generic, load):
            raise missing_library(name)


def missing_library(name: str) -> SystemLibraryError:
    """Return the error that says in one line what to install for a missing library."""
    system = "" if sys.platform.startswith("linux") else " (on Debian or Ubuntu; elsewhere install Pango)"
    return SystemLibraryError(f"drawing PDF pages needs the system library {name}: {INSTALL}{system}")


def _loads(name: str, generic: str, load: Callable[[str], Any]) -> bool:
    for candidate in (name, ctypes.util.find_library(generic) if load is ctypes.CDLL else None):
        if candidate is None:
            continue
        try:
            load(candidate)
        except OSError:
            continue
        return True
    return False
