"""Looking after the event file: silence and goal windows, retention, erasure, and the proof of the rollups."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from handrail_cms.storage.event_questions import Questions
from handrail_cms.storage.event_rollups import (
    COUNT_KINDS,
    DIMENSIONS,
    KEY,
    RUN_COLUMNS,
    STEP_COLUMNS,
    TARGET_KEY,
    Change,
    Rows,
    packed,
    unpack,
)
from handrail_cms.storage.event_runs import Run, RunRow, day_start_ms, pack_range
from handrail_cms.storage.event_writer import Writer
from handrail_cms.storage.events import Difference, Progress

_BATCH = 2000
_OPEN_DAYS = """day >= coalesce((select frozen_before from environments e
  join guides g using (environment_id) where g.guide_no = {table}.guide_no), 0)"""
ROLLUPS = ("rollup_runs", "rollup_steps", "rollup_counts", "rollup_targets")


class Care:
    """The slow work, in the writer's transactions."""

    def __init__(self, writer: Writer, questions: Questions) -> None:
        self._writer = writer
        self._questions = questions

    def settle(self, now_ms: int, limit: int) -> int:
        """Abandon what is silent and close goal windows that are over; reads only what is due."""
        if self._writer.connection.execute(_DUE, (now_ms, 1)).fetchone() is None:
            return 0
        with self._writer.transaction():
            due = self._writer.connection.execute(_DUE, (now_ms, limit)).fetchall()
            self._writer.refold([self._writer.run(*row) for row in due], now_ms)
        return len(due)

    def purge(self, environment_id: int, before_day: int) -> int:
        """Delete the events of whole days and freeze their runs; return how many events went."""
        gone = 0
        with self._writer.transaction():
            execute = self._writer.connection.execute
            execute(
                "update environments set frozen_before = ? where environment_id = ? and frozen_before < ?",
                (before_day, environment_id, before_day),
            )
        self._writer.forget()
        while True:
            with self._writer.transaction():
                execute = self._writer.connection.execute
                runs = [row[0] for row in execute(_TO_FREEZE, (environment_id, before_day, _BATCH))]
                places = ", ".join("?" * len(runs))
                gone += sum(self._drop_packs(run_no) for run_no in runs)
                execute(f"update runs set frozen = 1, due_at = null where run_no in ({places})", runs)  # noqa: S608
            if len(runs) < _BATCH:
                break
        return gone + self._purge_visitor_events(environment_id, before_day)

    def _drop_packs(self, run_no: int) -> int:
        """Delete a run's events; return how many they were."""
        sql = "delete from packs where pack between ? and ? returning n"
        return sum(n for (n,) in self._writer.connection.execute(sql, pack_range(run_no)).fetchall())

    def _purge_visitor_events(self, environment_id: int, before_day: int) -> int:
        """Delete the events of visitors that happened before a day."""
        row = self._writer.connection.execute(
            "select time_zone from environments where environment_id = ?", (environment_id,)
        ).fetchone()
        if row is None:
            return 0
        before_ms = day_start_ms(row[0], before_day)
        with self._writer.transaction():
            return self._writer.connection.execute(
                "delete from visitor_events where at < ? and visitor_no in"
                " (select visitor_no from visitors where environment_id = ?)",
                (before_ms, environment_id),
            ).rowcount

    def erase(self, environment_id: int, visitor: str, now_ms: int, *, anonymous: bool) -> dict[str, Any]:
        """Remove a person, with every alias, from events, states and rollups; return the receipt.

        The receipt names nobody: what was erased is counted in it.
        """
        with self._writer.transaction():
            execute = self._writer.connection.execute
            people = [row[0] for row in execute(_PEOPLE, (environment_id, visitor, int(anonymous)))]
            places = ", ".join(map(str, people)) or "-1"
            change = Change()
            runs: list[int] = []
            for run_no, guide_no, version, *row in execute(f"{_ROWS} where visitor_no in ({places})").fetchall():
                change.add(RunRow(*row).counted(guide_no, version), -1)
                runs.append(run_no)
            self._writer.rollups.apply(change.sums(self._writer.outcomes))
            counts = {"ids": len(people), "runs": len(runs), "run_events": 0}
            for run_no in runs:
                counts["run_events"] += self._drop_packs(run_no)
                execute("delete from runs where run_no = ?", (run_no,))
            of_people = f"where visitor_no in ({places})"
            counts["visitor_events"] = execute(f"delete from visitor_events {of_people}").rowcount  # noqa: S608
            counts["sessions"] = execute(f"delete from contexts {of_people}").rowcount  # noqa: S608
            execute(f"delete from visitors {of_people}")  # noqa: S608
            left = execute(_PEOPLE, (environment_id, visitor, int(anonymous))).fetchall()
            receipt = {"receipt": uuid.uuid4().hex, "erased_at": now_ms, "erased": counts, "left": len(left)}
            execute(
                "insert into receipts values (?, ?, ?, ?)",
                (receipt["receipt"], environment_id, now_ms, json.dumps(receipt)),
            )
        self._writer.forget()
        return receipt

    def rebuild(self, now_ms: int, progress: Progress | None) -> int:
        """Fold every run that is not frozen again, and write its state and the rollups anew, in one transaction."""
        with self._writer.transaction():
            for table in ROLLUPS:
                self._writer.connection.execute(f"delete from {table} where {_OPEN_DAYS.format(table=table)}")  # noqa: S608
            self._writer.rollups.forget()
            count = 0
            for runs in self._batches():
                change = Change()
                moved: list[tuple[Run, RunRow]] = []
                for run in runs:
                    row = self._writer.row_of(run, now_ms)
                    change.add(row.counted(run.guide_no, run.version))
                    if row != run.row:
                        moved.append((run, row))
                self._writer.runs.write([], moved)
                self._writer.rollups.apply(change.sums(self._writer.outcomes))
                count += len(runs)
                if progress:
                    progress(len(runs))
        self._writer.forget()
        return count

    def _batches(self) -> Iterator[list[Run]]:
        """Give every run that is not frozen, some at a time."""
        last = 0
        while True:
            rows = self._writer.connection.execute(_UNFROZEN, (last, _BATCH)).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            found = [self._writer.runs.find(*row[1:]) for row in rows]
            yield [run for run in found if run is not None]

    def check(self, now_ms: int, progress: Progress | None) -> list[Difference]:
        """Recount every rollup cell from the raw events, and every run's state; return what differs."""
        while self.settle(now_ms, 5000):
            pass
        with self._writer.transaction():
            recounted = Rows()
            differences: list[Difference] = []
            for runs in self._batches():
                change = Change()
                for run in runs:
                    row = self._writer.row_of(run, now_ms)
                    change.add(row.counted(run.guide_no, run.version))
                    if row != run.row:
                        differences.append(Difference(f"state of run {run.id.hex()}", 1, 0))
                for cohort, sums in change.sums(self._writer.outcomes).items():
                    recounted.add(cohort, sums, self._writer.names)
                if progress:
                    progress(len(runs))
            stored = dict(self._stored().cells())
        right = dict(recounted.cells())
        for cell in sorted({*stored, *right}, key=str):
            if stored.get(cell, 0) != right.get(cell, 0):
                differences.append(Difference(self._in_words(cell), stored.get(cell, 0), right.get(cell, 0)))
        return differences

    def _stored(self) -> Rows:
        """Return every rollup row that is not frozen."""
        rows = Rows()
        for row in self._open_rows("rollup_runs", KEY, RUN_COLUMNS):
            rows.runs[row[:6]] = packed(row[6:])
        for row in self._open_rows("rollup_steps", KEY, ("step_no", *STEP_COLUMNS, "first", "counts")):
            rows.steps[row[:7]] = packed(row[7:-2])
            rows.times[row[:7]] = unpack(*row[-2:])
        for row in self._open_rows("rollup_counts", KEY, ("kind", "a_no", "b_no", "c_no", "n")):
            rows.counts[row[:10]] = row[10]
        for row in self._open_rows("rollup_targets", TARGET_KEY, ("n", "confidence")):
            rows.targets[row[:6]] = packed(row[6:])
        return rows

    def _open_rows(self, table: str, key: str, columns: Sequence[str]) -> Iterator[Any]:
        """Give a rollup table's rows of days that are not frozen."""
        sql = f"select {key}, {', '.join(columns)} from {table} where {_OPEN_DAYS.format(table=table)}"  # noqa: S608
        return self._writer.connection.execute(sql)

    def _in_words(self, cell: tuple[Any, ...]) -> str:
        """Return a cell's name for a person."""
        text = self._writer.names.text
        if cell[0] == "targets":
            _, guide_no, mark_no, day, version, *rest = cell
            dimension, value = DIMENSIONS[0], ""
        else:
            _, guide_no, mark_no, number, value_no, day, version, *rest = cell
            dimension, value = DIMENSIONS[int(number)], text(value_no) if number != 4 else "yes"
        further = [text(part) if isinstance(part, int) else str(part) for part in rest]
        if cell[0] == "counts":
            further[0] = COUNT_KINDS[int(rest[0])]
        place = f"guide {guide_no} version {version} mark “{text(mark_no)}” day {day}"
        return f"{cell[0]}: {place} {dimension} {value} {' '.join(further)}"


_DUE = """select r.run, r.guide_no, r.version, e.time_zone from runs r join guides g using (guide_no)
  join environments e using (environment_id) where r.due_at <= ? order by r.due_at limit ?"""
_TO_FREEZE = """select run_no from runs join guides using (guide_no)
  where environment_id = ? and day < ? and frozen = 0 limit ?"""
_PEOPLE = """select visitor_no from visitors where person_no =
  (select person_no from visitors where environment_id = ? and id = ? and anonymous = ?)"""
_ROWS = f"select run_no, guide_no, version, {', '.join(RunRow._fields)} from runs"  # noqa: S608
_UNFROZEN = """select r.run_no, r.run, r.guide_no, r.version, e.time_zone from runs r join guides g using (guide_no)
  join environments e using (environment_id) where r.frozen = 0 and r.run_no > ? order by r.run_no limit ?"""
