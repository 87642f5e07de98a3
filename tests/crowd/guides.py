"""The guides that the crowd follows."""

from __future__ import annotations

from typing import Any


def _guide(key: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    texts = [{"title": step["id"].title(), "body": f"This is {step['id']}.", **step} for step in steps]
    return {"format": 1, "key": key, "kind": "tour", "name": key.title(), "language": "en", "steps": texts, **more}


def _at(page: str) -> dict[str, Any]:
    return {"any": [page]}


TOUR = _guide(
    "tour",
    {"id": "one", "target": {"css": "#new"}},
    {"id": "two", "target": {"css": "#amount"}, "outside": "close"},
    {"id": "three", "target": {"css": "#extra"}, "if_missing": {"wait": "PT1S", "then": "skip"}},
    {"id": "four", "target": {"css": "#save"}, "if_missing": {"wait": "PT1S", "then": "end"}},
    where=_at("/tour"),
    goal={"event": "paid", "within": "PT1H"},
)
"""Most of the crowd follows this one. `three` is there only on pages that are asked for `extra`."""
OTHER = _guide("other", {"id": "only"}, start={"on": "manual"})
GATE = _guide(
    "gate", {"id": "door", "target": {"css": "#door"}, "if_missing": {"wait": "PT1S", "then": "end"}},
    where=_at("/gate"),
)  # fmt: skip
BRANCH = _guide(
    "branch",
    {"id": "pick", "buttons": [
        {"text": "Short", "action": {"to": "short"}}, {"text": "Long", "action": {"to": "long"}},
    ]},
    {"id": "long"},
    {"id": "longer", "then": [{"to": "end-here"}]},
    {"id": "short", "then": [{"to": "end-here"}]},
    {"id": "end-here"},
    where=_at("/branch"),
)  # fmt: skip
TIMED = _guide("timed", {"id": "first"}, {"id": "last"}, where=_at("/timed"))
GUIDES = [TOUR, OTHER, GATE, BRANCH, TIMED]
