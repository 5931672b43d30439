"""Loads a study spec: reads its file, follows ``extends``, checks every key, reads the where-clauses.

Everything that is wrong is gathered and told at once, each with the file, line and column of the key.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tlf.errors import SpecError, did_you_mean
from tlf.model.origin import Origin, Origins
from tlf.model.spec import StudySpec
from tlf.resources import specs_folder
from tlf.spec.blocks import read_study
from tlf.spec.references import check_references
from tlf.spec.written import Written, merged
from tlf.spec.yaml_tree import read_yaml, shown_name

MAX_FILES: Final = 50


def load_spec(path: Path | str) -> StudySpec:
    """Load and check a study spec.

    Steps:
        1. Read the YAML file and, before it, the files that it extends; later values win, key by key.
        2. Check every block against the keys of its method or shell, and the whole against ``StudySpec``.
        3. Check that every name that the spec refers to exists.

    Raises:
        SpecError: with every problem found, each with its file, line and column.
    """
    file = Path(path)
    tree, files = written_spec(file)
    origins = Origins(root=Origin(shown_name(file), 1), files=files)
    folder = str(Path(os.path.abspath(file)).parent)  # noqa: PTH100 - resolve() would follow links
    spec = read_study(tree, origins=origins, folder=folder)
    problems = check_references(spec)
    if problems:
        raise SpecError(problems)
    return spec


def data_folder(spec: StudySpec) -> Path:
    """Return the folder of the study's data: ``data.folder``, relative to the file that states it."""
    stated_in = spec.origins.files.get(spec.origins.at("data", "folder").file)
    base = Path(stated_in).parent if stated_in is not None else Path(spec.folder)
    return Path(os.path.normpath(base / spec.data.folder))


def written_spec(file: Path) -> tuple[Written, dict[str, str]]:
    """Return a spec file with what it extends, merged, and the files read (shown name -> absolute path).

    Raises:
        SpecError: a file is missing, is not YAML, or extends itself.
    """
    reading = _Extending()
    return reading.read(file), reading.files


@dataclass
class _Extending:
    """Reads a file after the files that it extends; ``open`` are those being read, ``reads`` counts them all."""

    files: dict[str, str] = field(default_factory=dict)
    open: list[Path] = field(default_factory=list)
    reads: int = 0

    def read(self, file: Path) -> Written:
        self.reads += 1
        own = read_yaml(file)
        absolute = Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links
        self.open.append(absolute)
        tree: Written | None = None
        for origin, name in _extended(own):
            base = _found(file, name, origin)
            if Path(os.path.abspath(base)) in self.open:  # noqa: PTH100 - as above
                raise SpecError(f"{origin}: extends: {name} extends this file in turn; a spec cannot extend itself")
            if self.reads > MAX_FILES:
                raise SpecError(f"{origin}: extends: more than {MAX_FILES} files are read")
            inherited = self.read(base)
            tree = inherited if tree is None else merged(tree, inherited)
        self.open.pop()
        self.files[shown_name(file)] = str(absolute)
        return own if tree is None else merged(tree, own)


def _extended(tree: Written) -> list[tuple[Origin, str]]:
    extends = tree.get("extends")
    if extends is None:
        return []
    items = extends.content
    if not isinstance(items, tuple) or not all(isinstance(item.content, str) for item in items):
        raise SpecError(f"{extends.origin}: extends: expected a list of spec files, as [house/sponsor.yaml]")
    return [(item.origin, str(item.content)) for item in items]


def _found(file: Path, name: str, origin: Origin) -> Path:
    """Return the file that ``extends`` names: beside the file that says so, else among the shipped specs."""
    if not name or "\0" in name:
        raise SpecError(f"{origin}: extends: expected the name of a spec file")
    beside = Path(os.path.normpath(file.parent / name))
    if beside.is_file():
        return beside
    shipped = specs_folder()
    inside = Path(os.path.normpath(shipped / name))
    if inside.is_relative_to(shipped) and inside.is_file():
        return inside
    known = [path.relative_to(shipped).as_posix() for path in shipped.glob("house/*.yaml")]
    known += [path.name for path in file.parent.glob("*.yaml") if path.name != file.name]
    raise SpecError(f"{origin}: extends: there is no file {shown_name(beside)}.{did_you_mean(name, known)}")
