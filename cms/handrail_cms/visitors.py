"""One visitor: the state that the widget asks for, and erasure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handrail_guides import manifest

from handrail_cms import audit
from handrail_cms.auth import Actor, require
from handrail_cms.intake import Intake
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.events import EventStore, GuideFacts, Json
from handrail_cms.storage.records import Environment


def erase(
    content: ContentStore,
    intake: Intake,
    actor: Actor,
    environment: Environment,
    visitor: str,
    *,
    anonymous: bool = False,
) -> Json:
    """Erase a visitor, aliases included, after all that waits is written; return the receipt.

    The audit log keeps the receipt's number and what was erased, and nobody's name.
    """
    require(actor, "visitor.erase", environment.app_id)
    receipt = intake.erase(environment.id, visitor, anonymous=anonymous)
    with content.transaction():
        audit.note(content, actor, "visitor.erase", "visitor", receipt["receipt"], app_id=environment.app_id,
                   environment=environment.key, erased=receipt["erased"])  # fmt: skip
    return receipt


@dataclass(frozen=True, slots=True)
class Live:
    """What the rules of a release read of a visitor."""

    guides: frozenset[str]
    events: frozenset[str]


class Visitors:
    """Answers about visitors, and remembers what each release reads: releases never change."""

    def __init__(self, content: ContentStore, events: EventStore, facts: GuideFacts) -> None:
        self._content = content
        self._events = events
        self._facts = facts
        self._live: dict[int, Live] = {}

    def state(self, environment: Environment, visitor: str, now_ms: int) -> dict[str, Any]:
        """Return what live rules may ask of a visitor; what no live rule reads is left out.

        Runs that are open are told whole, live or not: the widget may go on with them.
        """
        found = self._events.visitor_state(environment.id, visitor, now_ms)
        live = self._of_release(environment)
        opened: list[dict[str, Any]] = []
        for run in found["open"]:
            facts = self._facts.version(environment.id, run["guide"], run["version"])
            if facts is not None:
                opened.append({**run, "hash": facts.hash})
        return {
            "guides": {key: value for key, value in found["guides"].items() if key in live.guides},
            "open": opened,
            "events": {name: value for name, value in found["events"].items() if name in live.events},
        }

    def _of_release(self, environment: Environment) -> Live:
        release = self._content.releases.latest(environment.id)
        if release is None:
            return Live(frozenset(), frozenset())
        known = self._live.get(release.id)
        if known is None:
            bodies = [
                (item.kind, item.key, self._content.documents.version_by_id(item.version_id).body)
                for item in release.items
            ]
            guides = [body for kind, _, body in bodies if kind == "guide"]
            segments = {key: body for kind, key, body in bodies if kind == "segment"}
            names = manifest.facts(guides, segments)
            known = self._live[release.id] = Live(frozenset(names["guides"]), frozenset(names["events"]))
        return known
