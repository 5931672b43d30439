"""The JSON Schema of a study spec, from which editors complete and check.

What a spec lacks is known only when the files that it extends are merged under it. So the schema asks for the
top-level keys only of a file that has outputs and extends nothing, and for a block's keys only where the block
names its ``method``; a block without ``method`` changes an inherited one in part. ``tlf check`` is the judge of
the whole.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from tlf import registry
from tlf.model.spec import Analysis, Block, Derivation, Output, StudySpec, block_model

Schema = dict[str, Any]

_REF: Final = "#/$defs/"
_VALUES: Final = frozenset({"default", "examples", "const", "enum", "required"})
_DISPLAYS: Final = ("table", "listing", "figure")
_ARGUMENT: Final = re.compile(r"^    (\w+): (.*(?:\n {6,}.*)*)", re.MULTILINE)


def json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a study spec, with every method and display that is registered.

    The same registered names give the same schema, its keys sorted.
    """
    study, definitions = _definitions([StudySpec])
    properties = study["properties"]
    for name, info in StudySpec.model_fields.items():
        if info.exclude is True:
            del properties[name]
    blocks = {
        "derivations": _by_method("derivation", Derivation),
        "analyses": _by_method("ard_method", Analysis),
        "outputs": _outputs(),
    }
    for section, block in blocks.items():
        ((pattern, _),) = properties[section]["patternProperties"].items()
        properties[section]["patternProperties"] = {pattern: block}
    loose = {name: _loosened(schema, definitions) for name, schema in properties.items() if name not in blocks}
    schema: Schema = _sorted(
        {
            "$id": "urn:tlf:study.schema.json",
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Study spec",
            "description": "A study: its data, populations, derivations, analyses and outputs.",
            "type": "object",
            "properties": {name: _closed(loose.get(name, schema)) for name, schema in properties.items()},
            "additionalProperties": False,
            "anyOf": [
                {"required": ["extends"]},
                {"required": study["required"]},
                {"not": {"required": ["outputs"]}},
            ],
        }
    )
    return schema


def _by_method(kind: str, base: type[Block]) -> Schema:
    """Return the schema of a block: one of the registered methods in full, or a part of an inherited block."""
    methods = {name: _block(kind, name, base) for name in registry.available(kind)}
    noun = base.__name__.lower()
    loose: dict[str, list[Schema]] = {}
    for schema in methods.values():
        for key, value in schema["properties"].items():
            loose.setdefault(key, []).append(_loosened(value, {}))
    loose.pop("method", None)
    part = {
        "title": f"part of an inherited {noun}",
        "description": f"Keys that change one {noun} of a spec that this one extends.",
        "type": "object",
        "not": {"required": ["method"]},
        "minProperties": 1,
        "properties": {key: _any_of(schemas) for key, schemas in loose.items()},
        "additionalProperties": False,
    }
    return {"oneOf": [*methods.values(), part]}


def _block(kind: str, name: str, base: type[Block]) -> Schema:
    """Return the schema of a block that names a registered method or display, everything in place."""
    own, definitions = _definitions([block_model(kind, name, base)])
    schema: Schema = _in_place(own, definitions)
    schema["title"] = name
    if "method" in schema["properties"]:
        schema["properties"]["method"] = {"const": name, "description": schema["description"]}
    said = _arguments(registry.lookup(kind, name).function.__doc__)
    for key, value in schema["properties"].items():
        if key in said and key not in base.model_fields:
            schema["properties"][key] = {**value, "description": said[key]}
    return schema


def _outputs() -> Schema:
    """Return the schema of an output: its own keys and those of every display, since shells are named freely."""
    blocks = [_block(kind, name, Output) for kind in _DISPLAYS for name in registry.available(kind)]
    found: dict[str, list[Schema]] = {}
    for block in blocks:
        for key, value in block["properties"].items():
            found.setdefault(key, []).append(_loosened(value, {}))
    return {
        "title": "output",
        "description": inspect.cleandoc(Output.__doc__ or "").replace("``", "`"),
        "type": "object",
        "properties": {key: _any_of(schemas) for key, schemas in found.items()},
        "additionalProperties": False,
    }


def _definitions(models: Iterable[type[Block]]) -> tuple[Schema, dict[str, Schema]]:
    """Return the schema of the first model, and the definitions that it refers to."""
    wanted = list(models)
    by_model, whole = models_json_schema([(model, "validation") for model in wanted], ref_template=_REF + "{model}")
    definitions = {name: _cleaned(schema) for name, schema in whole.get("$defs", {}).items()}
    first = by_model[wanted[0], "validation"]
    return (definitions[first["$ref"].removeprefix(_REF)] if "$ref" in first else _cleaned(first)), definitions


def _in_place(schema: Any, definitions: Mapping[str, Schema]) -> Any:
    """Return a schema with every reference replaced by what it refers to."""
    if isinstance(schema, list):
        return [_in_place(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: value if key in _VALUES else _in_place(value, definitions) for key, value in schema.items()}
    if "$ref" in found:
        target = _in_place(definitions[found.pop("$ref").removeprefix(_REF)], definitions)
        found = {**target, **found}
    return found


def _loosened(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return a schema in place that asks for no key; but an item of a list is never merged, so it stays whole."""
    loosened: Schema = _without_required(_in_place(schema, definitions))
    return loosened


def _without_required(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_required(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value if key in _VALUES or key == "items" else _without_required(value)
        for key, value in schema.items()
        if not (key == "required" and isinstance(value, list))
    }


def _closed(schema: Schema) -> Schema:
    """Return the schema of a mapping by name that takes no name of another form."""
    return {**schema, "additionalProperties": False} if "patternProperties" in schema else schema


def _any_of(schemas: Iterable[Schema]) -> Schema:
    different = {json.dumps(schema, sort_keys=True): schema for schema in schemas}
    found = [different[text] for text in sorted(different)]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _arguments(docstring: str | None) -> dict[str, str]:
    """Return what a docstring's ``Args:`` section says of each argument."""
    section = inspect.cleandoc(docstring or "").partition("\nArgs:\n")[2].partition("\n\n")[0]
    return {match[1]: " ".join(match[2].split()).replace("``", "`") for match in _ARGUMENT.finditer(section)}


def _cleaned(schema: Any) -> Any:
    """Return a schema without the titles that pydantic makes from key names, and without RST in its texts."""
    if isinstance(schema, list):
        return [_cleaned(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    cleaned = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "description" and isinstance(value, str):
            cleaned[key] = value.replace("``", "`")
        else:
            cleaned[key] = value if key in _VALUES else _cleaned(value)
    return cleaned


def _sorted(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: sorted(value) if key == "required" and isinstance(value, list) else _sorted(value)
            for key, value in sorted(schema.items())
        }
    return [_sorted(item) for item in schema] if isinstance(schema, list) else schema
