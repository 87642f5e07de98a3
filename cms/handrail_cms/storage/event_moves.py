"""Events out of the file and into it again, in bulk, as plain objects: one per event, every known fact in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from handrail_guides.events import event_problems

from handrail_cms.storage.event_append import Append
from handrail_cms.storage.event_people import EVENT_NAMES, EVENT_OF_VISITOR, PACK_OF_RUN, event_json, pack_rows
from handrail_cms.storage.event_questions import Questions
from handrail_cms.storage.event_runs import pack_range
from handrail_cms.storage.event_writer import Writer
from handrail_cms.storage.events import Appended, Batch, Json, Progress
from handrail_cms.storage.sqlite import Connections

_RUNS_AT_ONCE = 2000
_EVENTS_AT_ONCE = 50_000
_EVENT_FIELDS = ("id", "type", "run", "seq", "guide", "version", "step", "page", "data")
_CONTEXT_FIELDS = ("session", "release", "build", "language", "device", "automated", "mark")


class Moves:
    """Export and import."""

    def __init__(self, writer: Writer, connections: Connections, questions: Questions) -> None:
        self._writer = writer
        self._connections = connections
        self._questions = questions

    def export(self, environment_id: int) -> Iterator[Json]:
        """Give every stored event of an environment: run by run, then those of visitors."""
        yield from self._pages(
            "select run_no as no from runs join guides using (guide_no)"
            " where environment_id = ? and run_no > ? order by run_no limit ?",
            PACK_OF_RUN + " where e.pack between ? and ? and g.environment_id = ? order by e.pack",
            pack_range,
            environment_id,
        )
        yield from self._pages(
            "select visitor_no as no from visitors"
            " where environment_id = ? and visitor_no > ? order by visitor_no limit ?",
            EVENT_OF_VISITOR
            + " where e.visitor_no between ? and ? and v.environment_id = ? order by e.visitor_no, e.at, e.id",
            lambda first, last: (first, last),
            environment_id,
        )

    def _pages(
        self, owners: str, events: str, reach: Callable[[int, int], tuple[int, int]], environment_id: int
    ) -> Iterator[Json]:
        """Give the events of some owners after the other; `reach` turns their numbers into a range of rows."""
        last = 0
        while True:
            numbers = [row["no"] for row in self._connections.rows(owners, (environment_id, last, _RUNS_AT_ONCE))]
            if not numbers:
                return
            rows = self._connections.rows(events, (*reach(numbers[0], numbers[-1]), environment_id))
            names = self._questions.names(row[name] for row in rows for name in EVENT_NAMES if name in row)
            for row in rows:
                yield from (event_json(one, names) for one in (pack_rows(row) if "ids" in row else (row,)))
            last = numbers[-1]

    def import_events(
        self, environment_id: int, time_zone: str, events: Iterable[Json], now_ms: int, progress: Progress | None
    ) -> Appended:
        """Store exported events, some thousands at a time; what is known already is counted as a duplicate.

        `refused` maps an event's place in the whole import to the reason.
        """
        total = Appended()
        place = 0
        source = iter(events)
        while part := list(islice(source, _EVENTS_AT_ONCE)):
            wire = [_wire(event) for event in part]
            problems = event_problems(wire)
            total.refused.update({place + index: problem for index, problem in problems.items()})
            fine = [index for index in range(len(part)) if index not in problems]
            with self._writer.transaction():
                append = Append(self._writer, now_ms)
                batches = list(_batches(environment_id, time_zone, part, wire, fine))
                results = append.take([batch for _, batch in batches])
                for (indexes, _), result in zip(batches, results, strict=True):
                    total.accepted += result.accepted
                    total.duplicates += result.duplicates
                    total.refused.update({place + indexes[index]: code for index, code in result.refused.items()})
                append.write()
            place += len(part)
            if progress:
                progress(len(part))
        return total


def _wire(event: Json) -> dict[str, Any]:
    """Return the event as the widget sent it."""
    wire = {name: event[name] for name in _EVENT_FIELDS if event.get(name) is not None}
    wire["at"] = event.get("client_at", event.get("at"))
    return wire


def _batches(
    environment_id: int, time_zone: str, events: list[Json], wire: list[dict[str, Any]], places: list[int]
) -> Iterator[tuple[list[int], Batch]]:
    """Give the events as batches of neighbours that were sent together."""
    group: list[int] = []
    key: tuple[Any, ...] | None = None
    for place in places:
        event = events[place]
        here = (
            event["visitor"], event.get("anonymous"), event.get("account"), event.get("standing"),
            *(event.get(name) for name in _CONTEXT_FIELDS), event.get("sent_at"), event.get("received_at"),
        )  # fmt: skip
        if here != key and group:
            yield group, _batch(environment_id, time_zone, events[group[0]], [wire[index] for index in group])
            group = []
        key = here
        group.append(place)
    if group:
        yield group, _batch(environment_id, time_zone, events[group[0]], [wire[index] for index in group])


def _batch(environment_id: int, time_zone: str, first: Json, events: list[dict[str, Any]]) -> Batch:
    """Return one batch as it arrived; its events share visitor, context and times with the first."""
    anonymous = bool(first.get("anonymous"))
    sent_at = first.get("sent_at", events[0]["at"])
    return Batch(
        environment_id=environment_id,
        time_zone=time_zone,
        visitor=first["visitor"],
        anonymous=anonymous,
        account=first.get("account"),
        standing=first.get("standing") or ("anonymous" if anonymous else "unverified"),
        context={name: first.get(name) for name in _CONTEXT_FIELDS},
        sent_at=sent_at,
        received_at=first.get("received_at", sent_at),
        events=events,
    )
