"""The first five minutes: what a new installation has done so far, each found out from the stores. Knows nothing of HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from handrail_cms.services import Services
from handrail_cms.storage.event_runs import day_of
from handrail_cms.storage.records import Environment


YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do; `name` is its code, the page has its words."""

    name: str
    done: bool
    at: int | None = None


def _has_runs(services: Services, environment: Environment) -> bool:
    """Say whether anybody real has been offered a guide in the last year."""
    today = day_of(environment.time_zone, services.clock.now_ms())
    return bool(services.events.overview(environment.id, today - YEAR_DAYS, today + 1))


def of(services: Services, environment: Environment) -> list[FirstStep]:
    """Return the five steps in their order; all done means that nothing is shown any more."""
    content = services.content
    guides = content.documents.all(environment.app_id, "guide", limit=1)
    release = content.releases.latest(environment.id)
    published = release is not None and any(item.kind == "guide" for item in release.items)
    previewed = content.trail.entries(environment.app_id, limit=1, action="preview.*")
    return [
        FirstStep("install", environment.seen_at is not None, environment.seen_at),
        FirstStep("guide", bool(guides), guides[0].created_at if guides else None),
        FirstStep("preview", bool(previewed), previewed[0].at if previewed else None),
        FirstStep("publish", published, release.at if release and published else None),
        FirstStep("event", _has_runs(services, environment)),
    ]
