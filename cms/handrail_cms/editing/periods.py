"""ISO 8601 durations as a number and a unit, the way a form asks for them. Pure."""

from __future__ import annotations

import re
from typing import Final

UNITS: Final = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_PERIOD: Final = re.compile(r"^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_SECONDS: Final = (604_800, 86_400, 3_600, 60, 1)


def seconds_of(period: str) -> int | None:
    """Return the length of a duration in seconds, or None where it is not one that the format knows."""
    match = _PERIOD.match(period)
    if not match or period in {"P", "PT"}:
        return None
    return sum(int(part) * length for part, length in zip(match.groups(), _SECONDS, strict=True) if part)


def split(period: str | None) -> tuple[str, str]:
    """Return (number, unit) in the largest unit that divides the duration evenly; ("", "days") for none.

    What is not a duration comes back as it is, so that nothing that an author wrote is lost.
    """
    if not period:
        return "", "days"
    seconds = seconds_of(period)
    if seconds is None:
        return period, "days"
    unit = next(name for name, length in UNITS.items() if seconds % length == 0 and (seconds or length == 1))
    return str(seconds // UNITS[unit]), unit


def join(number: str, unit: str) -> str:
    """Return the duration, or "" for no number; text that is no number is kept, for validation to name it."""
    number = number.strip()
    if not number.isdigit():
        return number
    amount = int(number)
    return {"days": f"P{amount}D", "hours": f"PT{amount}H", "minutes": f"PT{amount}M"}.get(unit, f"PT{amount}S")
