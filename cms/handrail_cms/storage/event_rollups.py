"""The rollups: sums of what runs count for, changed by what runs change by, in the same transaction.

`Change` gathers runs that stop and begin to be counted; what cancels out is never written. A cell is
one number of one row: (table, guide, mark, dimension, value, day, version, further key …, column).
"""

from __future__ import annotations

import sqlite3
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping

from handrail_guides.measures import Measure, goal_measures, measures, time_measures

from handrail_cms.storage.event_names import Names
from handrail_cms.storage.event_runs import Cohort, Counted, RunFile

DIMENSIONS = ("all", "language", "device", "segment", "automated")
RUN_COLUMNS = (
    "attempts", "failed_attempts", "withdrawn", "waiting", "open", "completed", "dismissed", "abandoned",
    "failed", "superseded", "goal_n", "goal_hits",
)  # fmt: skip
STEP_COLUMNS = (
    "reached", "reached_ended", "passed", "skipped", "back", "completed", "dismissed", "abandoned", "failed", "superseded",
    "failed_before_shown",
)  # fmt: skip
COUNT_KINDS = ("", "edge", "ending", "target", "confidence")
KEY = "guide_no, mark_no, dimension, value_no, day, version"
COUNTER_BYTES = 4
_COUNTER_BITS = 8 * COUNTER_BYTES

Key = tuple[int, int, int, int, int, int]


class Change:
    """What a transaction changes of the rollups."""

    def __init__(self) -> None:
        self._runs: dict[Counted, int] = defaultdict(int)

    def add(self, counted: Counted, amount: int = 1) -> None:
        """Count a run, or with -1 stop counting it."""
        self._runs[counted] += amount

    def cells(self, file: RunFile) -> dict[Cohort, dict[Measure, int]]:
        """Return the measures that change, by cohort; nothing that stays the same."""
        cells: dict[Cohort, dict[Measure, int]] = {}
        for counted, amount in self._runs.items():
            if not amount:
                continue
            sums = cells.setdefault(counted.cohort, defaultdict(int))
            for measure, n in run_measures(counted, file):
                sums[measure] += n * amount
        return cells


def run_measures(counted: Counted, file: RunFile) -> Iterable[tuple[Measure, int]]:
    """Give everything that one run counts for."""
    outcome = file.outcome(counted.outcome_no)
    yield from measures(outcome)
    yield from goal_measures(closed=counted.goal_closed, hit=counted.goal_hit)
    yield from time_measures(outcome, counted.times)


class RollupFile:
    """Writes changes to the rollup tables, within the writer's transaction."""

    def __init__(self, connection: sqlite3.Connection, names: Names) -> None:
        self._connection = connection
        self._names = names

    def apply(self, cells: Mapping[Cohort, Mapping[Measure, int]]) -> None:
        """Add measures to every row that their cohort is counted in."""
        rows = Rows()
        for cohort, sums in cells.items():
            for key in self.keys(cohort):
                rows.add(key, sums, self._names)
        self._connection.executemany(_ADD_RUNS, [(*key, *sums) for key, sums in rows.runs.items() if any(sums)])
        self._connection.executemany(_ADD_STEPS, [(*key, *sums) for key, sums in rows.steps.items() if any(sums)])
        self._connection.executemany(_ADD_COUNTS, [(*key, n) for key, n in rows.counts.items() if n])
        for key, sums in rows.times.items():
            self._add_times(key, sums)

    def keys(self, cohort: Cohort) -> Iterable[Key]:
        """Give the key of every row that a cohort's runs are counted in: one dimension at a time."""
        guide_no, mark_no, day, version, language_no, device_no, automated, segments_no = cohort
        segments = self._names.text(segments_no).split("\n") if segments_no else []
        for dimension, value_no in (
            (0, 0),
            (1, language_no),
            (2, device_no),
            *((3, self._names.no(segment)) for segment in segments),
            (4, automated),
        ):
            yield guide_no, mark_no, dimension, value_no, day, version

    def _add_times(self, key: tuple[int, ...], sums: Mapping[int, int]) -> None:
        """Add to one row's histogram; a row whose counters are all zero goes."""
        delta = {bucket: n for bucket, n in sums.items() if n}
        if not delta:
            return
        row = self._connection.execute(_GET_TIMES, key).fetchone()
        total = unpack(*row) if row else 0
        for bucket, n in delta.items():
            total += n << (bucket * _COUNTER_BITS)
        if total:
            self._connection.execute(_PUT_TIMES, (*key, *pack(total)))
        else:
            self._connection.execute(_DROP_TIMES, key)


class Rows:
    """Measures put into the shape of the tables' rows."""

    def __init__(self) -> None:
        self.runs: dict[tuple[int, ...], list[int]] = {}
        self.steps: dict[tuple[int, ...], list[int]] = {}
        self.times: dict[tuple[int, ...], dict[int, int]] = {}
        self.counts: dict[tuple[int, ...], int] = defaultdict(int)

    def add(self, key: Key, sums: Mapping[Measure, int], names: Names) -> None:
        """Add one cohort's measures under one key."""
        for measure, n in sums.items():
            if not n:
                continue
            kind = measure[0]
            if kind == "run":
                self.runs.setdefault(key, [0] * len(RUN_COLUMNS))[_RUN_PLACES[measure[1]]] += n
            elif kind == "step":
                row = (*key, names.no(measure[1]))
                self.steps.setdefault(row, [0] * len(STEP_COLUMNS))[_STEP_PLACES[measure[2]]] += n
            elif kind == "time":
                row = (*key, names.no(measure[1]))
                self.times.setdefault(row, defaultdict(int))[int(measure[2])] += n
            else:
                a, b, c = (*measure[1:], "", "")[:3]
                self.counts[(*key, _COUNT_PLACES[kind], names.no(a), names.no(b), names.no(c))] += n


def pack(total: int) -> tuple[int, bytes]:
    """Return the first bucket that is not zero, and the counters from there on.

    A histogram is held as one whole number whose 32-bit digits are its counters: adding two
    histograms is one addition, and no counter reaches 2**32.
    """
    first = ((total & -total).bit_length() - 1) // _COUNTER_BITS
    total >>= first * _COUNTER_BITS
    return first, total.to_bytes(COUNTER_BYTES * -(-total.bit_length() // _COUNTER_BITS), "little")


def unpack(first: int, counts: bytes) -> int:
    """Return the whole number that `pack` took apart."""
    return int.from_bytes(counts, "little") << (first * _COUNTER_BITS)


def histogram(total: int) -> dict[int, int]:
    """Return the counters of a packed histogram that are not zero, by bucket."""
    first, counts = pack(total) if total else (0, b"")
    counters = struct.unpack(f"<{len(counts) // COUNTER_BYTES}I", counts)
    return {first + index: n for index, n in enumerate(counters) if n}


def _adder(table: str, key: str, columns: Iterable[str]) -> str:
    """Return the statement that adds numbers to one row, made if it is new."""
    columns = list(columns)
    places = ", ".join("?" * (len(key.split(",")) + len(columns)))
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in columns)
    return f"insert into {table} ({key}, {', '.join(columns)}) values ({places}) on conflict do update set {sums}"  # noqa: S608


_RUN_PLACES = {name: place for place, name in enumerate(RUN_COLUMNS)}
_STEP_PLACES = {name: place for place, name in enumerate(STEP_COLUMNS)}
_COUNT_PLACES = {name: place for place, name in enumerate(COUNT_KINDS)}
_ADD_RUNS = _adder("rollup_runs", KEY, RUN_COLUMNS)
_ADD_STEPS = _adder("rollup_steps", f"{KEY}, step_no", STEP_COLUMNS)
_ADD_COUNTS = _adder("rollup_counts", f"{KEY}, kind, a_no, b_no, c_no", ["n"])
_SAME_TIMES = " and ".join(f"{name} = ?" for name in (*KEY.split(", "), "step_no"))
_GET_TIMES = f"select first, counts from rollup_times where {_SAME_TIMES}"  # noqa: S608
_PUT_TIMES = f"insert or replace into rollup_times ({KEY}, step_no, first, counts) values ({', '.join('?' * 9)})"  # noqa: S608
_DROP_TIMES = f"delete from rollup_times where {_SAME_TIMES}"  # noqa: S608
