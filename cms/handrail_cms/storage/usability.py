"""Usability tasks, the links by which people take part, and their sessions."""

from __future__ import annotations

from handrail_cms.clock import Clock
from handrail_cms.errors import NotFound
from handrail_cms.storage.records import JsonObject, UsabilityLink, UsabilitySession, UsabilityTask
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections, Row


class Usability:
    """The part of the content store that holds usability tests."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def add_task(self, app_id: int, key: str, body: JsonObject) -> UsabilityTask:
        """Store a task."""
        with self._db.write():
            self._db.insert(
                "usability_tasks",
                {"app_id": app_id, "key": key, "body": dump(body), "created_at": self._clock.now_ms()},
            )
            return self.task(app_id, key)

    def change_task(self, task_id: int, body: JsonObject, *, archived: bool) -> None:
        """Store a task's document, archived or not."""
        archived_at = self._clock.now_ms() if archived else None
        self._db.run(
            "update usability_tasks set body = ?, archived_at = ? where id = ?", [dump(body), archived_at, task_id]
        )

    def task(self, app_id: int, key: str) -> UsabilityTask:
        """Return one task, archived or not; raises NotFound."""
        row = self._db.row("select * from usability_tasks where app_id = ? and key = ?", [app_id, key])
        if not row:
            raise NotFound("usability task", key[:80])
        return record(UsabilityTask, row)

    def task_by_id(self, task_id: int) -> UsabilityTask:
        """Return one task by its internal id; raises NotFound."""
        row = self._db.row("select * from usability_tasks where id = ?", [task_id])
        if not row:
            raise NotFound("usability task", str(task_id))
        return record(UsabilityTask, row)

    def tasks(self, app_id: int) -> list[UsabilityTask]:
        """Return the tasks that are not archived, newest first."""
        rows = self._db.rows(
            "select * from usability_tasks where app_id = ? and archived_at is null order by id desc", [app_id]
        )
        return [record(UsabilityTask, row) for row in rows]

    def add_link(self, values: Row) -> UsabilityLink:
        """Store a link: task_id, environment_id, code, address, build."""
        with self._db.write():
            self._db.insert("usability_links", {**values, "created_at": self._clock.now_ms()})
            return self.link(values["code"])

    def link(self, code: str) -> UsabilityLink:
        """Return one link, closed or not; raises NotFound."""
        row = self._db.row("select * from usability_links where code = ?", [code])
        if not row:
            raise NotFound("usability test", code[:20])
        return record(UsabilityLink, row)

    def link_by_id(self, link_id: int) -> UsabilityLink:
        """Return one link by its internal id; raises NotFound."""
        row = self._db.row("select * from usability_links where id = ?", [link_id])
        if not row:
            raise NotFound("usability test", str(link_id))
        return record(UsabilityLink, row)

    def links_of(self, task_id: int) -> list[UsabilityLink]:
        """Return a task's links, newest first."""
        rows = self._db.rows("select * from usability_links where task_id = ? order by id desc", [task_id])
        return [record(UsabilityLink, row) for row in rows]

    def close_link(self, link_id: int) -> None:
        """Let nobody begin by this link any more; who has begun may finish."""
        self._db.run(
            "update usability_links set closed_at = ? where id = ? and closed_at is null",
            [self._clock.now_ms(), link_id],
        )

    def add_session(self, values: Row) -> None:
        """Store a session that may begin: link_id, participant, code_hash, guide_version, expires_at."""
        self._db.insert("usability_sessions", {**values, "created_at": self._clock.now_ms()})

    def begin(self, code_hash: str, token_hash: str, *, environment_id: int) -> UsabilitySession | None:
        """Turn an unused code of this environment into a session that has begun; None where there is none."""
        now = self._clock.now_ms()
        with self._db.write():
            row = self._db.row(
                """select usability_sessions.* from usability_sessions
                   join usability_links on usability_links.id = link_id
                   where code_hash = ? and environment_id = ? and began_at is null and expires_at > ?""",
                [code_hash, environment_id, now],
            )
            if not row:
                return None
            self._db.run(
                "update usability_sessions set code_hash = null, token_hash = ?, began_at = ? where id = ?",
                [token_hash, now, row["id"]],
            )
            return self.session(row["participant"])

    def session(self, participant: str) -> UsabilitySession:
        """Return one session; raises NotFound."""
        row = self._db.row("select * from usability_sessions where participant = ?", [participant])
        if not row:
            raise NotFound("session", participant[:20])
        return record(UsabilitySession, row)

    def session_of_token(self, token_hash: str, *, environment_id: int) -> UsabilitySession | None:
        """Return the session that a token opens in an environment, while it lasts."""
        row = self._db.row(
            """select usability_sessions.* from usability_sessions
               join usability_links on usability_links.id = link_id
               where token_hash = ? and environment_id = ? and expires_at > ?""",
            [token_hash, environment_id, self._clock.now_ms()],
        )
        return record(UsabilitySession, row) if row else None

    def note(self, session_id: int, told: list[tuple[float, JsonObject]], ended: str | None, seconds: float) -> None:
        """Store what a session's page tells; a session that has ended stays as it is."""
        self._db.run(
            "update usability_sessions set told = ?, ended = ?, seconds = ? where id = ? and ended is null",
            [dump(told), ended, seconds, session_id],
        )

    def answer(self, session_id: int, answers: JsonObject) -> None:
        """Store the answers to the questions; the first ones stay."""
        self._db.run(
            "update usability_sessions set answers = ? where id = ? and answers is null", [dump(answers), session_id]
        )

    def sessions_of(self, link_id: int) -> list[UsabilitySession]:
        """Return a link's sessions that have begun, oldest first."""
        rows = self._db.rows(
            "select * from usability_sessions where link_id = ? and began_at is not null order by id", [link_id]
        )
        return [record(UsabilitySession, row) for row in rows]

    def count_sessions(self, link_id: int) -> int:
        """Return how often somebody has said that they take part."""
        row = self._db.row("select count(*) as count from usability_sessions where link_id = ?", [link_id])
        return row["count"] if row else 0
