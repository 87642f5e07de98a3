"""A crowd of scripted visitors with known behaviour, for the demo: what they do is decided first, then sent.

`plan` is pure: it decides who does what, so that the report can be checked against it. `send` plays
the plan through the public HTTP endpoints, as a browser that was offline and comes back would: each
event carries the time at which it happened, and the batch the time at which it is sent. Every batch is
marked `simulated`. Imports neither Flask nor storage.
"""

from __future__ import annotations

import http.client
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from handrail_cms.errors import NotThere

DAY_MS: Final = 86_400_000
ABANDONED_AFTER_MS: Final = 30 * 60_000
ENDINGS: Final = ("dismissed", "abandoned", "failed")


@dataclass(frozen=True, slots=True)
class Habit:
    """How a crowd behaves in one guide.

    `share` of the visitors meet it; `leave[step][ending]` is the share of those who see the step and end there;
    `seconds[step]` is the median time on it; `branches[step][next step]` are shares; visitors who pass
    `goal_after` reach the guide's goal.
    """

    share: float
    leave: Mapping[str, Mapping[str, float]]
    seconds: Mapping[str, float]
    branches: Mapping[str, Mapping[str, float]]
    goal_after: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's way through one guide: the steps come to, with the milliseconds on each, and how it ended.

    Where the state is `failed`, the last step was never shown. `goal` is the step after which the goal was reached.
    """

    visitor: str
    guide: str
    started_ms: int
    steps: tuple[tuple[str, int], ...]
    state: str
    goal: str | None
    language: str
    device: str


def read_habits(text: str) -> dict[str, Habit]:
    """Read a crowd file: guide key -> habit."""
    return {
        key: Habit(
            one["share"], one.get("leave", {}), one.get("seconds", {}), one.get("branches", {}), one.get("goal_after")
        )
        for key, one in json.loads(text).items()
    }


def plan(
    habits: Mapping[str, Habit],
    guides: Mapping[str, Mapping[str, Any]],
    people: int,
    now_ms: int,
    *,
    days: int = 14,
    seed: int = 7,
) -> list[Visit]:
    """Decide what each of `people` visitors does in the last `days` days; the same seed decides the same.

    `guides`: key -> guide document. Nobody is still under way at `now_ms`: the last visit began an hour before it.
    """
    chance = random.Random(seed)
    visits: list[Visit] = []
    for number in range(people):
        language = "ko" if chance.random() < 0.4 else "en"
        device = "phone" if chance.random() < 0.2 else "desktop"
        started_ms = now_ms - 3_600_000 - int(chance.random() * (days * DAY_MS - 3_600_000))
        for key, habit in habits.items():
            if key in guides and chance.random() < habit.share:
                steps, state = _way(guides[key]["steps"], habit, chance)
                goal = habit.goal_after if _passed(steps, state, habit.goal_after) else None
                visits.append(Visit(f"crowd-{seed}-{number:05}", key, started_ms, steps, state, goal, language, device))
                started_ms += 600_000
    return visits


def outcome(visits: Sequence[Visit], guide: str) -> dict[str, Any]:
    """Return what a correct report says of the plan: runs, terminal states, and per step reached and ended there."""
    attempts = [visit for visit in visits if visit.guide == guide]
    mine = [visit for visit in attempts if visit.state != "failed" or len(visit.steps) > 1]
    reached = Counter(step for visit in mine for step, _ in visit.steps[: -1 if visit.state == "failed" else None])
    ended = Counter((visit.steps[-1][0], visit.state) for visit in mine)
    return {
        "failed_attempts": len(attempts) - len(mine),
        "runs": len(mine),
        "ended": dict(Counter(visit.state for visit in mine)),
        "reached": dict(reached),
        "ended_here": {
            step: {state: n for (at, state), n in ended.items() if at == step}
            for step in {*reached, *(at for at, _ in ended)}
        },
        "goals": sum(visit.goal is not None for visit in mine),
    }


def send(
    server: str,
    environment_key: str,
    visits: Sequence[Visit],
    guides: Mapping[str, Mapping[str, Any]],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Send the visits through the collect endpoint; return the number of events that were accepted.

    Raises NotThere where the server does not answer or refuses an event.
    """
    line = _Line(server)
    manifest = line.call("GET", f"/v1/{environment_key}/manifest.json")
    versions = {one["key"]: one["version"] for one in manifest["guides"]}
    accepted = 0
    for done, visit in enumerate(visits, 1):
        batch = _batch(visit, manifest["release"], versions[visit.guide], guides[visit.guide], int(time.time() * 1000))
        answer = line.call("POST", f"/v1/{environment_key}/events", json.dumps(batch).encode())
        if answer["rejected"]:
            raise NotThere(f"The server refused an event of the crowd: {answer['rejected'][0]['problem']}")
        accepted += answer["accepted"]
        progress(done)
    return accepted


def _way(
    steps: Sequence[Mapping[str, Any]], habit: Habit, chance: random.Random
) -> tuple[tuple[tuple[str, int], ...], str]:
    order = [step["id"] for step in steps]
    seen: list[tuple[str, int]] = []
    at = 0
    while at < len(order):
        step = order[at]
        ms = int(1000 * habit.seconds.get(step, 5) * chance.lognormvariate(0, 0.5)) + 1000
        seen.append((step, ms))
        ending = _pick({name: habit.leave.get(step, {}).get(name, 0.0) for name in ENDINGS}, chance)
        if ending:
            return tuple(seen), ending
        at = (
            order.index(_pick(habit.branches[step], chance) or order[at + 1])
            if step in habit.branches
            else _next(steps, at)
        )
    return tuple(seen), "completed"


def _next(steps: Sequence[Mapping[str, Any]], at: int) -> int:
    """Return the index after a step, through its unconditional branch where it has one."""
    for branch in steps[at].get("then", ()):
        if "if" not in branch and branch["to"] != "end":
            return next(index for index, step in enumerate(steps) if step["id"] == branch["to"])
    return at + 1


def _pick(shares: Mapping[str, float], chance: random.Random) -> str | None:
    draw = chance.random()
    for name, share in shares.items():
        draw -= share
        if draw < 0:
            return name
    return None


def _passed(steps: Sequence[tuple[str, int]], state: str, step: str | None) -> bool:
    names = [name for name, _ in steps]
    return step in names and (names[-1] != step or state == "completed")


def _batch(visit: Visit, release: int, version: int, guide: Mapping[str, Any], sent_at: int) -> dict[str, Any]:
    ids = _Ids(visit)
    return {
        "sent_at": sent_at,
        "visitor": {"id": visit.visitor},
        "context": {
            "session": ids.at(visit.started_ms),
            "release": release,
            "build": "crowd",
            "language": visit.language,
            "device": visit.device,
            "automated": True,
            "mark": "simulated",
        },
        "events": [
            {"id": ids.at(event["at"]), **event} for event in _events(visit, version, guide, ids.at(visit.started_ms))
        ],
    }


def _events(visit: Visit, version: int, guide: Mapping[str, Any], run: str) -> Iterator[dict[str, Any]]:
    """Yield the events of a visit in the order in which the widget would make them."""
    at, seq = visit.started_ms, -1
    by = {step["id"]: step.get("advance", {}).get("on", "next") for step in guide["steps"]}

    def event(kind: str, step: str | None = None, **data: Any) -> dict[str, Any]:
        nonlocal seq
        seq += 1
        made = {"type": kind, "at": at, "run": run, "seq": seq, "guide": visit.guide, "version": version}
        return made | ({"step": step} if step else {}) | ({"data": data} if data else {})

    yield event("run_requested")
    for index, (step, ms) in enumerate(visit.steps):
        last = index == len(visit.steps) - 1
        at += 1000
        if last and visit.state == "failed":
            yield event("target_missing", step, reason="not_found")
            yield event("run_ended", step, state="failed", reason="not_found")
            return
        yield event("step_shown", step, match="exact", confidence=1.0)
        if last and visit.state == "abandoned":
            return
        at += ms
        if last and visit.state == "dismissed":
            yield event("step_left", step, visible_ms=ms)
            yield event("run_ended", step, state="dismissed", by="close")
            return
        yield event("step_passed", step, by=by[step])
        yield event("step_left", step, visible_ms=ms)
        if step == visit.goal:
            yield {"type": "track", "at": at, "data": {"name": guide["goal"]["event"]}}
    yield event("run_ended", visit.steps[-1][0], state="completed", by="next")


class _Ids:
    """UUIDv7 (RFC 9562, 5.7) with the visit's own random bits, so that a crowd sent twice counts once."""

    def __init__(self, visit: Visit) -> None:
        self._chance = random.Random(f"{visit.visitor} {visit.guide} {visit.started_ms}")

    def at(self, ms: int) -> str:
        bits = ms << 80 | 7 << 76 | self._chance.getrandbits(12) << 64 | 2 << 62 | self._chance.getrandbits(62)
        text = f"{bits:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class _Line:
    """A kept connection to the server; waits as long as the server asks when it is busy."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._server = server
        self._connection = kind(parts.netloc, timeout=20)

    def call(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Return the answer's JSON. Raises NotThere where there is none."""
        for _ in range(60):
            try:
                self._connection.request(method, path, body, {"Content-Type": "text/plain"} if body else {})
                answer = self._connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise NotThere(f"{self._server} does not answer: {error}") from None
            if answer.status < 300:
                return json.loads(text)
            if answer.status not in (429, 503):
                raise NotThere(f"{self._server}{path} answered {answer.status}: {text[:300].decode(errors='replace')}")
            time.sleep(min(float(answer.getheader("Retry-After", "1")), 5))
        raise NotThere(f"{self._server} stays too busy for the crowd.")
