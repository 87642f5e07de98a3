"""Periodic jobs: one process at a time runs them, under a lease that it renews and that passes on when it dies.

Jobs ask the injected clock, so that a test moves time and sees them run. A job that fails is logged and tried
again at its next time; it never stops the others.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handrail_guides.errors import HandrailError

from handrail_cms import publish
from handrail_cms.auth import Actor, require
from handrail_cms.errors import Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.event_runs import day_of
from handrail_cms.storage.records import Scheduled

if TYPE_CHECKING:
    from handrail_cms.services import Services

log = logging.getLogger("handrail.tasks")
LEASE: Final = "tasks"
LEASE_MS: Final = 15_000
RENEW_S: Final = 5.0
TICK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every `period_ms`."""

    name: str
    period_ms: int
    run: Callable[[Services], object]


def run_schedule(services: Services) -> int:
    """Carry out what is due: publish, pause, resume, take down, roll back. Return how many were done."""
    due = services.content.releases.due()
    for scheduled in due:
        problem: str | None = None
        try:
            _carry_out(services.content, scheduled)
        except HandrailError as error:
            problem = str(error)
            log.warning("scheduled %s failed: %s", scheduled.action, problem)
        services.content.releases.finish_scheduled(scheduled.id, problem=problem)
    return len(due)


def _carry_out(content: ContentStore, scheduled: Scheduled) -> None:
    """Act for the author, with the role that the author has now."""
    environment = content.apps.environment_by_id(scheduled.environment_id)
    actor = Actor("system", f"{scheduled.author} (scheduled)", scheduled.author_id)
    if scheduled.author_id is not None:
        user = content.people.user(scheduled.author_id)
        roles = {} if user.disabled_at else user.roles
        require(Actor("user", user.name, user.id, roles), "release.make", environment.app_id)
    if scheduled.action == "roll_back":
        publish.roll_back(content, actor, environment, scheduled.payload.get("to"), note=scheduled.note)
        return
    documents = [content.documents.by_id(document_id) for document_id in scheduled.payload.get("documents", [])]
    if scheduled.action == "publish":
        versions = {int(document_id): number for document_id, number in scheduled.payload.get("versions", {}).items()}
        publish.publish(content, actor, environment, documents, versions=versions, note=scheduled.note)
        return
    for document in documents:
        if scheduled.action in ("pause", "resume"):
            publish.pause(
                content, actor, environment, document, paused=scheduled.action == "pause", note=scheduled.note
            )
        elif scheduled.action == "take_down":
            publish.take_down(content, actor, environment, document, note=scheduled.note)
        else:
            raise Refused("action", f"“{scheduled.action}” is not something that can be scheduled.")


def _settle(services: Services) -> int:
    """Abandon what is silent, a little at a time: between two transactions the intake gets its turn."""
    changed = 0
    while some := services.events.settle(services.clock.now_ms()):
        changed += some
    return changed


def _purge(services: Services) -> int:
    """Delete the events of days that are past the retention, by each environment's own calendar."""
    gone = 0
    for app in services.content.apps.all():
        for environment in services.content.apps.environments(app.id, archived=True):
            today = day_of(environment.time_zone, services.clock.now_ms())
            gone += services.events.purge(environment.id, today - services.config.retention_days)
    return gone


def tidy(services: Services) -> int:
    """Delete what has served its time: compiled files, preview codes and sessions, sign-ins. Return how many rows."""
    content, now, day_ms = services.content, services.clock.now_ms(), 86_400_000
    return (
        content.releases.forget_compiled(now - services.config.chunk_days * day_ms)
        + content.previews.forget(now - day_ms)
        + content.people.forget_sign_ins(now - 2 * services.config.session_days * day_ms)
    )


JOBS: Final[tuple[Job, ...]] = (
    Job("schedule", 1_000, run_schedule),
    Job("settle", 20_000, _settle),
    Job("tidy", 3_600_000, tidy),
    Job("purge", 3_600_000, _purge),
)


class TaskRunner:
    """A thread that holds the lease, or waits for it, and runs the jobs that are due."""

    def __init__(self, services: Services, jobs: tuple[Job, ...] = JOBS) -> None:
        self._services = services
        self._jobs = jobs
        self._holder = uuid.uuid4().hex
        self._stopped = threading.Event()
        self._next: dict[str, int] = {}
        self._renewed_at = float("-inf")
        self._held = False
        self._thread = threading.Thread(target=self._loop, name="handrail-tasks", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the job at hand, give the lease back, and end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def _loop(self) -> None:
        while not self._stopped.wait(TICK_S):
            try:
                self.tick()
            except Exception:  # the thread outlives a full disk or a locked database
                log.exception("the tasks could not run")
        try:
            self._services.content.previews.drop_lease(LEASE, self._holder)
        except HandrailError as error:
            log.warning("the lease was not given back: %s", error)

    def tick(self) -> None:
        """Renew the lease when it is time, and run what is due where it is held."""
        if time.monotonic() - self._renewed_at > RENEW_S:
            self._held = self._services.content.previews.hold_lease(LEASE, self._holder, LEASE_MS)
            self._renewed_at = time.monotonic()
        if not self._held:
            return
        now = self._services.clock.now_ms()
        for job in self._jobs:
            if now >= self._next.get(job.name, 0):
                self._next[job.name] = now + job.period_ms
                self._run(job)

    def _run(self, job: Job) -> None:
        try:
            job.run(self._services)
        except Exception:
            log.exception("the task %s failed", job.name)
