"""The event store: events, run states and the rollups of reports, behind one narrow protocol.

`open_event_store` gives the embedded one, a SQLite file of its own. Environments are named by the
content store's id, guides, steps and segments by key; times are epoch milliseconds; days are
`date.toordinal()` in the environment's time zone. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

Standing = Literal["anonymous", "verified", "unverified"]
Json = Mapping[str, Any]
Measure = tuple[str, ...]
"""What is counted: ("run", "completed"), ("step", id, "reached"), ("edge", from, to, "" or "back"),
("ending", step, state, by), ("target", step, match or reason), ("confidence", step, match), ("time", step, bucket)."""
Measures = Mapping[Measure, int]
Progress = Callable[[int], None]
"""Called with how many more events or runs are done."""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What counting needs to know of one guide version; periods in milliseconds."""

    kind: str = "tour"
    steps: tuple[str, ...] = ()
    goal_event: str | None = None
    goal_within_ms: int = 0
    snooze_ms: int = 86_400_000
    hash: str = ""


class GuideFacts(Protocol):
    """Answers from the content store; `facts.py` has the real one."""

    def version(self, environment_id: int, guide_key: str, number: int) -> VersionFacts | None:
        """Return what one version says, or None where there is no such version."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Checked events of one visitor in one context, as they arrived.

    `events` are in the wire's form; their times are put right against `sent_at` and `received_at`.
    """

    environment_id: int
    time_zone: str
    visitor: str
    anonymous: bool
    account: str | None
    standing: Standing
    context: Json
    sent_at: int
    received_at: int
    events: Sequence[Json]


@dataclass(slots=True)
class Appended:
    """What became of a batch: `refused` maps an event's place in the batch to the reason code."""

    accepted: int = 0
    duplicates: int = 0
    refused: dict[int, str] = field(default_factory=dict[int, str])


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs a report counts: those of one guide that started on a day in [first_day, end_day).

    `versions` None counts every version. Every filter that is None is off; `mark` None means real people.
    `unit` visitors counts the first of these runs of each visitor.
    """

    environment_id: int
    guide: str
    first_day: int
    end_day: int
    versions: tuple[int, ...] | None = None
    mark: str | None = None
    language: str | None = None
    device: str | None = None
    segment: str | None = None
    automated: bool | None = None
    unit: Literal["runs", "visitors"] = "runs"

    @property
    def filters(self) -> dict[str, str]:
        """The dimensions that are filtered, with their values: at most one is read from rollups."""
        automated = None if self.automated is None else ("yes" if self.automated else "no")
        named = {"language": self.language, "device": self.device, "segment": self.segment, "automated": automated}
        return {dimension: value for dimension, value in named.items() if value is not None}


STEP_DEEDS = ("passed", "skipped", "back", "opened", "acted")
DEEDS = (
    *STEP_DEEDS, "exact", "healed", "not_found", "ambiguous", "hidden", "covered", "detached", "timeout", "network",
    "script",
)  # fmt: skip
"""What a run can be listed for at one step: what became of the step, how its target was found, why it was not."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which of a question's runs are behind one figure; what is None is no condition.

    `state`: one of the states, or `run` for every attempt that became a run. `step` alone means reached; with `state`,
    ended there; with `did` (of DEEDS), that; with `next`, went from there to that step, with `did` back by going back.
    `goal`: reached it within its window.
    """

    step: str | None = None
    state: str | None = None
    by: str | None = None
    did: str | None = None
    next: str | None = None
    goal: bool = False
    visitor: str | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a list; `passed` and `reached` are step keys, `number` is the cursor of the page after it."""

    number: int
    run: str
    guide: str
    version: int
    visitor: str
    anonymous: bool
    state: str
    by: str | None
    requested_at: int
    started_at: int | None
    last_at: int
    ended_at: int | None
    end_step: str | None
    language: str
    device: str
    mark: str | None
    automated: bool
    segments: tuple[str, ...]
    reached: tuple[str, ...]
    passed: tuple[str, ...]
    goal_at: int | None
    frozen: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One rollup cell that does not equal its recount."""

    cell: str
    stored: int
    recounted: int


class EventStore(Protocol):
    """Keeps events once, folds them into run states, and maintains the rollups in the same transaction.

    Every write raises StorageUnavailable, with nothing stored, where the file is full, locked or read-only.
    """

    def append(self, batches: Iterable[Batch], now_ms: int) -> list[Appended]:
        """Store batches with their run states and rollups in one durable transaction; they are read as it goes."""
        ...

    def note_refusals(self, environment_id: int, day: int, refusals: Mapping[str, int]) -> None:
        """Add to the tally of what was refused, by reason code."""
        ...

    def tallies(self, environment_id: int, first_day: int, end_day: int) -> dict[str, int]:
        """Return, by code, what was refused, repeated, or would be refused were identity tokens required."""
        ...

    def visitor_state(self, environment_id: int, visitor: str, now_ms: int) -> Json:
        """Return one identified visitor's guides, open runs and events, in the shape of `GET /v1/{key}/visitor`."""
        ...

    def visitor_record(self, environment_id: int, visitor: str, *, anonymous: bool = False) -> Json | None:
        """Return everything that is stored of one visitor, for `handrail visitor show`; None where nothing is."""
        ...

    def recent_visitors(self, environment_id: int, since_ms: int, limit: int) -> Iterator[Json]:
        """Give the real visitors who did anything since then: visitor, anonymous, traits, account, language, device."""
        ...

    def funnel(self, question: Question) -> dict[Measure, int]:
        """Return every measure of the runs that the question asks for."""
        ...

    def marks(self, question: Question) -> dict[str | None, int]:
        """Return how many runs each mark holds for the same question."""
        ...

    def days(self, question: Question) -> dict[int, dict[str, int]]:
        """Return the run measures of each day that has any."""
        ...

    def health(self, question: Question) -> dict[int, dict[Measure, int]]:
        """Return the target and confidence measures of each day that has any."""
        ...

    def matches(
        self, environment_id: int, first_day: int, end_day: int, mark: str | None = None
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Return how often each guide version's targets were found in each way, or why not; None: real people."""
        ...

    def healed(
        self, environment_id: int, first_day: int, end_day: int, versions: Mapping[str, int]
    ) -> dict[str, tuple[int, int]]:
        """Return, of these guide versions (key -> version), how many looked-up targets were found by their likeness
        and how many were looked up in all; only those of which any was."""
        ...

    def heals(self, question: Question, limit: int) -> list[tuple[str, list[str], list[str]]]:
        """Return (step, signals that no longer agree, signals that do) of each healed showing in the newest `limit`
        runs that have one."""
        ...

    def overview(
        self,
        environment_id: int,
        first_day: int,
        end_day: int,
        guides: Sequence[str] | None = None,
        mark: str | None = None,
    ) -> dict[tuple[str, int], dict[str, int]]:
        """Return the run measures of every version of these guides, or of all of an environment; None: real people."""
        ...

    def attempted(
        self, environment_id: int, first_day: int, end_day: int, mark: str | None = None
    ) -> list[tuple[str, int, int, int, int]]:
        """Return (guide, version, attempts, runs, failed of both) of an environment; None: real people."""
        ...

    def has_runs(self, environment_id: int) -> bool:
        """Say whether anything was ever shown in an environment, whatever its mark."""
        ...

    def choices(self, environment_id: int, guide: str) -> dict[str, list[str]]:
        """Return the values that each filter can take: versions, languages, devices, segments, marks."""
        ...

    def runs(
        self, question: Question, which: Which, *, before: int | None = None, limit: int = 50
    ) -> tuple[list[RunRow], int | None]:
        """Return runs, newest first, and the next page's cursor."""
        ...

    def timeline(self, environment_id: int, run: str) -> tuple[RunRow, list[Json]] | None:
        """Return one run and its events in story order, each with what it counted for; None where there is none."""
        ...

    def settle(self, now_ms: int, *, limit: int = 1000) -> int:
        """Abandon what is silent and close goal windows that are over; return how many runs changed."""
        ...

    def erase(self, environment_id: int, visitor: str, now_ms: int, *, anonymous: bool = False) -> Json:
        """Remove a visitor, with every alias, from events, states and rollups; return the receipt."""
        ...

    def purge(self, environment_id: int, before_day: int) -> int:
        """Delete the events of whole days and freeze their runs; return how many events went."""
        ...

    def export(self, environment_id: int) -> Iterator[Json]:
        """Give every stored event of an environment, run by run, in the form that `import_events` takes."""
        ...

    def import_events(
        self, environment_id: int, time_zone: str, events: Iterable[Json], now_ms: int, progress: Progress | None = None
    ) -> Appended:
        """Store exported events with their times as they are; idempotent by id."""
        ...

    def rebuild(self, now_ms: int, progress: Progress | None = None) -> int:
        """Fold every run that is not frozen again and write its states and rollups anew; return how many."""
        ...

    def check(self, now_ms: int, progress: Progress | None = None) -> list[Difference]:
        """Recount every rollup from the raw events and return the cells that differ."""
        ...

    def size(self) -> dict[str, int]:
        """Return how many runs and events are stored, and the bytes they take."""
        ...

    def backup(self, target: Path) -> None:
        """Copy the store, while it is in use, to a new file."""
        ...

    def writable(self) -> bool:
        """Say whether a write would be taken now."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def open_event_store(
    path: Path, facts: GuideFacts | None = None, *, durable: bool = True, busy_timeout_ms: int = 5000
) -> EventStore:
    """Open, or make, the SQLite event store in `path`; without `durable`, a power cut may cost the last commits."""
    from handrail_cms.storage.event_file import EventFile

    return EventFile(path, facts, durable=durable, busy_timeout_ms=busy_timeout_ms)
