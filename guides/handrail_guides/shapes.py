"""Runs folded event by event: what `fold` says of events that come in order, remembered by the shape of the run.

Few runs differ in anything but their times: the same steps are shown and passed in the same order. A
`Shape` is what the fold made of one such order, and knows the shapes that one more event leads to. A
`Story` follows a run's events from shape to shape and keeps the times beside. A shape that was not met
before is asked of `fold`, so that nothing of what is counted is said twice; events that come out of
order are not followed at all. Pure, like `runs.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handrail_guides.measures import NOT_TIMED, Outcome, bucket, outcome
from handrail_guides.runs import SILENCE_MS, STORY_GAP_MS, UNSETTLED, RunEvent, RunState, fold, named_segments, settle

MOST_SHAPES = 20_000
"""So many are remembered: a few hundred bytes each."""

Symbol = tuple[Any, ...]


class Shape:
    """What events in one order amount to, times aside; `silent` is the same after 30 minutes without an event."""

    __slots__ = ("before", "ended", "further", "last", "seen", "silent", "started")

    def __init__(self, before: Shape | None, last: RunEvent) -> None:
        self.before = before
        self.last = last
        self.further: dict[Symbol, Shape] = {}
        run = fold(self._events(), last.at)
        self.started = run.started_at is not None
        self.ended = run.ended_at is not None
        self.seen = Seen(run)
        self.silent = Seen(settle(run, run.last_at + SILENCE_MS)) if run.state in UNSETTLED else self.seen

    def _events(self) -> list[RunEvent]:
        """Return the events that lead here; any times in this order will do."""
        events: list[RunEvent] = []
        shape: Shape | None = self
        while shape is not None:
            events.append(shape.last)
            shape = shape.before
        return events


class Seen:
    """How a shape is counted: `timed` holds each step, in the order of the outcome's, and whether it was passed."""

    __slots__ = ("by", "end_step", "outcome", "segments", "state", "timed")

    def __init__(self, run: RunState) -> None:
        self.state = run.state
        self.by = run.by
        self.end_step = run.end_step
        self.segments = run.segments
        self.outcome: Outcome = outcome(run)
        self.timed = tuple((step.step, step.passed) for step in run.steps)


class Shapes:
    """Every shape that was met, from the first event on."""

    def __init__(self) -> None:
        self.first: dict[Symbol, Shape] = {}
        self._count = 0

    def after(self, before: Shape | None, symbol: Symbol, step: str | None, data: Mapping[str, Any]) -> Shape:
        """Return the shape that one more event leads to, which is not known yet: the fold is asked."""
        if self._count >= MOST_SHAPES:
            self.first = {}
            self._count = 0
        self._count += 1
        place = 0 if before is None else before.last.seq + 1
        shape = Shape(before, RunEvent(place, place, place.to_bytes(16, "big"), symbol[0], step, data))
        (self.first if before is None else before.further)[symbol] = shape
        return shape


class Story:
    """A run's events so far, all of them in order: their shape, and what depends on times."""

    __slots__ = ("_shapes", "context", "ended_at", "first_at", "last_at", "seq", "shape", "started_at", "visible")

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self.shape: Shape | None = None
        self.first_at = self.last_at = 0
        self.seq = -1
        self.started_at: int | None = None
        self.ended_at: int | None = None
        self.context: Any = None
        self.visible: dict[str, int] = {}

    def follow(self, at: int, seq: int, kind: str, step: str | None, data: Mapping[str, Any], context: Any) -> bool:
        """Take one more event: the fields of a RunEvent but its id.

        False where it is not the next one, in time and by its number, or comes too late: then only `fold` can say.
        """
        shape = self.shape
        if shape is None:
            self.first_at, self.context = at, context
            further = self._shapes.first
        elif seq <= self.seq or not 0 <= at - self.last_at <= STORY_GAP_MS:
            return False
        else:
            further = shape.further
        self.last_at, self.seq = at, seq
        symbol = (kind, step) if kind in _PLAIN else _symbol(kind, step, data)
        found = further.get(symbol) or self._shapes.after(shape, symbol, step, data)
        self.shape = found
        if kind == "step_left":
            if step is not None:
                self.visible[step] = self.visible.get(step, 0) + int(data.get("visible_ms", 0))
        elif found.started:
            if self.started_at is None:
                self.started_at = at
            if found.ended and self.ended_at is None:
                self.ended_at = at
        elif found.ended and self.ended_at is None:
            self.ended_at = at
        return True

    def seen(self, now_ms: int) -> tuple[Seen, int | None]:
        """Return how the run is counted at a time, and when it ended."""
        shape = self.shape
        if shape is None:
            raise ValueError("A run has at least one event.")
        if shape.silent is shape.seen or now_ms - self.last_at < SILENCE_MS:
            return shape.seen, self.ended_at
        return shape.silent, self.last_at + SILENCE_MS

    def times(self, seen: Seen) -> bytes:
        """Return one bucket per step, as `measures.times` does."""
        visible = self.visible
        return bytes(
            [bucket(visible[step]) if passed and step in visible else NOT_TIMED for step, passed in seen.timed]
        )


_PLAIN = frozenset(
    (
        "step_passed", "step_left", "step_back", "step_skipped", "step_opened", "step_acted", "run_resumed", "answer",
        "struggle",
    )
)  # fmt: skip
"""Of these the fold reads no data but visible times, which are not part of a shape."""


def _symbol(kind: str, step: str | None, data: Any) -> Symbol:
    """Return all that the fold reads of one event apart from its times."""
    if kind == "step_shown":
        return kind, step, data.get("match"), data.get("confidence")
    if kind == "run_ended":
        return kind, step, data.get("state"), data.get("by"), data.get("reason")
    if kind == "target_missing":
        return kind, step, data.get("reason")
    if kind == "run_requested":
        return kind, step, named_segments(data)
    return kind, step
