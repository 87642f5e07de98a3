"""What the walker reads off a guide document by itself: addresses and times. Imports no browser."""

from __future__ import annotations

import re
from typing import Any

_PERIOD = re.compile(r"P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$")


def milliseconds(period: str) -> int:
    """Return an ISO 8601 duration of the format in milliseconds."""
    parts = _PERIOD.match(period)
    if parts is None:
        return 0
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * (days + 7 * weeks))))


def start_address(guide: dict[str, Any]) -> str:
    """Return the address where a guide can be started: named by the guide, or read from its patterns."""
    first = guide["steps"][0]
    named = guide.get("test", {}).get("open") or first.get("on", {}).get("open")
    patterns = [first.get("on", {}).get("path")]
    patterns += [page if isinstance(page, str) else page.get("path") for page in guide.get("where", {}).get("any", [])]
    return named or next((address for pattern in patterns if pattern and (address := literal(pattern))), "/")


def literal(pattern: str) -> str | None:
    """Return a path pattern as an address where it is one; None where it has wildcards, groups or names."""
    return None if re.search(r"[*:(){}?+\\]", pattern) else pattern
