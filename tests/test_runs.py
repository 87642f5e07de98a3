"""What a run is: every vector, and the invariants on any stream of events."""

# covers R2 E1
from __future__ import annotations

import json
import random
from importlib.resources import files
from typing import Any

import pytest
from handrail_guides import runs
from handrail_guides.measures import outcome, times
from handrail_guides.runs import RunEvent, fold, settle
from handrail_guides.shapes import Shapes, Story
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = json.loads((files("handrail_guides") / "vectors" / "runs.json").read_text())["cases"]
STEPS = ("a", "b", "c")


def _events(rows: list[list[Any]]) -> list[RunEvent]:
    ids = {json.dumps(row): index for index, row in enumerate(rows)}
    return [
        RunEvent(
            round(at * 1000), seq, ids[json.dumps([at, seq, kind, step, data])].to_bytes(16, "big"), kind, step, data
        )
        for at, seq, kind, step, data in rows
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_events_fold_to_the_state_of_the_vector(case: dict[str, Any]) -> None:
    run = fold(_events(case["events"]), round(case["now_s"] * 1000))
    expect = case["expect"]
    told: dict[str, Any] = {
        "state": run.state,
        "end_step": run.end_step,
        "by": run.by,
        "failed_before_shown": run.failed_before_shown,
        "reached": [step.step for step in run.steps if step.reached],
        "passed": [step.step for step in run.steps if step.passed],
        "skipped": [step.step for step in run.steps if step.skipped],
        "missing": {step.step: step.missing for step in run.steps if step.missing},
        "back": {step.step: step.back for step in run.steps if step.back},
        "opened": [step.step for step in run.steps if step.opened],
        "acted": [step.step for step in run.steps if step.acted],
        "visible_ms": {step.step: step.visible_ms for step in run.steps if step.visible_ms is not None},
        "match": {step.step: step.match for step in run.steps if step.match},
        "edges": [list(edge) for edge in run.edges],
        "segments": list(run.segments),
        "too_late": run.too_late,
    }
    wanted = {"by": None, "failed_before_shown": False, **expect}
    assert {name: told[name] for name in wanted} == wanted


DATA = {
    "target_missing": st.fixed_dictionaries({"reason": st.sampled_from(["not_found", "hidden"])}),
    "step_passed": st.fixed_dictionaries({"by": st.sampled_from(["next", "click"])}),
    "step_left": st.fixed_dictionaries({"visible_ms": st.integers(0, 90_000)}),
    "run_ended": st.fixed_dictionaries(
        {
            "state": st.sampled_from(["completed", "dismissed", "failed", "superseded"]),
            "by": st.sampled_from(["x", "y"]),
        }
    ),
}
TYPES = ["run_requested", "target_missing", "step_shown", "step_shown", "step_passed", "step_skipped", "step_back",
         "step_left", "step_opened", "step_acted", "run_ended", "run_resumed", "answer"]  # fmt: skip


@st.composite
def streams(draw: st.DrawFn) -> list[RunEvent]:
    """Any events at all of one run: also such as no widget sends."""
    count = draw(st.integers(1, 14))
    times = st.one_of(st.integers(0, 3_600_000), st.integers(0, 4 * runs.DAY_MS))
    events: list[RunEvent] = []
    for index in range(count):
        kind = draw(st.sampled_from(TYPES))
        step = (
            draw(st.sampled_from(STEPS))
            if kind.startswith(("step_", "target", "answer")) or draw(st.booleans())
            else None
        )
        data = draw(DATA.get(kind, st.just({})))
        events.append(RunEvent(draw(times), draw(st.integers(0, 20)), index.to_bytes(16, "big"), kind, step, data))
    return events


@given(streams(), st.randoms(use_true_random=False), st.integers(0, 5 * runs.DAY_MS))
@settings(max_examples=300, deadline=None)
def test_any_order_and_any_repeats_give_the_same_state(events: list[RunEvent], chance: random.Random, now: int) -> None:
    shuffled = events + chance.choices(events, k=chance.randrange(5))
    chance.shuffle(shuffled)
    assert fold(shuffled, now) == fold(events, now)


@given(streams(), st.integers(0, 5 * runs.DAY_MS), st.integers(0, 2 * runs.DAY_MS))
@settings(max_examples=300, deadline=None)
def test_settling_a_state_later_is_folding_later(events: list[RunEvent], now: int, more: int) -> None:
    assert settle(fold(events, now), now + more) == fold(events, now + more)


@given(streams(), st.integers(0, 5 * runs.DAY_MS))
@settings(max_examples=300, deadline=None)
def test_every_state_keeps_the_invariants(events: list[RunEvent], now: int) -> None:
    run = fold(events, now)
    reached = {step.step for step in run.steps if step.reached}
    shown = {event.step for event in runs.tell_story(events)[0] if event.type == "step_shown" and event.step}
    assert run.is_run == (run.state in runs.RUN_STATES)
    acted = {step.step for step in run.steps if step.acted}
    assert {step.step for step in run.steps if step.passed} <= acted <= reached <= shown
    assert {step.step for step in run.steps if step.opened} <= reached
    assert (run.ended_at is None) == (run.state in runs.UNSETTLED)
    assert len({step.step for step in run.steps}) == len(run.steps)
    assert run.failed_before_shown == (
        run.state in ("failed", "failed_attempt") and run.end_step not in reached | {None}
    )
    if run.is_run and not run.failed_before_shown:
        assert run.end_step in reached
    assert all(edge.origin in reached and edge.to in reached for edge in run.edges)


def test_a_run_needs_an_event() -> None:
    with pytest.raises(ValueError, match="at least one event"):
        fold([], 0)


@st.composite
def stories(draw: st.DrawFn) -> list[RunEvent]:
    """Events of one run that come in order, as nearly all do: also such as no widget sends."""
    at, events = 0, list[RunEvent]()
    for seq, event in enumerate(draw(streams())):
        at += draw(st.sampled_from([0, 1000, 1000, 60_000, runs.SILENCE_MS, runs.DAY_MS, runs.DAY_MS + 1]))
        events.append(event._replace(at=at, seq=2 * seq + draw(st.integers(0, 1)), context=seq))
    return events


SHAPES = Shapes()


@given(st.one_of(stories(), stories(), streams()), st.integers(0, 2 * runs.DAY_MS))
@settings(max_examples=400, deadline=None)
def test_a_story_that_is_followed_says_after_every_event_what_the_fold_says(events: list[RunEvent], later: int) -> None:
    story = Story(SHAPES)
    for count, event in enumerate(events, 1):
        before = events[: count - 1]
        if not story.follow(event.at, event.seq, event.type, event.step, event.data, event.context):
            assert before
            last = before[-1]
            assert event.seq <= last.seq or not 0 <= event.at - last.at <= runs.STORY_GAP_MS
            return
        for now in (event.at, event.at + later):
            run = fold(events[:count], now)
            seen, ended_at = story.seen(now)
            assert (seen.outcome, seen.state, seen.by, seen.end_step) == (outcome(run), run.state, run.by, run.end_step)
            assert (seen.segments, story.times(seen)) == (run.segments, times(run))
            assert (story.first_at, story.started_at, story.last_at) == (run.requested_at, run.started_at, run.last_at)
            assert (ended_at, story.seq, story.context) == (run.ended_at, run.seq, run.context)


def test_shapes_that_are_dropped_when_they_are_too_many_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail_guides.shapes.MOST_SHAPES", 2)
    few = Shapes()
    for case in CASES:
        events = sorted(_events(case["events"]), key=lambda event: (event.at, event.seq))
        story = Story(few)
        if all(story.follow(*event[:2], *event[3:]) for event in events):
            assert story.seen(10**15)[0].outcome == outcome(fold(events, 10**15))
