"""The jinja2 environment of every template: escaped, strict, sandboxed; a sponsor's folder before ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tlf.errors import RenderError
from tlf.resources import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def fill(name: str, *, template_folder: Path | None = None, **values: Any) -> str:
    """Return a template filled with values; every value is escaped.

    Args:
        name: the template's name within the folder of templates.
        template_folder: a sponsor's own folder, whose templates come before the shipped ones.

    Raises:
        RenderError: no such template, a name outside the folder, or a value that the template asks for is missing.
    """
    from jinja2 import TemplateError  # loaded only when a page is drawn

    try:
        return _environment(template_folder).get_template(name).render(**values)
    except TemplateError as error:
        raise _refused(name, template_folder, error) from None


def style_sheet(name: str, *, template_folder: Path | None = None) -> str:
    """Return a style sheet: the shipped one, followed by the sponsor's own, which so has the last word.

    Raises:
        RenderError: the name lies outside the folder, or the file is not UTF-8 text.
    """
    texts = [_style(name, templates_folder())]
    if template_folder is not None and (template_folder / name).is_file():
        texts.append(_style(name, template_folder))
    return "\n".join(texts)


def _style(name: str, folder: Path) -> str:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise RenderError(f"{folder}: the style sheet {name} lies outside the folder of templates")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RenderError(f"{path}: the style sheet cannot be read ({error})") from None


def _environment(template_folder: Path | None) -> Environment:
    from jinja2 import ChoiceLoader, FunctionLoader, StrictUndefined  # loaded only when a page is drawn
    from jinja2.sandbox import SandboxedEnvironment  # as above

    folders = [templates_folder()]
    if template_folder is not None:
        if not template_folder.is_dir():
            raise RenderError(f"{template_folder}: the folder of templates does not exist")
        folders.insert(0, template_folder)
    loaders = ChoiceLoader([FunctionLoader(_source(folder)) for folder in folders])
    return SandboxedEnvironment(loader=loaders, autoescape=True, undefined=StrictUndefined)


def _source(folder: Path) -> Callable[[str], str | None]:
    """Return a loader that reads a template of a folder, and nothing outside it, symbolic links included."""

    def load(name: str) -> str | None:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise RenderError(f"{folder}: the template {name} lies outside the folder of templates")
        return path.read_text(encoding="utf-8") if path.is_file() else None

    return load


def _refused(name: str, folder: Path | None, error: Exception) -> RenderError:
    place = getattr(error, "filename", None) or name
    line = getattr(error, "lineno", None)
    where = f"{place}:{line}" if line else str(place)
    beside = f" (templates of {folder})" if folder is not None else ""
    return RenderError(f"template {where}{beside}: {type(error).__name__}: {error}")
