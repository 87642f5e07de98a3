"""Preview and builder codes and sessions, uploads, and the lease that one process holds to run tasks."""

from __future__ import annotations

from handrail_cms.clock import Clock
from handrail_cms.errors import NotFound
from handrail_cms.storage.records import PreviewSession, Upload
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections, Row

_GRANTED = ("purpose", "user_id", "environment_id", "guide_id", "origin", "persona")


class Previews:
    """The part of the content store that holds short-lived grants."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def add_code(self, values: Row) -> None:
        """Store a code: hash, purpose, user_id, environment_id, guide_id, origin, expires_at, persona."""
        persona = values.get("persona")
        kept = {**values, "persona": dump(persona) if persona else None, "created_at": self._clock.now_ms()}
        self._db.insert("preview_codes", kept)

    def exchange(
        self, code_hash: str, session_hash: str, *, environment_id: int, origin: str, expires_at: int
    ) -> PreviewSession | None:
        """Turn an unused code of this environment and origin into a session; None where there is none.

        A wrong origin uses the code up: whoever holds it there must not get a second try.
        """
        now = self._clock.now_ms()
        with self._db.write():
            row = self._db.row(
                """select * from preview_codes where hash = ? and environment_id = ? and used_at is null
                   and expires_at > ?""",
                [code_hash, environment_id, now],
            )
            if not row:
                return None
            self._db.run("update preview_codes set used_at = ? where hash = ?", [now, code_hash])
            if row["origin"] != origin:
                return None
            granted = {name: row[name] for name in _GRANTED}
            self._db.insert(
                "preview_sessions", {**granted, "hash": session_hash, "created_at": now, "expires_at": expires_at}
            )
        return record(PreviewSession, {**granted, "expires_at": expires_at})

    def session(self, session_hash: str, *, environment_id: int, origin: str) -> PreviewSession | None:
        """Return a session that counts now, for this environment and origin."""
        row = self._db.row(
            """select preview_sessions.* from preview_sessions join users on users.id = user_id
               where hash = ? and environment_id = ? and origin = ? and expires_at > ? and ended_at is null
               and users.disabled_at is null""",
            [session_hash, environment_id, origin, self._clock.now_ms()],
        )
        return record(PreviewSession, row) if row else None

    def end_session(self, session_hash: str) -> None:
        """End a session now."""
        self._db.run("update preview_sessions set ended_at = ? where hash = ?", [self._clock.now_ms(), session_hash])

    def forget(self, before: int) -> int:
        """Delete the codes and sessions that ended before a time; return how many."""
        with self._db.write():
            codes = self._db.run("delete from preview_codes where expires_at < ?", [before])
            return codes + self._db.run("delete from preview_sessions where expires_at < ?", [before])

    def hold_lease(self, name: str, holder: str, period_ms: int) -> bool:
        """Take or renew a lease; False where another process holds it."""
        now = self._clock.now_ms()
        with self._db.write():
            row = self._db.row("select * from leases where name = ?", [name])
            if row and row["holder"] != holder and row["expires_at"] > now:
                return False
            self._db.run("insert or replace into leases values (?, ?, ?)", [name, holder, now + period_ms])
        return True

    def drop_lease(self, name: str, holder: str) -> None:
        """Give a lease back, so that another process need not wait for its end."""
        self._db.run("delete from leases where name = ? and holder = ?", [name, holder])


class Uploads:
    """The part of the content store that holds pictures and films, by the hash of their bytes."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def add(self, app_id: int, hash_: str, name: str, media_type: str, body: bytes, user_id: int | None) -> Upload:
        """Store a file; the same bytes are stored once, and come back from the archive."""
        with self._db.write():
            self._db.run(
                """insert into uploads (app_id, hash, name, media_type, size, body, created_by, created_at)
                   values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (app_id, hash) do update set archived_at = null""",
                [app_id, hash_, name, media_type, len(body), body, user_id, self._clock.now_ms()],
            )
            return self.one(app_id, hash_)

    def one(self, app_id: int, hash_: str) -> Upload:
        """Return what is known of a file; raises NotFound."""
        row = self._db.row(
            "select id, hash, name, media_type, size, created_at from uploads where app_id = ? and hash = ?",
            [app_id, hash_],
        )
        if not row:
            raise NotFound("upload", hash_[:80])
        return record(Upload, row)

    def all(self, app_id: int) -> list[Upload]:
        """Return the files that are not archived, newest first."""
        rows = self._db.rows(
            """select id, hash, name, media_type, size, created_at from uploads
               where app_id = ? and archived_at is null order by id desc""",
            [app_id],
        )
        return [record(Upload, row) for row in rows]

    def archive(self, app_id: int, hash_: str) -> None:
        """Take a file off the list; its bytes stay, for guides that show it."""
        self._db.run(
            "update uploads set archived_at = ? where app_id = ? and hash = ?", [self._clock.now_ms(), app_id, hash_]
        )

    def content(self, hash_: str) -> tuple[str, bytes] | None:
        """Return (media type, bytes) of a file, archived ones too: a guide may still show it."""
        row = self._db.row("select media_type, body from uploads where hash = ? limit 1", [hash_])
        return (row["media_type"], row["body"]) if row else None
