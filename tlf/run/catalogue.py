"""What there is, as text: the plan of a study, and every name that a spec can use."""

from __future__ import annotations

import inspect
import json

from tlf import registry
from tlf.run.plan import Plan
from tlf.spec.schema import json_schema


def plan_text(plan: Plan) -> str:
    """Return the plan of a study: derivations, analyses and outputs, each with what it rests on."""
    spec = plan.spec
    lines = [f"study        {spec.study.id}  {spec.study.title}", f"datasets     {', '.join(spec.data.datasets)}"]
    for name, derivation in spec.derivations.items():
        lines.append(f"derivation   {name}  ({derivation.method})  {derivation.label}".rstrip())
    for name, analysis in plan.analyses.items():
        each = f"  for each {', '.join(analysis.for_each)}" if analysis.for_each else ""
        lines.append(f"analysis     {name}  ({analysis.method})  {analysis.analysis_set}{each}")
    for planned in plan.outputs:
        results = f"  from {', '.join(planned.analyses)}" if planned.analyses else ""
        shell = f"({planned.output.shell})"
        lines.append(f"output       {planned.output_id}  {shell}  {planned.output.title}{results}")
    return "\n".join(lines) + "\n"


def available_text() -> str:
    """Return every registered name by kind, with the first sentence of what it does."""
    lines = []
    for kind in registry.ROOMS:
        for name in registry.available(kind):
            summary = inspect.cleandoc(registry.lookup(kind, name).function.__doc__ or "").split("\n")[0]
            lines.append(f"{kind:<12} {name:<22} {summary}".rstrip())
    return "\n".join(lines) + "\n"


def schema_text() -> str:
    """Return the JSON Schema of a study spec as it is written to a file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
