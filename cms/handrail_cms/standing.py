"""Where a guide stands: what of it is live where, and whether its draft has moved on. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from handrail_guides.document import digest

from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Document, Environment, ReleaseItem, Summary, Version


@dataclass(frozen=True, slots=True)
class Live:
    """A guide's place in one environment; `hash` is that of its draft."""

    environment: Environment
    item: ReleaseItem | None = None
    hash: str = ""
    since: int | None = None

    @property
    def changed(self) -> bool:
        """Whether the draft says something else than what is live."""
        return self.item is not None and self.item.hash != self.hash

    @property
    def state(self) -> str:
        """live, paused or off."""
        if self.item is None:
            return "off"
        return "paused" if self.item.paused else "live"


@dataclass(frozen=True, slots=True)
class Listed:
    """A guide in a list, with its place in one environment; None where there is no environment."""

    guide: Summary
    place: Live | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A guide with its place in every environment."""

    document: Document
    places: list[Live] = field(default_factory=list[Live])
    newest: Version | None = None

    def within(self, environment_key: str) -> Live | None:
        """Return its place in one environment."""
        return next((place for place in self.places if place.environment.key == environment_key), None)

    @property
    def changed(self) -> bool:
        """Whether the draft differs from the newest version, or was never made one."""
        return self.newest is None or self.newest.hash != digest(self.document.body)


def listed(content: ContentStore, environment: Environment | None, guides: Sequence[Summary]) -> list[Listed]:
    """Return where each of the guides stands in one environment."""
    if environment is None:
        return [Listed(one, None) for one in guides]
    release = content.releases.latest(environment.id)
    items = {item.document_id: item for item in release.items} if release else {}
    return [Listed(one, Live(environment, items.get(one.id), one.hash)) for one in guides]


def of(content: ContentStore, document: Document) -> Standing:
    """Return where one document stands everywhere, with since when."""
    draft = digest(document.body)
    environments = content.apps.environments(document.app_id)
    newest = content.documents.versions(document.id, limit=1)
    places = [_everywhere(content, environment, document, draft) for environment in environments]
    return Standing(document, places, newest[0] if newest else None)


def _everywhere(content: ContentStore, environment: Environment, document: Document, draft: str) -> Live:
    item = content.releases.placed(environment.id, document.id)
    since = live_since(content, environment, document) if item else None
    return Live(environment, item, draft, since)


def live_since(content: ContentStore, environment: Environment, document: Document) -> int | None:
    """Return when the release came out that made the document what it is now in this environment."""
    history = content.releases.history_of(environment.id, document.id)
    return history[0].at if history else None
