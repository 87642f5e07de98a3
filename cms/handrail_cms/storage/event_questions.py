"""What reports ask of the event file. One filter or none reads rollups, never more rows than days; more read runs."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from handrail_guides.measures import Measure, goal_measures, measures, time_measures

from handrail_cms.storage.event_rollups import (
    COUNT_KINDS,
    DIMENSIONS,
    RUN_COLUMNS,
    STEP_COLUMNS,
    histogram,
    unpack,
)
from handrail_cms.storage.event_runs import read_outcome
from handrail_cms.storage.events import Question
from handrail_cms.storage.sqlite import Connections

MARKS = ("", "walk", "preview", "usability", "simulated")
_CHUNK = 10_000
_OF_TARGETS = ("target", "confidence")
"""Measures that `health` tells, not `funnel`."""


class Questions:
    """Answers from the read connections; sees what was committed."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def _rows(self, sql: str, parameters: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        return self._connections.database().conn.execute(sql, parameters)

    def name_no(self, name: str | None) -> int:
        """Return the number of a name; 0 for none, -1 for one that was never seen."""
        if not name:
            return 0
        row = self._connections.row("select name_no from names where name = ?", (name,))
        return row["name_no"] if row else -1

    def names(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the texts of numbers."""
        found = {0: ""}
        wanted = sorted(set(numbers) - {0})
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            places = ", ".join("?" * len(part))
            rows = self._connections.database().conn.execute(
                f"select name_no, name from names where name_no in ({places})",  # noqa: S608
                part,
            )
            found.update(rows.fetchall())
        return found

    def guide_no(self, environment_id: int, key: str) -> int:
        """Return the number of a guide; -1 where it has no run."""
        row = self._connections.row(
            "select guide_no from guides where environment_id = ? and key = ?", (environment_id, key)
        )
        return row["guide_no"] if row else -1

    def funnel(self, question: Question) -> dict[Measure, int]:
        """Return every measure of the runs that the question asks for."""
        if question.unit == "visitors" or len(question.filters) > 1:
            return self._from_runs(question)
        if question.automated is not False:
            return self._from_rollups(question)
        without = self._from_rollups(replace(question, automated=True))
        every = self._from_rollups(replace(question, automated=None))
        rest = {measure: n - without.get(measure, 0) for measure, n in every.items()}
        return {measure: n for measure, n in rest.items() if n}

    def _place(self, question: Question) -> tuple[str, dict[str, Any]]:
        """Return the condition and values that find a question's rows in any rollup table."""
        dimension, value = next(iter(question.filters.items()), ("all", ""))
        value_no = 1 if dimension == "automated" else self.name_no(value)
        values: dict[str, Any] = {
            "guide": self.guide_no(question.environment_id, question.guide),
            "mark": self.name_no(question.mark),
            "dimension": DIMENSIONS.index(dimension),
            "value": value_no,
            "first": question.first_day,
            "end": question.end_day,
        }
        where = (
            "guide_no = :guide and mark_no = :mark and dimension = :dimension and value_no = :value"
            " and day >= :first and day < :end" + _versions(question, values)
        )
        return where, values

    def _from_rollups(self, question: Question) -> dict[Measure, int]:
        where, values = self._place(question)
        found: dict[Measure, int] = {}
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in RUN_COLUMNS)
        for row in self._rows(f"select {sums} from rollup_runs where {where}", values):  # noqa: S608
            found.update({("run", name): n for name, n in zip(RUN_COLUMNS, row, strict=True) if n})
        steps = self._steps(where, values)
        times = self._times(where, values)
        sql = f"select kind, a_no, b_no, c_no, sum(n) from rollup_counts where {where} group by kind, a_no, b_no, c_no"  # noqa: S608
        counts = list(self._rows(sql, values))
        names = self.names({*steps, *(no for row in counts for no in row[1:4])})
        for step_no, row in steps.items():
            found.update({("step", names[step_no], name): n for name, n in zip(STEP_COLUMNS, row, strict=True) if n})
        for step_no, total in times.items():
            found.update({("time", names[step_no], str(bucket)): n for bucket, n in histogram(total).items()})
        found.update({(COUNT_KINDS[kind], names[a], names[b], names[c]): n for kind, a, b, c, n in counts if n})
        return found

    def _steps(self, where: str, values: dict[str, Any]) -> dict[int, tuple[int, ...]]:
        sums = ", ".join(f"sum({name})" for name in STEP_COLUMNS)
        rows = self._rows(f"select step_no, {sums} from rollup_steps where {where} group by step_no", values)  # noqa: S608
        return {row[0]: row[1:] for row in rows}

    def _times(self, where: str, values: dict[str, Any]) -> dict[int, int]:
        totals: dict[int, int] = defaultdict(int)
        for step_no, first, counts in self._rows(
            f"select step_no, first, counts from rollup_steps where {where}",  # noqa: S608
            values,
        ):
            totals[step_no] += unpack(first, counts)
        return totals

    def run_condition(self, question: Question) -> tuple[str, dict[str, Any]]:
        """Return the condition and values that find a question's runs in `runs as r`."""
        values: dict[str, Any] = {
            "guide": self.guide_no(question.environment_id, question.guide),
            "mark": self.name_no(question.mark),
            "first": question.first_day,
            "end": question.end_day,
        }
        where = "r.guide_no = :guide and r.mark_no = :mark and r.day >= :first and r.day < :end"
        where += _versions(question, values)
        for dimension, value in question.filters.items():
            if dimension == "segment":
                numbers = self._segment_sets(value)
                where += f" and r.segments_no in ({', '.join(map(str, numbers)) or '-1'})"
            else:
                column = "automated" if dimension == "automated" else f"{dimension}_no"
                where += f" and r.{column} = :{dimension}"
                values[dimension] = int(value == "yes") if dimension == "automated" else self.name_no(value)
        return where, values

    def first_runs(self, where: str) -> str:
        """Return the query for the numbers of each visitor's first run among those of a condition."""
        return (
            "select run_no from (select r.run_no, min(r.started_at * 1048576 + r.run_no % 1048576)"  # noqa: S608
            " from runs r join visitors v using (visitor_no)"
            f" where {where} and r.started_at is not null group by v.person_no)"
        )

    def _segment_sets(self, segment: str) -> list[int]:
        """Return the numbers of every set of segments that holds this one."""
        rows = self._connections.rows("select name_no, name from names where instr(name, ?) > 0", (segment,))
        return [row["name_no"] for row in rows if segment in row["name"].split("\n")]

    def _from_runs(self, question: Question) -> dict[Measure, int]:
        where, values = self.run_condition(question)
        sql = f"select r.outcome_no, r.times, r.goal_closed, r.goal_at is not null from runs r where {where}"  # noqa: S608
        if question.unit == "visitors":
            sql = (
                "select outcome_no, times, goal_closed, hit from (select r.outcome_no, r.times, r.goal_closed,"  # noqa: S608
                " r.goal_at is not null as hit, min(r.started_at * 1048576 + r.run_no % 1048576)"
                " from runs r join visitors v using (visitor_no)"
                f" where {where} and r.started_at is not null group by v.person_no)"
            )
        found: Counter[Measure] = Counter()
        by_outcome: dict[int, Counter[bytes]] = defaultdict(Counter)
        totals: Counter[tuple[int, int, int]] = Counter()
        for (outcome_no, times, closed, hit), n in Counter(self._rows(sql, values)).items():
            by_outcome[outcome_no][times] += n
            totals[outcome_no, closed, hit] += n
        outcomes = self.outcomes(by_outcome)
        for (outcome_no, closed, hit), n in totals.items():
            for measure, amount in (
                *measures(outcomes[outcome_no]),
                *goal_measures(closed=bool(closed), hit=bool(hit)),
            ):
                if measure[0] not in _OF_TARGETS:
                    found[measure] += amount * n
        for outcome_no, all_times in by_outcome.items():
            for times, n in all_times.items():
                for measure, amount in time_measures(outcomes[outcome_no], times):
                    found[measure] += amount * n
        return dict(found)

    def outcomes(self, numbers: Iterable[int]) -> dict[int, Any]:
        """Return the outcomes of numbers."""
        wanted = sorted(set(numbers))
        found: dict[int, Any] = {}
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            rows = self._connections.database().conn.execute(
                f"select outcome_no, body from outcomes where outcome_no in ({', '.join('?' * len(part))})",  # noqa: S608
                part,
            )
            found.update((number, read_outcome(body)) for number, body in rows)
        return found

    def marks(self, question: Question) -> dict[str | None, int]:
        """Return how many runs each mark holds, whatever is filtered."""
        found: dict[str | None, int] = {}
        runs = " + ".join(name for name in RUN_COLUMNS[4:10])
        for mark in MARKS:
            where, values = self._place(Question(question.environment_id, question.guide, question.first_day,
                                                 question.end_day, question.versions, mark or None))  # fmt: skip
            sql = f"select coalesce(sum({runs}), 0) from rollup_runs where {where}"  # noqa: S608
            found[mark or None] = next(iter(self._rows(sql, values)))[0]
        return found

    def days(self, question: Question) -> dict[int, dict[str, int]]:
        """Return the run measures of each day that has any, for a question of at most one filter."""
        where, values = self._place(question)
        sums = ", ".join(f"sum({name})" for name in RUN_COLUMNS)
        rows = self._rows(f"select day, {sums} from rollup_runs where {where} group by day order by day", values)  # noqa: S608
        found = {row[0]: dict(zip(RUN_COLUMNS, row[1:], strict=True)) for row in rows if any(row[1:])}
        if question.automated is False:
            every = self.days(replace(question, automated=None))
            return {
                day: {name: n - found.get(day, {}).get(name, 0) for name, n in row.items()}
                for day, row in every.items()
            }
        return found

    def health(self, question: Question) -> dict[int, dict[Measure, int]]:
        """Return the target and confidence measures of each day; of all filters, only version and mark count."""
        values: dict[str, Any] = {
            "guide": self.guide_no(question.environment_id, question.guide),
            "mark": self.name_no(question.mark),
            "first": question.first_day,
            "end": question.end_day,
        }
        where = "guide_no = :guide and mark_no = :mark and day >= :first and day < :end" + _versions(question, values)
        sql = (
            f"select day, step_no, match_no, sum(n), sum(confidence) from rollup_targets where {where} group by 1, 2, 3"  # noqa: S608
        )
        rows = list(self._rows(sql, values))
        names = self.names(no for row in rows for no in row[1:3])
        found: dict[int, dict[Measure, int]] = defaultdict(dict)
        for day, step_no, match_no, n, confidence in rows:
            if n:
                found[day]["target", names[step_no], names[match_no]] = n
                found[day]["confidence", names[step_no], names[match_no]] = confidence
        return dict(found)

    def overview(
        self,
        environment_id: int,
        first_day: int,
        end_day: int,
        guides: Sequence[str] | None = None,
        mark: str | None = None,
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Return the run measures of every version of these guides, or of all of an environment."""
        columns = ", ".join(f"sum({name})" for name in RUN_COLUMNS)
        rows = self._of_versions(columns, environment_id, first_day, end_day, guides, mark)
        return {(row[0], row[1]): dict(zip(RUN_COLUMNS, row[2:], strict=True)) for row in rows}

    def attempted(
        self, environment_id: int, first_day: int, end_day: int, mark: str | None = None
    ) -> list[tuple[str, int, int, int, int]]:
        """Return (guide, version, attempts, runs, failed of both) of an environment.

        Three sums instead of twelve, where hundreds of guides are only to be put in order.
        """
        runs = "open + completed + dismissed + abandoned + failed + superseded"
        columns = f"sum(attempts), sum({runs}), sum(failed + failed_attempts)"
        rows = self._of_versions(columns, environment_id, first_day, end_day, None, mark)
        return [(guide, version, attempts, runs, failed) for guide, version, attempts, runs, failed in rows]

    def _of_versions(
        self,
        columns: str,
        environment_id: int,
        first_day: int,
        end_day: int,
        guides: Sequence[str] | None,
        mark: str | None,
    ) -> Iterable[tuple[Any, ...]]:
        only = "" if guides is None else "and g.key in (select value from json_each(:guides))"
        return self._rows(
            # cross join: one walk of the guides, and for each only its own days of the table's own order
            f"""select g.key, r.version, {columns} from guides g cross join rollup_runs r
                where g.environment_id = :environment {only} and r.guide_no = g.guide_no and r.mark_no = :mark
                and r.dimension = 0 and r.value_no = 0 and r.day >= :first and r.day < :end
                group by g.guide_no, r.version""",  # noqa: S608
            {
                "environment": environment_id, "first": first_day, "end": end_day, "guides": json.dumps(guides),
                "mark": self.name_no(mark),
            },
        )  # fmt: skip

    def matches(
        self, environment_id: int, first_day: int, end_day: int, mark: str | None = None
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Return how often each guide version's targets were found in each way, or why not."""
        rows = list(
            self._rows(
                "select g.key, t.version, t.match_no, sum(t.n) from rollup_targets t join guides g using (guide_no)"
                " where g.environment_id = :environment and t.mark_no = :mark and t.day >= :first and t.day < :end"
                " group by 1, 2, 3",
                {"environment": environment_id, "first": first_day, "end": end_day, "mark": self.name_no(mark)},
            )
        )
        names = self.names(row[2] for row in rows)
        found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for guide, version, match_no, n in rows:
            found[guide, version][names[match_no]] = n
        return dict(found)

    def healed(
        self, environment_id: int, first_day: int, end_day: int, versions: Mapping[str, int]
    ) -> dict[str, tuple[int, int]]:
        """Return, of these guide versions, how often elements were found by their likeness, and looked up in all."""
        values = {
            "environment": environment_id, "first": first_day, "end": end_day, "versions": json.dumps(versions),
            "healed": self.name_no("healed"), "none": self.name_no("none"),
        }  # fmt: skip
        found = {guide: json.loads(counts) for guide, counts in self._rows(_HEALED, values)}
        return {guide: (healed, looked_up) for guide, (healed, looked_up) in found.items() if healed}

    def has_runs(self, environment_id: int) -> bool:
        """Say whether anything was ever shown in an environment."""
        found = self._connections.row(
            "select 1 from guides g join runs r using (guide_no)"
            " where g.environment_id = ? and r.started_at is not null limit 1",
            (environment_id,),
        )
        return found is not None

    def choices(self, environment_id: int, guide: str) -> dict[str, list[str]]:
        """Return the values that each filter can take, from the rollups' own keys."""
        number = self.guide_no(environment_id, guide)
        rows = list(
            self._rows(
                "select distinct mark_no, dimension, value_no, version from rollup_runs where guide_no = :guide",
                {"guide": number},
            )
        )
        names = self.names(no for row in rows for no in (row[0], row[2] if row[1] in (1, 2, 3) else 0))
        return {
            "versions": [str(version) for version in sorted({row[3] for row in rows})],
            "marks": sorted({names[row[0]] for row in rows} - {""}),
            **{f"{name}s": sorted({names[row[2]] for row in rows if row[1] == place} - {""})
               for place, name in ((1, "language"), (2, "device"), (3, "segment"))},
        }  # fmt: skip


# One walk of each guide's own days in the table's own order: grouping all rows together sorts them first.
_HEALED = """
  select g.key, (
    select json_array(sum(t.n) filter (where t.match_no = :healed), sum(t.n) filter (where t.match_no <> :none))
    from rollup_targets t where t.guide_no = g.guide_no and t.mark_no = 0 and t.day >= :first and t.day < :end
    and t.version = v.value)
  from json_each(:versions) v cross join guides g on g.environment_id = :environment and g.key = v.key"""


def _versions(question: Question, values: dict[str, Any]) -> str:
    """Return the condition for a question's versions, its values written into `values`."""
    if question.versions is None:
        return ""
    values.update({f"version{place}": version for place, version in enumerate(question.versions)})
    return f" and version in ({', '.join(f':version{place}' for place in range(len(question.versions))) or 'null'})"
