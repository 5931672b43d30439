"""QC by double programming: the production results beside those of the second program."""

from __future__ import annotations

from pathlib import Path

from tlf.model.comparison import Comparison
from tlf.qc.compare import comparison_json
from tlf.qc.recompute_study import recompute_study
from tlf.render.html_comparison import comparison_html
from tlf.run.build import analyse_study, delivery_folder
from tlf.run.deliver import Delivery
from tlf.run.progress import Event, Report, quiet
from tlf.spec.load import load_spec


def qc_study(study: str | Path, *, out: str | Path | None = None, report: Report = quiet) -> Comparison:
    """Compute a study's results twice, by two independent programs, and compare them.

    1. The production program reads, validates, derives and analyses, as ``build_study`` does.
    2. The second program starts again from the data as read, with its own derivations and with lifelines.
    3. Each statistic is compared with the tolerance of its kind; the comparison is written as JSON and HTML.

    Raises:
        SpecError, InputError, FindingsError, DerivationError, DeliveryError: as ``build_study``.
    """
    spec = load_spec(study)
    delivery = Delivery(delivery_folder(spec, out))
    analysed = analyse_study(spec, report=report)
    comparison = recompute_study(analysed.source, analysed.ard)
    delivery.write("qc/comparison.json", comparison_json(comparison))
    page = delivery.write(
        "qc/comparison.html",
        comparison_html(comparison, title=f"{spec.study.id}: double programming", simulated=spec.study.simulated),
    )
    different = len(comparison.differing)
    detail = f"{len(comparison.stats)} statistics compared, {different} different"
    report(Event("deliver", str(page), detail, failed=different > 0))
    return comparison
