"""What the charts of a page are drawn from: counts and days, never shapes. `static/src/charts/` draws them.

Each `drawing` is the JSON of one `data-bar`, `data-series`, `data-spark` or `data-interval` in a template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Json = Mapping[str, Any]


def bar(whole: float, parts: Sequence[tuple[str, float]], interval: tuple[float, float] | None = None) -> Json:
    """Return a horizontal bar: `parts` (look, length) one after the other, of a `whole`; the interval as a line."""
    return {"whole": whole, "parts": [list(part) for part in parts], "interval": list(interval) if interval else None}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the funnel: its bar, and the report's line of the step."""

    step: str
    title: str
    drawing: Json
    report: Json


def funnel_rows(report: Json, titles: Mapping[str, str]) -> list[Row]:
    """Return one row a step: who went on, then those who left, then those it failed, of all runs."""
    parts = [_ways_on(step) for step in report["steps"]]
    whole = max([sum(n for _, n in ways) for ways in parts] + [report["runs"], 1])
    return [
        Row(step["step"], titles.get(step["step"], step["step"]), bar(whole, ways, _edge(step)), step)
        for step, ways in zip(report["steps"], parts, strict=True)
    ]


def _ways_on(step: Json) -> list[tuple[str, int]]:
    """Return how many went on from a step, left it by choice, and were failed by it."""
    left = step["drop_off"]["count"] if step["drop_off"] else 0
    failed = step["ended_here"]["failed"]
    stayed = max(step["reached"] - left - failed, 0)
    return [("stayed", stayed), ("left", left), ("failed", failed + step["failed_before_shown"])]


def _edge(step: Json) -> tuple[float, float] | None:
    """Return the interval of the share that left, about the edge between those who stayed and those who left."""
    drop, reached = step["drop_off"], step["reached"]
    if not drop or drop["few"] or drop["low"] is None:
        return None
    return reached * (1 - drop["high"]), reached * (1 - drop["low"])


_USES: dict[str, Mapping[str, str]] = {
    "opened": {"did": "opened"},
    "acted": {"did": "acted"},
    "closed": {"state": "dismissed"},
}


@dataclass(frozen=True, slots=True)
class Use:
    """One bar of a kind without drop-off: how many did this. `runs`: what finds its runs in their list."""

    name: str
    n: int
    drawing: Json
    rate: Json | None
    runs: Mapping[str, str]


def use_rows(report: Json, names: Mapping[str, str]) -> list[list[Use]]:
    """Return the bars of each step of a kind without drop-off; none for other kinds. `names`: figure -> word."""
    return [_uses(step, names) for step in report["steps"] if "acted" in step]


def _uses(step: Json, names: Mapping[str, str]) -> list[Use]:
    """Return the bars of one step: shown, then what was done with it."""
    reached = step["reached"]
    rows = [Use(names["shown"], reached, bar(max(reached, 1), [("stayed", reached)]), None, {})]
    for figure, runs in _USES.items():
        rate = step[figure]
        if rate is not None:
            rows.append(Use(names[figure], rate["count"], share(rate), rate, runs))
    return rows


def share(rate: Json) -> Json:
    """Return the bar of one share and its interval; the interval is left out where there are too few to tell."""
    n = rate["n"]
    interval = None if rate["few"] or not n else (n * rate["low"], n * rate["high"])
    return bar(max(n, 1), [("stayed", rate["count"])], interval)


@dataclass(frozen=True, slots=True)
class Days:
    """The runs of each day: what is drawn, and the days that had any, for the table."""

    drawing: Json
    runs: int
    best: date
    most: int
    rows: Sequence[Json]


def days(rows: Sequence[Json], releases: Sequence[tuple[date, str]]) -> Days | None:
    """Return runs and completed runs by day, with the releases in that time; None for fewer than two days."""
    by_day = {date.fromisoformat(str(row["day"])): row for row in rows}
    if len(by_day) < 2:
        return None
    first, last = min(by_day), max(by_day)
    every = [first + timedelta(n) for n in range((last - first).days + 1)]
    best = max(by_day, key=lambda day: by_day[day]["runs"])
    counted = [(by_day.get(day, {}).get("runs", 0), by_day.get(day, {}).get("completed", 0)) for day in every]
    drawing = {
        "days": [[day.isoformat(), runs, completed] for day, (runs, completed) in zip(every, counted, strict=True)],
        "marks": [[day.isoformat(), label] for day, label in releases if first <= day <= last],
    }
    return Days(drawing, sum(runs for runs, _ in counted), best, by_day[best]["runs"], rows)


def by_step(items: Sequence[Json]) -> list[dict[str, Any]]:
    """Return the health of each step over the whole period, with its days; steps in their first order."""
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        row = found.setdefault(
            item["step"], {"step": item["step"], "n": 0, "exact": 0, "healed": 0, "missing": {}, "days": []}
        )
        for name in ("n", "exact", "healed"):
            row[name] += item[name]
        for reason, n in item["missing"].items():
            row["missing"][reason] = row["missing"].get(reason, 0) + n
        row["days"].append(item)
    return [{**row, "spark": _spark(row["days"], items)} for row in found.values()]


def _spark(days: Sequence[Json], items: Sequence[Json]) -> Json | None:
    """Return the share of exact matches on each day that looked, in the period of all steps; None under two days."""
    looked = [(item["day"], item["exact"] / item["n"]) for item in days if item["n"]]
    if len(looked) < 2:
        return None
    every = [item["day"] for item in items]
    return {"from": min(every), "to": max(every), "days": [[day, round(exact, 4)] for day, exact in looked]}


def interval(difference: Json, limit: float) -> Json:
    """Return one known difference of two shares and its interval, on an axis from -limit to limit."""
    return {**{name: difference[name] for name in ("difference", "low", "high")}, "limit": limit}


def limit_of(differences: Json) -> float:
    """Return how far the axis of a comparison's intervals must reach on either side of nothing."""
    of_steps = [one for step in differences["steps"] for name, one in step.items() if name != "step"]
    told = [differences["completion"], differences["goal"], *of_steps]
    ends = [abs(one[end]) for one in told if one["difference"] is not None for end in ("low", "high")]
    return max([*ends, 0.05])
