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
)
"""Events that always belong to a run; a `struggle` may."""
VISITOR_TYPES = ("decision", "track", "identify", "struggle")
TYPES = RUN_TYPES + VISITOR_TYPES
"""Every type, in the order of their stored numbers: new ones go last."""

MAX_EVENTS = 500
MAX_DATA_BYTES = 8192
_MASK = "the value"
"""Said in place of what was sent: it may be private."""


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the schema of a batch."""
    return json.loads((files("handrail_guides") / "schema" / "event.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _batch() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for(schema(), mask=_MASK)


@lru_cache(maxsize=1)
def _event() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for({"$ref": "#/$defs/event", "$defs": schema()["$defs"]}, mask=_MASK)


@lru_cache(maxsize=1)
def _events() -> Any:
    import jsonschema_rs

    return jsonschema_rs.validator_for({"items": {"$ref": "#/$defs/event"}, "$defs": schema()["$defs"]}, mask=_MASK)


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
    if event["type"] != "struggle":
        return event["type"] in _RUN_TYPES
    return all(name in event for name in ("run", "seq", "guide", "version"))


_RUN_TYPES = frozenset(RUN_TYPES)


def _told(check: Any, value: Any) -> str:
    """Return the first problem in words, with its place."""
    error = next(iter(check.iter_errors(value)))
    pointer = "".join(f"/{part}" for part in error.instance_path)
    return f"{pointer or 'the whole'}: {error.message}"
