"""What can be said of a study from its spec alone, without data: is it right, and what would a run do."""

from __future__ import annotations

from pathlib import Path

from tlf.model.spec import Rules, StudySpec
from tlf.run.plan import Plan, plan_study
from tlf.spec.load import load_spec


def check_study(study: str | Path) -> StudySpec:
    """Check a study spec without its data, and return it resolved.

    Raises:
        SpecError: every problem found, each with file, line and column.
    """
    spec = load_spec(study)
    plan_study(spec)
    if spec.waivers or spec.rules != Rules():
        from tlf.validate.validate_study import rules_of  # loads pandera, and reads every rule

        rules_of(spec)
    return spec


def list_study(study: str | Path) -> Plan:
    """Return what a run of the study would do, without reading data; raises as ``check_study``."""
    return plan_study(load_spec(study))
