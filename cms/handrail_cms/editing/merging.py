"""Two edits of one draft, merged place by place: what only one changed is taken, what both changed is asked. Pure.

Steps, and other lists whose members have an `id`, are merged member by member, so that two people who edit
two steps never meet. Pointers name such members by their id, which stays when the list is reordered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handrail_guides.document import escape
from handrail_guides.errors import MergeConflict

from handrail_cms.editing.places import Json, items, obj, objects

GONE: Final = object()
"""Stands for a place that is not there."""


def merge(base: Json, mine: Json, theirs: Json, take: Mapping[str, str] | None = None) -> Json:
    """Return the merged document; raises MergeConflict with the pointers of every place that both changed differently.

    `take` maps such a pointer to `mine` or `theirs`.
    """
    merger = _Merger(take or {})
    merged = merger.value("", base, mine, theirs)
    if merger.conflicts:
        raise MergeConflict(merger.conflicts)
    return merged


class _Merger:
    """Carries what was chosen and what is still open."""

    def __init__(self, take: Mapping[str, str]) -> None:
        self._take = take
        self.conflicts: list[str] = []

    def value(self, pointer: str, base: Any, mine: Any, theirs: Any) -> Any:
        """Merge what stands at one place."""
        if mine == theirs or theirs == base:
            return mine
        if mine == base:
            return theirs
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._objects(pointer, obj(base), obj(mine), obj(theirs))
        if _has_ids(mine) and _has_ids(theirs) and (base is GONE or _has_ids(base)):
            return self._members(pointer, objects(base), objects(mine), objects(theirs))
        return self._asked(pointer, mine, theirs)

    def _asked(self, pointer: str, mine: Any, theirs: Any) -> Any:
        chosen = self._take.get(pointer)
        if chosen not in {"mine", "theirs"}:
            self.conflicts.append(pointer)
        return theirs if chosen == "theirs" else mine

    def _objects(self, pointer: str, base: Json, mine: Json, theirs: Json) -> Json:
        merged: Json = {}
        for name in [*mine, *(name for name in theirs if name not in mine)]:
            sides = (base.get(name, GONE), mine.get(name, GONE), theirs.get(name, GONE))
            found = self.value(f"{pointer}/{escape(name)}", *sides)
            if found is not GONE:
                merged[name] = found
        return merged

    def _members(self, pointer: str, base: list[Json], mine: list[Json], theirs: list[Json]) -> list[Json]:
        sides = [{str(one["id"]): one for one in side} for side in (base, mine, theirs)]
        merged: dict[str, Any] = {}
        for name in _order(*([str(one["id"]) for one in side] for side in (base, mine, theirs))):
            found = self.value(f"{pointer}/{escape(name)}", *(side.get(name, GONE) for side in sides))
            if found is not GONE:
                merged[name] = found
        return list(merged.values())


def _has_ids(value: Any) -> bool:
    found = objects(value)
    ids = [one.get("id") for one in found]
    return (
        isinstance(value, list)
        and len(found) == len(items(value))
        and all(ids)
        and len({str(i) for i in ids}) == len(ids)
    )


def _order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Return every member once: in the order of the side that moved something, with the other's new ones behind their neighbours."""
    kept = [name for name in base if name in mine and name in theirs]
    lead, other = (theirs, mine) if [name for name in mine if name in kept] == kept else (mine, theirs)
    order = list(lead)
    for index, name in enumerate(other):
        if name not in order:
            before = next((one for one in reversed(other[:index]) if one in order), None)
            order.insert(order.index(before) + 1 if before else 0, name)
    return order


def at(value: Any, tokens: list[str]) -> Any:
    """Return what stands at a pointer of `merge`, or GONE."""
    for token in tokens:
        if isinstance(value, dict):
            value = obj(value).get(token, GONE)
        else:
            value = next((one for one in objects(value) if str(one.get("id")) == token), GONE)
    return value
