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
from handrail_guides.measures import Outcome, StepOutcome, outcome, times
from handrail_guides.runs import RunEvent, RunState

from handrail_cms.storage.event_names import Names

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


class Goal(NamedTuple):
    """The goal of a guide version; `name_no` 0 means none."""

    name_no: int
    within_ms: int
    snooze_ms: int


class Run:
    """One run in memory: its identity, its events and the row that is stored of it, if any."""

    __slots__ = ("events", "frozen", "guide_no", "id", "ids", "no", "packs", "row", "time_zone", "version")

    def __init__(self, no: int, id_: bytes, guide_no: int, version: int, time_zone: str) -> None:
        self.no = no
        self.id = id_
        self.guide_no = guide_no
        self.version = version
        self.time_zone = time_zone
        self.events: list[RunEvent] = []
        self.ids: set[bytes] = set()
        self.packs = 0
        self.row: RunRow | None = None
        self.frozen = False

    def add(self, event: RunEvent) -> bool:
        """Take one event; False where it is known already."""
        if event.id in self.ids:
            return False
        self.ids.add(event.id)
        self.events.append(event)
        return True


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
        self._outcome_numbers: dict[Outcome, int] = {}
        self._outcomes: dict[int, Outcome] = {}

    def forget(self) -> None:
        """Drop what may have been rolled back."""
        self._outcome_numbers.clear()
        self._outcomes.clear()

    def load(self, id_: bytes, guide_no: int, version: int, time_zone: str) -> Run | None:
        """Return a stored run with its events, or None."""
        row = self._connection.execute(
            f"select run_no, frozen, {_ROW} from runs where run = ? and guide_no = ? and version = ?",  # noqa: S608
            (id_, guide_no, version),
        ).fetchone()
        if row is None:
            return None
        run = Run(row[0], id_, guide_no, version, time_zone)
        run.frozen = bool(row[1])
        run.row = RunRow(*row[2:])
        self._read_packs(run)
        return run

    def _read_packs(self, run: Run) -> None:
        """Read a run's stored events as the fold reads them."""
        for pack, context_no, received_at, ids, body in self._connection.execute(_PACKS, pack_range(run.no)):
            for id_, at, event in unpack_events(received_at, ids, body):
                run.add(RunEvent(at, event[2], id_, TYPES[event[0]], event[3], event[5] or {}, context_no))
            run.packs = pack - first_pack(run.no) + 1

    def state_row(self, run: Run, goal: Goal, tracked_at: Sequence[int], now_ms: int) -> RunRow:
        """Fold a run's events and return the row that says so."""
        state = runs.fold(run.events, now_ms)
        context = self._names.context_of(state.context)
        no = self._names.no
        goal_at, closed, goal_due = _goal(state, goal, tracked_at, now_ms)
        silence_due = state.last_at + runs.SILENCE_MS if state.state in runs.UNSETTLED else None
        due = [at for at in (goal_due, silence_due) if at is not None]
        begun = state.requested_at if state.started_at is None else state.started_at
        return RunRow(
            visitor_no=context.visitor_no,
            context_no=state.context,
            state=STATES.index(state.state),
            by_no=no(state.by),
            end_no=no(state.end_step),
            seq=state.seq,
            requested_at=state.requested_at,
            started_at=state.started_at,
            last_at=state.last_at,
            ended_at=state.ended_at,
            outcome_no=self.outcome_no(outcome(state)),
            times=times(state),
            goal_at=goal_at,
            goal_closed=closed,
            due_at=min(due) if due else None,
            day=day_of(run.time_zone, begun),
            mark_no=context.mark_no,
            language_no=context.language_no,
            device_no=context.device_no,
            automated=context.automated,
            segments_no=no("\n".join(state.segments)),
        )

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
        self._connection.executemany(_INSERT, [(r.no, r.id, r.guide_no, r.version, *row) for r, row in new])
        same = [pair for pair in moved if _stays(*pair)]
        other = [pair for pair in moved if not _stays(*pair)]
        self._connection.executemany(_UPDATE, [(*row[:_PLACE], run.no) for run, row in same])
        self._connection.executemany(_MOVE, [(*row, run.no) for run, row in other])


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


def unpack_events(received_at: int, ids: bytes, body: str) -> Iterator[tuple[bytes, int, list[Any]]]:
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


def _goal(state: RunState, goal: Goal, tracked_at: Sequence[int], now_ms: int) -> tuple[int | None, int, int | None]:
    """Return when a run reached its goal, whether its window has closed, and when it will."""
    if not goal.name_no or state.started_at is None:
        return None, 0, None
    at = runs.goal_reached(state.started_at, goal.within_ms, tracked_at)
    if runs.goal_window_closed(state.started_at, goal.within_ms, now_ms):
        return at, 1, None
    return at, 0, state.started_at + goal.within_ms + 1


_PACKS = "select pack, context_no, received_at, ids, body from packs where pack between ? and ? order by pack"
_ROW = ", ".join(RunRow._fields)
_PLACE = RunRow._fields.index("day")
"""From here on a row's fields are its cohort: they hardly ever change, and an index is on them."""
_INSERT = (
    f"insert into runs (run_no, run, guide_no, version, {_ROW}) values ({', '.join('?' * (4 + len(RunRow._fields)))})"  # noqa: S608
)
_UPDATE = f"update runs set {', '.join(f'{name} = ?' for name in RunRow._fields[:_PLACE])} where run_no = ?"  # noqa: S608
_MOVE = f"update runs set {', '.join(f'{name} = ?' for name in RunRow._fields)} where run_no = ?"  # noqa: S608
