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
from handrail_guides.saying import Said, listed, say
from handrail_guides.schemas import names, resolved, schema

Json = Any

MOST_PROBLEMS: Final = 1000

_WORDS = {"object": say("an object {…}"), "array": say("a list […]"), "string": say("text"), "number": say("a number"),
          "integer": say("a whole number"), "boolean": say("true or false"), "null": say("null")}  # fmt: skip
# what a pattern of the schemas asks for, by the title of the definition, or by the pattern itself
_ASKS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": (say("lower-case letters, digits and single hyphens"), "first-invoice"),
    "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$": (say("a language tag"), listed(("en", "ko", "pt-BR"), say(" or "))),
    "^[^\\u0000-\\u001f]+$": (say("text without control characters"), "invoice_sent"),
    "^([01]\\d|2[0-3]):[0-5]\\d$": (say("a time of day"), "09:30"),
    "^https?://[^/\\s]+$": (say("an origin: scheme and host, no path"), "https://app.example.com"),
    "^[a-z][a-z0-9-]*$": (say("a tag name in lower case"), "button"),
}
# what the limits of a schema count, one and many, by the fourth letter of `minLength`, `minItems`, `minProperties`
_UNITS = {
    "L": (say("character"), say("characters")),
    "I": (say("item"), say("items")),
    "P": (say("key"), say("keys")),
}
_ASKS_BY_TITLE = {
    "Period": (
        say("an ISO 8601 duration of weeks, days, hours, minutes and seconds"),
        listed(("P7D", "PT30S"), say(" or ")),
    ),
    "ThemeColour": (say("a colour"), listed(("#1f6feb", "rgb(31 111 235)", "oklch(0.6 0.2 255)"), say(" or "))),
}


def shape_problems(document: Json, kind: str) -> list[Problem]:
    """Return what in the document does not fit the schema of its kind; the document is plain JSON of bounded depth."""
    if _quick(kind).is_valid(document):
        return []
    found = chain.from_iterable(_problem(error) for error in _thorough(kind).iter_errors(document))
    unique = {(problem.pointer, problem.message): problem for problem in islice(found, MOST_PROBLEMS)}
    if next(found, None):
        message = say("There are more problems; these are the first %(most_problems)s.", most_problems=MOST_PROBLEMS)
        unique["", message] = Problem("", "more_problems", message, say("Mend these, then validate again."))
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
    name = str(error.absolute_path[-1]) if error.absolute_path else say("the document")
    said = _SAYINGS.get(error.validator, _say_other)(error, f"“{name}”" if error.absolute_path else name)
    for code, message, mend in said:
        yield Problem(pointer, code, message, mend)


Saying = Iterator[tuple[str, str, str]]


def _say_unknown(error: Any, name: str) -> Saying:
    known: list[str] = error.validator_value
    close = nearest(str(error.instance), known)
    mend = (
        say("Did you mean “%(close)s”?", close=close)
        if close
        else say("Known here: %(names)s.", names=", ".join(known[:20]))
    )
    yield (
        "unknown_key",
        say("%(instance)s is not a key of %(schema)s.", instance=_short(error.instance), schema=_title(error.schema)),
        mend,
    )


def _say_required(error: Any, name: str) -> Saying:
    for key in error.validator_value:
        if key not in error.instance:
            what = resolved_shape(error.schema.get("properties", {}).get(key, {})).get("description", "")
            mend = say("Add “%(key)s”. %(what)s", key=key, what=what) if what else say("Add “%(key)s”.", key=key)
            yield "missing_key", say("“%(key)s” is missing in %(schema)s.", key=key, schema=_title(error.schema)), mend
            return


def _say_type(error: Any, name: str) -> Saying:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = listed((_WORDS[kind] for kind in wanted), say(" or "))
    yield (
        "wrong_type",
        say(
            "%(name)s is %(words)s, and must be %(words2)s.",
            name=name,
            words=_WORDS[_type_name(error.instance)],
            words2=words,
        ),
        say("Write %(words)s here.", words=words),
    )


def _say_enum(error: Any, name: str) -> Saying:
    known = [str(value) for value in error.validator_value if value is not None]
    close = nearest(str(error.instance), known)
    mend = (say("Did you mean “%(close)s”? ", close=close) if close else "") + say(
        "Choose one of: %(names)s.", names=", ".join(known)
    )
    yield "unknown_value", say("%(name)s can't be %(instance)s.", name=name, instance=_short(error.instance)), mend


def _say_const(error: Any, name: str) -> Saying:
    wanted = error.validator_value
    yield (
        "unknown_value",
        say("%(name)s can't be %(instance)s.", name=name, instance=_short(error.instance)),
        say("Write %(wanted)s.", wanted=_short(wanted)),
    )


def _say_pattern(error: Any, name: str) -> Saying:
    asks = _ASKS_BY_TITLE.get(error.schema.get("title", "")) or _ASKS.get(error.validator_value)
    if asks is None:
        asks = (say("text of another form"), error.validator_value)
    yield (
        "wrong_form",
        say(
            "%(name)s is %(instance)s, and must be %(asks)s.", name=name, instance=_short(error.instance), asks=asks[0]
        ),
        say("Write it like %(asks)s.", asks=asks[1]),
    )


def _say_format(error: Any, name: str) -> Saying:
    yield (
        "wrong_form",
        say("%(name)s is %(instance)s, and must be a date.", name=name, instance=_short(error.instance)),
        say("Write it like 2027-01-31."),
    )


def _say_size(error: Any, name: str) -> Saying:
    limit = error.validator_value
    size = len(error.instance) if hasattr(error.instance, "__len__") else error.instance
    units = _UNITS.get(error.validator[3])
    if units is None:
        bound = say("at least") if error.validator == "minimum" else say("at most")
        said = say(
            "%(name)s is %(size)s, and must be %(bound)s %(limit)s.", name=name, size=size, bound=bound, limit=limit
        )
        yield "out_of_range", said, say("Write a number of %(bound)s %(limit)s.", bound=bound, limit=limit)
        return
    values = {"name": name, "size": size, "things": units[1], "limit": limit}
    if error.validator == "minProperties":
        yield from _say_few_keys(error, name)
    elif error.validator.startswith("min"):
        mend = say("Write at least %(limit)s %(things)s.", limit=limit, things=units[limit != 1])
        yield "too_short", say("%(name)s has %(size)s %(things)s, and needs at least %(limit)s.", **values), mend
    else:
        said = say("%(name)s has %(size)s %(things)s, and may have at most %(limit)s.", **values)
        yield "too_long", said, say("Shorten it to %(limit)s.", limit=limit)


def _say_few_keys(error: Any, name: str) -> Saying:
    known = sorted(_known_keys(error.schema))
    names = ", ".join(known[:20])
    few = error.validator_value <= 2
    mend = say("Add one of: %(names)s.", names=names) if few else say("Add some of: %(names)s.", names=names)
    count = error.validator_value
    unit = _UNITS["P"][count != 1]
    said = say("%(name)s says too little: %(title)s needs %(count)s %(unit)s.",
               name=name, title=_title(error.schema), count=count, unit=unit)  # fmt: skip
    yield "too_short", said, mend


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
        mend = (say("Did you mean “%(close)s”? ", close=close) if close else "") + say(
            "Choose “on” from: %(names)s.", names=", ".join(tags)
        )
        what = say("“on” can't be %(on)s", on=_short(instance["on"])) if "on" in instance else say("“on” is missing")
        yield "unknown_value", say("%(what)s in %(schema)s.", what=what, schema=_title(error.schema)), mend
        return
    keys = [branch["required"][0] for branch in branches if branch.get("required")]
    if isinstance(instance, dict) and keys:
        close = next((found for key in instance if (found := nearest(str(key), keys))), None)
        mend = (say("Did you mean “%(close)s”? ", close=close) if close else "") + say(
            "Use one of: %(names)s.", names=", ".join(keys)
        )
        yield (
            "unknown_clause",
            say("Nothing here says which kind of %(kind)s this is.", kind=say(_noun(error.schema))),
            mend,
        )
        return
    kinds = list(dict.fromkeys(_WORDS[branch.get("type", "string")] for branch in branches))
    words = listed(kinds, say(" or "))
    yield (
        "wrong_type",
        say(
            "%(name)s is %(words)s, and must be %(words2)s.",
            name=name,
            words=_WORDS[_type_name(instance)],
            words2=words,
        ),
        say("Write %(words)s here.", words=words),
    )


def _say_any_of(error: Any, name: str) -> Saying:
    keys = [key for branch in error.validator_value for key in branch.get("required", [])]
    said = say(
        "%(title)s has neither %(names)s.", title=_title(error.schema, first=True), names=listed(keys, say(" nor "))
    )
    yield "missing_key", said, say("Add %(names)s.", names=listed((f"“{key}”" for key in keys), say(" or ")))


def _say_other(error: Any, name: str) -> Saying:
    yield (
        "wrong_form",
        say("%(name)s does not fit “%(validator)s” of the schema.", name=name, validator=error.validator),
        say("See the format's reference page."),
    )


_SAYINGS: dict[str, Callable[[Any, str], Saying]] = {
    "unknown": _say_unknown, "required": _say_required, "type": _say_type, "enum": _say_enum, "const": _say_const,
    "pattern": _say_pattern, "format": _say_format, "oneOf": _say_one_of, "anyOf": _say_any_of,
    **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum",
                     "maximum"], _say_size),
}  # fmt: skip


def _noun(shape: Mapping[str, Json]) -> str:
    """Return how a message names what a schema describes: “EventClause” reads “event clause”."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(shape.get("title", "this object"))).lower()


def _title(shape: Mapping[str, Json], *, first: bool = False) -> Said:
    """Return the same with its article, as the first words of a sentence where asked."""
    noun = _noun(shape)
    if noun.startswith("this "):
        return say(noun)
    article = "an" if noun[:1] in "aeiou" else "a"
    return say("%(article)s %(noun)s", article=article.capitalize() if first else article, noun=say(noun))


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
