"""The time, injected everywhere so that tests can move it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time in epoch milliseconds, UTC."""

    def now_ms(self) -> int:
        """Return the current time in epoch milliseconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Return the machine's time in epoch milliseconds."""
        return time.time_ns() // 1_000_000


class OffsetClock:
    """The machine's clock moved by the number of milliseconds that a file holds.

    For tests of a server in another process: `HANDRAIL_CLOCK_FILE` names the file, which is read
    at every call; a missing file means no offset.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def now_ms(self) -> int:
        """Return the moved time in epoch milliseconds."""
        try:
            offset_ms = int(self._path.read_text() or "0")
        except (FileNotFoundError, ValueError):
            offset_ms = 0
        return time.time_ns() // 1_000_000 + offset_ms


class ManualClock:
    """A clock that stands still until it is moved; for tests in one process."""

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        self._now_ms = now_ms

    def now_ms(self) -> int:
        """Return the time that was set."""
        return self._now_ms

    def advance(self, *, ms: int = 0, minutes: int = 0, hours: int = 0, days: int = 0) -> None:
        """Move the clock forward."""
        self._now_ms += ms + 60_000 * (minutes + 60 * (hours + 24 * days))
