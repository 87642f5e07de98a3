"""The JSON Schemas of the format, read once from `schema/`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "schema"
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
