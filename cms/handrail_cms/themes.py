"""Themes as forms: their fields, the contrast of colours that are read together, and a first theme. No Flask."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handrail_guides.contrast import PAIRS, contrast, nearest_readable

from handrail_cms.editing.clauses import number
from handrail_cms.editing.places import Json, get, obj, put

COLOURS: Final = ("background", "text", "muted", "accent", "on_accent", "border", "overlay", "focus")
SHAPE: Final = (
    "font",
    "size_px",
    "radius_px",
    "width_px",
    "padding_px",
    "shadow",
    "motion_ms",
    "spotlight_padding_px",
    "spotlight_radius_px",
    "layer",
)
DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "light": {
        "background": "#ffffff",
        "text": "#1f2a30",
        "muted": "#5b6870",
        "accent": "#0f6e74",
        "on_accent": "#ffffff",
        "border": "#d9e0e3",
        "overlay": "rgb(16 24 28 / 0.5)",
        "focus": "#0f6e74",
    },
    "dark": {
        "background": "#20292e",
        "text": "#eef2f3",
        "muted": "#b3c0c6",
        "accent": "#5cc4c4",
        "on_accent": "#10191c",
        "border": "#3c484e",
        "overlay": "rgb(0 0 0 / 0.6)",
        "focus": "#5cc4c4",
    },
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours of one scheme that are read together; `ratio` is None where one of them is no colour.

    Where `one` is not read well, `nearest` is what it would have to be, and `nearest_ground` what `other` would.
    """

    scheme: str
    one: str
    other: str
    least: float
    ratio: float | None
    nearest: str | None
    nearest_ground: str | None

    @property
    def enough(self) -> bool:
        """Whether everybody can read it."""
        return self.ratio is not None and self.ratio >= self.least


def new(key: str, name: str) -> Json:
    """Return a theme that looks like the widget's own."""
    return {"format": 1, "key": key, "name": name, "scheme": "system", **{k: dict(v) for k, v in DEFAULTS.items()}}


def colours(theme: Json, scheme: str) -> dict[str, str]:
    """Return every colour of a scheme: the theme's own, and the widget's for what it does not say."""
    own = obj(theme.get(scheme))
    below = {**DEFAULTS[scheme], **obj(theme.get("light"))} if scheme == "dark" and not own else DEFAULTS[scheme]
    return {name: str(own.get(name, below[name])) for name in COLOURS}


def pairs(theme: Json) -> list[Pair]:
    """Return the contrast of each pair in both schemes."""
    found: list[Pair] = []
    for scheme in ("light", "dark"):
        known = colours(theme, scheme)
        for one, other, least in PAIRS:
            found.append(_pair(scheme, (one, known[one]), (other, known[other]), least))
    return found


def _pair(scheme: str, one: tuple[str, str], other: tuple[str, str], least: float) -> Pair:
    ratio = contrast(one[1], other[1])
    # cut, not rounded: a ratio of 4.499 is not enough and must not be told as 4.5
    cut = None if ratio is None else int(ratio * 100) / 100
    enough = ratio is None or ratio >= least
    nearest = (None, None) if enough else _nearest(one[1], other[1], least)
    return Pair(scheme, one[0], other[0], least, cut, *nearest)


def _nearest(one: str, other: str, least: float) -> tuple[str | None, str | None]:
    return nearest_readable(one, other, least), nearest_readable(other, one, least)


def apply(theme: Json, form: Mapping[str, str]) -> Json:
    """Return a changed copy; an empty field takes its token out, so that the widget's own holds."""
    changed = copy.deepcopy(theme)
    for name in ("name", "key", "scheme"):
        if name in form:
            put(changed, (name,), form[name].strip())
    for scheme in ("light", "dark"):
        for name in COLOURS:
            if (field := f"{scheme}-{name}") in form:
                put(changed, (scheme, name), form[field].strip())
    for name in SHAPE:
        if (field := f"shape-{name}") in form:
            text = form[field].strip()
            put(changed, ("shape", name), text if name in {"font", "shadow"} else number(text) if text else None)
    changed.setdefault("light", {})
    return changed


def shape(theme: Json) -> dict[str, Any]:
    """Return what the theme says of its shape; empty text for what it does not."""
    return {name: get(theme, ("shape", name)) if get(theme, ("shape", name)) is not None else "" for name in SHAPE}


def sample(kind: str) -> Json:
    """Return a guide of one kind, for the preview of a theme."""
    target = {"role": "button", "name": "New invoice"}
    step: Json = {
        "id": "sample",
        "title": "New invoice",
        "body": "Every invoice begins **here**. [Read more](https://example.com)",
        "advance": {"on": "next"},
    }
    if kind in {"tour", "tooltip", "hotspot"}:
        step["target"] = target
    if kind in {"tooltip", "hotspot"}:
        step |= {"open": "load", "advance": {"on": "next"}}
    if kind == "checklist":
        step = {
            "id": "sample",
            "title": "Make an invoice",
            "buttons": [{"text": "New invoice", "action": {"emit": "x"}}],
        }
    steps: list[Json] = [step, {"id": "after", "title": "Send it"}] if kind in {"tour", "checklist"} else [step]
    made: Json = {"format": 1, "key": f"sample-{kind}", "kind": kind, "name": kind, "language": "en", "steps": steps}
    return made | ({"title": "First steps"} if kind == "checklist" else {})
