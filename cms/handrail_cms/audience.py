"""Whom a rule means: how many of the visitors seen lately, and what every live guide says about one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from handrail_guides.document import steps_of as tokens_of
from handrail_guides.manifest import names_in
from handrail_guides.targeting import Context, Verdict, evaluate

from handrail_cms.editing.places import items, obj
from handrail_cms.storage.records import Environment, JsonObject

if TYPE_CHECKING:
    from handrail_cms.services import Services

DAYS: Final = 30
MOST: Final = 5000
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many matched of those looked at; `capped` where more were seen than were looked at."""

    matching: int
    seen: int
    capped: bool


@dataclass(frozen=True, slots=True)
class Deciding:
    """A clause that decided, how (a code of docs/rules.md), and the value that it saw."""

    clause: Any
    code: str
    saw: Any


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one live guide says about a visitor, and what decided: the clause, in a segment the one within it, …"""

    key: str
    name: str
    version: int
    paused: bool
    matches: bool
    deciding: list[Deciding]


def count(services: Services, environment: Environment, rule: Mapping[str, Any] | None) -> Count:
    """Count the visitors of the last 30 days whom a rule means; what only the page knows counts as missing."""
    now = services.clock.now_ms()
    seen = list(services.events.recent_visitors(environment.id, now - DAYS * DAY_MS, MOST + 1))
    looked_at = seen[:MOST]
    segments = segment_rules(services, environment)
    history = _asks_history(rule, segments)
    contexts = (_context(services, environment, one, segments, history=history) for one in looked_at)
    matching = sum(1 for context in contexts if not rule or evaluate(rule, context).matches)
    return Count(matching, len(looked_at), len(seen) > MOST)


def segment_rules(services: Services, environment: Environment) -> dict[str, JsonObject]:
    """Return the rules of the segments, by key."""
    found = services.content.documents.all(environment.app_id, "segment")
    return {one.key: one.body.get("rule", {"all": []}) for one in found}


def _asks_history(rule: Mapping[str, Any] | None, segments: Mapping[str, Any]) -> bool:
    """Say whether a rule, or a segment that it may name, asks what a visitor did: that costs a look-up each."""
    told = [rule, *segments.values()] if rule and next(iter(names_in(rule, "segment")), None) else [rule]
    return any(next(iter(names_in(one, kind)), None) for one in told if one for kind in ("event", "guide"))


def _context(
    services: Services, environment: Environment, one: Mapping[str, Any], segments: Mapping[str, Any], *, history: bool
) -> Context:
    now = services.clock.now_ms()
    state: Mapping[str, Any] = {}
    if history and not one["anonymous"]:
        state = services.events.visitor_state(environment.id, one["visitor"], now)
    return Context(
        now,
        one["visitor"],
        one["traits"],
        one["account"],
        state.get("events", {}),
        state.get("guides", {}),
        segments,
        one["language"],
        one["device"],
        None,
        environment.time_zone,
    )


def rulings(services: Services, environment: Environment, visitor: str, record: Mapping[str, Any]) -> Iterator[Ruling]:
    """Give, for every guide that is live, whether its rule means this visitor now, and the clause that decided."""
    segments = segment_rules(services, environment)
    context = _context(services, environment, described(visitor, record), segments, history=True)
    for live in services.content.releases.live_parts(environment.id, "name", "audience"):
        rule = live.get("audience")
        verdict = evaluate(rule, context)
        name, paused = str(live.get("name")), bool(live["paused"])
        deciding = list(_deciding(rule, verdict, segments))
        yield Ruling(live["key"], name, live["version"], paused, verdict.matches, deciding)


def _newest(events: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the last of some events, or nothing."""
    return max(events, key=lambda event: int(event["at"])) if events else {}


def described(visitor: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the newest that is known of a visitor from everything that is stored."""
    told = [event for event in record["events"] if event["type"] == "identify" and event["data"]]
    newest = _newest(record["events"])
    said: Mapping[str, Any] = _newest(told).get("data") or {}
    return {
        "visitor": visitor,
        "anonymous": record["anonymous"],
        "traits": said.get("traits") or {},
        "account": said.get("account_traits") or {},
        "language": newest.get("language"),
        "device": newest.get("device"),
    }


def _deciding(rule: Any, verdict: Verdict, segments: Mapping[str, Any]) -> Iterator[Deciding]:
    """Give the clause that a verdict's pointer names, then that of the segment which it asks, and so on."""
    clause, inner = _at(rule, verdict.clause), verdict.value
    if isinstance(inner, Verdict):
        yield Deciding(clause, verdict.code, None)
        yield from _deciding(segments.get(str(obj(clause).get("segment"))), inner, segments)
    elif clause is not None:
        yield Deciding(clause, verdict.code, inner)


def _at(rule: Any, pointer: str) -> Any:
    for token in tokens_of(pointer):
        rule = items(rule)[int(token)] if isinstance(rule, list) else obj(rule).get(token)
    return rule
