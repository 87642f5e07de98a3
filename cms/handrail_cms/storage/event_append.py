"""Events on their way into the file: sorted into runs and visitor events, a transaction's worth at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from handrail_guides.events import RUN_TYPES, TYPES, belongs_to_run

from handrail_cms.storage.event_names import Context
from handrail_cms.storage.event_runs import Run, corrected, day_of, day_start_ms, first_pack
from handrail_cms.storage.event_writer import Writer
from handrail_cms.storage.events import Appended, Batch, Json
from handrail_cms.storage.many_rows import ManyRows

_TYPE_NO = {name: number for number, name in enumerate(TYPES)}
_ALWAYS_OF_RUN = frozenset(RUN_TYPES)
_NO_DATA: Json = {}


_EVENTS_AT_ONCE = 200
"""More at once cost a tenth more CPU each: a batch of fifty is some 50 kB of objects."""


class Append:
    """One transaction's worth of events."""

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

    def take(self, batches: Iterable[Batch]) -> list[Appended]:
        """Sort batches into runs and visitor events; they may be read while they are taken, some at a time."""
        return [result for part in _parts(batches) for result in self._take_part(part)]

    def _take_part(self, batches: Sequence[Batch]) -> list[Appended]:
        self._writer.look_up({_uuid_bytes(run) for batch in batches for run in _runs_named(batch)})
        contexts = self._names.contexts(batches)
        return [self._take(batch, *context) for batch, context in zip(batches, contexts, strict=True)]

    def _take(self, batch: Batch, context_no: int, context: Context, first: bool) -> Appended:
        result = Appended()
        time_zone, frozen_before = self._writer.environment(batch.environment_id, batch.time_zone)
        today = day_of(time_zone, batch.received_at)
        if first and batch.standing == "unverified":
            self._writer.tally(batch.environment_id, today, "would_refuse")
        frozen_before_ms = day_start_ms(time_zone, frozen_before) if frozen_before else -1
        packs = _Packs(self._writer, batch, time_zone, context_no)
        sent_at, received_at, events = batch.sent_at, batch.received_at, batch.events
        for index, (event, id_) in enumerate(zip(events, _ids(events), strict=True)):
            waited = sent_at - event["at"]
            at = corrected(received_at, waited)
            if at < frozen_before_ms:
                code = "too_old"
            elif event["type"] in _ALWAYS_OF_RUN or belongs_to_run(event):
                code = packs.take(event, id_, at, waited)
            else:
                code = self._take_visitor_event(batch, event, id_, at, waited, context_no, context.visitor_no)
            if code is None:
                result.accepted += 1
            elif code == "duplicate":
                result.duplicates += 1
            else:
                result.refused[index] = code
        for pack in packs.filled():
            self._packs.append(pack.row(context_no, received_at, received_at - sent_at))
            self._touched[pack.run.no] = pack.run
        if result.duplicates:
            self._writer.tally(batch.environment_id, today, "duplicate", result.duplicates)
        return result

    def _take_visitor_event(
        self, batch: Batch, event: Json, id_: bytes, at: int, waited: int, context_no: int, visitor_no: int
    ) -> str | None:
        """Add one event that is no run's; return why not, if not."""
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
        many = ManyRows(connection)
        many.write("insert into packs values {rows}", self._packs)
        many.write("insert into visitor_events values {rows}", self._visitor_events)
        for visitor_no, name_no, at in self._tracks:
            if self._writer.is_goal(name_no):
                self._touch(connection.execute(_RUNS_OF_TRACK, (visitor_no, name_no, at, at)))
        for visitor_no in self._people:
            self._touch(connection.execute(_RUNS_OF_PERSON, (visitor_no,)))
        self._writer.refold(self._touched.values(), self._now_ms)

    def _touch(self, rows: Iterable[Sequence[Any]]) -> None:
        """Bring these stored runs up to date too."""
        for run_no, id_, guide_no, version, time_zone in list(rows):
            if run_no not in self._touched:
                self._touched[run_no] = self._writer.run(id_, guide_no, version, time_zone)


def _parts(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Give batches in parts of so many events that what was read of them is still in the processor's cache."""
    part: list[Batch] = []
    n = 0
    for batch in batches:
        part.append(batch)
        n += len(batch.events)
        if n >= _EVENTS_AT_ONCE:
            yield part
            part, n = [], 0
    if part:
        yield part


class _Pack:
    """What one batch brings of one run."""

    __slots__ = ("bodies", "guide", "ids", "name", "run", "version")

    def __init__(self, run: Run, event: Json) -> None:
        self.run = run
        self.name, self.guide, self.version = event["run"], event["guide"], event["version"]
        self.ids: list[bytes] = []
        self.bodies: list[tuple[Any, ...]] = []

    def row(self, context_no: int, received_at: int, skew: int) -> tuple[Any, ...]:
        """Return the row that is stored of it."""
        run, ids = self.run, self.ids
        body = orjson.dumps(self.bodies).decode()
        run.packs += 1
        return (first_pack(run.no) + run.packs - 1, context_no, received_at, skew, len(ids), b"".join(ids), body)


class _Packs:
    """What one batch brings of each run."""

    __slots__ = ("_batch", "_context_no", "_pack", "_packs", "_time_zone", "_writer")

    def __init__(self, writer: Writer, batch: Batch, time_zone: str, context_no: int) -> None:
        self._writer = writer
        self._batch = batch
        self._time_zone = time_zone
        self._context_no = context_no
        self._packs: dict[int, _Pack] = {}
        self._pack: _Pack | None = None

    def take(self, event: Json, id_: bytes, at: int, waited: int) -> str | None:
        """Add one event to its run and to what is to be stored of it; return why not, if not."""
        pack = self._pack  # most events follow one of the same run
        if (
            pack is None
            or event["run"] != pack.name
            or event["guide"] != pack.guide
            or event["version"] != pack.version
        ):
            pack = self._find(event)
        get = event.get
        kind, seq, step, data = event["type"], event["seq"], get("step"), get("data")
        run = pack.run
        if id_ in run.ids:
            return "duplicate"
        run.ids.add(id_)
        if run.frozen:
            return "frozen"
        if run.story is not None and not run.story.follow(at, seq, kind, step, data or _NO_DATA, self._context_no):
            run.story = None
        pack.ids.append(id_)
        pack.bodies.append((_TYPE_NO[kind], waited, seq, step, get("page"), data))
        return None

    def _find(self, event: Json) -> _Pack:
        """Return the pack of an event's run, and remember it for the next event."""
        guide_no = self._writer.names.guide(self._batch.environment_id, event["guide"])
        run = self._writer.run(_uuid_bytes(event["run"]), guide_no, event["version"], self._time_zone)
        pack = self._packs.get(run.no)
        if pack is None:
            pack = self._packs[run.no] = _Pack(run, event)
        self._pack = pack
        return pack

    def filled(self) -> list[_Pack]:
        """Return the packs that hold anything new."""
        return [pack for pack in self._packs.values() if pack.ids]


def _runs_named(batch: Batch) -> set[str]:
    return {event["run"] for event in batch.events if "run" in event}


def _ids(events: Sequence[Json]) -> list[bytes]:
    """Return the events' ids as they are stored."""
    ids = bytes.fromhex("".join([event["id"] for event in events]).replace("-", ""))
    return [ids[place : place + 16] for place in range(0, len(ids), 16)]


def _uuid_bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def uuid_text(id_: bytes) -> str:
    """Return the wire form of a stored id."""
    return str(uuid.UUID(bytes=id_))


_PERSON = "select visitor_no from visitors where person_no = (select person_no from visitors where visitor_no = ?)"
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
