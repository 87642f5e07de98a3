"""The sentence that a report's title says: what was found, never more surely than the numbers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from handrail_cms.interface import filters
from handrail_cms.interface.charts import Days

Json = Mapping[str, Any]


def funnel(report: Json, titles: Mapping[str, str]) -> str:
    """Say where most people leave, or that nothing can be told yet."""
    runs = report["runs"]
    if not runs:
        return _("Nobody has started this guide yet")
    if "acted" in report["steps"][0]:
        return _use(report["steps"][0])
    ended = sum(report["ended"].values())
    if ended < filters.TOO_FEW:
        return _("Too few to tell: %(n)s runs have ended", n=filters.number(ended))
    broken = _most(report, _broken)
    worst = _most(report, _left)
    if broken and (not worst or broken[1] > worst[1]):
        return _("It breaks most often at “%(step)s”", step=titles.get(broken[0], broken[0]))
    if not worst:
        return _("Nobody leaves on the way")
    left = sum(step["drop_off"]["count"] for step in report["steps"] if step["drop_off"])
    if worst[1] * 2 > left:
        return _("Most who leave, leave at “%(step)s”", step=titles.get(worst[0], worst[0]))
    return _("People leave most often at “%(step)s”", step=titles.get(worst[0], worst[0]))


def _use(step: Json) -> str:
    """Say how many of those whom it was shown opened it, or used it where there is nothing to open."""
    if step["reached"] < filters.TOO_FEW:
        return _("Too few to tell: it was shown in %(n)s runs", n=filters.number(step["reached"]))
    if step["opened"] is not None:
        return _("Opened by %(share)s of those who could see it", share=filters.percent(step["opened"]["share"]))
    return _("Used by %(share)s of those who saw it", share=filters.percent(step["acted"]["share"]))


def days(days: Days) -> str:
    """Say how many runs there were, and on which day the most."""
    return _(
        "%(runs)s runs in %(days)s days, most on %(day)s (%(most)s)",
        runs=filters.number(days.runs),
        days=filters.number(len(days.drawing["days"])),
        day=filters.day(days.best),
        most=filters.number(days.most),
    )


def spark(drawing: Json) -> str:
    """Say from which to which share of exact matches a step went, and when."""
    (first, began), (last, ended) = drawing["days"][0], drawing["days"][-1]
    return _(
        "%(began)s exact on %(first)s, %(ended)s on %(last)s",
        began=filters.percent(began),
        first=filters.day(first),
        ended=filters.percent(ended),
        last=filters.day(last),
    )


def _broken(step: Json) -> int:
    return int(step["ended_here"]["failed"] + step["failed_before_shown"])


def _left(step: Json) -> int:
    return int(step["drop_off"]["count"]) if step["drop_off"] else 0


def _most(report: Json, count: Callable[[Json], int]) -> tuple[str, int] | None:
    counted = [(step["step"], count(step)) for step in report["steps"]]
    best = max(counted, key=lambda one: one[1], default=None)
    return best if best and best[1] else None
