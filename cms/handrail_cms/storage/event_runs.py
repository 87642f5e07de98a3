"""Run states in the event file: loaded, folded again when events come, written back, told to the rollups.

A run's row holds everything that was added to the rollups for it (cohort, outcome, times, goal), so
that whatever changes or erases it can subtract exactly that.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from handrail_guides import runs
from handrail_guides.events import TYPES
from handrail_guides.measures import Outcome, StepOutcome, times
from handrail_guides.runs import RunEvent
from handrail_guides.shapes import MOST_SHAPES, Seen, Shapes, Story

from handrail_cms.storage.event_names import Names
from handrail_cms.storage.many_rows import ManyRows

STATES: tuple[runs.State, ...] = (
    "waiting",
    "withdrawn",
    "failed_attempt",
    "open",
    "completed",
    "dismissed",
    "abandoned",
    "failed",
    "superseded",
)
PACK_BITS = 20
Stored = tuple[int, int, int, str | None, str | None, dict[str, Any] | None]
"""An event in a pack: type, waited, seq, step, page, data."""
_QUARTER_MS = 15 * runs.MINUTE_MS


class Cohort(NamedTuple):
    """Where a run is counted: its place in the rollups' keys."""

    guide_no: int
    mark_no: int
    day: int
    version: int
    language_no: int
    device_no: int
    automated: int
    segments_no: int


class Counted(NamedTuple):
    """What a run counts for, in numbers: all that rollups need of it."""

    cohort: Cohort
    outcome_no: int
    times: bytes
    goal_closed: bool
    goal_hit: bool


class RunRow(NamedTuple):
    """The run as it is stored; the order is that of the statements below."""

    visitor_no: int
    context_no: int
    state: int
    by_no: int
    end_no: int
    seq: int
    requested_at: int
    started_at: int | None
    last_at: int
    ended_at: int | None
    outcome_no: int
    times: bytes
    goal_at: int | None
    goal_closed: int
    due_at: int | None
    day: int
    mark_no: int
    language_no: int
    device_no: int
    automated: int
    segments_no: int

    def counted(self, guide_no: int, version: int) -> Counted:
        """Return what this row was counted for."""
        cohort = Cohort(
            guide_no,
            self.mark_no,
            self.day,
            version,
            self.language_no,
            self.device_no,
            self.automated,
            self.segments_no,
        )
        return Counted(cohort, self.outcome_no, self.times, bool(self.goal_closed), self.goal_at is not None)


class _SeenNumbers(NamedTuple):
    """How a run is seen, in numbers; `unsettled` where silence will change it."""

    state: int
    by_no: int
    end_no: int
    outcome_no: int
    segments_no: int
    unsettled: bool


class Goal(NamedTuple):
    """The goal of a guide version; `name_no` 0 means none."""

    name_no: int
    within_ms: int
    snooze_ms: int


class Run:
    """One run in memory: its identity, the ids of its events, and the row that is stored of it, if any.

    `story` has followed the events as long as they came in order; None where they did not.
    """

    __slots__ = ("counted", "frozen", "guide_no", "id", "ids", "no", "packs", "row", "story", "time_zone", "version")

    def __init__(self, no: int, id_: bytes, guide_no: int, version: int, time_zone: str, story: Story | None) -> None:
        self.no = no
        self.id = id_
        self.guide_no = guide_no
        self.version = version
        self.time_zone = time_zone
        self.story = story
        self.ids: set[bytes] = set()
        self.packs = 0
        self.row: RunRow | None = None
        self.counted: Counted | None = None
        self.frozen = False


@lru_cache(maxsize=8192)
def _day_of_quarter(time_zone: str, quarter: int) -> int:
    """Return the day of a quarter of an hour: every midnight of every time zone is at the edge of one."""
    at = datetime.fromtimestamp(quarter * 900, UTC)
    return at.astimezone(ZoneInfo(time_zone)).toordinal()


def day_of(time_zone: str, at_ms: int) -> int:
    """Return the day, as `date.toordinal()`, of a time in a time zone."""
    return _day_of_quarter(time_zone, at_ms // _QUARTER_MS)


@lru_cache(maxsize=256)
def day_start_ms(time_zone: str, day: int) -> int:
    """Return when a day begins in a time zone: the first quarter of an hour that belongs to it."""
    quarter = 900_000
    at = (day - 719_163) * 86_400_000 - 15 * 3_600_000
    while day_of(time_zone, at) < day:
        at += quarter
    return at


class RunFile:
    """Reads and writes the run rows, within the writer's transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._many = ManyRows(connection)
        self._shapes = Shapes()
        self._outcome_numbers: dict[Outcome, int] = {}
        self._outcomes: dict[int, Outcome] = {}
        self._seen_numbers: dict[Seen, _SeenNumbers] = {}

    def forget(self) -> None:
        """Drop what may have been rolled back."""
        self._outcome_numbers.clear()
        self._outcomes.clear()
        self._seen_numbers.clear()

    def new(self, no: int, id_: bytes, guide_no: int, version: int, time_zone: str) -> Run:
        """Return a run that is not stored yet."""
        return Run(no, id_, guide_no, version, time_zone, Story(self._shapes))

    def stored(self, ids: Sequence[bytes]) -> set[bytes]:
        """Return which of these runs are in the file, in whatever guide."""
        return {row[0] for row in self._many.find("select run from runs where run in {rows}", ids)}

    def load(self, id_: bytes, guide_no: int, version: int, time_zone: str) -> Run | None:
        """Return a stored run with the story of its events, or None."""
        run = self.find(id_, guide_no, version, time_zone)
        if run is None:
            return None
        story: Story | None = Story(self._shapes)
        for pack, context_no, received_at, ids, body in self._connection.execute(_PACKS, pack_range(run.no)):
            for id_, at, (kind, _, seq, step, _, data) in unpack_events(received_at, ids, body):
                run.ids.add(id_)
                if story is not None and not story.follow(at, seq, TYPES[kind], step, data or {}, context_no):
                    story = None
            run.packs = pack - first_pack(run.no) + 1
        run.story = story
        return run

    def find(self, id_: bytes, guide_no: int, version: int, time_zone: str) -> Run | None:
        """Return a stored run without anything of its events, or None."""
        row = self._connection.execute(_FIND, (id_, guide_no, version)).fetchone()
        if row is None:
            return None
        run = Run(row[0], id_, guide_no, version, time_zone, None)
        run.frozen = bool(row[1])
        run.row = RunRow(*row[2:])
        run.counted = run.row.counted(guide_no, version)
        return run

    def events(self, run: Run) -> list[RunEvent]:
        """Return a run's stored events as the fold reads them."""
        return [
            RunEvent(at, seq, id_, TYPES[kind], step, data or {}, context_no)
            for _, context_no, received_at, ids, body in self._connection.execute(_PACKS, pack_range(run.no))
            for id_, at, (kind, _, seq, step, _, data) in unpack_events(received_at, ids, body)
        ]

    def state_row(
        self, run: Run, events: Sequence[RunEvent], goal: Goal, tracked_at: Sequence[int], now_ms: int
    ) -> RunRow:
        """Fold all of a run's events and return the row that says so."""
        state = runs.fold(events, now_ms)
        return self._row(
            run, self._numbers(Seen(state)), state.context, state.seq, state.requested_at, state.started_at,
            state.last_at, state.ended_at, times(state), goal, tracked_at, now_ms,
        )  # fmt: skip

    def followed_row(self, run: Run, story: Story, goal: Goal, tracked_at: Sequence[int], now_ms: int) -> RunRow:
        """Return the same row, told by the story that followed the run's events."""
        seen, ended_at = story.seen(now_ms)
        numbers = self._seen_numbers.get(seen)
        if numbers is None:
            if len(self._seen_numbers) > MOST_SHAPES:
                self._seen_numbers.clear()
            numbers = self._seen_numbers[seen] = self._numbers(seen)
        return self._row(
            run, numbers, story.context, story.seq, story.first_at, story.started_at, story.last_at, ended_at,
            story.times(seen), goal, tracked_at, now_ms,
        )  # fmt: skip

    def _numbers(self, seen: Seen) -> _SeenNumbers:
        no = self._names.no
        return _SeenNumbers(
            STATES.index(seen.state),
            no(seen.by),
            no(seen.end_step),
            self.outcome_no(seen.outcome),
            no("\n".join(seen.segments)),
            seen.state in runs.UNSETTLED,
        )

    def _row(
        self, run: Run, seen: _SeenNumbers, context_no: int, seq: int, requested_at: int, started_at: int | None,
        last_at: int, ended_at: int | None, times: bytes, goal: Goal, tracked_at: Sequence[int], now_ms: int,
    ) -> RunRow:  # fmt: skip
        context = self._names.context_of(context_no)
        goal_at, closed, due = _goal(started_at, goal, tracked_at, now_ms)
        if seen.unsettled:
            silence_due = last_at + runs.SILENCE_MS
            due = silence_due if due is None or silence_due < due else due
        day = day_of(run.time_zone, requested_at if started_at is None else started_at)
        return RunRow(
            context.visitor_no, context_no, seen.state, seen.by_no, seen.end_no, seq, requested_at, started_at, last_at,
            ended_at, seen.outcome_no, times, goal_at, closed, due, day, context.mark_no, context.language_no,
            context.device_no, context.automated, seen.segments_no,
        )  # fmt: skip

    def outcome_no(self, counted: Outcome) -> int:
        """Return the number of an outcome, written down if it is new."""
        number = self._outcome_numbers.get(counted)
        if number is None:
            body = json.dumps(counted, separators=(",", ":"), ensure_ascii=False)
            row = self._connection.execute("select outcome_no from outcomes where body = ?", (body,)).fetchone()
            if row is None:
                number = self._connection.execute("insert into outcomes (body) values (?)", (body,)).lastrowid or 0
            else:
                number = int(row[0])
            self._outcome_numbers[counted] = number
            self._outcomes[number] = counted
        return number

    def outcome(self, number: int) -> Outcome:
        """Return the outcome of a number."""
        found = self._outcomes.get(number)
        if found is None:
            row = self._connection.execute("select body from outcomes where outcome_no = ?", (number,)).fetchone()
            found = self._outcomes[number] = read_outcome(row[0])
        return found

    def write(self, new: Sequence[tuple[Run, RunRow]], moved: Sequence[tuple[Run, RunRow]]) -> None:
        """Write rows: of new runs, and of runs that are stored already."""
        self._many.write(_INSERT, [_whole(*pair) for pair in new])
        self._many.write(_UPDATE, [_whole(*pair) for pair in moved if _stays(*pair)])
        other = [pair for pair in moved if not _stays(*pair)]
        self._connection.executemany(_MOVE, [(*row, run.no) for run, row in other])


def _whole(run: Run, row: RunRow) -> tuple[Any, ...]:
    return (run.no, run.id, run.guide_no, run.version, *row)


def _stays(run: Run, row: RunRow) -> bool:
    """Say whether a run stays in its cohort: its place in the index by day need not be written."""
    return run.row is not None and row[_PLACE:] == run.row[_PLACE:]


def first_pack(run_no: int) -> int:
    """Return the number of a run's first pack."""
    return run_no << PACK_BITS


def pack_range(first_run_no: int, last_run_no: int | None = None) -> tuple[int, int]:
    """Return the first and the last number that packs of a run, or of several in a row, can have."""
    last = first_run_no if last_run_no is None else last_run_no
    return first_pack(first_run_no), first_pack(last + 1) - 1


def unpack_events(received_at: int, ids: bytes, body: str) -> Iterator[tuple[bytes, int, Stored]]:
    """Give a pack's events: id, corrected time, and [type, waited, seq, step, page, data]."""
    for place, event in enumerate(orjson.loads(body)):
        yield ids[16 * place : 16 * place + 16], corrected(received_at, event[1]), event


def corrected(received_at: int, waited: int) -> int:
    """Return an event's corrected time: the browser's, put right by its clock at sending, never after its arrival."""
    at = received_at - waited if waited > 0 else received_at
    return at if at > 0 else 0


def read_outcome(body: str) -> Outcome:
    """Return the outcome that was stored as JSON."""
    state, by, end_step, before_shown, steps, edges = json.loads(body)
    return Outcome(
        state,
        by,
        end_step,
        before_shown,
        tuple(StepOutcome(*step) for step in steps),
        tuple((origin, to, back) for origin, to, back in edges),
    )


def _goal(
    started_at: int | None, goal: Goal, tracked_at: Sequence[int], now_ms: int
) -> tuple[int | None, int, int | None]:
    """Return when a run reached its goal, whether its window has closed, and when it will."""
    if not goal.name_no or started_at is None:
        return None, 0, None
    at = runs.goal_reached(started_at, goal.within_ms, tracked_at)
    if runs.goal_window_closed(started_at, goal.within_ms, now_ms):
        return at, 1, None
    return at, 0, started_at + goal.within_ms + 1


_PACKS = "select pack, context_no, received_at, ids, body from packs where pack between ? and ? order by pack"
_ROW = ", ".join(RunRow._fields)
_FIND = f"select run_no, frozen, {_ROW} from runs where run = ? and guide_no = ? and version = ?"  # noqa: S608
_PLACE = RunRow._fields.index("day")
"""From here on a row's fields are its cohort: they hardly ever change, and an index is on them."""
_INSERT = f"insert into runs (run_no, run, guide_no, version, {_ROW}) values {{rows}}"  # noqa: S608
_UPDATE = f"{_INSERT} on conflict (run_no) do update set " + ", ".join(
    f"{name} = excluded.{name}" for name in RunRow._fields[:_PLACE]
)
_MOVE = f"update runs set {', '.join(f'{name} = ?' for name in RunRow._fields)} where run_no = ?"  # noqa: S608
