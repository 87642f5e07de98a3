"""Versions of documents: upgrade those of earlier formats on read; compare (`diff`) and `merge` those of one format.

Format 0 is what was written before the format had a number: shorthands that a person likes to type, which format 1
spells out. Each step of the path upgrades by one, so that every old document takes the same road.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

from handrail_guides.differences import diff
from handrail_guides.errors import UnknownFormat
from handrail_guides.merge import merge_strictly as merge

__all__ = ["CURRENT", "diff", "merge", "upgrade"]

Document = dict[str, Any]

CURRENT: Final = 1


def upgrade(document: Document) -> tuple[Document, list[str]]:
    """Return the document in the current format, and the changes in words; the same object where there are none.

    Raises UnknownFormat for a format that is newer than this release, or no format at all.
    """
    number = document.get("format")
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        return document, []  # validation says what is wrong with it
    if number > CURRENT:
        message = f"The document is of format {number}; this release reads up to format {CURRENT}. Upgrade Handrail."
        raise UnknownFormat(message)
    changes: list[str] = []
    while number < CURRENT:
        document, said = UPGRADES[number](copy.deepcopy(document))
        number += 1
        document["format"] = number
        changes += [f"format {number - 1} upgraded to {number}", *said]
    return document, changes


def _from_0(document: Document) -> tuple[Document, list[str]]:
    """Spell out the shorthands: a list of pages, a bare frequency, a bare `if_missing` and `advance`."""
    said: list[str] = []
    if isinstance(document.get("where"), list):
        document["where"] = {"any": document["where"]}
        said.append("“where”: the list of pages now stands under “any”")
    if isinstance(document.get("audience"), list):
        document["audience"] = {"all": document["audience"]}
        said.append("“audience”: the list of clauses now stands under “all”")
    if isinstance(document.get("frequency"), str):
        document["frequency"] = {"repeat": document["frequency"]}
        said.append("“frequency”: the word now stands under “repeat”")
    steps = document.get("steps")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            said += _step_from_0(step)
    return document, said


def _step_from_0(step: Document) -> list[str]:
    said: list[str] = []
    name = f"step “{step.get('id', '?')}”"
    for field, key in (("advance", "on"), ("if_missing", "then")):
        if isinstance(step.get(field), str):
            step[field] = {key: step[field]}
            said.append(f"{name}: the word of “{field}” now stands under “{key}”")
    if isinstance(step.get("target"), str):
        step["target"] = {"css": step["target"]}
        said.append(f"{name}: the selector of “target” now stands under “css”")
    if isinstance(step.get("on"), str):
        step["on"] = {"path": step["on"]}
        said.append(f"{name}: the page of “on” now stands under “path”")
    return said


UPGRADES: Final[dict[int, Callable[[Document], tuple[Document, list[str]]]]] = {0: _from_0}
