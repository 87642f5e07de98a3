"""The first five minutes: what a new installation has done so far, found out from the stores. No Flask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handrail_cms.storage.records import Environment

if TYPE_CHECKING:
    from handrail_cms.services import Services


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing to do; `name` is its code, the page has its words."""

    name: str
    done: bool
    at: int | None = None


def of(services: Services, environment: Environment) -> list[FirstStep]:
    """Return the five steps in their order; all done means that nothing is shown any more."""
    content = services.content
    guides = content.documents.all(environment.app_id, "guide", limit=1)
    release = content.releases.head(environment.id)
    published = content.releases.has_live_guide(environment.id)
    previewed = content.trail.entries(environment.app_id, limit=1, action="preview.*")
    return [
        FirstStep("install", environment.seen_at is not None, environment.seen_at),
        FirstStep("guide", bool(guides), guides[0].created_at if guides else None),
        FirstStep("preview", bool(previewed), previewed[0].at if previewed else None),
        FirstStep("publish", published, release.at if release and published else None),
        FirstStep("event", services.events.has_runs(environment.id)),
    ]
