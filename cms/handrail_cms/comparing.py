"""Two states of a guide compared: change by change, for people, and line by line. Knows nothing of HTTP."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from handrail_guides.document import digest as digest

from handrail_cms.editing.places import Json, get, items, obj, objects

INTERRUPTING: Final = {"tour", "modal", "survey"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `step` is the step's id, None for the guide; `before` and `after` are values, None for none."""

    what: Literal["added", "removed", "moved", "changed"]
    step: str | None
    field: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of two texts side by side; None where a side has no such line."""

    left_number: int | None
    left: str | None
    right_number: int | None
    right: str | None
    same: bool


def changes(before: Json, after: Json) -> list[Change]:
    """Return what changed, in reading order: the guide's own fields, then its steps, then its translations."""
    found = [
        Change("changed", None, name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if name not in {"steps", "translations", "$schema"} and before.get(name) != after.get(name)
    ]
    return [*found, *_step_changes(before, after), *_translation_changes(before, after)]


def _step_changes(before: Json, after: Json) -> list[Change]:
    old, new = ({str(step.get("id")): step for step in objects(side.get("steps"))} for side in (before, after))
    kept = [name for name in new if name in old]
    moved = _moved([name for name in old if name in new], kept)
    found = [Change("removed", name, "step", old[name]) for name in old if name not in new]
    for name, step in new.items():
        if name not in old:
            found.append(Change("added", name, "step", None, step))
            continue
        if name in moved:
            found.append(Change("moved", name, "step", list(old).index(name) + 1, list(new).index(name) + 1))
        fields = dict.fromkeys([*old[name], *step])
        found += [
            Change("changed", name, field, old[name].get(field), step.get(field))
            for field in fields
            if old[name].get(field) != step.get(field)
        ]
    return found


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Return the fewest members that have to move to get from one order to the other."""
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {name for block in blocks for name in before[block.a : block.a + block.size]}
    return set(after) - stayed


def _translation_changes(before: Json, after: Json) -> list[Change]:
    old, new = obj(before.get("translations")), obj(after.get("translations"))
    return [
        Change("changed", None, f"translations.{language}", old.get(language), new.get(language))
        for language in dict.fromkeys([*old, *new])
        if old.get(language) != new.get(language)
    ]


def side_by_side(left: str, right: str) -> list[Row]:
    """Return the lines of two texts beside one another."""
    ours, others = left.splitlines(), right.splitlines()
    found: list[Row] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, ours, others, autojunk=False).get_opcodes():
        for offset in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + offset, j1 + offset
            found.append(
                Row(
                    i + 1 if i < i2 else None,
                    ours[i] if i < i2 else None,
                    j + 1 if j < j2 else None,
                    others[j] if j < j2 else None,
                    tag == "equal",
                )
            )
    return found


def rivals(body: Json, live: Sequence[Json]) -> list[Json]:
    """Return the live guides that may want to start on the same page at the same time, the first to go in front."""
    if body.get("kind") not in INTERRUPTING:
        return []
    pages = _pages(body)
    found = [
        one for one in live if one.get("kind") in INTERRUPTING and _meet(pages, _pages(one)) and _starts_itself(one)
    ]
    return sorted(found, key=lambda one: -int(one.get("priority", 50))) if _starts_itself(body) else []


def _starts_itself(body: Json) -> bool:
    return get(body, ("start", "on")) != "manual"


def _pages(body: Json) -> list[str]:
    return [
        one if isinstance(one, str) else str(obj(one).get("path", "*")) for one in items(get(body, ("where", "any")))
    ]


def _meet(ours: list[str], others: list[str]) -> bool:
    """Say whether two lists of patterns may match the same path: where one pattern contains the other."""
    return not ours or not others or any(_covers(a, b) or _covers(b, a) for a in ours for b in others)


def _covers(wide: str, narrow: str) -> bool:
    stem, star, _ = wide.partition("*")
    return narrow.startswith(stem) if star else wide == narrow
