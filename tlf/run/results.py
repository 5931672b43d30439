"""The manifest of a run: what went in, what came out, and with which versions; the same run gives the same bytes."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tlf.model.dataset import Dataset
from tlf.model.finding import Findings, Severity
from tlf.model.manifest import SCHEMA_VERSION, OutputResult
from tlf.model.spec import StudySpec
from tlf.model.study_data import LogStep, StudyData
from tlf.resources import specs_folder
from tlf.run.deliver import Delivery
from tlf.run.plan import Plan

PACKAGES: Final = (
    "tlf",
    "fonttools",
    "jinja2",
    "lark",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "pikepdf",
    "pyarrow",
    "pydantic",
    "pydyf",
    "pyreadstat",
    "ruamel.yaml",
    "scipy",
    "weasyprint",
)


def build_code(spec: StudySpec, source: StudyData) -> str:
    """Return the short code printed on every page: a hash of the resolved spec, the data and the version of tlf."""
    digest = sha256(version("tlf").encode())
    digest.update(_resolved(spec))
    for name, dataset in sorted(source.datasets.items()):
        digest.update(f"{name}={dataset.sha256};".encode())
    return digest.hexdigest()[:8]


def program_name(spec: StudySpec) -> str:
    """Return how pages name the spec: its file with the folder it is in, no machine's path."""
    path = Path(spec.folder or ".").resolve()
    return f"{path.name}/{Path(spec.file).name}" if path.name else Path(spec.file).name


def manifest_of(
    plan: Plan,
    source: StudyData,
    *,
    log: Sequence[LogStep],
    findings: Findings,
    outputs: list[OutputResult],
    delivery: Delivery,
    book: OutputResult,
) -> dict[str, Any]:
    """Return the manifest's content; file names are relative to the delivery folder, spec files to the spec's."""
    spec = plan.spec
    return {
        "schema_version": SCHEMA_VERSION,
        "study": spec.study.model_dump(mode="json"),
        "spec": {"files": _spec_files(spec), "resolved_sha256": sha256(_resolved(spec)).hexdigest()},
        "method_profile": {"name": spec.method_profile, **spec.profile.model_dump(mode="json")},
        "inputs": [_input(dataset) for dataset in source.datasets.values()],
        "findings": _counts(findings),
        "derivations": [
            {"derivation": s.derivation, "step": s.step, "in": s.records_in, "out": s.records_out, "note": s.note}
            for s in log
        ],
        "outputs": [_output(output) for output in outputs],
        "book": {"file": next(iter(book.files), None), "pages": book.pages, "message": book.message},
        "files": [
            {"name": name, "sha256": digest, "bytes": size} for name, (digest, size) in sorted(delivery.written.items())
        ],
        "packages": {name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
    }


def _input(dataset: Dataset) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "file": Path(dataset.source).name,
        "sha256": dataset.sha256,
        "records": len(dataset.frame),
        "notes": list(dataset.notes),
    }


def _counts(findings: Findings) -> dict[str, int]:
    severities = [finding.severity for finding in findings.findings if not finding.waiver]
    kinds: tuple[Severity, ...] = ("Error", "Warning", "Note")
    waived = sum(1 for finding in findings.findings if finding.waiver)
    return {**{kind: severities.count(kind) for kind in kinds}, "waived": waived}


def _output(output: OutputResult) -> dict[str, Any]:
    return {
        "id": output.output_id,
        "number": output.number,
        "title": output.title,
        "status": output.status,
        "pages": output.pages,
        "files": list(output.files),
        "message": output.message,
        "notes": list(output.notes),
    }


def manifest_json(manifest: dict[str, Any]) -> bytes:
    """Return the manifest as it is written."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def _resolved(spec: StudySpec) -> bytes:
    content = spec.model_dump(mode="json")
    content.pop("extends", None)
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()


def _spec_files(spec: StudySpec) -> list[dict[str, str]]:
    files = [Path(file) for file in spec.origins.files.values()]
    named = {_spec_file_name(spec, file): sha256(file.read_bytes()).hexdigest() for file in files}
    return [{"name": name, "sha256": digest} for name, digest in sorted(named.items())]


def _spec_file_name(spec: StudySpec, file: Path) -> str:
    shipped = specs_folder().resolve()
    folder = Path(spec.folder or ".").resolve()
    if file.resolve().is_relative_to(shipped) and not folder.is_relative_to(shipped):
        return f"tlf:{file.resolve().relative_to(shipped).as_posix()}"
    return Path(os.path.relpath(file.resolve(), folder)).as_posix()
