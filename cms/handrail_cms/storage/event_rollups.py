"""The rollups: sums of what runs count for, changed by what runs change by, in the same transaction.

`Change` gathers runs that stop and begin to be counted; what cancels out is never written. What is
left is added to one row per guide, mark, dimension, value, day and version.
"""

from __future__ import annotations

import sqlite3
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from handrail_guides.measures import NOT_TIMED, goal_measures, measures

from handrail_cms.storage.event_names import Names
from handrail_cms.storage.event_runs import Cohort, Counted, RunFile
from handrail_cms.storage.many_rows import ManyRows

DIMENSIONS = ("all", "language", "device", "segment", "automated")
RUN_COLUMNS: tuple[str, ...] = (
    "attempts", "failed_attempts", "withdrawn", "waiting", "open", "completed", "dismissed", "abandoned",
    "failed", "superseded", "goal_n", "goal_hits",
)  # fmt: skip
STEP_COLUMNS: tuple[str, ...] = (
    "reached", "reached_ended", "passed", "skipped", "back", "completed", "dismissed", "abandoned", "failed",
    "superseded", "failed_before_shown", "opened", "acted",
)  # fmt: skip
COUNT_KINDS = ("", "edge", "ending")
KEY = "guide_no, mark_no, dimension, value_no, day, version"
TARGET_KEY = "guide_no, mark_no, day, version, step_no, match_no"
COUNTER_BYTES = 4
_COUNTER_BITS = 8 * COUNTER_BYTES
_TIMES_REMEMBERED = 5000
_MOVES_REMEMBERED = 20_000

Key = tuple[int, int, int, int, int, int]
Place = tuple[int, ...]
"""A rollup row's name within a cohort, in numbers: (0,) of a run, (1, step), (2, kind, a, b, c), (3, step, match)."""
_RUN, _STEP, _COUNT, _TARGET = range(4)
_COLUMNS = (len(RUN_COLUMNS), len(STEP_COLUMNS), 1, 2)


class Sums:
    """What one cohort changes by: a row's packed numbers by place, and visible times by step as histograms."""

    __slots__ = ("places", "times")

    def __init__(self) -> None:
        self.places: dict[Place, int] = defaultdict(int)
        self.times: dict[int, int] = defaultdict(int)


class Tally:
    """Knows what each outcome counts for, in numbers."""

    def __init__(self, file: RunFile, names: Names) -> None:
        self._file = file
        self._names = names
        self._places: dict[int, tuple[tuple[Place, int], ...]] = {}
        self._moves: dict[tuple[int, int], tuple[tuple[Place, int], ...]] = {}
        self._steps: dict[int, tuple[int, ...]] = {}

    def forget(self) -> None:
        """Drop what may have been rolled back."""
        self._places.clear()
        self._moves.clear()
        self._steps.clear()

    def places(self, outcome_no: int) -> tuple[tuple[Place, int], ...]:
        """Return what a run of this outcome counts for."""
        found = self._places.get(outcome_no)
        if found is None:
            found = self._packed(measures(self._file.outcome(outcome_no)))
            self._places[outcome_no] = found
        return found

    def move(self, before: int, after: int) -> tuple[tuple[Place, int], ...]:
        """Return what changes when a run's outcome does."""
        found = self._moves.get((before, after))
        if found is None:
            if len(self._moves) > _MOVES_REMEMBERED:
                self._moves.clear()
            amounts: dict[Place, int] = defaultdict(int, self.places(after))
            for place, n in self.places(before):
                amounts[place] -= n
            found = self._moves[before, after] = tuple((place, n) for place, n in amounts.items() if n)
        return found

    def steps(self, outcome_no: int) -> tuple[int, ...]:
        """Return the steps of this outcome, in the order of a run's times."""
        found = self._steps.get(outcome_no)
        if found is None:
            found = tuple(self._names.no(step.step) for step in self._file.outcome(outcome_no).steps)
            self._steps[outcome_no] = found
        return found

    def _packed(self, amounts: Iterable[tuple[tuple[str, ...], int]]) -> tuple[tuple[Place, int], ...]:
        """Return measures as packed numbers by place."""
        rows: dict[Place, int] = defaultdict(int)
        for measure, n in amounts:
            place, column = self._place(measure)
            rows[place] += n << (column * _COUNTER_BITS)
        return tuple(rows.items())

    def _place(self, measure: tuple[str, ...]) -> tuple[Place, int]:
        """Return a measure's place, and its column there."""
        kind, no = measure[0], self._names.no
        if kind == "run":
            return (_RUN,), RUN_COLUMNS.index(measure[1])
        if kind == "step":
            return (_STEP, no(measure[1])), STEP_COLUMNS.index(measure[2])
        if kind in ("target", "confidence"):
            return (_TARGET, no(measure[1]), no(measure[2])), int(kind == "confidence")
        a, b, c = measure[1:]
        return (_COUNT, COUNT_KINDS.index(kind), no(a), no(b), no(c)), 0


class Change:
    """What a transaction changes of the rollups."""

    def __init__(self) -> None:
        self._runs: dict[Counted, int] = defaultdict(int)
        self._moves: dict[tuple[Counted, Counted], int] = defaultdict(int)

    def add(self, counted: Counted, amount: int = 1) -> None:
        """Count a run, or with -1 stop counting it."""
        self._runs[counted] += amount

    def move(self, before: Counted | None, after: Counted) -> None:
        """Count a run as something else than before: mostly in the same cohort, where little changes."""
        if before is None:
            self._runs[after] += 1
        elif before.cohort == after.cohort:
            if before != after:
                self._moves[before, after] += 1
        else:
            self._runs[after] += 1
            self._runs[before] -= 1

    def sums(self, tally: Tally) -> dict[Cohort, Sums]:
        """Return what changes, by cohort."""
        found: dict[Cohort, Sums] = defaultdict(Sums)
        for counted, amount in self._runs.items():
            if amount:
                sums = found[counted.cohort]
                _sum_places(sums, tally.places(counted.outcome_no), amount)
                _sum_goal(sums, counted, amount)
                _sum_times(sums, tally.steps(counted.outcome_no), counted.times, amount)
        for (before, after), amount in self._moves.items():
            sums = found[after.cohort]
            if before.outcome_no != after.outcome_no:
                _sum_places(sums, tally.move(before.outcome_no, after.outcome_no), amount)
            if before[3:] != after[3:]:
                _sum_goal(sums, after, amount)
                _sum_goal(sums, before, -amount)
            if before.times != after.times or before.outcome_no != after.outcome_no:
                _sum_times(sums, tally.steps(after.outcome_no), after.times, amount)
                _sum_times(sums, tally.steps(before.outcome_no), before.times, -amount)
        return found


def _sum_places(sums: Sums, places: Iterable[tuple[Place, int]], amount: int) -> None:
    into = sums.places
    for place, n in places:
        into[place] += n * amount


def _sum_goal(sums: Sums, counted: Counted, amount: int) -> None:
    if counted.goal_closed:
        for measure, n in goal_measures(closed=True, hit=counted.goal_hit):
            sums.places[_RUN,] += (n * amount) << (RUN_COLUMNS.index(measure[1]) * _COUNTER_BITS)


def _sum_times(sums: Sums, steps: Sequence[int], times: bytes, amount: int) -> None:
    into = sums.times
    for place, bucket in enumerate(times):
        if bucket != NOT_TIMED:
            into[steps[place]] += amount << (bucket * _COUNTER_BITS)


class Rows:
    """Sums by the keys of the tables' rows, packed: of runs, steps, counts and targets, and histograms of steps."""

    def __init__(self) -> None:
        self.runs: dict[Any, int] = defaultdict(int)
        self.steps: dict[Any, int] = defaultdict(int)
        self.counts: dict[Any, int] = defaultdict(int)
        self.targets: dict[Any, int] = defaultdict(int)
        self.times: dict[Any, int] = defaultdict(int)

    def add(self, cohort: Cohort, sums: Sums, names: Names) -> None:
        """Add one cohort's sums to every row that it is counted in."""
        places = [(place[0], place[1:], n) for place, n in sums.places.items() if n]
        times = [(step_no, delta) for step_no, delta in sums.times.items() if delta]
        tables = (self.runs, self.steps, self.counts)
        for key in keys(cohort, names):
            for kind, rest, n in places:
                if kind != _TARGET:
                    tables[kind][key + rest] += n
            for step_no, delta in times:
                self.times[*key, step_no] += delta
        # targets are counted once, whatever the visitor's language or device
        place = (cohort.guide_no, cohort.mark_no, cohort.day, cohort.version)
        for kind, rest, n in places:
            if kind == _TARGET:
                self.targets[place + rest] += n

    def rows(self, kind: int) -> Iterator[tuple[Any, tuple[int, ...]]]:
        """Give the key and the numbers of every row of a table that changes at all."""
        table = (self.runs, self.steps, self.counts, self.targets)[kind]
        columns = _COLUMNS[kind]
        return ((key, numbers(total, columns)) for key, total in table.items() if total)

    def cells(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Give every number that is not zero, named by table, key and column."""
        for table, kind, columns in (
            ("runs", _RUN, RUN_COLUMNS),
            ("steps", _STEP, STEP_COLUMNS),
            ("targets", _TARGET, ("n", "confidence")),
        ):
            for key, row in self.rows(kind):
                yield from (((table, *key, name), n) for name, n in zip(columns, row, strict=True) if n)
        for key, total in self.times.items():
            yield from ((("times", *key, f"bucket {bucket}"), n) for bucket, n in histogram(total).items())
        yield from ((("counts", *key), n) for key, n in self.counts.items() if n)


def packed(row: Iterable[int]) -> int:
    """Return a row's numbers as one: adding two rows is one addition, and no number reaches 2**31."""
    return sum(n << (column * _COUNTER_BITS) for column, n in enumerate(row))


def numbers(total: int, columns: int) -> tuple[int, ...]:
    """Return the numbers, also negative ones, that `packed` put together."""
    raised = total + _HALVES[columns]
    lanes = _LANES[columns].unpack(raised.to_bytes(columns * COUNTER_BYTES, "little"))
    return tuple([lane - _HALF for lane in lanes])


_HALF = 1 << (_COUNTER_BITS - 1)
_HALVES = {columns: packed([_HALF] * columns) for columns in _COLUMNS}
_LANES = {columns: struct.Struct(f"<{columns}I") for columns in _COLUMNS}


def keys(cohort: Cohort, names: Names) -> Iterable[Key]:
    """Give the key of every row that a cohort's runs are counted in: one dimension at a time.

    Runs of people's own browsers have no row of dimension 4: they are all but the automated ones.
    """
    guide_no, mark_no, day, version, language_no, device_no, automated, segments_no = cohort
    yield guide_no, mark_no, 0, 0, day, version
    yield guide_no, mark_no, 1, language_no, day, version
    yield guide_no, mark_no, 2, device_no, day, version
    if segments_no:
        for segment in names.text(segments_no).split("\n"):
            yield guide_no, mark_no, 3, names.no(segment), day, version
    if automated:
        yield guide_no, mark_no, 4, 1, day, version


class RollupFile:
    """Writes changes to the rollup tables, within the writer's transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._many = ManyRows(connection)
        self._times: dict[tuple[int, ...], int] = {}

    def forget(self) -> None:
        """Drop the histograms that are remembered: they may have been rolled back, or changed by another process."""
        self._times.clear()

    def apply(self, sums: Mapping[Cohort, Sums]) -> None:
        """Add sums to every row that their cohort is counted in."""
        rows = Rows()
        for cohort, of_cohort in sums.items():
            rows.add(cohort, of_cohort, self._names)
        many = self._many.write
        many(_ADD_RUNS, [key + row for key, row in rows.rows(_RUN)])
        if len(self._times) > _TIMES_REMEMBERED:
            self._times.clear()
        timed = {key: pack(self._total(key, delta)) for key, delta in rows.times.items() if delta}
        steps = dict(rows.rows(_STEP))
        none = (0,) * len(STEP_COLUMNS)
        many(_ADD_STEPS, [key + row for key, row in steps.items() if key not in timed])
        many(_ADD_TIMED_STEPS, [key + steps.get(key, none) + times for key, times in timed.items()])
        many(_ADD_COUNTS, [(*key, n) for key, n in rows.counts.items() if n])
        many(_ADD_TARGETS, [key + row for key, row in rows.rows(_TARGET)])

    def _total(self, key: tuple[int, ...], delta: int) -> int:
        """Return a row's histogram with a change added."""
        total = self._times.get(key)
        if total is None:
            row = self._connection.execute(_GET_TIMES, key).fetchone()
            total = unpack(*row) if row else 0
        total += delta
        self._times[key] = total
        return total


def pack(total: int) -> tuple[int, bytes]:
    """Return the first bucket that is not zero, and the counters from there on.

    A histogram is held as one whole number whose 32-bit digits are its counters: adding two
    histograms is one addition, and no counter reaches 2**32.
    """
    if not total:
        return 0, b""
    first = ((total & -total).bit_length() - 1) // _COUNTER_BITS
    total >>= first * _COUNTER_BITS
    return first, total.to_bytes(COUNTER_BYTES * -(-total.bit_length() // _COUNTER_BITS), "little")


def unpack(first: int, counts: bytes) -> int:
    """Return the whole number that `pack` took apart."""
    return int.from_bytes(counts, "little") << (first * _COUNTER_BITS)


def histogram(total: int) -> dict[int, int]:
    """Return the counters of a packed histogram that are not zero, by bucket."""
    first, counts = pack(total)
    counters = struct.unpack(f"<{len(counts) // COUNTER_BYTES}I", counts)
    return {first + index: n for index, n in enumerate(counters) if n}


def _adder(table: str, key: str, columns: Iterable[str], replaced: Iterable[str] = ()) -> str:
    """Return the statement that adds numbers to one row, made if it is new; `replaced` columns are written over."""
    columns, replaced = list(columns), list(replaced)
    sums = ", ".join(
        [f"{name} = {name} + excluded.{name}" for name in columns] + [f"{name} = excluded.{name}" for name in replaced]
    )
    names = ", ".join([key, *columns, *replaced])
    return f"insert into {table} ({names}) values {{rows}} on conflict do update set {sums}"  # noqa: S608


_STEP_KEY = f"{KEY}, step_no"
_ADD_RUNS = _adder("rollup_runs", KEY, RUN_COLUMNS)
_ADD_STEPS = _adder("rollup_steps", _STEP_KEY, STEP_COLUMNS)
_ADD_TIMED_STEPS = _adder("rollup_steps", _STEP_KEY, STEP_COLUMNS, ("first", "counts"))
_ADD_COUNTS = _adder("rollup_counts", f"{KEY}, kind, a_no, b_no, c_no", ["n"])
_ADD_TARGETS = _adder("rollup_targets", TARGET_KEY, ["n", "confidence"])
_SAME_STEP = " and ".join(f"{name} = ?" for name in _STEP_KEY.split(", "))
_GET_TIMES = f"select first, counts from rollup_steps where {_SAME_STEP}"  # noqa: S608
