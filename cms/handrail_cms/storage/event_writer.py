"""The one writer of a process: appends events, and keeps run states and rollups true in the same transaction.

What it remembers between transactions (names, recent runs) is dropped when another process has
written to the file (`pragma data_version`), and when a transaction fails.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections import OrderedDict
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import orjson
from handrail_guides.events import TYPES, belongs_to_run
from handrail_guides.runs import DAY_MS, RunEvent

from handrail_cms.storage.event_names import Names
from handrail_cms.storage.event_rollups import Change, RollupFile, Tally
from handrail_cms.storage.event_runs import Goal, Run, RunFile, RunRow, corrected, day_of, day_start_ms, first_pack
from handrail_cms.storage.events import Appended, Batch, GuideFacts, Json
from handrail_cms.storage.sqlite import Connections

_RUNS_REMEMBERED = 4096
_TYPE_NO = {name: number for number, name in enumerate(TYPES)}
_NO_DATA: Json = {}
_NO_GOAL = Goal(0, 0, DAY_MS)

RunKey = tuple[bytes, int, int]


class Writer:
    """Holds the write connection, and what is worth remembering between transactions."""

    def __init__(self, connections: Connections, facts: GuideFacts | None) -> None:
        self._connections = connections
        self._facts = facts
        self._lock = RLock()
        self.connection: sqlite3.Connection = connections.database().conn
        self.names = Names(self.connection)
        self.runs = RunFile(self.connection, self.names)
        self.rollups = RollupFile(self.connection, self.names)
        self.outcomes = Tally(self.runs, self.names)
        self._recent: OrderedDict[RunKey, Run] = OrderedDict()
        self._goals: dict[tuple[int, int], Goal] = {}
        self._goal_names: set[int] = set()
        self._environments: dict[int, tuple[str, int]] = {}
        self._seen_version = -1
        self._next_run_no = 0

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Hold the write lock; all of the block is stored durably, or nothing and everything remembered is dropped."""
        with self._lock:
            try:
                with self._connections.write_on(self.connection):
                    self._refresh()
                    yield
            except BaseException:
                self.forget()
                raise
            while len(self._recent) > _RUNS_REMEMBERED:
                self._recent.popitem(last=False)

    def forget(self) -> None:
        """Drop everything that is remembered."""
        self.names.forget()
        self.runs.forget()
        self.outcomes.forget()
        self._goals.clear()
        self._seen_version = -1

    def _refresh(self) -> None:
        version = self.connection.execute("pragma data_version").fetchone()[0]
        if version == self._seen_version:
            return
        self._seen_version = version
        self._recent.clear()
        self._environments.clear()
        self.names.forget_people()
        self.rollups.forget()
        self._next_run_no = 1 + (self.connection.execute("select max(run_no) from runs").fetchone()[0] or 0)
        self._goal_names = {row[0] for row in self.connection.execute("select distinct goal_no from versions")} - {0}

    def environment(self, environment_id: int, time_zone: str) -> tuple[str, int]:
        """Return an environment's time zone and its first day that is not frozen, written down if it is new.

        A changed time zone holds for runs from now on; `rebuild` moves the older ones.
        """
        known = self._environments.get(environment_id)
        if known is not None and known[0] == time_zone:
            return known
        self.connection.execute(
            "insert into environments (environment_id, time_zone) values (?, ?)"
            " on conflict do update set time_zone = excluded.time_zone",
            (environment_id, time_zone),
        )
        row = self.connection.execute(
            "select time_zone, frozen_before from environments where environment_id = ?", (environment_id,)
        ).fetchone()
        self._environments[environment_id] = (row[0], row[1])
        return self._environments[environment_id]

    def run(self, id_: bytes, guide_no: int, version: int, time_zone: str) -> Run:
        """Return a run, new where it is not stored."""
        key = (id_, guide_no, version)
        run = self._recent.get(key)
        if run is None:
            run = self.runs.load(id_, guide_no, version, time_zone)
            if run is None:
                run = Run(self._next_run_no, id_, guide_no, version, time_zone)
                self._next_run_no += 1
            self._recent[key] = run
        else:
            self._recent.move_to_end(key)
        return run

    def goal(self, guide_no: int, version: int) -> Goal:
        """Return the goal of a guide version, as it was when its first run came."""
        goal = self._goals.get((guide_no, version))
        if goal is None:
            goal = self._find_goal(guide_no, version)
            self._goals[guide_no, version] = goal
            if goal.name_no:
                self._goal_names.add(goal.name_no)
        return goal

    def _find_goal(self, guide_no: int, version: int) -> Goal:
        row = self.connection.execute(
            "select goal_no, goal_within_ms, snooze_ms from versions where guide_no = ? and version = ?",
            (guide_no, version),
        ).fetchone()
        if row:
            return Goal(*row)
        environment_id, key = self.connection.execute(
            "select environment_id, key from guides where guide_no = ?", (guide_no,)
        ).fetchone()
        facts = self._facts.version(environment_id, key, version) if self._facts else None
        goal = _NO_GOAL
        if facts is not None:
            goal = Goal(self.names.no(facts.goal_event), facts.goal_within_ms, facts.snooze_ms)
        self.connection.execute("insert into versions values (?, ?, ?, ?, ?)", (guide_no, version, *goal))
        return goal

    def is_goal(self, name_no: int) -> bool:
        """Say whether any guide version has this event as its goal."""
        return name_no in self._goal_names

    def tracked_at(self, visitor_no: int, name_no: int) -> list[int]:
        """Return when a visitor, as one person with every alias, did something."""
        return [row[0] for row in self.connection.execute(_TRACKED_AT, (visitor_no, name_no))]

    def row_of(self, run: Run, now_ms: int) -> RunRow:
        """Fold a run's events and return the row that says so; nothing is written."""
        goal = self.goal(run.guide_no, run.version)
        if not goal.name_no:
            return self.runs.state_row(run, goal, (), now_ms)
        first = min(run.events)
        visitor_no = self.names.context_of(first.context).visitor_no
        return self.runs.state_row(run, goal, self.tracked_at(visitor_no, goal.name_no), now_ms)

    def refold(self, runs: Iterable[Run], now_ms: int) -> None:
        """Fold runs again and write their rows and the change to the rollups."""
        change = Change()
        new: list[tuple[Run, RunRow]] = []
        moved: list[tuple[Run, RunRow]] = []
        for run in runs:
            row = self.row_of(run, now_ms)
            change.add(row.counted(run.guide_no, run.version))
            if run.row is None:
                new.append((run, row))
            elif row != run.row:
                change.add(run.row.counted(run.guide_no, run.version), -1)
                moved.append((run, row))
            else:
                change.add(row.counted(run.guide_no, run.version), -1)
        self.runs.write(new, moved)
        for run, row in (*new, *moved):
            run.row = row
        self.rollups.apply(change.sums(self.outcomes))

    def tally(self, environment_id: int, day: int, code: str, n: int = 1) -> None:
        """Add to the counter of something that is counted beside the events."""
        self.connection.execute(
            "insert into tallies values (?, ?, ?, ?) on conflict do update set n = n + excluded.n",
            (environment_id, day, code, n),
        )


class _Packs:
    """What one batch brings of each run."""

    __slots__ = ("_bodies", "_context_no", "_environment_id", "_ids", "_last", "_run", "_time_zone", "_writer", "runs")

    def __init__(self, writer: Writer, environment_id: int, time_zone: str, context_no: int) -> None:
        self._writer = writer
        self._environment_id = environment_id
        self._time_zone = time_zone
        self._context_no = context_no
        self.runs: dict[int, Run] = {}
        self._ids: dict[int, list[bytes]] = {}
        self._bodies: dict[int, list[list[Any]]] = {}
        self._last: tuple[str, str, int] | None = None
        self._run: Run | None = None

    def take(self, event: Json, at: int, waited: int) -> str | None:
        """Add one event to its run and to what is to be stored of it; return why not, if not."""
        run = self._run
        key = (event["run"], event["guide"], event["version"])
        if key != self._last or run is None:  # most events follow one of the same run
            guide_no = self._writer.names.guide(self._environment_id, key[1])
            run = self._run = self._writer.run(_uuid_bytes(key[0]), guide_no, key[2], self._time_zone)
            self._last = key
        get = event.get
        id_, kind, seq, step, data = _uuid_bytes(event["id"]), event["type"], event["seq"], get("step"), get("data")
        if not run.add(RunEvent(at, seq, id_, kind, step, data or _NO_DATA, self._context_no)):
            return "duplicate"
        if run.frozen:
            return "frozen"
        if run.no not in self.runs:
            self.runs[run.no], self._ids[run.no], self._bodies[run.no] = run, [], []
        self._ids[run.no].append(id_)
        self._bodies[run.no].append([_TYPE_NO[kind], waited, seq, step, get("page"), data])
        return None

    def rows(self, received_at: int, skew: int) -> list[tuple[Any, ...]]:
        """Return a row for each run."""
        rows: list[tuple[Any, ...]] = []
        for run in self.runs.values():
            ids, body = self._ids[run.no], orjson.dumps(self._bodies[run.no]).decode()
            rows.append(
                (first_pack(run.no) + run.packs, self._context_no, received_at, skew, len(ids), b"".join(ids), body)
            )
            run.packs += 1
        return rows


class Append:
    """One transaction's worth of events on their way into the file."""

    def __init__(self, writer: Writer, now_ms: int) -> None:
        self._writer = writer
        self._names = writer.names
        self._now_ms = now_ms
        self._packs: list[tuple[Any, ...]] = []
        self._visitor_events: list[tuple[Any, ...]] = []
        self._visitor_ids: set[tuple[int, bytes]] = set()
        self._touched: dict[int, Run] = {}
        self._tracks: list[tuple[int, int, int]] = []
        self._people: list[int] = []

    def take(self, batch: Batch) -> Appended:
        """Sort one batch's events into runs and visitor events."""
        result = Appended()
        time_zone, frozen_before = self._writer.environment(batch.environment_id, batch.time_zone)
        context_no, context, first = self._names.context(batch)
        today = day_of(time_zone, batch.received_at)
        if first and batch.standing == "unverified":
            self._writer.tally(batch.environment_id, today, "would_refuse")
        frozen_before_ms = day_start_ms(time_zone, frozen_before) if frozen_before else -1
        packs = _Packs(self._writer, batch.environment_id, time_zone, context_no)
        sent_at, received_at = batch.sent_at, batch.received_at
        for index, event in enumerate(batch.events):
            waited = sent_at - event["at"]
            at = corrected(received_at, waited)
            if at < frozen_before_ms:
                code = "too_old"
            elif belongs_to_run(event):
                code = packs.take(event, at, waited)
            else:
                code = self._take_visitor_event(batch, event, at, waited, context_no, context.visitor_no)
            if code is None:
                result.accepted += 1
            elif code == "duplicate":
                result.duplicates += 1
            else:
                result.refused[index] = code
        self._packs += packs.rows(received_at, received_at - sent_at)
        self._touched.update(packs.runs)
        if result.duplicates:
            self._writer.tally(batch.environment_id, today, "duplicate", result.duplicates)
        return result

    def _take_visitor_event(
        self, batch: Batch, event: Json, at: int, waited: int, context_no: int, visitor_no: int
    ) -> str | None:
        """Add one event that is no run's; return why not, if not."""
        id_ = _uuid_bytes(event["id"])
        known = (visitor_no, id_)
        if known in self._visitor_ids or self._writer.connection.execute(_KNOWN, known).fetchone():
            return "duplicate"
        self._visitor_ids.add(known)
        data: dict[str, Any] = event.get("data") or {}
        name_no = self._names.no(data["name"]) if event["type"] == "track" else 0
        guide_no = self._names.guide(batch.environment_id, event["guide"]) if "guide" in event else 0
        text = orjson.dumps(data).decode() if data else None
        skew = batch.received_at - batch.sent_at
        self._visitor_events.append(
            (visitor_no, id_, _TYPE_NO[event["type"]], at, name_no, guide_no, event.get("version"), context_no,
             waited, skew, event.get("page"), text)
        )  # fmt: skip
        if name_no:
            self._tracks.append((visitor_no, name_no, at))
        elif event["type"] == "identify" and data.get("anonymous") and not batch.anonymous:
            self._alias(batch.environment_id, data["anonymous"], visitor_no)
        return None

    def _alias(self, environment_id: int, anonymous_id: str, visitor_no: int) -> None:
        """Make an anonymous visitor the same person as an identified one: once, whoever comes first."""
        alias_no = self._names.visitor(environment_id, anonymous_id, anonymous=True)
        changed = self._writer.connection.execute(_ALIAS, (visitor_no, alias_no)).rowcount
        if changed:
            self._people.append(visitor_no)

    def write(self) -> None:
        """Write everything taken, and bring the runs that it touches up to date."""
        connection = self._writer.connection
        connection.executemany("insert into packs values (?,?,?,?,?,?,?)", self._packs)
        connection.executemany("insert into visitor_events values (?,?,?,?,?,?,?,?,?,?,?,?)", self._visitor_events)
        for visitor_no, name_no, at in self._tracks:
            if self._writer.is_goal(name_no):
                self._touch(connection.execute(_RUNS_OF_TRACK, (visitor_no, name_no, at, at)))
        for visitor_no in self._people:
            self._touch(connection.execute(_RUNS_OF_PERSON, (visitor_no,)))
        self._writer.refold(self._touched.values(), self._now_ms)

    def _touch(self, rows: Iterable[Sequence[Any]]) -> None:
        """Fold these stored runs again too."""
        for run_no, id_, guide_no, version, time_zone in list(rows):
            if run_no not in self._touched:
                self._touched[run_no] = self._writer.run(id_, guide_no, version, time_zone)


def _uuid_bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def uuid_text(id_: bytes) -> str:
    """Return the wire form of a stored id."""
    return str(uuid.UUID(bytes=id_))


_PERSON = "select visitor_no from visitors where person_no = (select person_no from visitors where visitor_no = ?)"
_TRACKED_AT = f"select at from visitor_events where visitor_no in ({_PERSON}) and name_no = ?"  # noqa: S608
_KNOWN = "select 1 from visitor_events where visitor_no = ? and id = ?"
_ALIAS = (
    "update visitors set person_no = (select person_no from visitors where visitor_no = ?)"
    " where visitor_no = ? and person_no = visitor_no"
)
_RUN = """
  select r.run_no, r.run, r.guide_no, r.version, e.time_zone
  from runs r join versions v using (guide_no, version) join guides g using (guide_no)
  join environments e using (environment_id)
  where r.frozen = 0 and r.visitor_no in"""
_RUNS_OF_TRACK = f"{_RUN} ({_PERSON}) and v.goal_no = ? and r.started_at <= ? and r.started_at + v.goal_within_ms >= ?"
_RUNS_OF_PERSON = f"{_RUN} ({_PERSON}) and v.goal_no > 0"
