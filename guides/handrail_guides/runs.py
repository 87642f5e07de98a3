"""What a run is: `fold(events, now_ms)` turns a run's events into its state, and nothing else may.

The one definition, in Python, of what Handrail counts (docs/metrics.md says it in words). Pure: no
clock, no storage. The same events in any order, with any repeats, give the same state, and
`settle(fold(events, now), later) == fold(events, later)` for every later time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal, NamedTuple, cast

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
SILENCE_MS = 30 * MINUTE_MS
"""An open run without an event for this long is abandoned, a waiting attempt withdrawn."""
STORY_GAP_MS = DAY_MS
"""A longer gap between two events ends the story: what comes after is kept and not folded."""

State = Literal[
    "waiting", "withdrawn", "failed_attempt", "open", "completed", "dismissed", "abandoned", "failed", "superseded"
]
TERMINAL: tuple[State, ...] = ("completed", "dismissed", "abandoned", "failed", "superseded")
UNSETTLED: tuple[State, ...] = ("waiting", "open")
RUN_STATES: frozenset[State] = frozenset(("open", *TERMINAL))


class RunEvent(NamedTuple):
    """What the fold reads of one stored event; the first three fields are its order.

    `at` is the corrected time in epoch milliseconds, `context` whatever the caller wants back of
    the run's first event (who, where, in which language); the fold never looks inside.
    """

    at: int
    seq: int
    id: bytes
    type: str
    step: str | None = None
    data: Mapping[str, Any] = {}
    context: Any = None


class StepState(NamedTuple):
    """What became of one step in one run.

    `back` counts steps back taken from here; `visible_ms` is None until a `step_left` told it; `match`,
    `confidence` are those of its first showing, `missing` the reason of its first `target_missing`; `opened` and
    `acted` say that the visitor did so.
    """

    step: str
    reached: bool
    passed: bool
    skipped: bool
    back: int
    visible_ms: int | None
    match: str | None
    confidence: float | None
    missing: str | None
    opened: bool
    acted: bool


class Edge(NamedTuple):
    """One step shown next after another; `back` where the visitor went back."""

    origin: str
    to: str
    back: bool


class RunState(NamedTuple):
    """The state of one attempt or run.

    `by` says by what it was dismissed, superseded or completed, or why it failed; `started_at` is
    None until a first step was visible; `seq` is the highest seen. `steps` are in the order first
    shown, then those never shown. `too_late` counts events after the end of the story,
    `after_end` those after the terminal event.
    """

    state: State
    by: str | None
    requested_at: int
    started_at: int | None
    last_at: int
    ended_at: int | None
    end_step: str | None
    failed_before_shown: bool
    seq: int
    steps: tuple[StepState, ...]
    edges: tuple[Edge, ...]
    segments: tuple[str, ...]
    context: Any
    events: int
    too_late: int
    after_end: int

    @property
    def is_run(self) -> bool:
        """Say whether the attempt became a run: its first step was visible."""
        return self.started_at is not None


_order = itemgetter(0, 1, 2)
_seq_order = itemgetter(1, 0, 2)


def fold(events: Iterable[RunEvent], now_ms: int) -> RunState:
    """Return the state at `now_ms` of the run whose events these are, in any order and with any repeats.

    Raises ValueError where there is no event at all.
    """
    story, too_late = tell_story(events)
    if not story:
        raise ValueError("A run has at least one event.")
    end = next((event for event in story if event.type == "run_ended"), None)
    told = story if end is None else [event for event in story if event.seq <= end.seq]
    walk = _Walk()
    for event in sorted(told, key=_seq_order):
        walk.take(event)
    for event in story:
        if event.type == "step_left" or event.step not in walk.facts:
            walk.take_anyway(event)
    state, by = _ending(end, walk)
    end_step, before_shown = _end_step(state, end, walk)
    first, last = story[0], story[-1]
    run = RunState(
        state=state,
        by=by,
        requested_at=first.at,
        started_at=walk.started_at,
        last_at=last.at,
        ended_at=end.at if end else None,
        end_step=end_step,
        failed_before_shown=before_shown,
        seq=max([event.seq for event in story]),
        steps=walk.steps(completed_at=end_step if state == "completed" else None),
        edges=tuple(dict.fromkeys(walk.edges)),
        segments=walk.segments,
        context=first.context,
        events=len(story) + too_late,
        too_late=too_late,
        after_end=len(story) - len(told),
    )
    return settle(run, now_ms)


def settle(run: RunState, now_ms: int) -> RunState:
    """Return the same run with silence counted until `now_ms`: the whole effect of time on a run."""
    if run.state not in UNSETTLED or (now_ms - run.last_at < SILENCE_MS and not run.too_late):
        return run
    state: State = "abandoned" if run.state == "open" else "withdrawn"
    return run._replace(state=state, ended_at=run.last_at + SILENCE_MS)


def tell_story(events: Iterable[RunEvent]) -> tuple[list[RunEvent], int]:
    """Return a run's events in order, without repeats, up to the first gap of over a day, and how many follow."""
    ordered: list[RunEvent] = []
    seen: set[bytes] = set()
    for event in sorted(events, key=_order):
        if event.id not in seen:
            seen.add(event.id)
            ordered.append(event)
    for index in range(1, len(ordered)):
        if ordered[index].at - ordered[index - 1].at > STORY_GAP_MS:
            return ordered[:index], len(ordered) - index
    return ordered, 0


def goal_reached(started_at: int, within_ms: int, tracked_at: Iterable[int]) -> int | None:
    """Return when the goal's event first happened within the window after a run's start, or None."""
    return min((at for at in tracked_at if started_at <= at <= started_at + within_ms), default=None)


def goal_window_closed(started_at: int, within_ms: int, now_ms: int) -> bool:
    """Say whether a run's goal can be judged: nothing that happens from now on is within its window."""
    return now_ms > started_at + within_ms


class _Fact:
    """What is known of one step while a run is read."""

    __slots__ = (
        "acted", "back", "confidence", "match", "missing", "opened", "passed", "reached", "skipped", "visible_ms",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reached = self.passed = self.skipped = self.opened = self.acted = False
        self.back = 0
        self.visible_ms: int | None = None
        self.match: str | None = None
        self.confidence: float | None = None
        self.missing: str | None = None


class _Walk:
    """Reads a run's events by seq, once."""

    __slots__ = ("back", "edges", "facts", "here", "missing", "requested", "segments", "shown", "skipped", "started_at")

    def __init__(self) -> None:
        self.facts: dict[str | None, _Fact] = {}
        self.shown: list[str] = []
        self.edges: list[Edge] = []
        self.here: str | None = None
        self.back = False
        self.missing: str | None = None
        self.skipped = False
        self.started_at: int | None = None
        self.requested = False
        self.segments: tuple[str, ...] = ()

    def take(self, event: RunEvent) -> None:
        """Read the next event up to the end."""
        kind = event.type
        if kind == "run_requested":
            if not self.requested:
                self.requested = True
                self.segments = named_segments(event.data)
            return
        step = event.step
        if step is None or kind == "step_left":
            return
        fact = self.facts.get(step)
        if fact is None:
            fact = self.facts[step] = _Fact()
        if kind == "step_shown":
            self._show(step, fact, event)
        elif kind == "step_passed":
            fact.passed = True
        elif kind == "step_opened":
            fact.opened = True
        elif kind == "step_acted":
            fact.acted = True
        elif kind == "step_back":
            fact.back += 1
            self.back = True
        elif kind == "step_skipped":
            fact.skipped = self.skipped = True
        elif kind == "target_missing":
            self.missing = step
            if fact.missing is None:
                fact.missing = event.data.get("reason")

    def _show(self, step: str, fact: _Fact, event: RunEvent) -> None:
        """Read a showing: the first one counts, and the move that led to it; a reload of the same step is no move."""
        if not fact.reached:
            fact.reached = True
            self.shown.append(step)
            fact.match = event.data.get("match")
            fact.confidence = event.data.get("confidence")
        if self.started_at is None or event.at < self.started_at:
            self.started_at = event.at
        if self.here is not None and self.here != step:
            self.edges.append(Edge(self.here, step, self.back))
            if not self.back:
                self.facts[self.here].passed = True
        self.here, self.back = step, False

    def take_anyway(self, event: RunEvent) -> None:
        """Read what counts even after the end: visible times, and that a step is part of the run."""
        if event.step is None:
            return
        fact = self.facts.get(event.step)
        if fact is None:
            fact = self.facts[event.step] = _Fact()
        if event.type == "step_left":
            fact.visible_ms = (fact.visible_ms or 0) + int(event.data.get("visible_ms", 0))

    def steps(self, *, completed_at: str | None) -> tuple[StepState, ...]:
        """Return what became of each step: those shown in the order first shown, then the others by name.

        Only a step that was shown can be passed, opened or acted on; a completed run has passed the step it ended at.
        """
        shown = [(step, self.facts[step]) for step in self.shown]
        if len(shown) < len(self.facts):
            shown += sorted(
                [(str(step), fact) for step, fact in self.facts.items() if not fact.reached], key=itemgetter(0)
            )
        return tuple(
            [
                StepState(
                    step,
                    fact.reached,
                    fact.reached and (fact.passed or step == completed_at),
                    fact.skipped,
                    fact.back,
                    fact.visible_ms,
                    fact.match,
                    fact.confidence,
                    fact.missing,
                    fact.reached and fact.opened,
                    fact.reached and (fact.acted or fact.passed or step == completed_at),
                )
                for step, fact in shown
            ]
        )


def _ending(end: RunEvent | None, walk: _Walk) -> tuple[State, str | None]:
    """Return the state before silence is counted, and by what."""
    started = walk.started_at is not None
    if end is None:
        return ("open" if started else "waiting"), None
    state: State = end.data.get("state", "failed")
    by = end.data.get("reason") if state == "failed" else end.data.get("by")
    if started:
        return state, by
    # Nothing was ever visible: every step passed over is a failure of ours, the rest is the visitor's leaving.
    gave_up = state == "failed" or (state == "completed" and walk.skipped)
    return ("failed_attempt" if gave_up else "withdrawn"), by


def _end_step(state: State, end: RunEvent | None, walk: _Walk) -> tuple[str | None, bool]:
    """Return the step a run ends at, and whether it failed there before that step was shown."""
    if state not in ("failed", "failed_attempt"):
        return walk.here, False
    at = (end.step if end else None) or walk.missing or walk.here
    return at, at is not None and not (at in walk.facts and walk.facts[at].reached)


def named_segments(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the segments that the visitor was in when the run was asked for, as the widget evaluated them."""
    named = data.get("segments")
    if not isinstance(named, (list, tuple)):
        return ()
    return tuple(sorted({str(segment) for segment in cast("Sequence[object]", named)}))
