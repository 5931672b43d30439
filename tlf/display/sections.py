"""The text round a display's body: composed from the spec, not typed.

Number, title and population; the abbreviations that the output uses; the method's footnote with the name of the
profile; source, program, data cut-off. Footnotes stand in the order of the house: definitions and method first,
those of the spec last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tlf.errors import DisplayError, did_you_mean
from tlf.model.dataset import date_text
from tlf.model.display import SIMULATED, Display, Figure, Sections
from tlf.model.output_request import OutputRequest
from tlf.model.spec import MethodProfile, Records, StudySpec

_KINDS: Final = {"T": "Table", "F": "Figure", "L": "Listing"}
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\.(\w+)\}")
_TIES: Final = {"efron": "Efron", "breslow": "Breslow"}


def output_number(output_id: str) -> str:
    """Return the printed number of an output.

    Example:
        >>> output_number("T-14-2-4-2")
        'Table 14.2.4.2'
    """
    kind, *parts = output_id.split("-")
    return f"{_KINDS[kind]} {'.'.join(parts)}"


def compose(request: OutputRequest, *, footnotes: Sequence[str] = (), legend: Sequence[str] = ()) -> Sections:
    """Return the sections round one output's body, without abbreviations (``with_abbreviations`` adds them)."""
    spec, output = request.data.spec, request.output
    name = population(request)
    return Sections(
        output_id=request.output_id,
        number=output_number(request.output_id),
        title=output.title,
        population=", ".join([spec.analysis_sets[name].label, *_subsets(request)]),
        header_left=_lines(spec, spec.page.header_left),
        header_right=_lines(spec, spec.page.header_right),
        legend=tuple(legend),
        footnotes=(*footnotes, *output.footnotes),
        footer=_footer(request),
        simulated=SIMULATED if spec.study.simulated else "",
    )


def population(request: OutputRequest) -> str:
    """Return the one analysis set of an output: its own, or that of the analyses it shows.

    Raises:
        DisplayError: the output names none, or its analyses name several.
    """
    if request.output.analysis_set is not None:
        return request.output.analysis_set
    sets = {analysis.analysis_set for analysis in request.analyses.values()}
    if len(sets) != 1:
        raise DisplayError(f"{request.output_id}: an output has exactly one analysis set, not {sorted(sets) or 'none'}")
    return sets.pop()


def _subsets(request: OutputRequest) -> list[str]:
    """Return the names of the subsets that the analyses narrow the analysis set to; a clause without name as text."""
    narrowed = [a.where_label or str(a.where) for a in request.analyses.values() if a.where is not None]
    return list(dict.fromkeys(narrowed))


def with_abbreviations(display: Display, request: OutputRequest, texts: Iterable[str]) -> Display:
    """Return a display with the abbreviations that its texts use, spelled out in alphabetical order."""
    known = {**request.data.spec.abbreviations, **request.output.abbreviations}
    words = set(re.findall(r"[A-Za-z0-9]+", " ".join([*texts, *_texts(display)])))
    used = [f"{short} = {known[short]}" for short in sorted(known, key=str.casefold) if short in words]
    return replace(display, sections=replace(display.sections, abbreviations="; ".join(used)))


def method_footnote(profile: MethodProfile, *parts: str) -> str:
    """Return a footnote of statistical methods that ends with the name of the profile."""
    return f"{'; '.join(part for part in parts if part)}. Method profile: {profile.label}."


def ties_text(profile: MethodProfile) -> str:
    """Return how tied event times are handled, and where the estimation stops if it is not at the optimum."""
    stop = "; convergence as PROC PHREG" if profile.convergence == "sas" else ""
    return f"ties: {_TIES[profile.ties]}{stop}"


def confidence(profile: MethodProfile) -> str:
    """Return the confidence level as printed: ``95%``."""
    return f"{profile.conf_level * 100:g}%"


def label_of(request: OutputRequest, variable: str, dataset: str = "ADSL") -> str:
    """Return a variable's label: the spec's, else the dataset's, else its name."""
    labels = request.data.spec.labels
    if variable in labels:
        return labels[variable]
    return request.data.dataset(dataset).variable(variable).label or variable


def format_of(request: OutputRequest, name: str) -> str:
    """Return a named format of the spec.

    Raises:
        DisplayError: the spec has no such format.
    """
    formats = request.data.spec.formats
    if name not in formats:
        raise DisplayError(f"{request.output_id}: the spec has no format {name}.{did_you_mean(name, formats)}")
    return formats[name]


def _texts(display: Display) -> list[str]:
    sections = display.sections
    texts = [sections.title, *sections.legend, *sections.footnotes]
    if isinstance(display, Figure):
        return texts
    texts.extend(column.header for column in display.columns)
    texts.extend(cell.text for row in display.rows for cell in row.cells)
    return texts


def _lines(spec: StudySpec, lines: Sequence[str]) -> tuple[str, ...]:
    def value(match: re.Match[str]) -> str:
        if match[1] != "study" or match[2] not in type(spec.study).model_fields:
            raise DisplayError(f"{spec.origins.at('page')}: unknown placeholder {match[0]} in the page's lines")
        found = getattr(spec.study, match[2])
        return "" if found is None else str(found)

    return tuple(_PLACEHOLDER.sub(value, line).strip() for line in lines)


def _footer(request: OutputRequest) -> tuple[str, ...]:
    study = request.data.spec.study
    source = f"Source: {', '.join(_sources(request))}" if _sources(request) else ""
    cutoff = f"Data cut-off: {date_text(study.data_cutoff)}" if study.data_cutoff else ""
    run = f"Program: {request.program}   Output: {request.output_id}   Code: {request.code}"
    composed = (
        *_lines(request.data.spec, request.data.spec.page.footer),
        "   ".join(p for p in (source, cutoff) if p),
        run,
    )
    return tuple(line for line in composed if line)


def _sources(request: OutputRequest) -> tuple[str, ...]:
    """Return the datasets that an output's numbers come from, ADSL first."""
    found = {"ADSL"}
    for block in (request.output, *request.analyses.values()):
        for _, value in block:
            found.update(_datasets_of(value, request))
    return tuple(sorted(found, key=lambda name: (name != "ADSL", name)))


def _datasets_of(value: object, request: OutputRequest) -> set[str]:
    if isinstance(value, Records):
        return {value.dataset}
    if isinstance(value, str):
        parameters = request.data.levels(value)
        if parameters:
            return {parameter.dataset for parameter in parameters}
        if value in request.data.parameters or value in _codes(request):
            return {request.data.parameter(value).dataset}
    if isinstance(value, dict):
        return (
            set().union(*(_datasets_of(item, request) for pair in value.items() for item in pair)) if value else set()
        )
    return set()


def _codes(request: OutputRequest) -> set[str]:
    datasets = request.data.datasets.values()
    return {code for d in datasets if d.has("PARAMCD") for code in d.frame["PARAMCD"].dropna().unique()}
