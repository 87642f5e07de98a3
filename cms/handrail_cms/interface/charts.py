"""Charts as plain shapes: shares of a width, for inline SVG that needs no script and no style. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the funnel, in per cent of the width: passed, then those who left, then those it failed."""

    step: str
    title: str
    stayed: float
    left: float
    failed: float
    low: float | None
    high: float | None
    report: Json


@dataclass(frozen=True, slots=True)
class Line:
    """A time series in a box of 100 by 100: points of the line, and labelled marks at their place."""

    points: str
    marks: list[tuple[float, str]]
    top: int
    first: str
    last: str
    rows: Sequence[Json]


def funnel_rows(report: Json, titles: Mapping[str, str]) -> list[Bar]:
    """Return one bar a step: its length is how many reached it, of the runs."""
    whole = max([step["reached"] for step in report["steps"]] + [report["runs"], 1])
    return [_bar(step, titles.get(step["step"], step["step"]), whole) for step in report["steps"]]


def _bar(step: Json, title: str, whole: int) -> Bar:
    drop, reached = step["drop_off"], step["reached"]
    left = drop["count"] if drop else 0
    failed = step["ended_here"]["failed"] + step["failed_before_shown"]
    shown_failed = step["ended_here"]["failed"]
    low = high = None
    if drop and drop["low"] is not None and drop["n"]:
        # the interval is of the share that left; it is drawn about the edge between who stayed and who left
        low, high = reached * (1 - drop["high"]), reached * (1 - drop["low"])
    return Bar(
        step["step"],
        title,
        _share(max(reached - left - shown_failed, 0), whole),
        _share(left, whole),
        _share(failed, whole),
        None if low is None else _share(low, whole),
        None if high is None else _share(high, whole),
        step,
    )


def _share(part: float, whole: float) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


_USES: dict[str, Mapping[str, str]] = {
    "opened": {"did": "opened"},
    "acted": {"did": "acted"},
    "closed": {"state": "dismissed"},
}


@dataclass(frozen=True, slots=True)
class Use:
    """One bar of a kind without drop-off: how many did this, in per cent of the width, and the share's interval.

    `runs`: what finds its runs in their list.
    """

    name: str
    n: int
    width: float
    low: float | None
    high: float | None
    rate: Json | None
    runs: Mapping[str, str]


def use_rows(report: Json, names: Mapping[str, str]) -> list[list[Use]]:
    """Return the bars of each step of a kind without drop-off; none for other kinds. `names`: figure -> word."""
    return [_uses(step, names) for step in report["steps"] if "acted" in step]


def _uses(step: Json, names: Mapping[str, str]) -> list[Use]:
    """Return the bars of one step: shown, then what was done with it."""
    rows = [Use(names["shown"], step["reached"], 100.0 if step["reached"] else 0.0, None, None, None, {})]
    for figure, runs in _USES.items():
        rate = step[figure]
        if rate is not None:
            low, high = (None if rate["few"] else 100 * rate[end] for end in ("low", "high"))
            rows.append(Use(names[figure], rate["count"], _share(rate["count"], rate["n"]), low, high, rate, runs))
    return rows


def days(rows: Sequence[Json], releases: Sequence[tuple[date, str]]) -> Line | None:
    """Return the runs of each day as a line, with the releases in that time; None for fewer than two days."""
    if len(rows) < 2:
        return None
    found = [date.fromisoformat(str(row["day"])) for row in rows]
    first, last = found[0].toordinal(), found[-1].toordinal()
    if last == first:
        return None
    top = max(int(row["runs"]) for row in rows) or 1
    by_day = {day.toordinal(): int(row["runs"]) for day, row in zip(found, rows, strict=True)}
    points = [(_place(day, first, last), 100 - _share(by_day.get(day, 0), top)) for day in range(first, last + 1)]
    marks = [
        (_place(day.toordinal(), first, last), label) for day, label in releases if first <= day.toordinal() <= last
    ]
    return Line(" ".join(f"{x},{y}" for x, y in points), marks, top, found[0].isoformat(), found[-1].isoformat(), rows)


def _place(day: int, first: int, last: int) -> float:
    return round(100 * (day - first) / (last - first), 2)


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
    return list(found.values())
