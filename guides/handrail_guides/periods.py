"""Periods as documents tell them: ISO 8601 durations of weeks, days, hours, minutes and seconds."""

from __future__ import annotations

import re

_PERIOD = re.compile(r"P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)\Z", re.ASCII)
_UNIT_MS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1_000)


def period_ms(text: str) -> int:
    """Return a period in milliseconds; raises ValueError where the text is none."""
    found = _PERIOD.match(text)
    if not found or not any(found.groups()):
        raise ValueError(f"“{text}” is not a period such as P7D or PT8S.")
    return sum(int(amount) * unit for amount, unit in zip(found.groups(), _UNIT_MS, strict=True) if amount)
