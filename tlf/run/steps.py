"""The single steps of a run, as verbs of their own: validate, derive."""

from __future__ import annotations

from pathlib import Path

from tlf.model.finding import Findings
from tlf.run.build import (
    deliver_findings,
    delivery_folder,
    derive_datasets,
    derived_files,
    findings_of,
    read_study,
)
from tlf.run.deliver import Delivery
from tlf.run.plan import plan_study
from tlf.run.progress import Event, Report, quiet
from tlf.spec.load import load_spec


def validate_study(study: str | Path, *, out: str | Path | None = None, report: Report = quiet) -> Findings:
    """Read and validate a study's data; write the findings as JSON and as an HTML page.

    Raises:
        SpecError, InputError, DeliveryError: as ``build_study``.
    """
    spec = load_spec(study)
    delivery = Delivery(delivery_folder(spec, out))
    plan = plan_study(spec)
    source = read_study(spec, plan, report)
    findings = findings_of(plan, source)
    page = deliver_findings(delivery, spec, findings)
    blocking = len(findings.blocking)
    report(
        Event(
            "validate",
            str(page),
            f"findings: {len(findings.findings)}, errors not waived: {blocking}",
            failed=blocking > 0,
        )
    )
    return findings


def derive_study(study: str | Path, *, out: str | Path | None = None, report: Report = quiet) -> tuple[Path, ...]:
    """Read a study's data and write the derived datasets as XPT; return the files' paths.

    Raises:
        SpecError, InputError, DerivationError, DeliveryError: as ``build_study``.
    """
    spec = load_spec(study)
    delivery = Delivery(delivery_folder(spec, out))
    source = read_study(spec, plan_study(spec), report)
    data = derive_datasets(source, report)
    return tuple(delivery.write(f"adam/{name}", content) for name, content in derived_files(source, data).items())
