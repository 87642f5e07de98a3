"""Evaluate rules: the verdict names the deciding clause and the value it saw. Never raises.

The specification is docs/rules.md; the twin is widget/src/targeting.ts; the vectors hold both. `now` is a fact like
the others: there is no clock here.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from handrail_guides.periods import epoch_ms, period_ms
from handrail_guides.urlpattern import Component, fits

Json = Any
Answer = tuple[bool | None, str, Json]

MAX_SEGMENTS: Final = 8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Context:
    """The facts that rules ask about. A missing fact makes its clause false, with the code `missing`.

    `events`: name -> {count, last_at, times?}; `guides`: key -> {times, last_at, state}; times in epoch milliseconds.
    `segments`: key -> rule. `url` as a browser writes it. `time_zone`: an IANA name; UTC where missing or unknown.
    `present` tells whether a target is on the page now.
    """

    now: int
    visitor: str | None = None
    traits: Mapping[str, Json] = field(default_factory=dict[str, Json])
    account: Mapping[str, Json] = field(default_factory=dict[str, Json])
    events: Mapping[str, Mapping[str, Json]] = field(default_factory=dict[str, Mapping[str, Json]])
    guides: Mapping[str, Mapping[str, Json]] = field(default_factory=dict[str, Mapping[str, Json]])
    segments: Mapping[str, Mapping[str, Json]] = field(default_factory=dict[str, Mapping[str, Json]])
    language: str | None = None
    device: str | None = None
    url: str | None = None
    time_zone: str | None = None
    present: Callable[[Mapping[str, Json]], bool] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`clause` is a JSON Pointer to the deciding clause, `value` what it saw; of a segment, its own verdict."""

    matches: bool
    clause: str
    code: str
    value: Json = None

    def as_json(self) -> dict[str, Json]:
        """Return the verdict as `explain()` gives it."""
        value = self.value.as_json() if isinstance(self.value, Verdict) else self.value
        return {"matches": self.matches, "clause": self.clause, "code": self.code, "value": value}


def evaluate(rule: Mapping[str, Json] | None, context: Context) -> Verdict:
    """Evaluate a rule; no rule at all matches everybody."""
    return Verdict(True, "", "everybody") if rule is None else _walk(rule, context, "", 0)


def place_matches(where: Mapping[str, Json] | None, url: str) -> bool:
    """Tell whether a page is one that a guide's `where` names; no `where` means every page."""
    page = _parts(url)
    wanted, unwanted = (where or {}).get("any"), (where or {}).get("not", [])
    if any(_is_page(one, page) for one in unwanted):
        return False
    return wanted is None or any(_is_page(one, page) for one in wanted)


def _walk(rule: Mapping[str, Json], context: Context, at: str, depth: int) -> Verdict:
    try:
        for key in ("all", "any"):
            if key not in rule:
                continue
            for index, clause in enumerate(rule[key]):
                verdict = _walk(clause, context, f"{at}/{key}/{index}", depth)
                if verdict.matches is (key == "any"):
                    return verdict
            return Verdict(key == "all", at, key)
        if "not" in rule:
            inner = _walk(rule["not"], context, f"{at}/not", depth)
            return Verdict(not inner.matches, inner.clause, inner.code, inner.value)
        name = next((name for name in _LEAVES if name in rule), None)
        matches, code, value = _LEAVES[name](rule, context, depth) if name else (False, "unknown_clause", None)
    except Exception:  # a malformed rule, or a page that fails when it is asked
        return Verdict(False, at, "error")
    return Verdict(bool(matches), at, code, value)


def _event(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    event = context.events.get(rule["event"], {})
    count = event.get("count", 0)
    if "within" in rule:
        times = event.get("times", [event.get("last_at", 0)])
        count = sum(_is_within(time, rule["within"], context.now) for time in times) if count else 0
    wanted = rule.get("count", {"at_least": 1})
    fits_count = wanted.get("at_least", 0) <= count <= wanted.get("at_most", count) and count == wanted.get("is", count)
    return fits_count, "event", count


def _guide(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    guide = context.guides.get(rule["guide"], {})
    last_at = guide.get("last_at", 0)
    seen = bool(guide.get("times")) and ("within" not in rule or _is_within(last_at, rule["within"], context.now))
    state = guide.get("state") if seen else "never"
    return (seen if rule["state"] == "seen" else rule["state"] == state), "guide", state


def _segment(rule: Mapping[str, Json], context: Context, depth: int) -> Answer:
    key = rule["segment"]
    if key not in context.segments:
        return False, "unknown_segment", key
    if depth >= MAX_SEGMENTS:
        return False, "segment_loop", key
    verdict = _walk(context.segments[key], context, "", depth + 1)
    return verdict.matches, "segment", verdict


def _language(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    if context.language is None:
        return False, "missing", None
    tag = f"{context.language}-".lower()
    matches = any(each == "*" or tag.startswith(f"{each}-".lower()) for each in _listed(rule["language"]))
    return matches, "language", context.language


def _device(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    if context.device is None:
        return False, "missing", None
    return context.device in _listed(rule["device"]), "device", context.device


def _part(name: Any) -> Callable[[Mapping[str, Json], Context, int], Answer]:
    def leaf(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
        value = _parts(context.url).get(name)
        return (False, "missing", None) if value is None else (fits(rule[name], name, value), name, value)

    return leaf


def _element(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    if context.present is None:
        return False, "missing", None
    present = context.present(rule["element"])
    return present is (rule.get("is") != "absent"), "element", present


def _time(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    window = rule["time"]
    moment = (_EPOCH + timedelta(milliseconds=context.now)).astimezone(_zone(context.time_zone or "UTC"))
    date, day = moment.strftime("%Y-%m-%dT%H:%M:%S"), _DAYS[moment.weekday()]
    clock, hours = date[11:16], window.get("hours", {"from": "", "to": ""})
    opens, closes = hours["from"], hours["to"]
    is_open = opens <= clock < closes if opens < closes else clock >= opens or clock < closes
    in_days = "days" not in window or day in window["days"]
    in_dates = window.get("from", "") <= date < window.get("to", "~")
    return in_dates and in_days and is_open, "time", f"{date} {day}"


def _share(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
    if not context.visitor:
        return False, "missing", None
    place = share_hash(f"{rule['salt']}:{context.visitor}") / 2**32
    return place < rule["share"], "share", place


def share_hash(text: str) -> int:
    """Return FNV-1a, 32 bits, over the UTF-8 of a text, finished as MurmurHash3 does (fmix32).

    FNV: draft-eastlake-fnv; the finish spreads near ids, which FNV alone leaves in near shares.
    """
    value = 0x811C9DC5
    for byte in re.sub("[\ud800-\udfff]", "\ufffd", text).encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def _compared(
    of: Callable[[Mapping[str, Json], Context], Json],
) -> Callable[[Mapping[str, Json], Context, int], Answer]:
    def leaf(rule: Mapping[str, Json], context: Context, _: int) -> Answer:
        value = of(rule, context)
        code = next(name for name in rule if name in _TESTS)
        if value is None and code not in {"is", "in", "is_not", "not_in", "exists"}:
            return False, "missing", None
        matches = _TESTS[code](value, rule[code], context.now)
        said = "wrong_type" if matches is None else "missing" if value is None and code != "exists" else code
        return matches, said, value

    return leaf


_LEAVES: Final[Mapping[str, Callable[[Mapping[str, Json], Context, int], Answer]]] = {
    "trait": _compared(lambda rule, context: context.traits.get(rule["trait"])),
    "account": _compared(lambda rule, context: context.account.get(rule["account"])),
    "query": _compared(lambda rule, context: _parts(context.url).get("query", {}).get(rule["query"])),
    "event": _event,
    "guide": _guide,
    "segment": _segment,
    "language": _language,
    "device": _device,
    "path": _part("path"),
    "host": _part("host"),
    "hash": _part("hash"),
    "element": _element,
    "time": _time,
    "share": _share,
}


def _ordered(
    read: Callable[[Json], float | None], test: Callable[[float, float], bool]
) -> Callable[[Json, Json, int], bool | None]:
    def compare(value: Json, wanted: Json, _: int) -> bool | None:
        found, limit = read(value), read(wanted)
        return None if found is None else limit is not None and test(found, limit)

    return compare


def _on_text(test: Callable[[str, str], bool]) -> Callable[[Json, Json, int], bool | None]:
    return lambda value, wanted, _: test(_nfc(value), _nfc(wanted)) if isinstance(value, str) else None


def _contains(value: Json, wanted: Json, _: int) -> bool | None:
    if isinstance(value, list):
        return any(_equal(one, wanted) for one in value)
    return _nfc(wanted) in _nfc(value) if isinstance(value, str) else None


def _within(value: Json, period: Json, now: int) -> bool | None:
    time = _time_of(value)
    return None if time is None else _is_within(time, period, now)


def _equal(value: Json, wanted: Json) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return _nfc(value) == _nfc(wanted)
    if isinstance(value, bool) or isinstance(wanted, bool) or value is None or wanted is None:
        return value is wanted
    number = _number(value)
    return number is not None and number == _number(wanted)


def _is_any(value: Json, wanted: Sequence[Json]) -> bool:
    return any(_equal(value, one) for one in wanted)


_TESTS: Final[Mapping[str, Callable[[Json, Json, int], bool | None]]] = {
    "exists": lambda value, wanted, _: wanted is (value is not None),
    "is": lambda value, wanted, _: _equal(value, wanted),
    "is_not": lambda value, wanted, _: not _equal(value, wanted),
    "in": lambda value, wanted, _: _is_any(value, wanted),
    "not_in": lambda value, wanted, _: not _is_any(value, wanted),
    "more_than": _ordered(lambda value: _number(value), lambda a, b: a > b),
    "at_least": _ordered(lambda value: _number(value), lambda a, b: a >= b),
    "less_than": _ordered(lambda value: _number(value), lambda a, b: a < b),
    "at_most": _ordered(lambda value: _number(value), lambda a, b: a <= b),
    "before": _ordered(lambda value: _time_of(value), lambda a, b: a < b),
    "after": _ordered(lambda value: _time_of(value), lambda a, b: a > b),
    "within": _within,
    "contains": _contains,
    "starts_with": _on_text(str.startswith),
    "ends_with": _on_text(str.endswith),
}


def _number(value: Json) -> float | None:
    """Return a number, or text that is a plain decimal number; None for anything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not _NUMBER.match(value):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond any double
        return None
    return number if math.isfinite(number) else None


def _time_of(value: Json) -> float | None:
    """Return epoch milliseconds of an ISO 8601 date or time, of seconds (below 1e11), or of milliseconds."""
    number = _number(value)
    if number is not None:
        return number * 1000 if abs(number) < 1e11 else number
    return epoch_ms(value) if isinstance(value, str) else None


def _is_within(time: float, period: str, now: int) -> bool:
    return now - period_ms(period) <= time <= now


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=256)
def _zone(name: str) -> Any:
    try:
        return ZoneInfo(name)
    except Exception:  # an unknown name, or one that is no file name
        return UTC


_URL: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::\d*)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.S
)


@lru_cache(maxsize=256)
def _parts(url: str | None) -> Mapping[str, Any]:
    """Return path, host, hash and query of an address; nothing of what is no address."""
    match = _URL.match(url or "")
    if not match:
        return {}
    host, path, query, fragment = match.groups()
    first: dict[str, str] = {}
    for name, value in parse_qsl(query or "", keep_blank_values=True, errors="replace"):
        first.setdefault(name, value)
    return {"path": path or "/", "host": host, "hash": fragment or "", "query": first}


def _is_page(wanted: Json, page: Mapping[str, Any]) -> bool:
    patterns: Mapping[str, Any] = {"path": wanted} if isinstance(wanted, str) else wanted
    query: Mapping[str, str] = page.get("query", {})
    if not all(key in query and value in ("*", query[key]) for key, value in patterns.get("query", {}).items()):
        return False
    components: tuple[Component, ...] = ("path", "host", "hash")
    return all(fits(patterns[name], name, page.get(name, "")) for name in components if name in patterns)
