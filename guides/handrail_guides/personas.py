"""A typical member of a segment, for previews: facts under which the segment's rule holds, as far as they can be made.

What a persona's author wrote stands; the rest is filled in from the rule, clause by clause, and the rule is then
evaluated, so that `fits` is never a guess.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from handrail_guides.targeting import Context, Verdict, evaluate

Json = Any
Facts = dict[str, Any]

_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a segment; `verdict` is what the segment's rule says of them."""

    key: str
    name: str
    job: str
    verdict: Verdict
    traits: Mapping[str, Json] = field(default_factory=dict[str, Json])
    account: Mapping[str, Json] = field(default_factory=dict[str, Json])
    language: str | None = None
    device: str | None = None

    @property
    def fits(self) -> bool:
        """Tell whether the segment's rule holds for them."""
        return self.verdict.matches


def typical(segment: Mapping[str, Json], rules: Mapping[str, Mapping[str, Json]], now: int) -> Member:
    """Return a typical member of a segment. `rules`: key -> rule of every segment; `now` in epoch milliseconds."""
    persona: Mapping[str, Json] = segment.get("persona") or {}
    facts: Facts = {
        "traits": dict(persona.get("traits", {})), "account": dict(persona.get("account", {})), "events": {},
        "guides": {}, "language": persona.get("language"), "device": persona.get("device"),
    }  # fmt: skip
    rule = segment.get("rule") or {"all": []}
    maker = _Maker(rules, now)
    made = maker.with_rule(rule, facts, 0)
    return Member(
        str(segment["key"]), str(segment["name"]), str(persona.get("job", "")), maker.verdict(rule, made),
        made["traits"], made["account"], made["language"], made["device"],
    )  # fmt: skip


class _Maker:
    def __init__(self, rules: Mapping[str, Mapping[str, Json]], now: int) -> None:
        self._rules = rules
        self._now = now

    def verdict(self, rule: Mapping[str, Json], facts: Facts) -> Verdict:
        """Evaluate a rule under these facts, on no page."""
        return evaluate(rule, Context(now=self._now, segments=self._rules, **facts))

    def with_rule(self, rule: Mapping[str, Json], facts: Facts, depth: int) -> Facts:
        """Return facts under which the rule holds, if that can be; facts that do already stay as they are."""
        if depth > _DEEPEST or self.verdict(rule, facts).matches:
            return facts
        made = copy.deepcopy(facts)
        if "all" in rule:
            for clause in rule["all"]:
                made = self.with_rule(clause, made, depth + 1)
        elif "any" in rule:
            tried = [self.with_rule(clause, made, depth + 1) for clause in rule["any"]]
            made = next((one for one in tried if self.verdict(rule, one).matches), made)
        elif "not" in rule:
            self._spoil(rule["not"], made)
        elif "segment" in rule:
            made = self.with_rule(self._rules.get(rule["segment"], {"all": []}), made, depth + 1)
        else:
            self._meet(rule, made)
        return made

    def _meet(self, clause: Mapping[str, Json], made: Facts) -> None:
        for kind, holder in (("trait", "traits"), ("account", "account")):
            if kind in clause:
                made[holder][clause[kind]] = self._value(clause)
        if "event" in clause:
            count = clause.get("count", {})
            needed = count.get("at_least", count.get("is", count.get("more_than", 0) + 1))
            made["events"][clause["event"]] = {"count": needed, "last_at": self._now, "times": [self._now] * needed}
        if "guide" in clause:
            state = clause["state"] if clause["state"] in {"completed", "dismissed", "failed"} else "completed"
            made["guides"][clause["guide"]] = {"times": 1, "last_at": self._now, "state": state}
        for name in ("language", "device"):
            if name in clause:
                wanted = clause[name][0] if isinstance(clause[name], list) else clause[name]
                made[name] = wanted.removesuffix("-*").replace("*", "en") if name == "language" else wanted

    def _spoil(self, clause: Mapping[str, Json], made: Facts) -> None:
        """Make a clause false: the fact that it asks for goes, as a missing fact makes every clause false."""
        for kind, holder in (("trait", "traits"), ("account", "account"), ("event", "events"), ("guide", "guides")):
            if kind in clause:
                made[holder].pop(clause[kind], None)
        for name in ("all", "any"):
            for inner in clause.get(name, []):
                self._spoil(inner, made)
        for name in ("language", "device"):
            if name in clause:
                made[name] = None

    def _value(self, clause: Mapping[str, Json]) -> Json:
        """Return a value that fits a comparison."""
        match clause:
            case {"is": value} | {"in": [value, *_]} | {"contains": value}:
                return value
            case {"starts_with": value} | {"ends_with": value}:
                return value
            case {"at_least": number} | {"at_most": number}:
                return number
            case {"more_than": number}:
                return number + 1
            case {"less_than": number}:
                return number - 1
            case {"is_not": _} | {"not_in": _}:
                return "something else"
            case {"before": text}:
                return _moved(text, -1)
            case {"after": text}:
                return _moved(text, 1)
            case {"within": _}:
                return _iso(self._now - 60_000)
            case _:
                return "yes"


def _moved(text: str, days: int) -> str:
    try:
        then = datetime.fromisoformat(text)
    except ValueError:
        return text
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return _iso(int((then + timedelta(days=days)).timestamp() * 1000))


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
