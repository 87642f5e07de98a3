"""Merge two edits of one document, field by field, with steps and buttons told apart by their ids."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from handrail_guides.differences import identified, same
from handrail_guides.errors import MergeConflict

Json = Any
Path = tuple[str, ...]


_CLAUSES: Final = (
    "all any not trait account event guide segment language device path host query hash element time share"
)
_ACTIONS: Final = "to start open emit"
_TELLING: Final = frozenset(f"{_CLAUSES} {_ACTIONS}".split(" "))


class _Missing:
    """There is no such field."""

    def __repr__(self) -> str:
        return "missing"


MISSING: Final = _Missing()
ORDER: Final = "(order)"  # the last name of a conflict about the order of a list


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both edits changed, each in its own way; a value is None where that side has no such field.

    `path` names steps and buttons by id: `("steps", "pay", "title")`.
    """

    path: Path
    base: Json
    mine: Json
    theirs: Json

    @property
    def name(self) -> str:
        """Return the field's name for people: `steps.pay.title`."""
        return ".".join(self.path)

    def as_json(self) -> dict[str, Json]:
        """Return the wire form."""
        return {"path": list(self.path), "name": self.name, "base": self.base, "mine": self.mine, "theirs": self.theirs}


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged document, and what could not be merged; there, the document holds mine."""

    document: dict[str, Json]
    conflicts: list[Conflict]


def merge(base: Mapping[str, Json], mine: Mapping[str, Json], theirs: Mapping[str, Json]) -> Merged:
    """Merge two edits of one base. What only one side changed is taken; what both changed alike is taken once."""
    conflicts: list[Conflict] = []
    made = _merged((), base, mine, theirs, conflicts)
    return Merged(copy.deepcopy(made), conflicts)


def merge_strictly(
    base: Mapping[str, Json],
    mine: Mapping[str, Json],
    theirs: Mapping[str, Json],
    take: Mapping[str, str] | None = None,
) -> dict[str, Json]:
    """Merge two edits, or raise MergeConflict with what both changed and nobody has chosen.

    `take` maps the name of a conflict to `mine` or `theirs`.
    """
    merged, chosen = merge(base, mine, theirs), take or {}
    for conflict in merged.conflicts:
        if chosen.get(conflict.name) == "theirs":
            _put(merged.document, conflict.path, copy.deepcopy(conflict.theirs))
    still_open = [one for one in merged.conflicts if chosen.get(one.name) not in {"mine", "theirs"}]
    if still_open:
        raise MergeConflict([one.name for one in still_open], still_open)
    return merged.document


def _put(value: Json, path: Path, what: Json) -> None:
    """Set the place that a conflict's path names, members of lists by their id; None takes it out."""
    head, *rest = path
    if isinstance(value, list):
        _put_member(value, head, tuple(rest), what)
    elif rest:
        _put(value[head], tuple(rest), what)
    elif what is None:
        value.pop(head, None)
    else:
        value[head] = what


def _put_member(members: list[Json], name: str, rest: Path, what: Json) -> None:
    index = next((n for n, member in enumerate(members) if member["id"] == name), None)
    if name == ORDER:
        order = {member: place for place, member in enumerate(what)}
        members.sort(key=lambda member: order.get(member["id"], len(order)))
    elif index is None:
        members += [] if what is None else [what]
    elif rest:
        _put(members[index], rest, what)
    elif what is None:
        members.pop(index)
    else:
        members[index] = what


def _merged(path: Path, base: Json, mine: Json, theirs: Json, conflicts: list[Conflict]) -> Json:
    if _same(mine, theirs) or _same(base, theirs):
        return mine
    if _same(base, mine):
        return theirs
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping) and not (path and _is_choice(mine, theirs)):
        return _merged_object(path, base if isinstance(base, Mapping) else {}, mine, theirs, conflicts)
    if path and path[-1] in {"steps", "buttons"}:
        sides = [identified(side) for side in (base, mine, theirs)]
        if sides[1] is not None and sides[2] is not None:
            return _merged_items(path, sides[0] or {}, sides[1], sides[2], conflicts)
    conflicts.append(Conflict(path, *(None if side is MISSING else side for side in (base, mine, theirs))))
    return theirs if mine is MISSING else mine


def _merged_object(
    path: Path,
    base: Mapping[str, Json],
    mine: Mapping[str, Json],
    theirs: Mapping[str, Json],
    conflicts: list[Conflict],
) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        was, here, there = (side.get(name, MISSING) for side in (base, mine, theirs))
        value = _merged((*path, name), was, here, there, conflicts)
        if value is not MISSING:
            made[name] = value
    return made


def _merged_items(
    path: Path, base: dict[str, Json], mine: dict[str, Json], theirs: dict[str, Json], conflicts: list[Conflict]
) -> list[Json]:
    items = _merged_object(path, base, mine, theirs, conflicts)
    order = _merged_order(path, list(base), list(mine), list(theirs), conflicts)
    return [items[name] for name in order if name in items] + [items[name] for name in items if name not in order]


def _merged_order(
    path: Path, base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], conflicts: list[Conflict]
) -> list[str]:
    """Return the order of the side that moved something, the other side's additions after their neighbours."""
    common = {name for name in base if name in mine and name in theirs}
    orders = [[name for name in side if name in common] for side in (base, mine, theirs)]
    if orders[1] != orders[0] and orders[2] != orders[0] and orders[1] != orders[2]:
        conflicts.append(Conflict((*path, ORDER), list(base), list(mine), list(theirs)))
    leader, other = (theirs, mine) if orders[1] == orders[0] else (mine, theirs)
    order = list(leader)
    for index, name in enumerate(other):
        if name not in order:
            before = next((earlier for earlier in reversed(other[:index]) if earlier in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, name)
    return order


def _is_choice(mine: Mapping[str, Json], theirs: Mapping[str, Json]) -> bool:
    """Tell whether two objects choose different things (clauses, starts, actions): their fields must not be mixed."""
    if mine.get("on") != theirs.get("on") and isinstance(mine.get("on"), str):
        return True
    return len(mine) <= 3 and (_TELLING & set(mine)) != (_TELLING & set(theirs))


def _same(a: Json, b: Json) -> bool:
    if a is MISSING or b is MISSING:
        return a is b
    return same(a, b)
