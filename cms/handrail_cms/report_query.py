"""What a report is asked: read from a query string or a command line, checked, and turned into the store's question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from handrail_guides.errors import HandrailError, Problem
from handrail_guides.saying import say

from handrail_cms.storage.event_runs import STATES, day_of
from handrail_cms.storage.events import DEEDS, EventStore, Question, Which
from handrail_cms.storage.records import Environment

DEFAULT_DAYS = 30
MARKS = ("walk", "preview", "usability", "simulated")
DEVICES = ("desktop", "tablet", "phone")
NAMES = ("version", "from", "to", "unit", "mark", "language", "device", "segment", "automated")


class BadQuery(HandrailError):
    """A report was asked for something that there is not; `problems` says all of it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(f"{problem.message} {problem.mend}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """One report's question: days are ordinals, `version` None counts every version together.

    `newest` is the newest version that is or was live, whose steps give the order where versions are mixed.
    """

    environment: Environment
    guide: str
    version: int | None
    from_day: int
    to_day: int
    unit: Literal["runs", "visitors"] = "runs"
    mark: str | None = None
    language: str | None = None
    device: str | None = None
    segment: str | None = None
    automated: bool | None = None
    newest: int = 1

    @property
    def question(self) -> Question:
        """The same, as the event store reads it."""
        return Question(
            self.environment.id,
            self.guide,
            self.from_day,
            self.to_day,
            None if self.version is None else (self.version,),
            self.mark,
            self.language,
            self.device,
            self.segment,
            self.automated,
            self.unit,
        )

    def of_version(self, version: int) -> ReportQuery:
        """Return the same question about another version."""
        return replace(self, version=version)

    def head(self) -> dict[str, Any]:
        """Return what the report counts, for its first lines."""
        return {
            "guide": self.guide,
            "environment": self.environment.key,
            "unit": self.unit,
            "version": "all" if self.version is None else self.version,
            "from": date.fromordinal(self.from_day).isoformat(),
            "to": date.fromordinal(self.to_day).isoformat(),
            "time_zone": self.environment.time_zone,
            "mark": self.mark,
            "filters": self.question.filters,
        }


def read_query(
    environment: Environment,
    guide: str,
    arguments: Mapping[str, str],
    store: EventStore,
    now_ms: int,
    *,
    newest: int | None = None,
) -> ReportQuery:
    """Return the checked question; raises BadQuery with every problem.

    `newest` is the newest version that is or was live; where it is missing, the newest that has runs is counted.
    The period is the last 30 days up to and with today, in the environment's time zone, unless said otherwise.
    """
    given = {name: value for name, value in arguments.items() if name in NAMES and value not in ("", None)}
    problems: list[Problem] = []
    from_day, to_day = _period(given, day_of(environment.time_zone, now_ms), problems)
    if newest is None:
        versions = store.choices(environment.id, guide)["versions"]
        newest = int(versions[-1]) if versions else 1
    query = ReportQuery(
        environment,
        guide,
        _version(given, newest, problems),
        from_day,
        to_day,
        unit=_choice(given, "unit", ("runs", "visitors"), problems) or "runs",  # type: ignore[arg-type]
        mark=_choice(given, "mark", (*MARKS, "none"), problems),
        language=given.get("language"),
        device=_choice(given, "device", DEVICES, problems),
        segment=given.get("segment"),
        automated={"yes": True, "no": False, None: None}[_choice(given, "automated", ("yes", "no"), problems)],
        newest=newest,
    )
    if problems:
        raise BadQuery(problems)
    return replace(query, mark=None) if query.mark == "none" else query


def read_which(arguments: Mapping[str, str]) -> Which:
    """Return which runs a list is to hold; raises BadQuery with every problem."""
    problems: list[Problem] = []
    names = ("step", "by", "next", "visitor")
    which = Which(
        state=_choice(arguments, "state", ("run", *STATES), problems),
        did=_choice(arguments, "did", DEEDS, problems),
        goal=_choice(arguments, "goal", ("yes",), problems) is not None,
        **{name: arguments.get(name) or None for name in names},
    )
    if problems:
        raise BadQuery(problems)
    return which


def _period(given: Mapping[str, str], today: int, problems: list[Problem]) -> tuple[int, int]:
    """Return the first day and the day after the last."""
    to_day = _day(given, "to", today + 1, problems)
    from_day = _day(given, "from", to_day - DEFAULT_DAYS, problems)
    if not problems and from_day >= to_day:
        problems.append(_problem("from", "`from` is not before `to`.", "`to` is the day after the last one."))
    return from_day, to_day


def _version(given: Mapping[str, str], newest: int, problems: list[Problem]) -> int | None:
    text = given.get("version", str(newest))
    if text == "all":
        return None
    if not text.isdecimal() or len(text) > 9:
        problems.append(
            _problem("version", say("“%(given)s” is not a version.", given=text[:40]), say("Give a number, or all."))
        )
        return None
    return int(text)


def _day(given: Mapping[str, str], name: str, default: int, problems: list[Problem]) -> int:
    text = given.get(name)
    if text is None:
        return default
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        problems.append(
            _problem(name, say("“%(given)s” is not a day.", given=text[:40]), say("Write it as 2026-11-22."))
        )
        return default


def _choice(given: Mapping[str, str], name: str, choices: tuple[str, ...], problems: list[Problem]) -> str | None:
    text = given.get(name) or None
    if text is not None and text not in choices:
        problems.append(
            _problem(
                name,
                say("“%(given)s” is no %(name)s.", given=text[:40], name=name),
                say("It is one of %(names)s.", names=", ".join(choices)),
            )
        )
        return None
    return text


def _problem(name: str, message: str, mend: str) -> Problem:
    return Problem(f"/{name}", "query", message, mend)
