"""The event store in one SQLite file: opens it, and hands each question to the part that answers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from handrail_guides.measures import Measure

from handrail_cms.errors import NotThere, StorageUnavailable
from handrail_cms.storage.event_append import Append
from handrail_cms.storage.event_audience import recent_visitors
from handrail_cms.storage.event_care import Care
from handrail_cms.storage.event_migrations import SCHEMA_VERSION, bring_up_to_date
from handrail_cms.storage.event_moves import Moves
from handrail_cms.storage.event_people import People
from handrail_cms.storage.event_questions import Questions
from handrail_cms.storage.event_writer import Writer
from handrail_cms.storage.events import Appended, Batch, Difference, GuideFacts, Json, Progress, Question, RunRow, Which
from handrail_cms.storage.sqlite import Connections


class EventFile:
    """The embedded `EventStore`."""

    def __init__(self, path: Path, facts: GuideFacts | None, *, durable: bool, busy_timeout_ms: int) -> None:
        self._connections = Connections(
            path, synchronous="full" if durable else "normal", busy_timeout_ms=busy_timeout_ms
        )
        _make(path, self._connections)
        self._writer = Writer(self._connections, facts)
        self._questions = Questions(self._connections)
        self._people = People(self._connections, self._questions)
        self._care = Care(self._writer, self._questions)
        self._moves = Moves(self._writer, self._connections, self._questions)

    def append(self, batches: Iterable[Batch], now_ms: int) -> list[Appended]:
        """Store batches with their run states and rollups in one durable transaction; they are read as it goes."""
        with self._writer.transaction():
            append = Append(self._writer, now_ms)
            results = append.take(batches)
            append.write()
        return results

    def note_refusals(self, environment_id: int, day: int, refusals: Mapping[str, int]) -> None:
        """Add to the tally of what was refused, by reason code."""
        with self._writer.transaction():
            for code, n in refusals.items():
                self._writer.tally(environment_id, day, code, n)

    def tallies(self, environment_id: int, first_day: int, end_day: int) -> dict[str, int]:
        """Return, by code, what was refused, repeated, or would be refused were identity tokens required."""
        rows = self._connections.rows(
            "select code, sum(n) as n from tallies where environment_id = ? and day >= ? and day < ? group by code",
            (environment_id, first_day, end_day),
        )
        return {row["code"]: row["n"] for row in rows}

    def visitor_state(self, environment_id: int, visitor: str, now_ms: int) -> Json:
        """Return one identified visitor's guides, open runs and events."""
        return self._people.visitor_state(environment_id, visitor, now_ms)

    def visitor_record(self, environment_id: int, visitor: str, *, anonymous: bool = False) -> Json | None:
        """Return everything that is stored of one visitor."""
        return self._people.visitor_record(environment_id, visitor, anonymous=anonymous)

    def recent_visitors(self, environment_id: int, since_ms: int, limit: int) -> Iterator[Json]:
        """Give the real visitors who did anything since then, with their newest traits."""
        return recent_visitors(self._connections, environment_id, since_ms, limit)

    def funnel(self, question: Question) -> dict[Measure, int]:
        """Return every measure of the runs that the question asks for."""
        return self._questions.funnel(question)

    def marks(self, question: Question) -> dict[str | None, int]:
        """Return how many runs each mark holds."""
        return self._questions.marks(question)

    def days(self, question: Question) -> dict[int, dict[str, int]]:
        """Return the run measures of each day that has any."""
        return self._questions.days(question)

    def health(self, question: Question) -> dict[int, dict[Measure, int]]:
        """Return the target and confidence measures of each day that has any."""
        return self._questions.health(question)

    def overview(
        self,
        environment_id: int,
        first_day: int,
        end_day: int,
        guides: Sequence[str] | None = None,
        mark: str | None = None,
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Return the run measures of every version of these guides, or of all of an environment."""
        return self._questions.overview(environment_id, first_day, end_day, guides, mark)

    def attempted(
        self, environment_id: int, first_day: int, end_day: int, mark: str | None = None
    ) -> list[tuple[str, int, int, int, int]]:
        """Return (guide, version, attempts, runs, failed of both) of an environment."""
        return self._questions.attempted(environment_id, first_day, end_day, mark)

    def has_runs(self, environment_id: int) -> bool:
        """Say whether anything was ever shown in an environment."""
        return self._questions.has_runs(environment_id)

    def choices(self, environment_id: int, guide: str) -> dict[str, list[str]]:
        """Return the values that each filter can take."""
        return self._questions.choices(environment_id, guide)

    def runs(
        self, question: Question, which: Which, *, before: int | None = None, limit: int = 50
    ) -> tuple[list[RunRow], int | None]:
        """Return runs, newest first, and the next page's cursor."""
        return self._people.runs(question, which, before=before, limit=limit)

    def matches(
        self, environment_id: int, first_day: int, end_day: int, mark: str | None = None
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Return how each guide version's targets were found."""
        return self._questions.matches(environment_id, first_day, end_day, mark)

    def healed(
        self, environment_id: int, first_day: int, end_day: int, versions: Mapping[str, int]
    ) -> dict[str, tuple[int, int]]:
        """Return how often these guide versions' targets were found by their likeness, and looked up in all."""
        return self._questions.healed(environment_id, first_day, end_day, versions)

    def heals(self, question: Question, limit: int) -> list[tuple[str, list[str], list[str]]]:
        """Return what the healed showings of the newest runs told."""
        return self._people.heals(question, limit)

    def timeline(self, environment_id: int, run: str) -> tuple[RunRow, list[Json]] | None:
        """Return one run and its events in story order."""
        try:
            id_ = UUID(run).bytes
        except ValueError:
            return None
        return self._people.timeline(environment_id, id_)  # type: ignore[return-value]

    def settle(self, now_ms: int, *, limit: int = 1000) -> int:
        """Abandon what is silent and close goal windows that are over."""
        return self._care.settle(now_ms, limit)

    def erase(self, environment_id: int, visitor: str, now_ms: int, *, anonymous: bool = False) -> Json:
        """Remove a visitor, with every alias, and return the receipt."""
        return self._care.erase(environment_id, visitor, now_ms, anonymous=anonymous)

    def purge(self, environment_id: int, before_day: int) -> int:
        """Delete the events of whole days and freeze their runs."""
        return self._care.purge(environment_id, before_day)

    def export(self, environment_id: int) -> Iterator[Json]:
        """Give every stored event of an environment."""
        return self._moves.export(environment_id)

    def import_events(
        self, environment_id: int, time_zone: str, events: Iterable[Json], now_ms: int, progress: Progress | None = None
    ) -> Appended:
        """Store exported events with their times as they are; idempotent by id."""
        return self._moves.import_events(environment_id, time_zone, events, now_ms, progress)

    def rebuild(self, now_ms: int, progress: Progress | None = None) -> int:
        """Write every state and rollup anew from the events."""
        return self._care.rebuild(now_ms, progress)

    def check(self, now_ms: int, progress: Progress | None = None) -> list[Difference]:
        """Recount every rollup from the raw events and return the cells that differ."""
        return self._care.check(now_ms, progress)

    def size(self) -> dict[str, int]:
        """Return how many runs and events are stored, and the bytes they take."""
        count: Callable[[str], int] = lambda sql: int(next(iter(self._connections.rows(sql)[0].values())))  # noqa: E731
        return {
            "runs": count("select count(*) from runs"),
            "events": count("select coalesce(sum(n), 0) from packs") + count("select count(*) from visitor_events"),
            "bytes": count("pragma page_count") * count("pragma page_size"),
        }

    def backup(self, target: Path) -> None:
        """Copy the file, while it is in use, to a new one."""
        copy = sqlite3.connect(target)
        try:
            self._connections.database().conn.backup(copy, pages=2000)
        finally:
            copy.close()

    def writable(self) -> bool:
        """Say whether a write would be taken now."""
        try:
            with self._writer.transaction():
                self._writer.connection.execute(f"pragma user_version = {SCHEMA_VERSION}")  # writes a page
        except (StorageUnavailable, sqlite3.Error):
            return False
        return True

    def close(self) -> None:
        """Close the file."""
        self._connections.close()


def _make(path: Path, connections: Connections) -> None:
    """Make the tables in a new file, or bring an older one up to date; raises NotThere for one of a newer Handrail."""
    connection = connections.database().conn
    version = _version(connection)
    if version < SCHEMA_VERSION:
        with connections.write_on(connection):
            version = _version(connection)  # another process may have been faster
            if version == 0:
                for statement in _statements():
                    connection.execute(statement)
            elif version < SCHEMA_VERSION:
                bring_up_to_date(connection, version)
            version = max(version, SCHEMA_VERSION)
    if version > SCHEMA_VERSION:
        raise NotThere(f"{path} was written by a newer Handrail. Install that release, or restore a backup.")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _statements() -> Iterator[str]:
    """Give the statements of the schema one by one."""
    statement = ""
    schema = (files("handrail_cms") / "storage" / "sql" / "events.sql").read_text(encoding="utf-8")
    for line in schema.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    yield f"pragma user_version = {SCHEMA_VERSION}"
