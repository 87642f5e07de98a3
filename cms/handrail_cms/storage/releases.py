"""Releases, their compiled manifests and chunks, and what is scheduled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from handrail_cms.clock import Clock
from handrail_cms.errors import NotFound, RevisionConflict
from handrail_cms.storage.records import JsonObject, Release, ReleaseChange, ReleaseHead, ReleaseItem, Scheduled
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections, Row

_ITEM = """
    select release_items.*, documents.kind, documents.key, versions.number as version, versions.hash
    from release_items join documents on documents.id = release_items.document_id
    join versions on versions.id = release_items.version_id
"""

_CHANGE = """
    select releases.number, releases.at, release_changes.document_id, documents.kind, documents.key,
      versions.number as version, release_changes.paused, befores.number as before, release_changes.was_paused
    from release_changes join releases on releases.id = release_changes.release_id
    join documents on documents.id = release_changes.document_id
    left join versions on versions.id = release_changes.version_id
    left join versions befores on befores.id = release_changes.before_id
"""
_NOTE_CHANGES = """
    insert into release_changes
    select :release, i.document_id, i.version_id, i.paused, b.version_id, coalesce(b.paused, 0)
    from release_items i left join release_items b on b.release_id = :before and b.document_id = i.document_id
    where i.release_id = :release and (b.version_id is not i.version_id or b.paused is not i.paused)
    union all select :release, b.document_id, null, 0, b.version_id, b.paused
    from release_items b where b.release_id = :before
    and not exists (select 1 from release_items i where i.release_id = :release and i.document_id = b.document_id)
"""


class Releases:
    """The part of the content store that says what is live."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def latest(self, environment_id: int) -> Release | None:
        """Return what is live now, or None before the first release."""
        row = self._db.row(
            "select * from releases where environment_id = ? order by number desc limit 1", [environment_id]
        )
        return self._with_items(row) if row else None

    def by_number(self, environment_id: int, number: int) -> Release:
        """Return one release; raises NotFound."""
        row = self._db.row("select * from releases where environment_id = ? and number = ?", [environment_id, number])
        if not row:
            raise NotFound("release", str(number))
        return self._with_items(row)

    def all(self, environment_id: int, *, before: int | None = None, limit: int = 100) -> list[Release]:
        """Return releases with their items, newest first, those below `before`."""
        rows = self._db.rows(
            "select * from releases where environment_id = ? and number < ? order by number desc limit ?",
            [environment_id, before if before is not None else 2**62, limit],
        )
        return [self._with_items(row) for row in rows]

    def _with_items(self, row: Row) -> Release:
        items = self._db.rows(f"{_ITEM} where release_id = ? order by kind, key", [row["id"]])
        return record(Release, row, items=[record(ReleaseItem, item) for item in items])

    def live_versions(self, document_id: int) -> dict[str, int]:
        """Return environment key -> version number where the document is live and not paused."""
        rows = self._db.rows(
            """select environments.key, versions.number from release_items
               join releases on releases.id = release_items.release_id and releases.superseded_at is null
               join environments on environments.id = releases.environment_id
               join versions on versions.id = release_items.version_id
               where release_items.document_id = ? and release_items.paused = 0""",
            [document_id],
        )
        return {row["key"]: row["number"] for row in rows}

    def newest_ever(self, environment_id: int, document_id: int) -> int | None:
        """Return the newest version of a document that is or was live in an environment."""
        row = self._db.row(
            """select max(versions.number) as number from release_items
               join releases on releases.id = release_items.release_id
               join versions on versions.id = release_items.version_id
               where releases.environment_id = ? and release_items.document_id = ?""",
            [environment_id, document_id],
        )
        return row["number"] if row else None

    def head(self, environment_id: int) -> ReleaseHead | None:
        """Return who made what is live now, and when; None before the first release."""
        return next(iter(self.heads(environment_id, limit=1)), None)

    def heads(self, environment_id: int, *, before: int | None = None, limit: int = 100) -> list[ReleaseHead]:
        """Return releases without what they hold, newest first, those below `before`."""
        rows = self._db.rows(
            "select * from releases where environment_id = ? and number < ? order by number desc limit ?",
            [environment_id, before if before is not None else 2**62, limit],
        )
        return [record(ReleaseHead, row) for row in rows]

    def placed(self, environment_id: int, document_id: int) -> ReleaseItem | None:
        """Return a document's place in what is live, or None."""
        row = self._db.row(
            f"""{_ITEM} join releases on releases.id = release_items.release_id
                where releases.environment_id = ? and releases.superseded_at is null
                and release_items.document_id = ?""",
            [environment_id, document_id],
        )
        return record(ReleaseItem, row) if row else None

    def has_live_guide(self, environment_id: int) -> bool:
        """Say whether any guide is live in an environment."""
        sql = """select 1 from releases join release_items on release_items.release_id = releases.id
                 join documents on documents.id = release_items.document_id and documents.kind = 'guide'
                 where releases.environment_id = ? and releases.superseded_at is null limit 1"""
        return self._db.row(sql, [environment_id]) is not None

    def changes(self, environment_id: int, first: int, last: int) -> list[ReleaseChange]:
        """Return what releases `first` to `last` changed, each against the one before it; newest first."""
        rows = self._db.rows(
            f"""{_CHANGE} where releases.environment_id = ? and releases.number between ? and ?
                order by releases.number desc, documents.kind, documents.key""",
            [environment_id, first, last],
        )
        return [record(ReleaseChange, row) for row in rows]

    def history_of(self, environment_id: int, document_id: int) -> list[ReleaseChange]:
        """Return what became of one document from release to release, newest first."""
        rows = self._db.rows(
            f"""{_CHANGE} where releases.environment_id = ? and release_changes.document_id = ?
                order by releases.number desc""",
            [environment_id, document_id],
        )
        return [record(ReleaseChange, row) for row in rows]

    def live_parts(self, environment_id: int, *names: str) -> list[JsonObject]:
        """Return, of every live guide, its key, version and pause, and those of these fields that its document has.

        Two names at least: with one alone, SQLite gives the value where it else gives a list.
        """
        rows = self._db.rows(
            f"""select documents.id as document_id, documents.key, versions.number as version, release_items.paused,
                  json_extract(versions.body, {", ".join("?" for _ in names)}) as parts
                from releases join release_items on release_items.release_id = releases.id
                join documents on documents.id = release_items.document_id and documents.kind = 'guide'
                join versions on versions.id = release_items.version_id
                where releases.environment_id = ? and releases.superseded_at is null order by documents.key""",  # noqa: S608
            [*(f"$.{name}" for name in names), environment_id],
        )
        return [row | _given(names, json.loads(row.pop("parts"))) for row in rows]

    def all_live_versions(self, app_id: int) -> dict[int, dict[str, int]]:
        """Return document id -> environment key -> live version, for every document of an app at once."""
        rows = self._db.rows(
            """select release_items.document_id, environments.key, versions.number from release_items
               join releases on releases.id = release_items.release_id and releases.superseded_at is null
               join environments on environments.id = releases.environment_id and environments.app_id = ?
               join versions on versions.id = release_items.version_id where release_items.paused = 0""",
            [app_id],
        )
        live: dict[int, dict[str, int]] = {}
        for row in rows:
            live.setdefault(row["document_id"], {})[row["key"]] = row["number"]
        return live

    def add(
        self,
        environment_id: int,
        *,
        number: int,
        action: str,
        note: str,
        settings: JsonObject,
        items: Sequence[ReleaseItem],
        manifest: tuple[str, bytes],
        chunks: Mapping[str, bytes],
        author_id: int | None,
        author: str,
    ) -> Release:
        """Store a release with its manifest (hash, bytes) and chunks (hash -> bytes); it is live at once.

        Raises RevisionConflict where somebody else made release `number` meanwhile.
        """
        now = self._clock.now_ms()
        with self._db.write():
            newest = self.head(environment_id)
            if number != (newest.number if newest else 0) + 1:
                raise RevisionConflict(newest.number if newest else 0)
            if newest:
                self._db.run("update releases set superseded_at = ? where id = ?", [now, newest.id])
            release_id = self._db.insert(
                "releases",
                {"environment_id": environment_id, "number": number, "at": now, "author_id": author_id,
                 "author": author, "action": action, "note": note, "settings": dump(settings)},
            )  # fmt: skip
            self._add_items(release_id, items)
            self._db.run(_NOTE_CHANGES, {"release": release_id, "before": newest.id if newest else None})
            self._add_compiled(release_id, manifest, chunks)
        return self.by_number(environment_id, number)

    def _add_items(self, release_id: int, items: Sequence[ReleaseItem]) -> None:
        for item in items:
            self._db.insert(
                "release_items",
                {"release_id": release_id, "document_id": item.document_id, "version_id": item.version_id,
                 "paused": int(item.paused)},
            )  # fmt: skip

    def _add_compiled(self, release_id: int, manifest: tuple[str, bytes], chunks: Mapping[str, bytes]) -> None:
        self._db.insert("manifests", {"release_id": release_id, "hash": manifest[0], "body": manifest[1]})
        for hash_, body in chunks.items():
            self._db.run("insert or ignore into chunks values (?, ?)", [hash_, body])
            self._db.insert("release_chunks", {"release_id": release_id, "hash": hash_})

    def manifest(self, environment_id: int) -> tuple[str, bytes] | None:
        """Return (hash, bytes) of the live manifest, or None before the first release."""
        row = self._db.row(
            """select manifests.hash, manifests.body from manifests join releases on releases.id = manifests.release_id
               where releases.environment_id = ? and releases.superseded_at is null""",
            [environment_id],
        )
        return (row["hash"], row["body"]) if row else None

    def chunk(self, environment_id: int, hash_: str, *, kept_since: int) -> bytes | None:
        """Return a chunk of a release of this environment that is live or left after `kept_since`."""
        row = self._db.row(
            """select chunks.body from chunks join release_chunks on release_chunks.hash = chunks.hash
               join releases on releases.id = release_chunks.release_id
               where chunks.hash = ? and releases.environment_id = ?
               and (releases.superseded_at is null or releases.superseded_at > ?) limit 1""",
            [hash_, environment_id, kept_since],
        )
        return row["body"] if row else None

    def chunks(self, environment_id: int, *, kept_since: int) -> dict[str, bytes]:
        """Return every chunk that `chunk` would, by hash, for an export."""
        rows = self._db.rows(
            """select distinct chunks.hash, chunks.body from chunks
               join release_chunks on release_chunks.hash = chunks.hash
               join releases on releases.id = release_chunks.release_id where releases.environment_id = ?
               and (releases.superseded_at is null or releases.superseded_at > ?)""",
            [environment_id, kept_since],
        )
        return {row["hash"]: row["body"] for row in rows}

    def forget_compiled(self, left_before: int) -> int:
        """Delete the compiled files of releases that left before a time, not the releases; return how many chunks."""
        old = "select id from releases where superseded_at is not null and superseded_at < ?"
        with self._db.write():
            self._db.run(f"delete from release_chunks where release_id in ({old})", [left_before])  # noqa: S608
            self._db.run(f"delete from manifests where release_id in ({old})", [left_before])  # noqa: S608
            return self._db.run("delete from chunks where hash not in (select hash from release_chunks)")

    def schedule(
        self,
        environment_id: int,
        action: str,
        payload: JsonObject,
        at: int,
        *,
        note: str,
        author_id: int | None,
        author: str,
    ) -> Scheduled:
        """Store something to do at `at`."""
        scheduled_id = self._db.insert(
            "schedule",
            {"environment_id": environment_id, "action": action, "payload": dump(payload), "at": at, "note": note,
             "author_id": author_id, "author": author, "created_at": self._clock.now_ms()},
        )  # fmt: skip
        return self.scheduled(scheduled_id)

    def scheduled(self, scheduled_id: int) -> Scheduled:
        """Return one scheduled item; raises NotFound."""
        row = self._db.row("select * from schedule where id = ?", [scheduled_id])
        if not row:
            raise NotFound("scheduled item", str(scheduled_id))
        return record(Scheduled, row)

    def schedules(self, environment_id: int, *, limit: int = 200) -> list[Scheduled]:
        """Return an environment's scheduled items, done and cancelled ones too, latest first."""
        rows = self._db.rows(
            "select * from schedule where environment_id = ? order by at desc limit ?", [environment_id, limit]
        )
        return [record(Scheduled, row) for row in rows]

    def due(self) -> list[Scheduled]:
        """Return what should have been done by now, in the order of its time."""
        rows = self._db.rows(
            "select * from schedule where at <= ? and done_at is null and cancelled_at is null order by at, id",
            [self._clock.now_ms()],
        )
        return [record(Scheduled, row) for row in rows]

    def finish_scheduled(self, scheduled_id: int, *, problem: str | None = None) -> None:
        """Mark an item as done, with what went wrong, if anything did."""
        self._db.run(
            "update schedule set done_at = ?, problem = ? where id = ?", [self._clock.now_ms(), problem, scheduled_id]
        )

    def cancel_scheduled(self, scheduled_id: int) -> bool:
        """Cancel an item; False where it was done or cancelled already."""
        sql = "update schedule set cancelled_at = ? where id = ? and done_at is null and cancelled_at is null"
        return self._db.run(sql, [self._clock.now_ms(), scheduled_id]) == 1


def _given(names: Sequence[str], values: list[Any]) -> JsonObject:
    """Return name -> value, without what is not there."""
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}
