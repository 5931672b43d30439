"""A study's data on their way through derivations: the datasets, and what a name in the spec stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from tlf.errors import DerivationError, did_you_mean
from tlf.model.dataset import Dataset
from tlf.model.duration import Duration
from tlf.model.spec import Records, StudySpec

SUBJECTS = "ADSL"


@dataclass(frozen=True)
class Parameter:
    """Records under one PARAMCD of a dataset; ``landmark`` and ``level`` if it is one level of a derivation."""

    dataset: str
    paramcd: str
    label: str = ""
    level: str = ""
    landmark: Duration | None = None


@dataclass(frozen=True)
class LogStep:
    """A line of the derivation log: what was done, records in and out, and a note."""

    derivation: str
    step: str
    records_in: int
    records_out: int
    note: str = ""


@dataclass(frozen=True, eq=False)
class StudyData:
    """The datasets of a study; ``parameters`` are the derived ones by ``name.level``, ``variables`` by name.

    ``variables`` maps a derivation that makes a grouping variable to that ADSL variable's name.
    """

    spec: StudySpec
    datasets: Mapping[str, Dataset]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    log: tuple[LogStep, ...] = ()

    def dataset(self, name: str) -> Dataset:
        """Return a dataset by name.

        Raises:
            DerivationError: no such dataset was read or derived.
        """
        if name not in self.datasets:
            raise DerivationError(f"dataset {name} is not among the study's data.{did_you_mean(name, self.datasets)}")
        return self.datasets[name]

    def with_dataset(self, dataset: Dataset, *steps: LogStep) -> StudyData:
        """Return the data with a dataset added or replaced, and log lines added."""
        return replace(self, datasets={**self.datasets, dataset.name: dataset}, log=self.log + steps)

    def records(self, records: Records) -> pd.DataFrame:
        """Return the records that ``DATASET where ...`` selects, with their original index."""
        dataset = self.dataset(records.dataset)
        return dataset.frame if records.where is None else dataset.frame[records.where.mask(dataset)]

    def subjects(self, analysis_set: str) -> pd.DataFrame:
        """Return the ADSL records of an analysis set, in ADSL order.

        Raises:
            DerivationError: the spec declares no such analysis set.
        """
        sets = self.spec.analysis_sets
        if analysis_set not in sets:
            raise DerivationError(
                f"the spec declares no analysis set {analysis_set}.{did_you_mean(analysis_set, sets)}"
            )
        adsl = self.dataset(SUBJECTS)
        return adsl.frame[sets[analysis_set].where.mask(adsl)]

    def levels(self, derivation: str) -> tuple[Parameter, ...]:
        """Return the parameters that a derivation made, one a level, in the spec's order."""
        return tuple(p for name, p in self.parameters.items() if name.split(".")[0] == derivation)

    def parameter(self, reference: str) -> Parameter:
        """Return what ``shrinkage.L150`` (a level of a derivation) or ``PFS`` (a PARAMCD in the data) stands for.

        Raises:
            DerivationError: nothing, or more than one dataset, has it.
        """
        if reference in self.parameters:
            return self.parameters[reference]
        homes = [
            name
            for name, dataset in self.datasets.items()
            if dataset.has("PARAMCD") and (dataset.frame["PARAMCD"] == reference).any()
        ]
        if len(homes) == 1:
            dataset = self.datasets[homes[0]]
            label = ""
            if dataset.has("PARAM"):
                label = str(dataset.frame.loc[dataset.frame["PARAMCD"] == reference, "PARAM"].iloc[0])
            return Parameter(homes[0], reference, label)
        if homes:
            raise DerivationError(f"parameter {reference} is in several datasets: {', '.join(homes)}")
        raise DerivationError(f"no dataset has the parameter {reference}.{did_you_mean(reference, self._codes())}")

    def parameter_records(self, reference: str) -> pd.DataFrame:
        """Return the records of a parameter, with their original index."""
        parameter = self.parameter(reference)
        frame = self.dataset(parameter.dataset).frame
        return frame[(frame["PARAMCD"] == parameter.paramcd).fillna(False).to_numpy(dtype=bool)]

    def _codes(self) -> list[str]:
        codes = list(self.parameters)
        for dataset in self.datasets.values():
            if dataset.has("PARAMCD"):
                codes.extend(dataset.frame["PARAMCD"].dropna().unique())
        return codes
