"""ISO 8601 durations and times, as the rules read them. Twin of widget/src/period.ts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_PERIOD: Final = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z", re.ASCII)
_UNITS_MS: Final = (604_800_000, 86_400_000, 3_600_000, 60_000, 1000)
_TIME: Final = re.compile(
    r"([1-9]\d{3}-\d\d-\d\d)"
    r"(?:T((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?\Z",
    re.ASCII,
)


def period_ms(period: str) -> int:
    """Return the length of a period of weeks, days, hours, minutes and seconds in milliseconds; 0 for anything else."""
    match = _PERIOD.match(period)
    return sum(unit * int(part or 0) for unit, part in zip(_UNITS_MS, match.groups(), strict=True)) if match else 0


def epoch_ms(text: str) -> int | None:
    """Return an ISO 8601 date or time as epoch milliseconds; None for anything else.

    UTC, where it names no zone; a date alone is its midnight; digits beyond the millisecond are cut off.
    """
    match = _TIME.match(text)
    if not match:
        return None
    day, clock, second, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}:{second or '00'}{zone or 'Z'}")
    except ValueError:
        return None
    whole = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (whole.days * 86_400 + whole.seconds) * 1000 + int(f"{fraction or ''}000"[:3])
