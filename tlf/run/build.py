"""The flow of a run: read, validate, derive, analyse, display, render, deliver. Only here is the order known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tlf import registry
from tlf.display.sections import output_number
from tlf.errors import DerivationError, FindingsError, SpecError, TlfError
from tlf.exchange.ard_files import ard_csv, ard_json, ard_parquet
from tlf.exchange.xpt_write import write_xpt
from tlf.model.ard import Ard, Stat, numbered, stat_rows
from tlf.model.display import Display
from tlf.model.finding import Findings
from tlf.model.manifest import OutputResult, Rendered, RunResults
from tlf.model.output_request import OutputRequest
from tlf.model.spec import Analysis, Derivation, StudySpec, keywords_of
from tlf.model.study_data import StudyData
from tlf.render.book import BookEntry, Cover, assemble_book
from tlf.render.html_findings import findings_html
from tlf.render.render_display import output_file_name, render_display
from tlf.render.system_check import check_pango
from tlf.run.deliver import Delivery
from tlf.run.needed import needed_variables
from tlf.run.plan import Plan, PlannedOutput, output_keywords, outputs_by_dataset, plan_study
from tlf.run.progress import Event, Report, quiet
from tlf.run.read import check_names, read_datasets
from tlf.run.results import build_code, manifest_json, manifest_of, program_name
from tlf.spec.load import load_spec
from tlf.validate.findings_json import findings_json
from tlf.validate.findings_order import combined
from tlf.validate.needed_findings import needed_findings
from tlf.validate.validate_study import validate_study as validate_data

DEFAULT_FOLDER = "out"


@dataclass(frozen=True, eq=False)
class Analysed:
    """A study up to its results: the plan, the data as read, the data with derivations, findings and Ard."""

    plan: Plan
    source: StudyData
    data: StudyData
    findings: Findings
    ard: Ard
    code: str


def delivery_folder(spec: StudySpec, out: str | Path | None) -> Path:
    """Return the folder that a run writes to: as asked, or ``out/<study id>`` below the current directory."""
    return Path(out) if out is not None else Path(DEFAULT_FOLDER) / spec.study.id.lower()


def build_study(study: str | Path, *, out: str | Path | None = None, report: Report = quiet) -> RunResults:
    """Run a study: read, validate, derive, analyse, and deliver every output and the book.

    1. Data are read and validated; an error that no waiver covers stops the run (findings are delivered).
    2. Derived datasets, the Ard, each output, the book and the manifest are written, each file whole or not at all.
    3. An output that fails is reported and left out of the book, which says so; the others are kept.

    Args:
        study: path of the study spec.
        out: the delivery folder; by default ``out/<study id>`` below the current directory.
        report: called with each step as it is done.

    Returns:
        The status of each output and the manifest.

    Raises:
        SpecError: the spec is wrong, or does not fit the data.
        InputError: a dataset is missing or cannot be read.
        FindingsError: validation found errors that no waiver covers.
        DeliveryError: the delivery folder cannot be written.
        SystemLibraryError: Pango is missing.
    """
    check_pango()
    spec = load_spec(study)
    if not spec.outputs:
        raise SpecError(f"{spec.origins.at('outputs')}: the spec declares no outputs; there is nothing to run")
    delivery = Delivery(delivery_folder(spec, out))
    analysed = analyse_study(spec, delivery=delivery, report=report)
    _deliver_results(analysed, delivery)
    outputs: list[OutputResult] = []
    entries: list[BookEntry] = []
    for planned in analysed.plan.outputs:
        result, rendered = _build_output(analysed, planned, delivery)
        outputs.append(result)
        if rendered is not None:
            entries.append(BookEntry(planned.shell.kind, result.number, result.title, rendered))
        detail = result.message or f"{result.pages} page{'s' if result.pages != 1 else ''}"
        report(Event("output", f"{result.number}  {result.title}", detail, failed=result.status == "failed"))
    book = _deliver_book(analysed, entries, outputs, delivery)
    report(Event("book", book.title, book.message or f"{book.pages} pages", failed=book.status == "failed"))
    manifest = manifest_of(
        analysed.plan,
        analysed.source,
        log=analysed.data.log,
        findings=analysed.findings,
        outputs=outputs,
        delivery=delivery,
        book=book,
    )
    delivery.write("manifest.json", manifest_json(manifest))
    return RunResults(str(delivery.folder), tuple(outputs), book, manifest)


def analyse_study(spec: StudySpec, *, delivery: Delivery | None = None, report: Report = quiet) -> Analysed:
    """Read, validate, derive and analyse a study; findings and derived datasets go to ``delivery`` if it is given.

    Raises:
        SpecError, InputError, FindingsError: as ``build_study``.
    """
    plan = plan_study(spec)
    report(Event("plan", spec.study.id, f"{len(plan.outputs)} outputs", total=len(plan.outputs)))
    source = read_study(spec, plan, report)
    findings = _validated(plan, source, delivery, report)
    data = derive_datasets(source, report)
    check_names(data, plan, derived=True)
    ard = Ard.join(_analysis(data, name, analysis, report) for name, analysis in plan.analyses.items())
    return Analysed(plan, source, data, findings, ard, build_code(spec, source))


def read_study(spec: StudySpec, plan: Plan, report: Report = quiet) -> StudyData:
    """Read a study's datasets and check the spec's names against them; raises as ``build_study``."""
    source = read_datasets(spec)
    for name, dataset in source.datasets.items():
        report(Event("read", name, "; ".join([f"{len(dataset.frame)} records", *dataset.notes])))
    check_names(source, plan, derived=False)
    return source


def derive_datasets(source: StudyData, report: Report = quiet) -> StudyData:
    """Run the derivations of the spec, in its order.

    Raises:
        DerivationError: a derivation cannot be done; the message names it and where it is declared.
    """
    data = source
    for name, block in source.spec.derivations.items():
        function = registry.lookup("derivation", block.method).function
        try:
            data = function(data, name, **keywords_of(block, Derivation))
        except DerivationError as error:
            raise DerivationError(
                f"{source.spec.origins.at('derivations', name)}: derivation {name}: {error}"
            ) from None
        steps = [step for step in data.log if step.derivation == name]
        report(Event("derive", name, f"{len(steps)} steps, {steps[-1].records_out} records" if steps else ""))
    return data


def derived_files(source: StudyData, data: StudyData) -> Mapping[str, bytes]:
    """Return the datasets that derivations made or changed, as XPT, by file name."""
    changed = [d for name, d in data.datasets.items() if source.datasets.get(name) is not d]
    return {f"{dataset.name.lower()}.xpt": write_xpt(dataset) for dataset in changed}


def deliver_findings(delivery: Delivery, spec: StudySpec, findings: Findings) -> Path:
    """Write the findings as JSON and as a page; return the page's path."""
    delivery.write("validation/findings.json", findings_json(findings))
    page = findings_html(findings, title=f"{spec.study.id}: validation findings", simulated=spec.study.simulated)
    return delivery.write("validation/findings.html", page)


def findings_of(plan: Plan, source: StudyData) -> Findings:
    """Return what validation finds in the data: what the plan needs and they lack, then every rule."""
    touched = outputs_by_dataset(plan, source)
    lacking = needed_findings(source, needed_variables(plan, source), outputs_of=touched)
    found = validate_data(source, touched)
    return combined(lacking, found)


def _validated(plan: Plan, source: StudyData, delivery: Delivery | None, report: Report) -> Findings:
    findings = findings_of(plan, source)
    page = deliver_findings(delivery, plan.spec, findings) if delivery is not None else None
    blocking, broken = findings.blocking, findings.rule_errors
    detail = f"findings: {len(findings.findings)}, errors not waived: {len(blocking)}"
    report(Event("validate", plan.spec.study.id, detail, failed=bool(blocking or broken)))
    if blocking or broken:
        raise FindingsError(findings_message(findings, page))
    return findings


def findings_message(findings: Findings, page: Path | None, most: int = 10) -> str:
    """Return the first blocking findings as text, a line each."""
    blocking = findings.blocking
    lines = [f"validation found errors that no waiver covers ({len(blocking)}); nothing was analysed"]
    for finding in blocking[:most]:
        place = ".".join(part for part in (finding.dataset, finding.variable) if part)
        record = f" row {finding.row}" if finding.row is not None else ""
        subject = f" {finding.usubjid}" if finding.usubjid else ""
        lines.append(f"  {finding.rule_id} {place}{record}{subject}: {finding.message}")
    if len(blocking) > most:
        lines.append(f"  ... and {len(blocking) - most} more")
    lines.extend(
        f"  rule {rule.rule_id} could not run on {rule.dataset}: {rule.reason}" for rule in findings.rule_errors
    )
    if page is not None:
        lines.append(f"all findings: {page}")
    return "\n".join(lines)


def _analysis(data: StudyData, name: str, analysis: Analysis, report: Report) -> Ard:
    """Return an analysis' rows; one that raises is a row with its error, so that the others go on."""
    entry = registry.lookup("ard_method", analysis.method)
    keywords = {**keywords_of(analysis, Analysis), "analysis_set": analysis.analysis_set}
    try:
        ard: Ard = entry.function(data, name, where=analysis.where, for_each=analysis.for_each, **keywords)
    except Exception as error:  # noqa: BLE001 - whatever one analysis raises, its error becomes a row and the batch goes on
        said = str(error) if isinstance(error, TlfError) else f"{type(error).__name__}: {error}"
        origin = data.spec.origins.at("analyses", name)
        stat = Stat("error", "Analysis", error=f"{origin}: analysis {name}: {said}")
        ard = numbered(stat_rows(name, analysis.method, [stat]))
    report(Event("analyse", name, f"{len(ard.frame)} results", failed=bool(ard.frame["error"].notna().any())))
    return ard


def _deliver_results(analysed: Analysed, delivery: Delivery) -> None:
    for name, content in derived_files(analysed.source, analysed.data).items():
        delivery.write(f"adam/{name}", content)
    delivery.write("results/ard.parquet", ard_parquet(analysed.ard))
    delivery.write("results/ard.csv", ard_csv(analysed.ard))
    delivery.write("results/ard.json", ard_json(analysed.ard))


def request_for(analysed: Analysed, planned: PlannedOutput) -> OutputRequest:
    """Return what a display function is asked for: one output, its results and its data.

    Raises:
        DerivationError: an analysis of the output failed as a whole.
    """
    frame = analysed.ard.frame
    ard = Ard(frame[frame["analysis_id"].isin(planned.analyses).to_numpy(dtype=bool)].reset_index(drop=True))
    failed = ard.frame.loc[(ard.frame["stat_name"] == "error").to_numpy(dtype=bool), "error"]
    if len(failed):
        raise DerivationError(str(failed.iloc[0]))
    return OutputRequest(
        output_id=planned.output_id,
        output=planned.output,
        data=analysed.data,
        ard=ard,
        analyses={name: analysed.plan.analyses[name] for name in planned.analyses},
        program=program_name(analysed.plan.spec),
        code=analysed.code,
    )


def display_output(analysed: Analysed, planned: PlannedOutput) -> Display:
    """Return an output as text, without layout."""
    function = registry.lookup(planned.shell.kind, planned.shell.display).function
    display: Display = function(request_for(analysed, planned), **output_keywords(planned))
    return display


def _build_output(
    analysed: Analysed, planned: PlannedOutput, delivery: Delivery
) -> tuple[OutputResult, Rendered | None]:
    spec = analysed.plan.spec
    name = f"outputs/{output_file_name(planned.output_id)}"
    result = OutputResult(planned.output_id, output_number(planned.output_id), planned.output.title, "done", (name,))
    try:
        display = display_output(analysed, planned)
        rendered = render_display(display, spec.page, template_folder=template_folder(spec))
        delivery.write(name, rendered.content)
    except Exception as error:  # noqa: BLE001 - one output that fails must not lose the others; the exit code tells
        return _failed(result, error, delivery), None
    return replace(result, pages=rendered.pages, notes=rendered.notes), rendered


def _failed(result: OutputResult, error: Exception, delivery: Delivery) -> OutputResult:
    """Return the result of an output that failed; its file of an earlier run, if any, is removed and that is said."""
    said = str(error) if isinstance(error, TlfError) else f"{type(error).__name__}: {error}"
    gone = " (the file of an earlier run was removed)" if delivery.remove(result.files) else ""
    return replace(result, status="failed", files=(), pages=0, message=f"{said}{gone}")


def template_folder(spec: StudySpec) -> Path | None:
    """Return the sponsor's own ``templates`` folder beside the study spec, if there is one."""
    folder = Path(spec.folder) / "templates"
    return folder if folder.is_dir() else None


def _deliver_book(
    analysed: Analysed, entries: list[BookEntry], outputs: list[OutputResult], delivery: Delivery
) -> OutputResult:
    spec = analysed.plan.spec
    name = f"{spec.study.id.lower()}-book.pdf"
    result = OutputResult("BOOK", "Book", str(delivery.path(name)), "done", (name,))
    missing = tuple(f"{o.number}  {o.title}: {o.message}" for o in outputs if o.status == "failed")
    cover = Cover.of(spec.study, missing=missing, code=analysed.code)
    try:
        book = assemble_book(cover, entries, spec.page, template_folder=template_folder(spec))
        delivery.write(name, book.content)
    except TlfError as error:
        return _failed(result, error, delivery)
    return replace(result, pages=book.pages)
