"""Every guide version on one line: counted for all of them, told in shares where it is looked at. No Flask, no SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from handrail_guides.estimates import rate

from handrail_cms.report_query import ReportQuery
from handrail_cms.reports import ENDED, ReportSource

_OF_ONE_GUIDE = frozenset({"guide", "version", "unit", "filters"})


@dataclass(frozen=True, slots=True)
class Counted:
    """What a period saw of one guide version: numbers of attempts and runs."""

    guide: str
    version: int
    counts: Mapping[str, int]

    @property
    def runs(self) -> int:
        """How many attempts became runs."""
        return self.counts["open"] + sum(self.counts[state] for state in ENDED)

    def told(self) -> dict[str, Any]:
        """Return its line in words of docs/metrics.md, each rate with its n and its interval."""
        counts = self.counts
        ended = {state: counts[state] for state in ENDED}
        return {
            "guide": self.guide,
            "version": self.version,
            "attempts": counts["attempts"],
            "failed_attempts": counts["failed_attempts"],
            "runs": self.runs,
            "open": counts["open"],
            "ended": ended,
            "completion": rate(ended["completed"], sum(ended.values())),
            "goal": rate(counts["goal_hits"], counts["goal_n"]),
        }


class Attempted(NamedTuple):
    """What a period saw of one guide version, in three numbers; `broken` are attempts and runs that failed."""

    guide: str
    version: int
    attempts: int
    runs: int
    broken: int


def attempted(source: ReportSource, query: ReportQuery) -> list[Attempted]:
    """Return every guide version that had attempts in the period, the one with most runs first."""
    found = source.store.attempted(query.environment.id, query.from_day, query.to_day, query.mark)
    return sorted((Attempted(*row) for row in found), key=lambda one: (-one.runs, one.guide, -one.version))


def told(source: ReportSource, query: ReportQuery, which: Sequence[Attempted]) -> list[dict[str, Any]]:
    """Return the lines of some guide versions, in their order."""
    found = {(one.guide, one.version): one.told() for one in counted(source, query, [one.guide for one in which])}
    return [found[one.guide, one.version] for one in which]


def counted(source: ReportSource, query: ReportQuery, guides: Sequence[str] | None = None) -> list[Counted]:
    """Return every version, of these guides or of all, that had attempts, by guide, the newest version first."""
    found = source.store.overview(query.environment.id, query.from_day, query.to_day, guides, query.mark)
    ordered = sorted(found.items(), key=lambda item: (item[0][0], -item[0][1]))
    return [Counted(guide, version, counts) for (guide, version), counts in ordered]


def overview(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return the same, each told whole, with how often its elements were found by their likeness only."""
    matched = source.store.matches(query.environment.id, query.from_day, query.to_day, query.mark)
    items = [
        {**one.told(), "healed": _healed(matched.get((one.guide, one.version), {}))} for one in counted(source, query)
    ]
    return {**head(source, query), "items": items}


def head(source: ReportSource, query: ReportQuery) -> dict[str, Any]:
    """Return what is counted here, and when it was."""
    told = {name: value for name, value in query.head().items() if name not in _OF_ONE_GUIDE}
    return {**told, "counted_at": source.now_ms}


def healed(source: ReportSource, query: ReportQuery, versions: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Return guide key -> share of looked-up elements that were found by their likeness only, where any was."""
    found = source.store.healed(query.environment.id, query.from_day, query.to_day, versions)
    return {guide: rate(by_likeness, looked_up) for guide, (by_likeness, looked_up) in found.items()}


def _healed(matches: Mapping[str, int]) -> dict[str, Any]:
    return rate(matches.get("healed", 0), sum(n for match, n in matches.items() if match != "none"))
