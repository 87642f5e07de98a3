"""A look that the builder read from a host page: the theme it becomes, how that reads, and keeping it. No Flask.

What the page shows is one scheme. A new theme gets the other one derived from it; a theme that is changed keeps it.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from handrail_guides.colours import mixed
from handrail_guides.contrast import nearest_readable
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.manifest import compile_theme
from handrail_guides.saying import say

from handrail_cms import publish, starters, themes
from handrail_cms.auth import Actor
from handrail_cms.editing.places import Json, obj
from handrail_cms.errors import NotFound
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Document, Environment

# How much of the text's colour is in what is derived from text and ground.
MUTED_SHARE: Final = 0.7
BORDER_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Look:
    """What was read: in which scheme, the colours of it, and the shape. Tokens that could not be read are missing."""

    scheme: str
    colours: dict[str, str]
    shape: dict[str, Any]


def read(scheme: str, colours: Json, shape: Json) -> Look:
    """Check what a page's reading says; raises GuideProblems, each with its place below `/look` and its mend."""
    theme: Json = {"format": 1, "key": "look", "name": "Look", "light": colours, "shape": shape}
    problems = [one for one in publish.problems_of("theme", theme) if one.level == "error"]
    if not colours and not shape and not problems:
        message = say("Nothing of this look could be read.")
        problems = [Problem("", "empty", message, say("Pick an element with a colour of its own."))]
    if problems:
        raise GuideProblems([replace(one, pointer=_below_look(one.pointer)) for one in problems])
    return Look(scheme, cast("dict[str, str]", colours), shape)


def _below_look(pointer: str) -> str:
    return f"/look{pointer.replace('/light', '/colours', 1)}"


def used(content: ContentStore, environment: Environment, guide: Document) -> Document | None:
    """Return the theme that a guide wears here, or None for the widget's own look."""
    key = guide.body.get("theme") or environment.settings.get("theme")
    try:
        return content.documents.find(environment.app_id, "theme", key) if isinstance(key, str) else None
    except NotFound:
        return None


def proposed(look: Look, base: Document | None, name: str) -> Json:
    """Return the theme as it would be: a change of `base`, or a new one without it."""
    if base is not None:
        return _dressed(base.body, look)
    theme = _dressed(themes.new("look", name), look)
    theme[_other(look)].update(_derived_other(look))
    return theme


def told(theme: Json, look: Look, base: Document | None) -> Json:
    """Return what an author has to know before keeping it: where each token comes from, and how colours read."""
    derived = sorted(set(_derived(theme, look)) - set(look.colours))
    return {
        "theme": compile_theme(theme),
        "derived": derived,
        "other": {
            "scheme": _other(look),
            "how": "left" if base else "derived" if _derived_other(look) else "widget",
        },
        "pairs": [
            {"scheme": one.scheme, "one": one.one, "other": one.other, "ratio": one.ratio, "least": one.least,
             "enough": one.enough, "nearest": one.nearest, "nearest_ground": one.nearest_ground}
            for one in themes.pairs(theme)
        ],
    }  # fmt: skip


def keep(content: ContentStore, actor: Actor, environment: Environment, theme: Json, *, base: Document | None,
         based_on: int) -> Document:  # fmt: skip
    """Store the theme as a draft: a new document, or a new revision of `base`; raises RevisionConflict."""
    if base is not None:
        return publish.save_draft(content, actor, base, theme, based_on=based_on)
    key = starters.free_key(str(theme["name"]), lambda one: _taken(content, environment, one))
    return publish.create(content, actor, environment.app_id, "theme", theme | {"key": key})


def _taken(content: ContentStore, environment: Environment, key: str) -> bool:
    try:
        content.documents.find(environment.app_id, "theme", key)
    except NotFound:
        return False
    return True


def _other(look: Look) -> str:
    return "dark" if look.scheme == "light" else "light"


def _dressed(theme: Json, look: Look) -> Json:
    changed = copy.deepcopy(theme)
    changed[look.scheme] = {**obj(changed.get(look.scheme)), **look.colours}
    changed[look.scheme].update(_derived(changed, look))
    if look.shape:
        changed["shape"] = {**obj(changed.get("shape")), **look.shape}
    return changed


def _derived(theme: Json, look: Look) -> dict[str, str]:
    """Return what follows from the colours that were read, in their scheme; what was read itself stays."""
    known = themes.colours(theme, look.scheme) | look.colours
    ground, text, accent = known["background"], known["text"], known["accent"]
    found: dict[str, str | None] = {}
    if {"background", "text"} & look.colours.keys():
        found["muted"] = _readable(mixed(text, ground, MUTED_SHARE), ground, 4.5)
        found["border"] = mixed(text, ground, BORDER_SHARE)
    if {"background", "accent"} & look.colours.keys():
        found["focus"] = nearest_readable(accent, ground, 3.0)
    if "accent" in look.colours:
        found["on_accent"] = nearest_readable(ground, accent, 4.5)
    return {name: value for name, value in found.items() if value and name not in look.colours}


def _derived_other(look: Look) -> dict[str, str]:
    """Return the accent for the other scheme, on the widget's own ground there."""
    if "accent" not in look.colours:
        return {}
    ground = themes.DEFAULTS[_other(look)]["background"]
    accent = nearest_readable(look.colours["accent"], ground, 4.5)
    on_accent = accent and nearest_readable(look.colours.get("on_accent", ground), accent, 4.5)
    return {"accent": accent, "focus": accent, "on_accent": on_accent} if accent and on_accent else {}


def _readable(colour: str | None, ground: str, least: float) -> str | None:
    return nearest_readable(colour, ground, least) if colour else None
