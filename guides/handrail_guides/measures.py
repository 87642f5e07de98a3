"""What one run counts for in the reports: its outcome, and the measures that follow from it. Pure.

Rollups are sums of these measures, so that a report, a recount and an erasure agree by construction.

An outcome is all of a run that is counted, apart from when, whose and how long: few runs differ in
it, so it is stored once and runs point at it. Visible times are kept as numbers of buckets, which
grow by 4 %: the middle of a bucket is within 2 % of every time in it (a log-bucketed histogram as
in DDSketch, Masson et al., VLDB 2019; counts add and subtract exactly, so sketches merge and erase).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from handrail_guides.runs import RunState

Measure = tuple[str, ...]

BUCKETS = 256
NOT_TIMED = BUCKETS - 1
"""The bucket of a step that was not passed or whose visible time was never told; it is never counted."""
SHORTEST_MS = 100
GROWTH = 1.04
TIME_ERROR = (GROWTH - 1) / (GROWTH + 1)
"""The largest relative error of a time told from buckets: 0.0196, between 0.1 s and about 35 minutes."""

_LOG_GROWTH = math.log(GROWTH)


class StepOutcome(NamedTuple):
    """What became of one step, as far as it is counted; `confidence` is in hundredths."""

    step: str
    reached: bool
    passed: bool
    skipped: bool
    back: int
    match: str | None
    confidence: int | None
    missing: str | None
    opened: bool
    acted: bool


class Outcome(NamedTuple):
    """What became of one run, as far as it is counted."""

    state: str
    by: str | None
    end_step: str | None
    failed_before_shown: bool
    steps: tuple[StepOutcome, ...]
    edges: tuple[tuple[str, str, bool], ...]


def outcome(run: RunState) -> Outcome:
    """Return what of a run's state is counted."""
    steps = tuple(
        StepOutcome(
            s.step,
            s.reached,
            s.passed,
            s.skipped,
            s.back,
            s.match,
            _hundredths(s.confidence),
            s.missing,
            s.opened,
            s.acted,
        )
        for s in run.steps
    )
    return Outcome(run.state, run.by, run.end_step, run.failed_before_shown, steps, run.edges)


def times(run: RunState) -> bytes:
    """Return one bucket per step of the run: that of its visible time where the step was passed, else NOT_TIMED."""
    return bytes(bucket(s.visible_ms) if s.passed and s.visible_ms is not None else NOT_TIMED for s in run.steps)


def bucket(ms: int) -> int:
    """Return the number of the bucket that holds a time."""
    if ms <= SHORTEST_MS:
        return 0
    return min(NOT_TIMED - 1, math.ceil(math.log(ms / SHORTEST_MS) / _LOG_GROWTH))


def bucket_ms(number: int) -> float:
    """Return the time that stands for a bucket: the point with the same relative error to both ends."""
    return SHORTEST_MS * GROWTH**number * 2 / (1 + GROWTH) if number else float(SHORTEST_MS)


@lru_cache(maxsize=50_000)
def measures(outcome: Outcome) -> tuple[tuple[Measure, int], ...]:
    """Return every measure of one run with its amount; the edges and endings that share a name are added up."""
    amounts: dict[Measure, int] = {}
    for measure, amount in _all(outcome):
        amounts[measure] = amounts.get(measure, 0) + amount
    return tuple(amounts.items())


def goal_measures(*, closed: bool, hit: bool) -> tuple[tuple[Measure, int], ...]:
    """Return what a run's goal counts for: nothing before its window has closed."""
    if not closed:
        return ()
    return ((("run", "goal_n"), 1), (("run", "goal_hits"), 1)) if hit else ((("run", "goal_n"), 1),)


def time_measures(outcome: Outcome, buckets: bytes) -> Iterable[tuple[Measure, int]]:
    """Return one measure per timed step: ("time", step, number of the bucket)."""
    for step, number in zip(outcome.steps, buckets, strict=True):
        if number != NOT_TIMED:
            yield ("time", step.step, str(number)), 1


def _hundredths(confidence: Any) -> int | None:
    return round(confidence * 100) if isinstance(confidence, (int, float)) else None


_RUN_COLUMNS = {"failed_attempt": "failed_attempts"}


def _all(outcome: Outcome) -> Iterable[tuple[Measure, int]]:
    """Give a run's measures one by one."""
    yield ("run", "attempts"), 1
    yield ("run", _RUN_COLUMNS.get(outcome.state, outcome.state)), 1
    ended = outcome.state not in ("waiting", "open")
    if ended:
        yield ("ending", outcome.end_step or "", outcome.state, outcome.by or ""), 1
    if outcome.state in ("waiting", "withdrawn", "failed_attempt"):
        yield from _targets(outcome)
        return
    for step in outcome.steps:
        yield from _step(step, ended=ended)
    yield from _targets(outcome)
    for origin, to, back in outcome.edges:
        yield ("edge", origin, to, "back" if back else ""), 1
    if ended and outcome.end_step is not None:
        column = "failed_before_shown" if outcome.failed_before_shown else outcome.state
        yield ("step", outcome.end_step, column), 1


def _step(step: StepOutcome, *, ended: bool) -> Iterable[tuple[Measure, int]]:
    """Give the measures of one step of a run."""
    for column, amount in (
        ("reached", int(step.reached)),
        ("reached_ended", int(step.reached and ended)),
        ("passed", int(step.passed)),
        ("skipped", int(step.skipped)),
        ("back", step.back),
        ("opened", int(step.opened)),
        ("acted", int(step.acted)),
    ):
        if amount:
            yield ("step", step.step, column), amount


def _targets(outcome: Outcome) -> Iterable[tuple[Measure, int]]:
    """Give how each step's target was found, or why not; attempts that never became a run included."""
    for step in outcome.steps:
        if step.match is not None:
            yield ("target", step.step, step.match), 1
            if step.confidence is not None:
                yield ("confidence", step.step, step.match), step.confidence
        if step.missing is not None:
            yield ("target", step.step, step.missing), 1
