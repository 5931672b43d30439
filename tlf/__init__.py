"""tlf: from CDISC data to submission tables, listings and figures, from one study spec.

``build_study("study.yaml")`` runs a study; each verb of the command line is one function here. Functions
are imported when they are first used, so that ``import tlf`` is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tlf.errors import TlfError
    from tlf.run.build import build_study
    from tlf.run.check import check_study, list_study
    from tlf.run.quality import qc_study
    from tlf.run.starter import init_study
    from tlf.run.steps import derive_study, validate_study
    from tlf.spec.load import load_spec
    from tlf.spec.schema import json_schema

__all__ = [
    "TlfError",
    "__version__",
    "build_study",
    "check_study",
    "derive_study",
    "init_study",
    "json_schema",
    "list_study",
    "load_spec",
    "qc_study",
    "validate_study",
]

__version__ = "0.1.0"

_HOMES = {
    "TlfError": "tlf.errors",
    "build_study": "tlf.run.build",
    "check_study": "tlf.run.check",
    "derive_study": "tlf.run.steps",
    "init_study": "tlf.run.starter",
    "json_schema": "tlf.spec.schema",
    "list_study": "tlf.run.check",
    "load_spec": "tlf.spec.load",
    "qc_study": "tlf.run.quality",
    "validate_study": "tlf.run.steps",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
