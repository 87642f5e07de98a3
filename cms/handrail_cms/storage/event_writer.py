"""The one writer of a process: appends events, and keeps run states and rollups true in the same transaction.

What it remembers between transactions (names, recent runs) is dropped when another process has
written to the file (`pragma data_version`), and when a transaction fails.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from threading import RLock

from handrail_guides.runs import DAY_MS

from handrail_cms.storage.event_names import Names
from handrail_cms.storage.event_rollups import Change, RollupFile, Tally
from handrail_cms.storage.event_runs import Goal, Run, RunFile, RunRow
from handrail_cms.storage.events import GuideFacts
from handrail_cms.storage.sqlite import Connections

_RUNS_REMEMBERED = 4096
_NO_GOAL = Goal(0, 0, DAY_MS)

RunKey = tuple[bytes, int, int]


class Writer:
    """Holds the write connection, and what is worth remembering between transactions."""

    def __init__(self, connections: Connections, facts: GuideFacts | None) -> None:
        self._connections = connections
        self._facts = facts
        self._lock = RLock()
        self._open()
        self._recent: OrderedDict[RunKey, Run] = OrderedDict()
        self._recent_ids: set[bytes] = set()
        self._absent: set[bytes] = set()
        self._goals: dict[tuple[int, int], Goal] = {}
        self._goal_names: set[int] = set()
        self._environments: dict[int, tuple[str, int]] = {}
        self._seen_version = -1
        self._next_run_no = 0

    def _open(self) -> None:
        self.connection: sqlite3.Connection = self._connections.database().conn
        self.names = Names(self.connection)
        self.runs = RunFile(self.connection, self.names)
        self.rollups = RollupFile(self.connection, self.names)
        self.outcomes = Tally(self.runs, self.names)
        self._generation = self._connections.generation

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Hold the write lock; all of the block is stored durably, or nothing and everything remembered is dropped."""
        with self._lock:
            if self._generation != self._connections.generation:
                self._open()
            try:
                with self._connections.write_on(self.connection):
                    self._refresh()
                    yield
            except BaseException:
                self.forget()
                raise
            self._absent.clear()
            while len(self._recent) > _RUNS_REMEMBERED:
                self._recent_ids.discard(self._recent.popitem(last=False)[0][0])

    def forget(self) -> None:
        """Drop everything that is remembered."""
        self.names.forget()
        self.runs.forget()
        self.outcomes.forget()
        self._goals.clear()
        self._absent.clear()
        self._seen_version = -1

    def _refresh(self) -> None:
        version = self.connection.execute("pragma data_version").fetchone()[0]
        if version == self._seen_version:
            return
        self._seen_version = version
        self._recent.clear()
        self._recent_ids.clear()
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

    def look_up(self, ids: set[bytes]) -> None:
        """Ask once, for all of a transaction, which of these runs are not stored: `run` then need not."""
        unknown = list(ids - self._recent_ids)
        self._absent = set(unknown).difference(self.runs.stored(unknown))

    def run(self, id_: bytes, guide_no: int, version: int, time_zone: str) -> Run:
        """Return a run, new where it is not stored."""
        key = (id_, guide_no, version)
        run = self._recent.get(key)
        if run is None:
            run = None if id_ in self._absent else self.runs.load(id_, guide_no, version, time_zone)
            if run is None:
                run = self.runs.new(self._next_run_no, id_, guide_no, version, time_zone)
                self._next_run_no += 1
            self._recent[key] = run
            self._recent_ids.add(id_)
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
        """Fold all of a run's events and return the row that says so; nothing is written."""
        goal = self.goal(run.guide_no, run.version)
        events = self.runs.events(run)
        tracked_at = self._tracked(min(events).context, goal) if goal.name_no else ()
        return self.runs.state_row(run, events, goal, tracked_at, now_ms)

    def _row_now(self, run: Run, now_ms: int) -> RunRow:
        """Return the same row, from the story that followed the events as they came, where they came in order."""
        story = run.story
        if story is None:
            return self.row_of(run, now_ms)
        goal = self.goal(run.guide_no, run.version)
        tracked_at = self._tracked(story.context, goal) if goal.name_no else ()
        return self.runs.followed_row(run, story, goal, tracked_at, now_ms)

    def _tracked(self, context_no: int, goal: Goal) -> list[int]:
        return self.tracked_at(self.names.context_of(context_no).visitor_no, goal.name_no)

    def refold(self, runs: Iterable[Run], now_ms: int) -> None:
        """Bring the rows of runs, and the rollups, up to date with their events."""
        change = Change()
        new: list[tuple[Run, RunRow]] = []
        moved: list[tuple[Run, RunRow]] = []
        for run in runs:
            row, old = self._row_now(run, now_ms), run.row
            if old is None:
                new.append((run, row))
            elif row != old:
                moved.append((run, row))
            else:
                continue
            counted = row.counted(run.guide_no, run.version)
            change.move(run.counted, counted)
            run.counted = counted
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


_TRACKED_AT = """select at from visitor_events where name_no = ?2 and visitor_no in
  (select visitor_no from visitors where person_no = (select person_no from visitors where visitor_no = ?1))"""
