"""What counting and reporting need to know of guide versions, read from the content store."""

from __future__ import annotations

from typing import Any

from handrail_guides.periods import period_ms

from handrail_cms.errors import NotFound
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.events import VersionFacts
from handrail_cms.storage.records import Environment

_REMEMBERED = 2000


class ContentFacts:
    """Answers about guide versions, which never change and so are remembered."""

    def __init__(self, content: ContentStore) -> None:
        self._content = content
        self._known: dict[tuple[int, str, int], VersionFacts] = {}

    def version(self, environment_id: int, guide_key: str, number: int) -> VersionFacts | None:
        """Return what one version says, or None where there is no such version."""
        known = self._known.get((environment_id, guide_key, number))
        if known is None and number > 0:
            known = self._read(environment_id, guide_key, number)
            if known is not None:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[environment_id, guide_key, number] = known
        return known

    def _read(self, environment_id: int, guide_key: str, number: int) -> VersionFacts | None:
        try:
            app_id = self._content.apps.environment_by_id(environment_id).app_id
            document = self._content.documents.find(app_id, "guide", guide_key)
            version = self._content.documents.version(document.id, number)
        except NotFound:
            return None
        return version_facts(version.body, version.hash)


def newest_version(content: ContentStore, environment: Environment, guide_key: str) -> int | None:
    """Return the newest version of a guide that is or was live in an environment; raises NotFound for no such guide."""
    document = content.documents.find(environment.app_id, "guide", guide_key)
    return content.releases.newest_ever(environment.id, document.id)


def version_facts(document: dict[str, Any], hash_: str) -> VersionFacts:
    """Return what counting needs of a guide document."""
    goal: dict[str, Any] = document.get("goal") or {}
    frequency: dict[str, Any] = document.get("frequency") or {}
    return VersionFacts(
        kind=document["kind"],
        steps=tuple(step["id"] for step in document["steps"]),
        goal_event=goal.get("event"),
        goal_within_ms=period_ms(goal.get("within", "P7D")),
        snooze_ms=period_ms(frequency.get("snooze", "P1D")),
        hash=hash_,
    )
