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

    `back` counts steps back taken from here; `visible_ms` is None until a `step_left` told it;
    `match`, `confidence` are those of its first showing, `missing` the reason of its first `target_missing`.
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
    told = sorted(story if end is None else [e for e in story if e.seq <= end.seq], key=_seq_order)
    shown = [event for event in told if event.type == "step_shown"]
    edges = _edges(told)
    started_at = min(event.at for event in shown) if shown else None
    state, by = _ending(end, told, started=bool(shown))
    end_step, before_shown = _end_step(state, end, told, shown)
    run = RunState(
        state=state,
        by=by,
        requested_at=story[0].at,
        started_at=started_at,
        last_at=story[-1].at,
        ended_at=end.at if end else None,
        end_step=end_step,
        failed_before_shown=before_shown,
        seq=max(event.seq for event in story),
        steps=_steps(told, story, edges, completed_at=end_step if state == "completed" else None),
        edges=tuple(dict.fromkeys(edges)),
        segments=_segments(told),
        context=story[0].context,
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


def _ending(end: RunEvent | None, told: Sequence[RunEvent], *, started: bool) -> tuple[State, str | None]:
    """Return the state before silence is counted, and by what."""
    if end is None:
        return ("open" if started else "waiting"), None
    state: State = end.data.get("state", "failed")
    by = end.data.get("reason") if state == "failed" else end.data.get("by")
    if started:
        return state, by
    # Nothing was ever visible: every step passed over is a failure of ours, the rest is the visitor's leaving.
    gave_up = state == "failed" or (state == "completed" and any(e.type == "step_skipped" for e in told))
    return ("failed_attempt" if gave_up else "withdrawn"), by


def _end_step(
    state: State, end: RunEvent | None, told: Sequence[RunEvent], shown: Sequence[RunEvent]
) -> tuple[str | None, bool]:
    """Return the step a run ends at, and whether it failed there before that step was shown."""
    last = shown[-1].step if shown else None
    if state not in ("failed", "failed_attempt"):
        return last, False
    missing = next((event.step for event in reversed(told) if event.type == "target_missing"), None)
    at = (end.step if end else None) or missing or last
    return at, at is not None and all(event.step != at for event in shown)


def _edges(told: Sequence[RunEvent]) -> list[Edge]:
    """Return the moves between consecutively shown steps; the same step shown again (a reload) is no move."""
    edges: list[Edge] = []
    here: str | None = None
    back = False
    for event in told:
        if event.type == "step_back":
            back = True
        elif event.type == "step_shown" and event.step is not None:
            if here is not None and here != event.step:
                edges.append(Edge(here, event.step, back))
            here, back = event.step, False
    return edges


def _segments(told: Sequence[RunEvent]) -> tuple[str, ...]:
    """Return the segments that the visitor was in when the run was asked for, as the widget evaluated them."""
    requested = next((event for event in told if event.type == "run_requested"), None)
    named = requested.data.get("segments") if requested else None
    if not isinstance(named, (list, tuple)):
        return ()
    return tuple(sorted({str(segment) for segment in cast("Sequence[object]", named)}))


def _steps(
    told: Sequence[RunEvent], story: Sequence[RunEvent], edges: Sequence[Edge], *, completed_at: str | None
) -> tuple[StepState, ...]:
    """Return what became of each step, in the order first shown, then those never shown."""
    facts: dict[str, dict[str, Any]] = {}
    for event in told:
        if event.type == "step_shown" and event.step is not None:
            facts.setdefault(event.step, {"reached": True, **_match(event.data)})
    left_over = sorted({event.step for event in story if event.step is not None} - facts.keys())
    facts.update({step: {} for step in left_over})
    for event in told:
        if event.step is not None:
            _note(facts[event.step], event)
    for event in story:
        if event.type == "step_left" and event.step is not None:
            fact = facts[event.step]
            fact["visible_ms"] = fact.get("visible_ms", 0) + int(event.data.get("visible_ms", 0))
    passed = {edge.origin for edge in edges if not edge.back} | {completed_at}
    return tuple(_step_state(step, fact, passed=step in passed) for step, fact in facts.items())


def _match(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the target was found, as its first showing tells."""
    return {"match": data.get("match"), "confidence": data.get("confidence")}


def _note(fact: dict[str, Any], event: RunEvent) -> None:
    """Write one event into its step's facts."""
    if event.type == "step_passed":
        fact["passed"] = True
    elif event.type == "step_skipped":
        fact["skipped"] = True
    elif event.type == "step_back":
        fact["back"] = fact.get("back", 0) + 1
    elif event.type == "target_missing":
        fact.setdefault("missing", event.data.get("reason"))


def _step_state(step: str, fact: Mapping[str, Any], *, passed: bool) -> StepState:
    """Return one step's state: only a step that was shown can be passed."""
    reached = bool(fact.get("reached"))
    return StepState(
        step=step,
        reached=reached,
        passed=reached and (passed or bool(fact.get("passed"))),
        skipped=bool(fact.get("skipped")),
        back=fact.get("back", 0),
        visible_ms=fact.get("visible_ms"),
        match=fact.get("match"),
        confidence=fact.get("confidence"),
        missing=fact.get("missing"),
    )
