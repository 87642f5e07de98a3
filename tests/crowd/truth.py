"""What a correct report says of people whose every deed is written down. Nothing here reads events or folds them.

Each attempt is told in the words of docs/metrics.md by whoever wrote the person's story; this adds them up.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tests.crowd.guides import GUIDES

STATES = ("completed", "dismissed", "abandoned", "failed", "superseded")
MARKS = ("walk", "preview", "usability", "simulated")
STEPS = {guide["key"]: [step["id"] for step in guide["steps"]] for guide in GUIDES}
GOALS = {guide["key"]: guide.get("goal", {}).get("event") for guide in GUIDES}
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, as it was.

    `way` are the steps shown, in order, `<` before one come to by going back; `passed`, `skipped` and `missing` are
    steps; `end` is where it ended, by default the last one shown. `goal`: whether it was reached in time.
    """

    state: str
    by: str | None = None
    way: str = ""
    passed: str = ""
    skipped: str = ""
    missing: str = ""
    end: str | None = None
    before_shown: bool = False
    goal: bool = False
    guide: str = "tour"
    visitor: str = ""
    day: str = ""
    language: str = "en"
    device: str = "desktop"
    mark: str | None = None

    @property
    def is_run(self) -> bool:
        return self.state in (*STATES, "open")

    @property
    def shown(self) -> list[str]:
        """The steps shown, each once."""
        return list(dict.fromkeys(self.way.replace("<", "").split()))

    @property
    def ended_at(self) -> str | None:
        return self.end or (self.way.replace("<", "").split() or [None])[-1]

    @property
    def edges(self) -> set[tuple[str, str, bool]]:
        """Moves between steps shown one after the other, each once."""
        words = self.way.split()
        pairs = pairwise(words)
        return {(a.lstrip("<"), b.lstrip("<"), b.startswith("<")) for a, b in pairs}

    @property
    def backs(self) -> list[str]:
        """The steps gone back from."""
        words = self.way.split()
        return [a.lstrip("<") for a, b in pairwise(words) if b.startswith("<")]


def rate(count: int, n: int) -> dict[str, Any]:
    """A share and its Wilson interval, by the textbook's formula (Agresti and Coull 1998, eq. 4)."""
    if not n:
        return {"n": 0, "count": count, "share": None, "low": None, "high": None, "few": True}
    p = count / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    ends = {"low": round(low, 3) if count else 0.0, "high": round(high, 3) if count < n else 1.0}
    return {"n": n, "count": count, "share": round(p, 3), **ends, "few": n < 30}


def funnel(everybody: Sequence[Attempt], guide: str, **only: Any) -> dict[str, Any]:
    """The funnel of one guide, of the attempts that have these values; times are left out but for their n."""
    mark = only.get("mark")
    marked = [one for one in everybody if one.guide == guide and _is(one, {**only, "mark": one.mark})]
    mine = [one for one in marked if one.mark == mark]
    runs = [one for one in mine if one.is_run]
    states = Counter(one.state for one in mine)
    ended = {state: states[state] for state in STATES}
    goals = [one for one in runs if GOALS[guide]]
    return {
        "guide": guide,
        "attempts": len(mine),
        "failed_attempts": states["failed_attempt"],
        "withdrawn": states["withdrawn"],
        "waiting": states["waiting"],
        "runs": len(runs),
        "open": states["open"],
        "ended": ended,
        "completion": rate(ended["completed"], sum(ended.values())),
        "steps": [_step(runs, step) for step in STEPS[guide]],
        "goal_hits": sum(one.goal for one in goals),
        "goal_event": GOALS[guide],
        "marked": {name: sum(one.mark == name and one.is_run for one in marked) for name in MARKS},
        "automated": len(runs),
        "days": _days(runs),
    }


def _is(one: Attempt, only: dict[str, Any]) -> bool:
    return all(getattr(one, name) == value for name, value in only.items())


def _step(runs: Sequence[Attempt], step: str) -> dict[str, Any]:
    reached = [one for one in runs if step in one.shown]
    here = [one for one in runs if one.ended_at == step and one.state in STATES]
    ended_here = {state: sum(one.state == state and not one.before_shown for one in here) for state in STATES}
    left = ended_here["dismissed"] + ended_here["abandoned"]
    passed = sum(step in one.passed.split() for one in runs)
    return {
        "step": step,
        "reached": len(reached),
        "passed": passed,
        "skipped": sum(step in one.skipped.split() for one in runs),
        "back": sum(one.backs.count(step) for one in runs),
        "ended_here": ended_here,
        "failed_before_shown": sum(one.before_shown for one in here),
        "drop_off": rate(left, sum(one.state in STATES for one in reached)),
        "time_s": {"n": passed},
    }


def _days(runs: Sequence[Attempt]) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = []
    for day in sorted({one.day for one in runs}):
        states = Counter(one.state for one in runs if one.day == day)
        days.append({"day": day, "runs": states.total(), **{name: states[name] for name in ("open", *STATES)}})
    return days


def first_runs(everybody: Sequence[Attempt]) -> list[Attempt]:
    """The first run of each visitor, in the order of the list."""
    first: dict[tuple[str, str, str | None], Attempt] = {}
    for one in everybody:
        if one.is_run:
            first.setdefault((one.guide, one.visitor, one.mark), one)
    return list(first.values())


def paths(everybody: Sequence[Attempt], guide: str) -> set[tuple[str, str, bool, int]]:
    """The edges of one guide's runs with their numbers."""
    runs = [one for one in everybody if one.guide == guide and one.is_run and one.mark is None]
    counts = Counter(edge for one in runs for edge in one.edges)
    return {(a, b, back, n) for (a, b, back), n in counts.items()}


def endings(everybody: Sequence[Attempt], guide: str) -> set[tuple[str | None, str, str | None, int]]:
    """Where, how and by what attempts ended."""
    over = [one for one in everybody if one.guide == guide and one.mark is None]
    over = [one for one in over if one.state not in ("open", "waiting")]
    counts = Counter((one.ended_at, one.state, one.by) for one in over)
    return {(*ending, n) for ending, n in counts.items()}


def targets(everybody: Sequence[Attempt], guide: str) -> dict[tuple[str, str], dict[str, int]]:
    """By day and step: how often its target was found, and how often it was missing."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    targeted = {step["id"] for one in GUIDES if one["key"] == guide for step in one["steps"] if "target" in step}
    for one in everybody:
        if one.guide != guide or one.mark is not None:
            continue
        for step, kind in [(step, "found") for step in one.shown] + [(s, "missing") for s in one.missing.split()]:
            if step in targeted:
                row = found.setdefault((one.day, step), {"found": 0, "missing": 0})
                row[kind] += 1
    return found


def told(attempts: Sequence[Attempt], visitor: str, day: str) -> list[Attempt]:
    """Attempts with who and when filled in where their story does not say it."""
    return [replace(one, visitor=one.visitor or visitor, day=one.day or day) for one in attempts]
