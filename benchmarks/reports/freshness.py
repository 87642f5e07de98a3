"""From a visitor's click in a real browser to the funnel that counts it.

    .venv/bin/python -m benchmarks.reports.freshness [--people 20]

Each person follows a tour in a profile of their own, on a real server: a click on Next, a click on Close, and for
every second one the page is left at once after the last click. The clock runs from just before the mouse is pressed
to the first answer of the funnel's API that counts it, asked again as soon as it has answered. Limit: 5 s for each.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.crowd.place import Person, Place, open_place

LIMIT_S = 5.0


def main() -> int:
    """Measure and print; return 1 where a click took longer than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    people = parser.parse_args().people
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        open_place(playwright, Path(folder)) as place,
    ):
        took = [row for number in range(people) for row in _follow(place, number)]
    for name in ("next", "close", "close and leave"):
        _print(name, [seconds for kind, seconds in took if kind == name])
    slowest = _print("every click", [seconds for _, seconds in took])
    return int(slowest > LIMIT_S)


def _follow(place: Place, number: int) -> list[tuple[str, float]]:
    """Send one person through the tour; return what each click was and how long it took to be counted."""
    person = place.person().comes().sees("one")
    passed = _until(place, person, lambda told: told["steps"][0]["passed"])
    leaves = number % 2 == 1
    person.sees("two")
    closed = _until(place, person, lambda told: told["ended"]["dismissed"], action="close", leaves=leaves)
    person.leaves()
    return [("next", passed), ("close and leave" if leaves else "close", closed)]


def _until(
    place: Place, person: Person, count: Callable[[Any], int], *, action: str = "next", leaves: bool = False
) -> float:
    """Click, and ask the funnel until it counts one more; return the seconds."""
    before = count(place.ask("/guides/tour/funnel"))
    box = person.page.locator(f"handrail-guide [data-action={action}]").bounding_box()
    assert box
    began = time.perf_counter()
    person.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    if leaves:
        person.page.goto("about:blank")
    while count(place.ask("/guides/tour/funnel")) == before:
        if time.perf_counter() - began > 60:
            raise AssertionError(f"the click on {action} was not counted within a minute")
    return time.perf_counter() - began


def _print(name: str, seconds: list[float]) -> float:
    """Print the percentiles of some clicks; return the slowest."""
    ordered = sorted(seconds)
    told = "  ".join(f"p{share} {ordered[math.ceil(share / 100 * len(ordered)) - 1]:5.2f} s" for share in (50, 90, 95))
    print(f"{name:16} n {len(ordered):3}  fastest {ordered[0]:5.2f} s  {told}  slowest {ordered[-1]:5.2f} s")
    return ordered[-1]


if __name__ == "__main__":
    sys.exit(main())
