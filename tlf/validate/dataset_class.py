"""Which structure of the ADaM Implementation Guide a dataset has, judged by its name and its variables."""

from __future__ import annotations

import re
from typing import Final, Literal

from tlf.model.dataset import Dataset

DatasetClass = Literal["ADSL", "BDS", "TTE", "OCCDS", "SDTM", "OTHER"]
RuleClass = Literal["study", "all", "ADSL", "BDS", "TTE", "OCCDS", "SDTM"]

_TIME_TO_EVENT: Final = frozenset({"CNSR", "EVNTDESC", "CNSDTDSC", "STARTDT"})
_OCCURRENCE: Final = re.compile(r"[A-Z]{2}(TERM|DECOD|TRT)")


def dataset_class(dataset: Dataset) -> DatasetClass:
    """Return a dataset's class.

    1. ADSL by its name; SDTM by DOMAIN or RDOMAIN under a name that does not start with AD.
    2. BDS has PARAMCD; or, without it, PARAM, AVAL or AVALC and no --TERM, --DECOD or --TRT.
    3. A BDS is TTE if it has CNSR, EVNTDESC, CNSDTDSC or STARTDT, or a name that starts with ADTTE.
    4. OCCDS has --TERM, --DECOD or --TRT; all others are OTHER.

    So a dataset that lacks the one variable its class demands (PARAMCD, CNSR) still gets the rule that says so.
    """
    names = set(dataset.variable_names)
    occurrence = any(_OCCURRENCE.fullmatch(name) for name in names)
    if dataset.name == "ADSL":
        return "ADSL"
    if not dataset.name.startswith("AD") and names & {"DOMAIN", "RDOMAIN"}:
        return "SDTM"
    if "PARAMCD" in names or (names & {"PARAM", "AVAL", "AVALC"} and not occurrence):
        return "TTE" if names & _TIME_TO_EVENT or dataset.name.startswith("ADTTE") else "BDS"
    return "OCCDS" if occurrence else "OTHER"


def belongs(found: DatasetClass, wanted: RuleClass) -> bool:
    """Say whether a rule of a class is about a dataset of a class; ``all`` means every ADaM dataset."""
    if wanted == "all":
        return found != "SDTM"
    return found == wanted or (wanted == "BDS" and found == "TTE")
