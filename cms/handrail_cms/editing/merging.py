"""Two edits of one draft merged, with what somebody chose for the places that both changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handrail_guides.errors import HandrailError
from handrail_guides.merge import Conflict
from handrail_guides.merge import merge as three_way

from handrail_cms.editing.places import Json, items, obj, objects


class Unmerged(HandrailError):
    """Two people changed the same places; `conflicts` has both texts of each, `mine` the whole draft that was sent."""

    def __init__(self, mine: Json, conflicts: list[Conflict]) -> None:
        super().__init__("Both edits changed: " + ", ".join(one.name for one in conflicts))
        self.mine = mine
        self.conflicts = conflicts


def merge(base: Json, mine: Json, theirs: Json, take: Mapping[str, str] | None = None) -> Json:
    """Return the merged document; raises Unmerged for what both changed and nobody has chosen.

    `take` maps the name of a conflict to `mine` or `theirs`.
    """
    merged = three_way(base, mine, theirs)
    chosen = take or {}
    for conflict in merged.conflicts:
        if chosen.get(conflict.name) == "theirs":
            _put(merged.document, conflict.path, conflict.theirs)
    still_open = [one for one in merged.conflicts if chosen.get(one.name) not in {"mine", "theirs"}]
    if still_open:
        raise Unmerged(mine, still_open)
    return merged.document


def _put(value: Any, path: Sequence[str], what: Any) -> None:
    """Set the place that a path names, where members of lists are named by their id; None takes it out."""
    head, *rest = path
    if rest:
        inside = obj(value).get(head) if isinstance(value, dict) else _member(value, head)
        _put(inside, rest, what)
    elif isinstance(value, dict):
        if what is None:
            obj(value).pop(head, None)
        else:
            obj(value)[head] = what
    else:
        _put_member(items(value), head, what)


def _member(value: Any, name: str) -> Any:
    return next((one for one in objects(value) if str(one.get("id")) == name), None)


def _put_member(members: list[Any], name: str, what: Any) -> None:
    index = next((n for n, one in enumerate(members) if str(obj(one).get("id")) == name), None)
    if index is None and what is not None:
        members.append(what)
    elif index is not None and what is None:
        members.pop(index)
    elif index is not None:
        members[index] = what
