"""Usability tests: tasks, the links by which people and scripts take part, what is recorded, and what it says.

A participant agrees on a page of ours, goes to the application with a one-time code, and comes back for the
questions. What the application's page tells is a session; the runs of the guide are recorded as events, marked
`usability`. Knows nothing of HTTP.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urljoin

from handrail_guides.errors import GuideProblems
from handrail_guides.manifest import compile_preview
from handrail_guides.saying import say
from handrail_guides.usability.report import report
from handrail_guides.usability.tasks import Session, Task, fold, in_tone, task_of
from handrail_guides.validate import validate

from handrail_cms import audit, previews
from handrail_cms.auth import Actor, fingerprint, require
from handrail_cms.errors import Forbidden, NotFound, Refused
from handrail_cms.report_query import read_query
from handrail_cms.reports import ReportSource, funnel
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import (
    Environment,
    JsonObject,
    UsabilityLink,
    UsabilitySession,
    UsabilityTask,
)

PREFIX: Final = "task-"
"""What a participant's code and token begin with, so that they are told from an author's."""
SESSION_MS: Final = 4 * 3_600_000
SESSIONS_AT_MOST: Final = 1_000
"""For one link: anybody who has it may begin."""
GRACE_MS: Final = 120_000
SINCE: Final = "2020-01-01"
"""Production is counted from the beginning: a version's runs, whenever they were."""
Ended = Literal["done", "claimed", "gave_up", "time"]


def save_task(content: ContentStore, actor: Actor, app_id: int, body: JsonObject) -> UsabilityTask:
    """Store a task, a new one or one that nobody has tried yet.

    Raises GuideProblems with every problem, and Refused where its sessions would no longer be about the same task.
    """
    require(actor, "usability.write", app_id)
    problems = [problem for problem in validate(body, "task") if problem.level == "error"]
    if problems:
        raise GuideProblems(problems)
    with content.transaction():
        try:
            known = content.usability.task(app_id, body["key"])
        except NotFound:
            made = content.usability.add_task(app_id, body["key"], body)
        else:
            if known.body != body and sessions_of(content, known):
                raise Refused("task_tried", say("People have tried this task as it is. Give the new one another key."))
            content.usability.change_task(known.id, body, archived=False)
            made = content.usability.task(app_id, body["key"])
        audit.note(content, actor, "usability.save", "task", made.key, app_id=app_id)
    return made


def archive(content: ContentStore, actor: Actor, task: UsabilityTask) -> None:
    """Take a task off the list and close its links; its sessions stay."""
    require(actor, "usability.write", task.app_id)
    with content.transaction():
        for link in content.usability.links_of(task.id):
            content.usability.close_link(link.id)
        content.usability.change_task(task.id, task.body, archived=True)
        audit.note(content, actor, "usability.archive", "task", task.key, app_id=task.app_id)


def open_link(content: ContentStore, actor: Actor, task: UsabilityTask, environment: Environment, *,
              address: str, build: str) -> UsabilityLink:  # fmt: skip
    """Make a link by which people take part; `address` is where this build of the application runs.

    Raises Refused where that is not an origin of the environment, or where the task's guide is not live there.
    """
    require(actor, "usability.write", task.app_id)
    origin = previews.origin_of(address)
    if not previews.allows(environment, origin):
        raise Refused(
            "origin",
            say(
                "%(origin)s is not an origin of %(environment)s. Add it in the environment's settings.",
                origin=origin,
                environment=environment.key,
            ),
        )
    _version(content, task, environment)
    with content.transaction():
        link = content.usability.add_link({
            "task_id": task.id, "environment_id": environment.id, "code": secrets.token_urlsafe(12),
            "address": origin, "build": build.strip()[:80] or "unnamed",
        })  # fmt: skip
        audit.note(content, actor, "usability.open", "task", task.key, app_id=task.app_id,
                   environment=environment.key, origin=origin, build=link.build)  # fmt: skip
    return link


def close_link(content: ContentStore, actor: Actor, task: UsabilityTask, link: UsabilityLink) -> None:
    """Let nobody begin by a link any more."""
    require(actor, "usability.write", task.app_id)
    with content.transaction():
        content.usability.close_link(link.id)
        audit.note(content, actor, "usability.close", "task", task.key, app_id=task.app_id, build=link.build)


def _version(content: ContentStore, task: UsabilityTask, environment: Environment) -> int | None:
    """Return the live version of the task's guide, None for a task without one; raises Refused where it is not live."""
    key = task_of(task.body).guide
    if key is None:
        return None
    try:
        document = content.documents.find(task.app_id, "guide", key)
        number = content.releases.live_versions(document.id).get(environment.key)
    except NotFound:
        number = None
    if number is None:
        raise Refused(
            "guide_not_live",
            say(
                "The guide “%(key)s” is not live in %(environment)s. Publish it first.",
                key=key,
                environment=environment.key,
            ),
        )
    return number


def take_part(content: ContentStore, link: UsabilityLink) -> tuple[str, str]:
    """Let somebody take part; return their name among the participants, and the application's address with a code.

    Raises Refused where the link is closed, has been used too often, or its guide is no longer live.
    """
    task = content.usability.task_by_id(link.task_id)
    environment = content.apps.environment_by_id(link.environment_id)
    if link.closed_at is not None or task.archived_at is not None:
        raise Refused("link_closed", say("This usability test is over. Thank you for coming."))
    if content.usability.count_sessions(link.id) >= SESSIONS_AT_MOST:
        raise Refused("link_full", say("This usability test has had enough participants. Thank you for coming."))
    code, participant = PREFIX + secrets.token_urlsafe(24), secrets.token_urlsafe(16)
    content.usability.add_session({
        "link_id": link.id, "participant": participant, "code_hash": fingerprint(code),
        "guide_version": _version(content, task, environment),
        "expires_at": content.clock.now_ms() + SESSION_MS,
    })  # fmt: skip
    address = urljoin(link.address + "/", task_of(task.body).open)
    return participant, previews.with_code(address, code, "query")


def begin(content: ContentStore, environment: Environment, code: str, origin: str) -> tuple[UsabilitySession, str]:
    """Exchange a participant's code for a session; return it and its token. Raises Forbidden."""
    token = PREFIX + secrets.token_urlsafe(32)
    session = content.usability.begin(fingerprint(code), fingerprint(token), environment_id=environment.id)
    if session is None or link_of(content, session).address != origin:
        raise Forbidden(
            say("This task was begun already, is too old, or belongs to another page. Open the link again.")
        )
    return session, token


def session_of(content: ContentStore, environment: Environment, token: str) -> UsabilitySession | None:
    """Return the session that a token opens, while it lasts."""
    return content.usability.session_of_token(fingerprint(token), environment_id=environment.id)


def link_of(content: ContentStore, session: UsabilitySession) -> UsabilityLink:
    """Return the link by which a participant came."""
    return content.usability.link_by_id(session.link_id)


def task_for(content: ContentStore, link: UsabilityLink) -> Task:
    """Return what a link's participants are asked to do."""
    return task_of(content.usability.task_by_id(link.task_id).body)


def compiled(content: ContentStore, environment: Environment, session: UsabilitySession, key: str) -> JsonObject:
    """Return the guide as the widget plays it for this participant: the version they began with, in the task's tone.

    Raises NotFound for any other guide.
    """
    task = task_for(content, link_of(content, session))
    if key != task.guide or session.guide_version is None:
        raise NotFound("guide", key[:80])
    document = content.documents.find(environment.app_id, "guide", key)
    body = content.documents.version(document.id, session.guide_version).body
    made = compile_preview(in_tone(body, task.tone), version=session.guide_version)
    return {"guide": made.entry, "chunks": made.languages}


def sessions_of(content: ContentStore, task: UsabilityTask) -> list[Session]:
    """Return a task's sessions that are over, folded from what their pages told, in the order of their beginning."""
    about, now = task_of(task.body), content.clock.now_ms()
    found = [(stored, link) for link in content.usability.links_of(task.id)
             for stored in content.usability.sessions_of(link.id) if _is_over(about, stored, now)]  # fmt: skip
    return [_folded(about, stored, link) for stored, link in sorted(found, key=lambda pair: pair[0].id)]


def _is_over(task: Task, stored: UsabilitySession, now: int) -> bool:
    """Tell whether a session has ended; one whose time is over without a word counts as left."""
    return stored.ended is not None or now > (stored.began_at or 0) + task.minutes * 60_000 + GRACE_MS


def _folded(task: Task, stored: UsabilitySession, link: UsabilityLink) -> Session:
    answers: Mapping[str, Any] = stored.answers or {}
    session = Session(
        task.key, stored.participant, link.build, task.guide, stored.guide_version,
        success=stored.ended == "done", ended=stored.ended or "left", seconds=stored.seconds,
        seq=answers.get("seq"), sus=answers.get("sus"),
    )  # fmt: skip
    return fold(session, stored.told)


def task_report(
    content: ContentStore, source: ReportSource, task: UsabilityTask, environment: Environment, mark: str | None = None
) -> JsonObject:
    """Return the figures of a task, beside what an environment's runs say of the same steps.

    `mark` asks for the runs of one kind of traffic instead of real people's.
    """
    sessions, about = sessions_of(content, task), task_of(task.body)
    versions = {session.guide_version for session in sessions if session.guide_version is not None}
    real = {version: _production(source, environment, str(about.guide), version, mark) for version in versions}
    return report(about, sessions, {**real})


def _production(source: ReportSource, environment: Environment, guide: str, version: int, mark: str | None) -> Any:
    asked = {"version": str(version), "from": SINCE, "mark": mark or ""}
    return funnel(source, read_query(environment, guide, asked, source.store, source.now_ms, newest=version))
