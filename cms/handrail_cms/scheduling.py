"""What will happen in an environment at a later time; `tasks.py` carries it out. Knows nothing of HTTP."""

from __future__ import annotations

from handrail_guides.saying import say

from handrail_cms import audit
from handrail_cms.auth import Actor, require
from handrail_cms.errors import Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Environment, JsonObject, Scheduled

ACTIONS = ("publish", "pause", "resume", "take_down", "roll_back")
LONGEST_MS = 366 * 86_400_000


def add(content: ContentStore, actor: Actor, environment: Environment, action: str, payload: JsonObject, at: int, *,
        note: str = "") -> Scheduled:  # fmt: skip
    """Schedule an action; `payload` holds `documents` (ids), `versions` (id -> number) or `to` (a release)."""
    require(actor, "release.make", environment.app_id)
    if action not in ACTIONS:
        raise Refused(
            "action",
            say("“%(action)s” can't be scheduled. Choose one of %(names)s.", action=action, names=", ".join(ACTIONS)),
        )
    now = content.clock.now_ms()
    if at <= now:
        raise Refused("past", say("That time has passed. Choose a later one."))
    if at - now > LONGEST_MS:
        raise Refused("far", say("That is more than a year away. Choose an earlier time."))
    if action != "roll_back" and not payload.get("documents") and not payload.get("versions"):
        raise Refused("nothing", say("Name the guides that this is about."))
    with content.transaction():
        made = content.releases.schedule(
            environment.id, action, payload, at, note=note, author_id=actor.user_id, author=actor.name
        )
        audit.note(content, actor, "schedule.add", "environment", environment.key, app_id=environment.app_id,
                   environment=environment.key, scheduled=action, at=audit.moment(at))  # fmt: skip
    return made


def cancel(content: ContentStore, actor: Actor, environment: Environment, scheduled: Scheduled) -> None:
    """Cancel; raises Refused where it happened or was cancelled already."""
    require(actor, "release.make", environment.app_id)
    with content.transaction():
        if not content.releases.cancel_scheduled(scheduled.id):
            raise Refused("too_late", say("This has happened, or was cancelled, already."))
        audit.note(content, actor, "schedule.cancel", "environment", environment.key, app_id=environment.app_id,
                   environment=environment.key, scheduled=scheduled.action)  # fmt: skip


def state_of(scheduled: Scheduled) -> str:
    """Return waiting, done, failed or cancelled."""
    if scheduled.cancelled_at:
        return "cancelled"
    if scheduled.done_at is None:
        return "waiting"
    return "failed" if scheduled.problem else "done"


def documents_of(scheduled: Scheduled) -> list[int]:
    """Return the ids of the documents that it is about."""
    return [*scheduled.payload.get("documents", []), *(int(id_) for id_ in scheduled.payload.get("versions", {}))]
