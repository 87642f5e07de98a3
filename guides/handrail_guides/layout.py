"""The one layout in which documents are written to files: keys in the order of the schema, short things on one line."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from handrail_guides.schemas import schema

Json = Any

WIDTH: Final = 100
KINDS: Final = ("guide", "segment", "theme", "environment")


def lay_out(document: Mapping[str, Json], kind: str) -> str:
    """Return a document's text as `handrail pull` writes it, with a final newline.

    The same document always gives the same bytes, whatever the order of its keys was.
    `kind` is `guide`, `segment`, `theme` or `environment`.
    """
    return lay_out_value(_ordered(dict(document), schema(kind), kind)) + "\n"


def lay_out_value(value: Json, indent: int = 0, lead: int = 0) -> str:
    """Return JSON text in which what fits a line of 100 characters stays on one; `lead` characters stand before it."""
    short = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value:
        return short
    if indent and len(_spaced(value)) + indent + lead <= WIDTH:
        return _spaced(value)
    pad = " " * (indent + 2)
    if isinstance(value, list):
        items: list[Json] = value
        lines = [pad + lay_out_value(item, indent + 2) for item in items]
        return "[\n" + ",\n".join(lines) + "\n" + " " * indent + "]"
    members: dict[str, Json] = value
    lines = [
        f"{pad}{json.dumps(name, ensure_ascii=False)}: {lay_out_value(item, indent + 2, len(name) + 4)}"
        for name, item in members.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"


def _spaced(value: Json) -> str:
    """Return JSON on one line, with blanks inside braces, as people write it."""
    if isinstance(value, dict) and value:
        members: dict[str, Json] = value
        inner = ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {_spaced(item)}" for name, item in members.items())
        return "{ " + inner + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_spaced(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _ordered(value: Json, shape: Mapping[str, Json], home: str) -> Json:
    """Return the value with the keys of its objects in the order in which the schema names them."""
    shape, home = _resolved(shape, home)
    if isinstance(value, list):
        items = shape.get("items", {})
        return [_ordered(item, items, home) for item in value]
    if not isinstance(value, dict):
        return value
    members: dict[str, Json] = value
    known = _properties(shape, home)
    rank = {name: index for index, name in enumerate(known)}
    names = sorted(members, key=lambda name: (rank.get(name, len(rank)), "" if name in rank else name))
    other = shape.get("additionalProperties")
    made: dict[str, Json] = {}
    for name in names:
        part, where = known.get(name, (other if isinstance(other, dict) else {}, home))
        made[name] = _ordered(members[name], part, where)
    return made


def _properties(shape: Mapping[str, Json], home: str) -> dict[str, tuple[Mapping[str, Json], str]]:
    """Return name -> (schema, file) of an object's properties, those of its alternatives included."""
    found = {name: (part, home) for name, part in shape.get("properties", {}).items()}
    for alternative in [*shape.get("oneOf", []), *shape.get("allOf", [])]:
        part, where = _resolved(alternative, home)
        for name, pair in _properties(part, where).items():
            found.setdefault(name, pair)
    return found


def _resolved(shape: Mapping[str, Json], home: str) -> tuple[Mapping[str, Json], str]:
    while "$ref" in shape:
        file, _, pointer = shape["$ref"].partition("#")
        home = file.removesuffix(".json") or home
        shape = schema(home)
        for token in pointer.split("/")[1:]:
            shape = shape[token]
    return shape, home
