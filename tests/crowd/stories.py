"""What a story of the crowd is: what somebody does in a real browser, and what that comes to.

A story returns the attempts that it must be counted as. One that takes longer is a generator: each `yield` waits
until the server's clock has moved to the next time of `TIMES_MS`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from tests.crowd.place import Place
from tests.crowd.truth import Attempt

MINUTE_MS = 60_000
TIMES_MS = (2 * 3_600_000, 28 * 3_600_000)
"""When, after the beginning, stories go on."""
Story = Generator[None, None, list[Attempt]]
Tell = Callable[[Place], Story | list[Attempt]]
STORIES: dict[str, Tell] = {}
SHORT: list[str] = []
"""Those that take the least time."""


def story(*, short: bool = False) -> Callable[[Tell], Tell]:
    """Put a story into the crowd, under its name in words."""

    def add(tell: Tell) -> Tell:
        name = tell.__name__.replace("_", " ")
        STORIES[name] = tell
        if short:
            SHORT.append(name)
        return tell

    return add


DONE = Attempt("completed", "next", "one two four", "one two four", skipped="three", missing="three")
"""Finished by Next, with `three` passed over."""
CLOSED = Attempt("dismissed", "close", "one two", "one")
"""Closed at the second step."""
