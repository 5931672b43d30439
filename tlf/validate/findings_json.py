"""Findings -> JSON: versioned, sorted, the same bytes for the same findings."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from tlf.model.finding import Findings
from tlf.validate.findings_order import in_order

VERSION: Final = 1
"""Raised when a key of the file is renamed, removed or gets another meaning."""


def findings_json(findings: Findings) -> bytes:
    """Return findings as UTF-8 JSON.

    Keys: ``version``; ``summary`` (listed findings by severity, waived, blocking; rules by status);
    ``findings``, one object each; ``rules``, what became of each rule on each dataset.
    """
    ordered = in_order(findings, {})
    severities = {name: sum(f.severity == name for f in ordered.findings) for name in ("Error", "Warning", "Note")}
    statuses = {name: sum(r.status == name for r in ordered.rules) for name in ("passed", "failed", "skipped", "error")}
    content = {
        "version": VERSION,
        "summary": {
            "listed": severities,
            "waived": sum(bool(f.waiver) for f in ordered.findings),
            "blocking": len(ordered.blocking),
            "found": sum(r.count for r in ordered.rules),
            "rules": statuses,
        },
        "findings": [asdict(finding) for finding in ordered.findings],
        "rules": [asdict(result) for result in ordered.rules],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
