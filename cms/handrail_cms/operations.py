"""The admin API as data: each view says what it takes and answers, and OpenAPI 3.1 is made of that.

Documents are described by the published JSON Schemas, which the description carries; envelopes by marshmallow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final, TypeVar

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from handrail_guides import schemas
from marshmallow import Schema

from handrail_cms.auth import ACTIONS

View = TypeVar("View", bound=Callable[..., Any])
Json = dict[str, Any]
# Under these names the description carries the format's schemas.
DOCUMENTS: Final = ("guide", "theme", "segment", "environment")


@dataclass(frozen=True, slots=True)
class Operation:
    """What one view of the API does."""

    summary: str
    answers: type[Schema] | str | None = None
    status: int = 200
    takes: type[Schema] | str | None = None
    query: type[Schema] | None = None
    lists: bool = False
    if_match: bool = False
    media_type: str = "application/json"
    refuses: tuple[int, ...] = ()
    or_csv: bool = False
    by_builder: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """A view as the description needs it."""

    method: str
    rule: str
    action: str
    operation: Operation
    name: str = field(default="")


def operation(summary: str, **facts: Any) -> Callable[[View], View]:
    """Say what a view does; `takes` and `answers` are a marshmallow schema or the name of a document schema."""

    def mark(view: View) -> View:
        view.operation = Operation(summary, **facts)  # type: ignore[attr-defined]
        return view

    return mark


def operation_of(view: Callable[..., Any]) -> Operation:
    """Return what a view was said to do; raises KeyError where nothing was."""
    return vars(view)["operation"]


def openapi(described: Iterable[Described]) -> Json:
    """Return the OpenAPI 3.1 description."""
    names = _Names()
    paths: dict[str, Json] = {}
    for one in sorted(described, key=lambda one: (one.rule, one.method)):
        path = re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", one.rule)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, names)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Handrail admin API", "version": version("handrail"), "license": {"name": "Apache-2.0"}},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}, "builder": BUILDER},
            "schemas": {**_document_schemas(), **names.schemas(), "Problem": PROBLEM},
        },
    }


BUILDER: Final[Json] = {
    "type": "http",
    "scheme": "bearer",
    "description": "The token of a builder session; its `Origin` has to be the one that the session was opened for.",
}
PROBLEM: Final[Json] = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what mends it."},
        "code": {"type": "string", "description": "Stable; for programs."},
        "problems": {"type": "array", "items": {"type": "object", "properties": {
            "pointer": {"type": "string"}, "line": {"type": "integer"}, "code": {"type": "string"},
            "message": {"type": "string"}, "mend": {"type": "string"}, "level": {"enum": ["error", "advice"]},
        }}},
    },
}  # fmt: skip


class _Names:
    """Gives every marshmallow schema one place in the description."""

    def __init__(self) -> None:
        self._plugin: Any = MarshmallowPlugin()
        self._spec: Any = APISpec("Handrail", version("handrail"), "3.1.0", plugins=[self._plugin])

    def ref(self, schema: type[Schema] | str) -> Json:
        """Return the reference to an envelope or to a document schema."""
        if isinstance(schema, str):
            return {"$ref": f"#/components/schemas/{schema}"}
        if schema.__name__ not in self._spec.components.schemas:
            self._spec.components.schema(schema.__name__, schema=schema)
        return {"$ref": f"#/components/schemas/{schema.__name__}"}

    def parameters(self, schema: type[Schema]) -> list[Json]:
        """Return a query schema as parameters."""
        if self._plugin.converter is None:
            raise AssertionError("apispec has not set its plugin up")
        found: list[Json] = []
        for name, spec in self._plugin.converter.schema2jsonschema(schema())["properties"].items():
            text = spec.pop("description", None)
            found.append({"name": name, "in": "query", "schema": spec, **({"description": text} if text else {})})
        return found

    def schemas(self) -> Json:
        """Return everything that was referred to."""
        return dict(self._spec.components.schemas)


def _operation(one: Described, names: _Names) -> Json:
    facts = one.operation
    role, scope = ACTIONS.get(one.action, ("", ""))
    made: Json = {
        "operationId": one.name,
        "summary": facts.summary,
        "tags": [one.rule.split("/")[3] if one.rule.count("/") > 2 else "api"],
        "parameters": _parameters(one, names),
        "responses": _responses(one, names),
    }
    if facts.by_builder:
        made["security"] = [{"builder": []}]
        made["description"] = "For the widget's builder on the host page; acts for the author who opened it."
    elif role:
        made["description"] = f"Needs the role {role} and the scope {scope}."
    else:
        made["security"] = []
    if facts.takes == "file":
        made["requestBody"] = {"required": True, "content": {"*/*": {"schema": {}}}}
    elif facts.takes is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": names.ref(facts.takes)}}}
    return made


def _parameters(one: Described, names: _Names) -> list[Json]:
    found: list[Json] = []
    for kind, name in re.findall(r"<(?:([a-z]+):)?([a-z_]+)>", one.rule):
        spec: Json = {"type": "integer", "minimum": 1} if kind == "int" else {"type": "string", "minLength": 1}
        found.append({"name": name, "in": "path", "required": True, "schema": spec})
    if one.operation.query is not None:
        found += names.parameters(one.operation.query)
    if one.operation.if_match:
        text = 'The revision that the change is based on, such as "7".'
        found.append(
            {"name": "If-Match", "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        )
    return found


def _responses(one: Described, names: _Names) -> Json:
    facts = one.operation
    good: Json = {"description": facts.summary}
    if facts.answers is not None:
        schema = names.ref(facts.answers)
        if facts.lists:
            next_ = {"type": ["string", "null"], "description": "The cursor of the next page; null on the last one."}
            schema = {"type": "object", "required": ["items", "next"],
                      "properties": {"items": {"type": "array", "items": schema}, "next": next_}}  # fmt: skip
        good["content"] = {facts.media_type: {"schema": schema}}
        if facts.or_csv:
            good["content"]["text/csv"] = {"schema": {"type": "string"}}
    elif facts.media_type != "application/json":
        good["content"] = {facts.media_type: {"schema": {"type": "string"}}}
    problem: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    codes = {400, 401, 403, 404, 503, *facts.refuses}
    codes |= {409, 413, 415, 422} if one.method != "GET" else set()
    codes |= {412, 428} if facts.if_match else set()
    texts: Mapping[int, str] = _TEXTS
    errors = {str(code): {"description": texts[code], "content": problem} for code in sorted(codes)}
    return {str(facts.status): good, **errors}


_TEXTS: Final = {
    400: "The request can't be read.", 401: "No token that counts.", 403: "The role or scope does not cover it.",
    404: "There is no such thing.", 409: "It can't be done as things stand; `code` says why.",
    412: "Somebody saved a newer revision: `current`.", 413: "The body is too large.", 415: "Send application/json.",
    422: "The document has problems: all of them.", 428: "If-Match is missing.", 429: "Too many requests.",
    503: "The store can't take it now.",
}  # fmt: skip


def _document_schemas() -> Json:
    """Return the format's schemas with their references pointed into the description."""
    return {name: _moved(schemas.schema(name), name) for name in schemas.names() if name != "event"}


def _moved(value: Any, home: str) -> Any:
    if isinstance(value, list):
        return [_moved(item, home) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, dict):
        return value
    moved: Json = {name: _moved(item, home) for name, item in value.items() if name not in ("$schema", "$id")}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(moved.get("$ref"), str):
        file, _, pointer = moved["$ref"].partition("#")
        moved["$ref"] = f"#/components/schemas/{file.removesuffix('.json') or home}{pointer}"
    return moved
