"""What the tests of collecting and reporting share: events as a widget sends them, and a server on real files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handrail_cms.clock import ManualClock
from handrail_cms.storage.events import Batch, EventStore, VersionFacts, open_event_store

NOW = 1_800_000_000_000  # 2027-01-15T08:00:00Z
Event = dict[str, Any]


class OneGuide:
    """Facts of a guide of three steps whose goal is `paid` within a week."""

    def version(self, environment_id: int, guide_key: str, number: int) -> VersionFacts | None:
        return VersionFacts("tour", ("a", "b", "c"), "paid", 7 * 86_400_000, 86_400_000, "0" * 64)


def open_store(path: Path, **more: Any) -> EventStore:
    return open_event_store(path / "events.db", OneGuide(), **more)


def uid() -> str:
    return str(uuid.uuid4())


def context(**more: Any) -> dict[str, Any]:
    return {"session": uid(), "release": 1, "build": "1.0.0", "language": "en", "device": "desktop", **more}


def event(kind: str, at: int, **more: Any) -> Event:
    return {"id": uid(), "type": kind, "at": at, **more}


def track(name: str, at: int) -> Event:
    return event("track", at, data={"name": name})


def run_events(
    started: int,
    *moves: str,
    guide: str = "first",
    version: int = 1,
    run: str | None = None,
    segments: Sequence[str] = (),
    second_ms: int = 1000,
) -> list[Event]:
    """Return a run's events, a move every `second_ms`.

    Moves are `show a`, `pass a`, `left a 3000`, `skip a`, `back b`, `miss a hidden`, `end completed a next`.
    """
    head = {"run": run or uid(), "guide": guide, "version": version}
    events = [event("run_requested", started, seq=0, data={"segments": list(segments)}, **head)]
    for seq, move in enumerate(moves, 1):
        verb, *words = move.split()
        at = started + seq * second_ms
        events.append(event(at=at, seq=seq, **head, **_MOVES[verb](*words)))
    return events


_MOVES: dict[str, Any] = {
    "show": lambda step: {"kind": "step_shown", "step": step, "data": {"match": "exact", "confidence": 1.0}},
    "pass": lambda step, by="next": {"kind": "step_passed", "step": step, "data": {"by": by}},
    "left": lambda step, ms: {"kind": "step_left", "step": step, "data": {"visible_ms": int(ms)}},
    "skip": lambda step: {"kind": "step_skipped", "step": step},
    "open": lambda step: {"kind": "step_opened", "step": step},
    "act": lambda step: {"kind": "step_acted", "step": step},
    "back": lambda step: {"kind": "step_back", "step": step},
    "miss": lambda step, reason: {"kind": "target_missing", "step": step, "data": {"reason": reason}},
    "end": lambda state, step, by=None: {
        "kind": "run_ended",
        "step": step,
        "data": {"state": state, **({"reason" if state == "failed" else "by": by} if by else {})},
    },
}
FINISHED = (
    *("show a", "left a 2000", "pass a"),
    *("show b", "left b 3000", "pass b"),
    *("show c", "left c 1000", "pass c", "end completed c next"),
)
CLOSED_AT_B = ("show a", "left a 2000", "pass a", "show b", "left b 500", "end dismissed b close")


def batch(
    events: Sequence[Event],
    at: int,
    visitor: str = "user-1",
    *,
    sent_at: int | None = None,
    environment_id: int = 1,
    time_zone: str = "UTC",
    anonymous: bool = False,
    said: dict[str, Any] | None = None,
) -> Batch:
    """Return a batch that arrives at `at`; `sent_at` is the browser's clock, where it differs."""
    return Batch(
        environment_id=environment_id,
        time_zone=time_zone,
        visitor=visitor,
        anonymous=anonymous,
        account=None,
        standing="anonymous" if anonymous else "unverified",
        context=said or context(),
        sent_at=at if sent_at is None else sent_at,
        received_at=at,
        events=events,
    )


def body(
    events: Sequence[Event], sent_at: int, visitor: str = "user-1", *, anonymous: bool = True, **more: Any
) -> Event:
    """Return a batch as the widget posts it."""
    who = {"id": visitor, "anonymous": anonymous} if anonymous else {"id": visitor}
    return {"sent_at": sent_at, "visitor": {**who, **more}, "context": context(), "events": list(events)}


def clock() -> ManualClock:
    return ManualClock(NOW)
