"""Which form field a problem belongs to, from its JSON Pointer. Pure."""

from __future__ import annotations

from typing import Final

from handrail_guides.document import steps_of as tokens_of
from handrail_guides.errors import Problem

from handrail_cms.editing import fields, forms
from handrail_cms.editing.places import Json, Place

_AUDIENCE: Final = {"audience", "where"}
_ROWS: Final = {"buttons": "button", "then": "branch"}


def place_of(document: Json, pointer: str) -> tuple[str, str]:
    """Return (panel, id of the field, or "" where no field shows it)."""
    tokens = tuple(tokens_of(pointer))
    if tokens[:1] == ("steps",):
        steps = forms.steps_of(document)
        if len(tokens) < 2 or not tokens[1].isdigit() or int(tokens[1]) >= len(steps):
            return forms.GUIDE_PANEL, ""
        return str(steps[int(tokens[1])].get("id", "")), _step_field(tokens[2:])
    if tokens[:1] and tokens[0] in _AUDIENCE:
        return forms.AUDIENCE_PANEL, _audience_field(tokens)
    return forms.GUIDE_PANEL, _field(tokens, fields.GUIDE_FIELDS, fields.GUIDE_PERIODS)


def _field(tokens: Place, known: tuple[fields.Field, ...], spans: fields.Spans) -> str:
    """Return the field of the longest place that the pointer starts with, or of the first place below the pointer."""
    places = [(field.place, field.name) for field in known] + [
        (place, f"{name}-number") for name, (place, _default) in spans.items()
    ]
    above = [(len(place), name) for place, name in places if tokens[: len(place)] == place]
    if above:
        return max(above)[1]
    return next((name for place, name in places if tokens and place[: len(tokens)] == tokens), "")


def _step_field(tokens: Place) -> str:
    if not tokens:
        return "title"
    if tokens[0] in _ROWS and len(tokens) > 2:
        part = {"action": "action", "to": "to", "if": "if"}.get(tokens[2], "text")
        return f"{_ROWS[tokens[0]]}-{tokens[1]}-{part}"
    return _field(tokens, fields.STEP_FIELDS, fields.STEP_PERIODS)


def _audience_field(tokens: Place) -> str:
    if tokens[0] == "where":
        return "where-not" if tokens[1:2] == ("not",) else "where"
    if len(tokens) > 2 and tokens[2].isdigit():
        return f"clause-{tokens[2]}-name"
    return "audience-json" if len(tokens) > 1 else "audience-mode"


def by_field(document: Json, problems: list[Problem], panel: str) -> dict[str, list[Problem]]:
    """Return the problems of one panel by the field that they stand at."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        where, field = place_of(document, problem.pointer)
        if where == panel:
            found.setdefault(field, []).append(problem)
    return found


def by_panel(document: Json, problems: list[Problem]) -> dict[str, int]:
    """Return how many errors each panel has."""
    counts: dict[str, int] = {}
    for problem in problems:
        if problem.level == "error":
            panel = place_of(document, problem.pointer)[0]
            counts[panel] = counts.get(panel, 0) + 1
    return counts
