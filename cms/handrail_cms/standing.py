"""Where a guide stands: what of it is live where, and whether its draft has moved on. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from handrail_guides.document import digest

from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Document, Environment, Release, ReleaseItem, Version


@dataclass(frozen=True, slots=True)
class Live:
    """One environment, its live release, and this guide's place in it."""

    environment: Environment
    release: Release | None = None
    item: ReleaseItem | None = None
    since: int | None = None
    document: Document | None = None
    revision: int | None = None

    @property
    def changed(self) -> bool:
        """Whether the draft says something else than what is live; worked out only where a page asks."""
        if self.item is None or self.document is None or self.revision == self.document.revision:
            return False
        return self.item.hash != digest(self.document.body)

    @property
    def state(self) -> str:
        """live, paused or off."""
        if self.item is None:
            return "off"
        return "paused" if self.item.paused else "live"


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


def listed(content: ContentStore, environment: Environment | None, documents: Sequence[Document]) -> list[Standing]:
    """Return where each of the documents stands in one environment."""
    release = content.releases.latest(environment.id) if environment else None
    items = {item.document_id: item for item in release.items} if release else {}
    revisions = content.releases.live_revisions(environment.id) if environment else {}
    return [
        Standing(one, [_place(environment, release, items, one, revisions.get(one.id))] if environment else [])
        for one in documents
    ]


def _place(
    environment: Environment,
    release: Release | None,
    items: dict[int, ReleaseItem],
    document: Document,
    revision: int | None,
) -> Live:
    return Live(environment, release, items.get(document.id), None, document, revision)


def of(content: ContentStore, document: Document) -> Standing:
    """Return where one document stands everywhere, with since when."""
    places = [_everywhere(content, environment, document) for environment in content.apps.environments(document.app_id)]
    newest = content.documents.versions(document.id, limit=1)
    return Standing(document, places, newest[0] if newest else None)


def _everywhere(content: ContentStore, environment: Environment, document: Document) -> Live:
    release = content.releases.latest(environment.id)
    item = next((one for one in release.items if one.document_id == document.id), None) if release else None
    since = live_since(content, environment, document, item) if item else None
    return Live(environment, release, item, since, document)


def live_since(content: ContentStore, environment: Environment, document: Document, item: ReleaseItem) -> int | None:
    """Return when the oldest release of the unbroken row came out in which this version is live as it is now."""
    since = None
    for release in content.releases.all(environment.id):
        same = next((one for one in release.items if one.document_id == document.id), None)
        if same is None or same.version != item.version or same.paused != item.paused:
            break
        since = release.at
    return since
