"""A draft as far as it can be read: what does not have the shape of the format is left out.

A draft may hold anything while somebody writes it, and everything that lists, counts or shows drafts would else have
to doubt every value. Texts that are too long, unknown keys and names stay: only what is not of its kind goes.
"""

from __future__ import annotations

import copy
from typing import Any, Final, cast

from handrail_guides.document import steps_of
from handrail_guides.errors import Problem
from handrail_guides.shape import shape_problems

Json = Any
ROUNDS: Final = 12
# A value of these is of its kind, if not as it should be, as long as it is a text or a number.
_MILD: Final = frozenset({"unknown_value", "wrong_form", "too_long", "too_short", "out_of_range"})
_LEAST: Final[dict[str, dict[str, Json]]] = {
    "guide": {"format": 1, "key": "draft", "kind": "tour", "name": "", "language": "en", "steps": []},
    "segment": {"format": 1, "key": "draft", "name": "", "rule": {"all": []}},
    "theme": {"format": 1, "key": "draft", "name": ""},
}


def readable(document: dict[str, Json], kind: str = "guide") -> dict[str, Json]:
    """Return the document itself where its shape is right, else a copy of what of it can be read."""
    if not shape_problems(document, kind):
        return document
    made: dict[str, Json] = copy.deepcopy(document)
    for _ in range(ROUNDS):
        wrong = {one.pointer for one in shape_problems(made, kind) if _is_wrong(made, one)}
        if not wrong:
            return made
        for pointer in sorted(wrong, key=_order, reverse=True):
            _leave_out(made, pointer)
        made = {**_LEAST[kind], **made}
    return dict(_LEAST[kind])


def _order(pointer: str) -> list[tuple[int, str]]:
    """Return what sorts pointers as their places stand in the document, so that the last of a list can go first."""
    return [(int(token) if token.isdecimal() else -1, token) for token in steps_of(pointer)]


def _is_wrong(document: Json, problem: Problem) -> bool:
    if problem.code in {"unknown_key", "more_problems"}:
        return False
    holder, name = _place(document, problem.pointer)
    value = document if holder is None else holder[name]
    if problem.code == "missing_key":
        return _is_nothing(steps_of(problem.pointer), value)
    if problem.code == "too_long" or (problem.code == "too_short" and isinstance(value, list)):
        return False
    return not (problem.code in _MILD and isinstance(value, (str, int, float)))


def _is_nothing(place: list[str], value: Json) -> bool:
    """Tell whether an object that lacks a key cannot be read at all; most are only unfinished, and shown so."""
    if place[:1] == ["steps"] and len(place) == 2:
        return "id" not in value
    return not place or (place[0] == "translations" and not {"text", "of"} <= set(value))


def _leave_out(document: Json, pointer: str) -> None:
    """Take out what the pointer names."""
    holder, name = _place(document, pointer)
    if holder is not None:
        del holder[name]


def _place(document: Json, pointer: str) -> tuple[Json, Json]:
    """Return (what holds the value, its name or place there); (None, "") for the document and what is gone."""
    holder: Json = None
    name: Json = ""
    value = document
    for token in steps_of(pointer):
        if isinstance(value, dict) and token in value:
            holder, name = cast(Json, value), token
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(cast("list[Json]", value)):
            holder, name = cast(Json, value), int(token)
        else:
            return None, ""
        value = holder[name]
    return holder, name
