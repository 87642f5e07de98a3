"""The events that the widget sends: their names and fields, and the checks of batches and of single events.

The schema (`schema/event.json`) is the contract; here it is compiled. A batch's envelope is judged
as a whole; each event is judged by itself, so that a bad one never rejects its neighbours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

RUN_TYPES = (
    "run_requested",
    "target_missing",
    "step_shown",
    "step_passed",
    "step_skipped",
    "step_back",
    "step_left",
    "run_ended",
    "run_resumed",
    "answer",
    "step_opened",
    "step_acted",
)
"""Events that always belong to a run; a `struggle` may."""
VISITOR_TYPES = ("decision", "track", "identify", "struggle")
TYPES = (*RUN_TYPES[:10], *VISITOR_TYPES, *RUN_TYPES[10:])
"""Every type, in the order of their stored numbers: new ones go last."""

MAX_EVENTS = 500
MAX_DATA_BYTES = 8192
_MASK = "the value"
"""Said in place of what was sent: it may be private."""


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the schema of a batch."""
    return json.loads((files("handrail_guides") / "schema" / "event.json").read_text(encoding="utf-8"))


def _compile(part: dict[str, Any]) -> Any:
    """Return a validator; its patterns run in linear time whatever is sent."""
    import jsonschema_rs

    return jsonschema_rs.validator_for(part, mask=_MASK, pattern_options=jsonschema_rs.RegexOptions())


@lru_cache(maxsize=1)
def _batch() -> Any:
    return _compile(schema())


@lru_cache(maxsize=1)
def _event() -> Any:
    return _compile({"$ref": "#/$defs/event", "$defs": schema()["$defs"]})


@lru_cache(maxsize=1)
def _events() -> Any:
    return _compile({"items": {"$ref": "#/$defs/event"}, "$defs": schema()["$defs"]})


def batch_problem(batch: Any) -> str | None:
    """Return what is wrong with a batch's envelope, or None; its events are not looked into."""
    return None if _batch().is_valid(batch) else _told(_batch(), batch)


def event_problems(events: Sequence[Any]) -> dict[int, str]:
    """Return, by place, what is wrong with each event that is not as the schema says; mostly nothing."""
    if _events().is_valid(events):
        return {}
    check = _event()
    return {index: _told(check, event) for index, event in enumerate(events) if not check.is_valid(event)}


def belongs_to_run(event: Mapping[str, Any]) -> bool:
    """Say whether an event is part of a run's story; a struggle is, where it names all that a run needs."""
    kind = event["type"]
    return kind in _RUN_TYPES or (kind == "struggle" and all(name in event for name in _OF_RUN))


_RUN_TYPES = frozenset(RUN_TYPES)
_OF_RUN = ("run", "seq", "guide", "version")


def _told(check: Any, value: Any) -> str:
    """Return the first problem in words, with its place."""
    error = next(iter(check.iter_errors(value)))
    pointer = "".join(f"/{part}" for part in error.instance_path)
    return f"{pointer or 'the whole'}: {error.message}"
