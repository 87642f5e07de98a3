"""The reports: measures put into the words of docs/metrics.md, each rate with its n and its interval. No Flask, no SQL.

Every function returns plain data, the same for the pages, the API and the command line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handrail_guides.estimates import FEW, difference, rate, times
from handrail_guides.measures import TIME_ERROR, Measure
from handrail_guides.runs import TERMINAL

from handrail_cms.report_csv import as_csv
from handrail_cms.report_query import ReportQuery
from handrail_cms.storage.events import EventStore, GuideFacts, RunRow, VersionFacts, Which
from handrail_cms.storage.records import Environment

__all__ = ["as_csv", "compare", "endings", "funnel", "health", "paths", "refusals", "run_list", "timeline"]

ENDED = tuple(str(state) for state in TERMINAL)
FAILURES = ("not_found", "ambiguous", "hidden", "covered", "detached", "timeout", "network", "script")
NO_DROP_OFF = frozenset({"tooltip", "hotspot", "banner", "launcher"})
"""Kinds without an order of steps to drop out of: they report shown, opened, acted on and closed."""
OPENED = frozenset({"tooltip", "hotspot", "launcher"})
"""Kinds that wait to be opened."""
HEALS_READ = 50
"""How many of the newest runs with a healed step are read for what no longer agrees."""
TOO_FEW = f"Fewer than {FEW} runs: the shares may be far from what more runs would show."


@dataclass(frozen=True, slots=True)
class ReportSource:
    """What a report is made of: the event store, the facts of guide versions, and the moment it is asked."""

    store: EventStore
    facts: GuideFacts
    now_ms: int


class Measures:
    """The measures of one answer, looked up by name; what was never counted is 0."""

    def __init__(self, amounts: Mapping[Measure, int]) -> None:
        self.amounts = amounts

    def run(self, name: str) -> int:
        """Return a number of runs or attempts."""
        return self.amounts.get(("run", name), 0)

    def step(self, step: str, name: str) -> int:
        """Return a number of runs at one step."""
        return self.amounts.get(("step", step, name), 0)

    def ended(self) -> dict[str, int]:
        """Return the runs that ended, by state."""
        return {state: self.run(state) for state in ENDED}

    def runs(self) -> int:
        """Return how many attempts became runs."""
        return self.run("open") + sum(self.ended().values())

    def histogram(self, step: str) -> dict[int, int]:
        """Return the visible times of the runs that passed a step: bucket to count."""
        return {int(key[2]): n for key, n in self.amounts.items() if key[0] == "time" and key[1] == step}

    def steps(self, ordered: tuple[str, ...]) -> list[str]:
        """Return the steps to tell: those of the guide in its order, then any other that was counted."""
        counted = {key[1] for key in self.amounts if key[0] == "step"}
        return [*ordered, *sorted(counted - set(ordered))]


def funnel(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return runs by step, with drop-off by terminal state, completion, goal and time on step."""
    store = source.store
    known = facts_of(source, query)
    found = Measures(store.funnel(query.question))
    runs = found.runs()
    ended = found.ended()
    return {
        **query.head(),
        "kind": known.kind,
        "attempts": found.run("attempts"),
        "failed_attempts": found.run("failed_attempts"),
        "withdrawn": found.run("withdrawn"),
        "waiting": found.run("waiting"),
        "runs": runs,
        "open": found.run("open"),
        "ended": ended,
        "completion": rate(ended["completed"], sum(ended.values())),
        "steps": [_step(found, step, known) for step in found.steps(known.steps)],
        "goal": rate(found.run("goal_hits"), found.run("goal_n")),
        "goal_event": known.goal_event,
        "marked": {mark: n for mark, n in store.marks(query.question).items() if mark is not None},
        "automated": _automated(store, query),
        "days": _days(store, query),
        "time_error": round(TIME_ERROR, 4),
        "few": TOO_FEW if runs < FEW else None,
        "counted_at": source.now_ms,
    }


def _step(found: Measures, step: str, known: VersionFacts) -> dict[str, Any]:
    """Return one step's line of the funnel."""
    ended_here = {state: found.step(step, state) for state in ENDED}
    told: dict[str, Any] = {
        "step": step,
        "reached": found.step(step, "reached"),
        "passed": found.step(step, "passed"),
        "skipped": found.step(step, "skipped"),
        "back": found.step(step, "back"),
        "ended_here": ended_here,
        "failed_before_shown": found.step(step, "failed_before_shown"),
        "drop_off": None,
        "time_s": times(found.histogram(step)),
    }
    if known.kind in NO_DROP_OFF:
        return told | _use(found, step, known.kind)
    dropped = ended_here["dismissed"] + ended_here["abandoned"]
    told["drop_off"] = rate(dropped, found.step(step, "reached_ended"))
    return told


def _use(found: Measures, step: str, kind: str) -> dict[str, Any]:
    """Return what visitors did with something that waits or stands beside the page, over those whom it was shown."""
    shown = found.step(step, "reached")
    return {
        "opened": rate(found.step(step, "opened"), shown) if kind in OPENED else None,
        "acted": rate(found.step(step, "acted"), shown),
        "closed": rate(found.step(step, "dismissed"), shown),
    }


def _days(store: EventStore, query: ReportQuery) -> list[dict[str, Any]]:
    """Return each day that has runs; none where several filters or visitors make days too dear to count."""
    question = query.question
    if question.unit == "visitors" or len(question.filters) > 1:
        return []
    days: list[dict[str, Any]] = []
    for day, counts in store.days(question).items():
        ended = {state: counts[state] for state in ENDED}
        runs = counts["open"] + sum(ended.values())
        if runs:  # there may have been nothing but attempts
            days.append({"day": date.fromordinal(day).isoformat(), "runs": runs, "open": counts["open"], **ended})
    return days


def _automated(store: EventStore, query: ReportQuery) -> int:
    """Return how many of these runs were in a headless or driven browser."""
    if query.automated is False:
        return 0
    question = replace(query.question, automated=True)
    if question.unit == "runs" and len(question.filters) == 1:
        return sum(day[state] for day in store.days(question).values() for state in ("open", *ENDED))
    return Measures(store.funnel(question)).runs()


def facts_of(source: ReportSource, query: ReportQuery) -> VersionFacts:
    """Return what is known of the version that is counted; of the newest one where all are counted together."""
    number = query.version if query.version is not None else query.newest
    return source.facts.version(query.environment.id, query.guide, number) or VersionFacts()


def compare(source: ReportSource, query: ReportQuery, versions: tuple[int, int]) -> dict[str, Any]:
    """Return two versions side by side, with the difference of every share and its 95 % interval.

    `comparisons` says how many differences are told: one in twenty of them seems apart by chance alone.
    """
    first, second = (funnel(source, query.of_version(version)) for version in versions)
    common = [
        step["step"] for step in first["steps"] if any(step["step"] == other["step"] for other in second["steps"])
    ]
    by_step = [{told["step"]: told for told in report["steps"]} for report in (first, second)]
    steps = [step for step in (_apart(by_step[0][step], by_step[1][step]) for step in common) if len(step) > 1]
    differences: dict[str, Any] = {
        "completion": _difference(first["completion"], second["completion"]),
        "goal": _difference(first["goal"], second["goal"]),
        "steps": steps,
    }
    of_steps = [value for step in steps for name, value in step.items() if name != "step"]
    told: list[dict[str, Any]] = [differences["completion"], differences["goal"], *of_steps]
    count = sum(1 for one in told if one["difference"] is not None)
    return {
        **query.head(),
        "version": None,
        "versions": list(versions),
        "first": first,
        "second": second,
        "differences": differences,
        "comparisons": count,
        "note": f"{count} comparisons are made: about one in twenty seems to differ by chance alone."
        if count
        else None,
        "counted_at": source.now_ms,
    }


_STEP_SHARES = ("drop_off", "opened", "acted", "closed")


def _apart(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return the difference of every share that a step has in both versions."""
    both = [name for name in _STEP_SHARES if first.get(name) is not None and second.get(name) is not None]
    return {"step": first["step"], **{name: _difference(first[name], second[name]) for name in both}}


def _difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    return difference(first["count"], first["n"], second["count"], second["n"])


def paths(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return the ways that runs took: edges between consecutively shown steps, each counted once per run."""
    found = Measures(source.store.funnel(query.question))
    steps = found.steps(facts_of(source, query).steps)
    edges: list[dict[str, Any]] = [
        {"from": key[1], "to": key[2], "runs": n, "back": key[3] == "back"}
        for key, n in found.amounts.items()
        if key[0] == "edge"
    ]
    place = {step: index for index, step in enumerate(steps)}
    return {
        **query.head(),
        "runs": found.runs(),
        "steps": [{"step": step, "reached": found.step(step, "reached")} for step in steps],
        "edges": sorted(edges, key=lambda edge: (place[edge["from"]], edge["back"], -edge["runs"], place[edge["to"]])),
        "ends": [
            {"step": step, **{state: found.step(step, state) for state in ENDED}}
            for step in steps
            if any(found.step(step, state) for state in ENDED)
        ],
        "few": TOO_FEW if found.runs() < FEW else None,
        "counted_at": source.now_ms,
    }


def endings(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return why it ended: for each step, state and reason, how many runs or attempts."""
    found = Measures(source.store.funnel(query.question))
    steps = found.steps(facts_of(source, query).steps)
    place = {step: index for index, step in enumerate(["", *steps])}
    items: list[dict[str, Any]] = [
        {"step": key[1] or None, "state": key[2], "by": key[3] or None, "n": n}
        for key, n in found.amounts.items()
        if key[0] == "ending"
    ]
    items.sort(
        key=lambda item: (place.get(item["step"] or "", len(place)), -item["n"], item["state"], item["by"] or "")
    )
    return {**query.head(), "runs": found.runs(), "items": items, "counted_at": source.now_ms}


def health(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return how targets were found over time, of attempts too: a target breaks before runs are lost.

    Each line is one step on one day: how often it was found exactly, healed, not looked for, or missing and why;
    `confidence` is the mean of those that were found. `drifts` says since when a step is healed, and by what.
    """
    known = facts_of(source, query).steps
    days = source.store.health(query.question)
    items: list[dict[str, Any]] = []
    for day, amounts in days.items():
        steps = {key[1] for key in amounts}
        for step in [*(step for step in known if step in steps), *sorted(steps - set(known))]:
            items.append({"day": date.fromordinal(day).isoformat(), "step": step, **_found(amounts, step)})
    drifting = dict.fromkeys(item["step"] for item in items if item["healed"])
    heals = source.store.heals(query.question, HEALS_READ) if drifting else []
    drifts = [_drift(step, items, heals) for step in drifting]
    return {**query.head(), "items": items, "drifts": drifts, "counted_at": source.now_ms}


def _drift(step: str, items: list[dict[str, Any]], heals: list[tuple[str, list[str], list[str]]]) -> dict[str, Any]:
    """Return since which day a step is healed every day, how often, and what agrees in most of the newest heals."""
    days = [item for item in items if item["step"] == step and item["n"]]
    last_clean = max((place for place, item in enumerate(days) if not item["healed"]), default=-1)
    # Where the last days are clean again, the drift is over: the share is that of the days before.
    lasting = days[last_clean + 1 :]
    counted = lasting or days
    of_step = [(missed, agreed) for at, missed, agreed in heals if at == step]
    n = sum(item["n"] for item in counted)
    return {
        "step": step,
        "since": lasting[0]["day"] if lasting else None,
        "healed": rate(sum(item["healed"] for item in counted), n),
        "read": len(of_step),
        "missed": _in_most([missed for missed, _ in of_step]),
        "agreed": _in_most([agreed for _, agreed in of_step]),
    }


def _in_most(lists: list[list[str]]) -> list[str]:
    """Return the names that at least half of the lists have, the commonest first."""
    counts = Counter(name for one in lists for name in one)
    return [name for name, n in counts.most_common() if n * 2 >= len(lists)]


def _found(amounts: Mapping[Measure, int], step: str) -> dict[str, Any]:
    """Return how one step's target was found on one day."""
    by_match = {key[2]: n for key, n in amounts.items() if key[:2] == ("target", step)}
    sure = sum(n for key, n in amounts.items() if key[:2] == ("confidence", step))
    looked_for = sum(n for match, n in by_match.items() if match != "none")
    found = sum(by_match.get(match, 0) for match in ("exact", "healed", "css"))
    return {
        "n": looked_for,
        "exact": by_match.get("exact", 0) + by_match.get("css", 0),
        "healed": by_match.get("healed", 0),
        "missing": {reason: by_match[reason] for reason in FAILURES if reason in by_match},
        "found": rate(min(found, looked_for), looked_for),
        "confidence": round(sure / 100 / found, 3) if found else None,
    }


def run_list(
    source: ReportSource, query: ReportQuery, which: Which, *, before: int | None = None, limit: int = 50
) -> dict[str, Any]:
    """Return the runs behind a figure, newest first."""
    rows, following = source.store.runs(query.question, which, before=before, limit=limit)
    return {**query.head(), "items": [_run(row) for row in rows], "next": None if following is None else str(following)}


def _run(row: RunRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in RunRow.__slots__ if name != "number"}
    return {**told, "segments": list(row.segments), "reached": list(row.reached), "passed": list(row.passed)}


def timeline(source: ReportSource, environment: Environment, run: str) -> dict[str, Any] | None:
    """Return one run with its events in order, each with what it counted for; None where there is no such run."""
    found = source.store.timeline(environment.id, run)
    if found is None:
        return None
    row, events = found
    return {"environment": environment.key, **_run(row), "events": [dict(event) for event in events]}


def refusals(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return what was not counted and why, and how many visits would be refused were tokens required."""
    counts = source.store.tallies(query.environment.id, query.from_day, query.to_day)
    head = {name: query.head()[name] for name in ("environment", "from", "to", "time_zone")}
    would_refuse = counts.pop("would_refuse", 0)
    return {**head, "would_refuse_visits": would_refuse, "not_counted": counts, "counted_at": source.now_ms}
