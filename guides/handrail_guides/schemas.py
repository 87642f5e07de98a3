"""The JSON Schemas of the format, read once from `schema/`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

FOLDER: Final = Path(__file__).parent / "schema"
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
BASE: Final = "https://handrail.example/schema/"


@cache
def schema(name: str) -> dict[str, Any]:
    """Return one schema by its bare name, as `names()` lists them: `guide`, `rule`, `target`, …

    Raises FileNotFoundError for another name. The returned object is shared: do not change it.
    """
    return json.loads((FOLDER / f"{name}.json").read_bytes())


@cache
def names() -> tuple[str, ...]:
    """Return the bare names of all schemas, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def defaults(name: str, definition: str) -> dict[str, Any]:
    """Return field -> default of an object that a schema defines under `$defs`, or of the whole (`definition` "")."""
    whole = schema(name)
    shape = whole["$defs"][definition] if definition else whole
    found: dict[str, Any] = {}
    for field, part in shape["properties"].items():
        target = part
        if "default" not in part and part.get("$ref", "").startswith("#/$defs/"):
            target = whole["$defs"][part["$ref"].removeprefix("#/$defs/")]
        if "default" in target:
            found[field] = target["default"]
    return found


@cache
def resolved(address: str) -> Any:
    """Return the schema at an absolute address such as `{BASE}rule.json#/$defs/all`, its references made absolute.

    `$schema` is left out: it would make `jsonschema` fall back from our validator to its own.
    """
    file, _, pointer = address.partition("#")
    found: Any = schema(file.removeprefix(BASE).removesuffix(".json"))
    for token in pointer.split("/")[1:]:
        found = found[token]
    return _absolute(found, file)


def _absolute(value: Any, file: str) -> Any:
    if isinstance(value, list):
        return [_absolute(item, file) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    made = {name: _absolute(item, file) for name, item in members.items() if not (name == "$schema" and item == DRAFT)}
    reference = members.get("$ref")
    if isinstance(reference, str) and not reference.startswith("https:"):
        home, _, pointer = reference.partition("#")
        made["$ref"] = (BASE + home if home else file) + (f"#{pointer}" if pointer else "")
    return made
