"""The study spec: what a study is, as its YAML says it. Keys are ARS nouns; unknown keys are rejected.

A block that names a method (a derivation, an analysis, an output's shell) has the keys of its base class
here and the keyword parameters of the registered function: the function's signature declares its keys.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializeAsAny,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)

from tlf import registry
from tlf.model.condition import Condition
from tlf.model.duration import Duration
from tlf.model.origin import Origins


@dataclass(frozen=True)
class Records:
    """Records of one dataset: ``ADTR where PARAMCD = 'SDIAM'``; no condition means all of them."""

    dataset: str
    where: Condition | None = None

    def __str__(self) -> str:
        return self.dataset if self.where is None else f"{self.dataset} where {self.where}"


def _parse(kind: str) -> Any:
    """Return a validator that parses text by the parser that the loader puts into the context."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        if not info.context or kind not in info.context:
            raise ValueError("a where-clause in text is read by tlf.load_study, not by the model alone")
        return info.context[kind](value)

    return BeforeValidator(validate)


def _clause(kind: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": f"{kind}, as SAS or SQL write it.", "examples": [example]})


Where = Annotated[
    Condition, _parse("where"), PlainSerializer(str), _clause("A where-clause", "FASFL = 'Y' and AVISITN > 0")
]
RecordsOf = Annotated[
    Records,
    _parse("records"),
    PlainSerializer(str),
    _clause("Records of a dataset", "ADTR where PARAMCD = 'SDIAM' and ANL01FL = 'Y'"),
]


@dataclass(frozen=True)
class Reference:
    """Marks a key of a block that names something the spec declares, so that loading can check that it exists.

    ``parameter`` is a derivation, one of its levels (``shrinkage.ALL``), or a PARAMCD of the data; ``grouping`` a
    grouping or a derivation that makes a variable; ``each`` a grouping or a derivation's levels.
    """

    to: Literal["parameter", "grouping", "each", "analysis_set", "analysis", "dataset", "derivation"]


ParameterRef = Annotated[str, Reference("parameter")]
GroupingRef = Annotated[str, Reference("grouping")]
EachRef = Annotated[str, Reference("each")]
AnalysisSetRef = Annotated[str, Reference("analysis_set")]
AnalysisRef = Annotated[str, Reference("analysis")]
DatasetRef = Annotated[str, Reference("dataset")]
DerivationRef = Annotated[str, Reference("derivation")]

Landmarks = dict[str, Duration]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
OutputId = Annotated[str, Field(pattern=r"^[TLF](-[0-9]+)+[a-z]?$")]
DatasetName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,7}$")]


class Block(BaseModel):
    """Base of every part of a spec: frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Study(Block):
    """What the study is; ``simulated`` puts a line on every page, ``status`` stands in the running head."""

    id: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    title: str
    protocol: str = ""
    sponsor: str = ""
    simulated: bool = False
    data_cutoff: date | None = None
    status: Literal["Draft", "Final"] = "Draft"


class Data(Block):
    """Where the datasets lie (relative to the spec file that says so) and which are read."""

    folder: str
    datasets: list[DatasetName] = Field(min_length=1)


class AnalysisSet(Block):
    """A population: the subjects of ADSL that a where-clause selects."""

    label: str
    where: Where


class Grouping(Block):
    """How subjects are grouped: by a variable of ADSL, its levels in the order of a second one or as listed."""

    variable: Name
    order: Name | None = None
    levels: list[str] | None = None
    label: str = ""


class MethodProfile(Block):
    """The statistical choices of a study, by name; printed in the footnote of every survival output.

    ``sas`` is PROC LIFETEST and PROC PHREG by default, ``r`` is the survival package.
    """

    label: str
    ties: Literal["efron", "breslow"]
    conf_type: Literal["log-log", "log", "plain"]
    quantile_rule: Literal["sas", "r"]
    convergence: Literal["optimum", "sas"] = "optimum"
    beyond_last: Literal["sas", "r"] = "sas"
    percentile_rule: Literal["sas", "r"] = "sas"
    conf_level: float = Field(default=0.95, gt=0, lt=1)


class Page(Block):
    """The page layout: US Letter landscape unless said otherwise; lengths in inches, font size in points.

    ``header_left``, ``header_right`` and ``footer`` are lines of the running head and foot, with placeholders
    ``{study.protocol}``; source, data cut-off and program follow the footer's lines.
    """

    size: Literal["letter", "a4"] = "letter"
    orientation: Literal["landscape", "portrait"] = "landscape"
    margin_top: float = Field(default=1.0, ge=0.375, le=2)
    margin_bottom: float = Field(default=0.75, ge=0.375, le=2)
    margin_left: float = Field(default=0.75, ge=0.375, le=2)
    margin_right: float = Field(default=0.75, ge=0.375, le=2)
    font: Literal["sans", "mono"] = "sans"
    font_size: float = Field(default=9.0, ge=9, le=12)
    header_left: list[str] = []
    header_right: list[str] = []
    footer: list[str] = []


class Waiver(Block):
    """Findings that are accepted, with the reason; each given key narrows what it covers."""

    rule: str
    reason: str = Field(min_length=3)
    dataset: Annotated[DatasetName, Reference("dataset")] | None = None
    variable: str | None = None
    usubjid: list[str] | None = None
    author: str = ""


class Rules(Block):
    """Which rule sets validation runs: names of shipped sets, or files beside the spec."""

    sets: list[str] = ["adam"]


class Derivation(Block):
    """What is derived, by a registered method; ``label`` names it in footnotes and logs."""

    method: str
    label: str = ""


class Analysis(Block):
    """What is computed: a registered method on an analysis set, once for each combination of ``for_each``.

    An entry of ``for_each`` is a grouping, or ``derivation.at`` for every level of a derivation. ``where_label`` names
    the subset that ``where`` selects, as it stands in outputs after the analysis set.
    """

    method: str
    analysis_set: AnalysisSetRef
    where: Where | None = None
    where_label: str = ""
    for_each: list[EachRef] = []
    label: str = ""


class Output(Block):
    """What is shown: a numbered output of a shell, from the results of analyses or from records."""

    title: str
    shell: str
    results: list[AnalysisRef] = []
    analysis_set: AnalysisSetRef | None = None
    abbreviations: dict[str, str] = {}
    footnotes: list[str] = []
    programming_notes: str = ""


class Shell(Block):
    """A kind of output: the registered display, the keys it presets, and the analysis that it implies.

    The values of ``analysis`` are keys of the output (``columns.by``), or literals after ``=``.
    """

    kind: Literal["table", "listing", "figure"]
    display: str
    preset: dict[str, Any] = {}
    analysis: dict[str, str] = {}


class StudySpec(Block):
    """A whole study. ``origins`` says where each key was written; ``folder`` is the spec file's own folder."""

    extends: list[str] = []
    study: Study
    data: Data
    analysis_sets: dict[Name, AnalysisSet] = {}
    groupings: dict[Name, Grouping] = {}
    method_profile: str
    profiles: dict[Name, MethodProfile] = {}
    page: Page = Page()
    formats: dict[str, str] = {}
    labels: dict[str, str] = {}
    abbreviations: dict[str, str] = {}
    rules: Rules = Rules()
    waivers: list[Waiver] = []
    derivations: dict[Name, SerializeAsAny[Derivation]] = {}
    analyses: dict[Name, SerializeAsAny[Analysis]] = {}
    shells: dict[Name, Shell] = {}
    outputs: dict[OutputId, SerializeAsAny[Output]] = {}
    origins: Origins = Field(default=Origins(), exclude=True, repr=False)
    folder: str = Field(default="", exclude=True)
    file: str = Field(default="", exclude=True)

    @property
    def profile(self) -> MethodProfile:
        """The method profile that the study names."""
        return self.profiles[self.method_profile]


@cache
def block_model(kind: str, name: str, base: type[Block]) -> type[Block]:
    """Return the model of a block: the base's keys and the keyword parameters of the registered function.

    Raises:
        RegistryError: no such function of that kind.
    """
    entry = registry.lookup(kind, name)
    hints = get_type_hints(entry.function, include_extras=True)
    keywords = {
        parameter.name: (hints[parameter.name], ... if parameter.default is parameter.empty else parameter.default)
        for parameter in inspect.signature(entry.function).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name not in base.model_fields
    }
    summary = inspect.cleandoc(entry.function.__doc__ or "").split("\n")[0]
    model: type[Block] = create_model(f"{kind}_{name}", __base__=base, __doc__=summary, **keywords)  # type: ignore[call-overload]
    return model


def keywords_of(block: Block, base: type[Block]) -> Mapping[str, Any]:
    """Return the keys of a block that are its method's own, as the registered function takes them."""
    return {name: getattr(block, name) for name in type(block).model_fields if name not in base.model_fields}
