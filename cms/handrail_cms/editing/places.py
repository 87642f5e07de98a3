"""Reading and writing places of a draft, which may be anything while somebody is writing it. Pure."""

from __future__ import annotations

from typing import Any, cast

Place = tuple[str, ...]
Json = dict[str, Any]


def obj(value: Any) -> Json:
    """Return the object itself, or a new empty one where there is none."""
    return cast(Json, value) if isinstance(value, dict) else {}


def objects(value: Any) -> list[Json]:
    """Return the objects of a list; nothing where it is no list."""
    return (
        [cast(Json, item) for item in cast("list[Any]", value) if isinstance(item, dict)]
        if isinstance(value, list)
        else []
    )


def items(value: Any) -> list[Any]:
    """Return the list itself, or a new empty one where there is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def get(value: Any, place: Place) -> Any:
    """Return what stands at a place, or None."""
    for name in place:
        value = obj(value).get(name)
    return value


def put(value: Json, place: Place, what: Any) -> None:
    """Set a place, making the objects on the way; an empty value takes it out, and objects left empty with it."""
    head, *rest = place
    if rest:
        child = obj(value.get(head))
        put(child, tuple(rest), what)
        what = child or None
    if what in ("", None, []):
        value.pop(head, None)
    else:
        value[head] = what
