"""Check a document against its JSON Schema, and say in words what does not fit.

A compiled validator (`jsonschema-rs`) says yes or no; only a document that does not fit goes through
`jsonschema`, whose errors become problems. Where a schema offers alternatives, the one that the author
meant is chosen by its telling key, so that the message is about that one and the time stays linear.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import chain, islice
from typing import Any, Final

from handrail_guides.document import escape
from handrail_guides.errors import Problem
from handrail_guides.schemas import names, resolved, schema

Json = Any

MOST_PROBLEMS: Final = 1000

_WORDS = {"object": "an object {…}", "array": "a list […]", "string": "text", "number": "a number",
          "integer": "a whole number", "boolean": "true or false", "null": "null"}  # fmt: skip
# what a pattern of the schemas asks for, by the title of the definition, or by the pattern itself
_ASKS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": ("lower-case letters, digits and single hyphens", "first-invoice"),
    "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$": ("a language tag", "en, ko or pt-BR"),
    "^[^\\u0000-\\u001f]+$": ("text without control characters", "invoice_sent"),
    "^([01]\\d|2[0-3]):[0-5]\\d$": ("a time of day", "09:30"),
    "^https?://[^/\\s]+$": ("an origin: scheme and host, no path", "https://app.example.com"),
    "^[a-z][a-z0-9-]*$": ("a tag name in lower case", "button"),
}
_ASKS_BY_TITLE = {
    "Period": ("an ISO 8601 duration of weeks, days, hours, minutes and seconds", "P7D or PT30S"),
    "ThemeColour": ("a colour", "#1f6feb, rgb(31 111 235) or oklch(0.6 0.2 255)"),
}


def shape_problems(document: Json, kind: str) -> list[Problem]:
    """Return what in the document does not fit the schema of its kind; the document is plain JSON of bounded depth."""
    if _quick(kind).is_valid(document):
        return []
    found = chain.from_iterable(_problem(error) for error in _thorough(kind).iter_errors(document))
    unique = {(problem.pointer, problem.message): problem for problem in islice(found, MOST_PROBLEMS)}
    if next(found, None):
        message = f"There are more problems; these are the first {MOST_PROBLEMS}."
        unique["", message] = Problem("", "more_problems", message, "Mend these, then validate again.")
    return list(unique.values())


def nearest(name: str, known: list[str]) -> str | None:
    """Return the known name that a mistyped one most likely means, or None."""
    folded = {other.lower().replace("-", "_"): other for other in known}
    close = get_close_matches(name[:100].lower().replace("-", "_"), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


@cache
def _quick(kind: str) -> Any:
    import jsonschema_rs

    registry = jsonschema_rs.Registry([(schema(name)["$id"], schema(name)) for name in names()])
    return jsonschema_rs.Draft202012Validator(schema(kind), registry=registry, validate_formats=True)


@cache
def _thorough(kind: str) -> Any:
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    addresses = [schema(name)["$id"] for name in names()]
    resources = [(address, DRAFT202012.create_resource(resolved(address))) for address in addresses]
    words: dict[str, Callable[..., Iterator[Any]]] = {
        "oneOf": _one_of, "pattern": _pattern, "additionalProperties": _unknown_keys,
        "unevaluatedProperties": _unknown_keys,
    }  # fmt: skip
    registry = Registry().with_resources(resources)
    validator = extend(Draft202012Validator, words)
    return validator(resolved(schema(kind)["$id"]), registry=registry, format_checker=FormatChecker(["date"]))


def _one_of(validator: Any, branches: list[Json], instance: Json, shape: Json) -> Iterator[Any]:
    chosen = next((branch for branch in branches if _is_meant(resolved_shape(branch), instance)), None)
    if chosen is not None:
        yield from validator.descend(instance, chosen)
    else:
        yield _error("oneOf", branches, instance, shape)


def resolved_shape(shape: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return a schema, or the one that its `$ref` names."""
    return resolved(shape["$ref"]) if "$ref" in shape else shape


def _is_meant(branch: Mapping[str, Json], instance: Json) -> bool:
    """Tell whether an author who wrote this instance meant this alternative, right in its details or not."""
    if "enum" in branch:
        return isinstance(instance, str)
    if "const" in branch:
        return instance == branch["const"]
    if branch.get("type") == "object" or "properties" in branch:
        if not isinstance(instance, dict):
            return False
        properties: Mapping[str, Json] = branch.get("properties", {})
        if "const" in properties.get("on", {}):
            return instance.get("on") == properties["on"]["const"]
        required = branch.get("required", [])
        return not required or required[0] in instance
    return _type_name(instance) == branch.get("type")


def _pattern(validator: Any, pattern: str, instance: Json, shape: Json) -> Iterator[Any]:
    # ECMAScript's $ is the very end, and its \d is ASCII; Python's are not
    strict = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(strict, instance, re.ASCII):
        yield _error("pattern", pattern, instance, shape)


def _unknown_keys(validator: Any, allowed: Json, instance: Json, shape: Json) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    known = _known_keys(shape)
    for name, value in instance.items():
        if name in known:
            continue
        if isinstance(allowed, dict):
            yield from validator.descend(value, allowed, path=name)
        elif allowed is False:
            error = _error("unknown", sorted(known), name, shape)
            error.path.append(name)
            yield error


def _known_keys(shape: Mapping[str, Json]) -> set[str]:
    known = set(shape.get("properties", {}))
    for part in shape.get("allOf", []):
        known |= _known_keys(resolved_shape(part))
    return known


def _error(validator: str, wanted: Json, instance: Json, shape: Json) -> Any:
    from jsonschema import ValidationError

    return ValidationError(validator, validator=validator, validator_value=wanted, instance=instance, schema=shape)


def _problem(error: Any) -> Iterator[Problem]:
    pointer = "".join(f"/{escape(str(part))}" for part in error.absolute_path)
    name = str(error.absolute_path[-1]) if error.absolute_path else "the document"
    said = _SAYINGS.get(error.validator, _say_other)(error, f"“{name}”" if error.absolute_path else name)
    for code, message, mend in said:
        yield Problem(pointer, code, message, mend)


Saying = Iterator[tuple[str, str, str]]


def _say_unknown(error: Any, name: str) -> Saying:
    known: list[str] = error.validator_value
    close = nearest(str(error.instance), known)
    mend = f"Did you mean “{close}”?" if close else f"Known here: {', '.join(known[:20])}."
    yield "unknown_key", f"{_short(error.instance)} is not a key of {_title(error.schema)}.", mend


def _say_required(error: Any, name: str) -> Saying:
    for key in error.validator_value:
        if key not in error.instance:
            what = resolved_shape(error.schema.get("properties", {}).get(key, {})).get("description", "")
            yield "missing_key", f"“{key}” is missing in {_title(error.schema)}.", f"Add “{key}”. {what}".strip()
            return


def _say_type(error: Any, name: str) -> Saying:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = " or ".join(_WORDS[kind] for kind in wanted)
    yield "wrong_type", f"{name} is {_WORDS[_type_name(error.instance)]}, and must be {words}.", f"Write {words} here."


def _say_enum(error: Any, name: str) -> Saying:
    known = [str(value) for value in error.validator_value if value is not None]
    close = nearest(str(error.instance), known)
    mend = (f"Did you mean “{close}”? " if close else "") + f"Choose one of: {', '.join(known)}."
    yield "unknown_value", f"{name} can't be {_short(error.instance)}.", mend


def _say_const(error: Any, name: str) -> Saying:
    wanted = error.validator_value
    yield "unknown_value", f"{name} can't be {_short(error.instance)}.", f"Write {_short(wanted)}."


def _say_pattern(error: Any, name: str) -> Saying:
    asks = _ASKS_BY_TITLE.get(error.schema.get("title", "")) or _ASKS.get(error.validator_value)
    if asks is None:
        asks = (error.schema.get("description", "text of another form"), error.validator_value)
    yield "wrong_form", f"{name} is {_short(error.instance)}, and must be {asks[0]}.", f"Write it like {asks[1]}."


def _say_format(error: Any, name: str) -> Saying:
    yield "wrong_form", f"{name} is {_short(error.instance)}, and must be a date.", "Write it like 2027-01-31."


def _say_size(error: Any, name: str) -> Saying:
    limit = error.validator_value
    size = len(error.instance) if hasattr(error.instance, "__len__") else error.instance
    thing = {"L": "characters", "I": "items", "P": "keys"}.get(error.validator[3], "")
    if not thing:
        bound = "at least" if error.validator == "minimum" else "at most"
        yield "out_of_range", f"{name} is {size}, and must be {bound} {limit}.", f"Write a number of {bound} {limit}."
    elif error.validator.startswith("min"):
        if thing == "keys":
            yield from _say_few_keys(error, name)
        else:
            unit = thing.removesuffix("s") if limit == 1 else thing
            yield (
                "too_short",
                f"{name} has {size} {thing}, and needs at least {limit}.",
                f"Write at least {limit} {unit}.",
            )
    else:
        yield "too_long", f"{name} has {size} {thing}, and may have at most {limit}.", f"Shorten it to {limit}."


def _say_few_keys(error: Any, name: str) -> Saying:
    known = sorted(_known_keys(error.schema))
    mend = f"Add {'one of' if error.validator_value <= 2 else 'some of'}: {', '.join(known[:20])}."
    yield (
        "too_short",
        f"{name} says too little: {_title(error.schema)} needs {_counted(error.validator_value, 'key')}.",
        mend,
    )


def _say_one_of(error: Any, name: str) -> Saying:
    branches = [resolved_shape(branch) for branch in error.validator_value]
    instance = error.instance
    tags = [
        branch["properties"]["on"]["const"]
        for branch in branches
        if "const" in branch.get("properties", {}).get("on", {})
    ]
    if tags and isinstance(instance, dict):
        close = nearest(str(instance.get("on", "")), tags)
        mend = (f"Did you mean “{close}”? " if close else "") + f"Choose “on” from: {', '.join(tags)}."
        what = f"“on” can't be {_short(instance['on'])}" if "on" in instance else "“on” is missing"
        yield "unknown_value", f"{what} in {_title(error.schema)}.", mend
        return
    keys = [branch["required"][0] for branch in branches if branch.get("required")]
    if isinstance(instance, dict) and keys:
        close = next((found for key in instance if (found := nearest(str(key), keys))), None)
        mend = (f"Did you mean “{close}”? " if close else "") + f"Use one of: {', '.join(keys)}."
        yield "unknown_clause", f"Nothing here says which kind of {_title(error.schema)[2:].strip()} this is.", mend
        return
    kinds = list(dict.fromkeys(_WORDS[branch.get("type", "string")] for branch in branches))
    words = " or ".join(kinds)
    yield "wrong_type", f"{name} is {_WORDS[_type_name(instance)]}, and must be {words}.", f"Write {words} here."


def _say_any_of(error: Any, name: str) -> Saying:
    keys = [key for branch in error.validator_value for key in branch.get("required", [])]
    listed = " or ".join(f"“{key}”" for key in keys)
    yield "missing_key", f"{_title(error.schema).capitalize()} has neither {' nor '.join(keys)}.", f"Add {listed}."


def _say_other(error: Any, name: str) -> Saying:
    yield "wrong_form", f"{name} does not fit “{error.validator}” of the schema.", "See the format's reference page."


_SAYINGS: dict[str, Callable[[Any, str], Saying]] = {
    "unknown": _say_unknown, "required": _say_required, "type": _say_type, "enum": _say_enum, "const": _say_const,
    "pattern": _say_pattern, "format": _say_format, "oneOf": _say_one_of, "anyOf": _say_any_of,
    **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum",
                     "maximum"], _say_size),
}  # fmt: skip


def _title(shape: Mapping[str, Json]) -> str:
    """Return how a message names what a schema describes: “EventClause” reads “an event clause”."""
    title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(shape.get("title", "this object"))).lower()
    if title.startswith("this "):
        return title
    return f"{'an' if title[:1] in 'aeiou' else 'a'} {title}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")


def _short(value: Json) -> str:
    text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _json(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _json(value: Json) -> str:
    import json

    return f"“{value}”" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _type_name(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case dict():
            return "object"
        case list():
            return "array"
        case str():
            return "string"
        case int():
            return "integer"
        case _:
            return "number"
