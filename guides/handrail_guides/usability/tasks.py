"""Usability tasks: what a participant is asked to do, and what is measured while they do it. Pure.

What the page tells is folded into a session here, for the server and for the walker alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from handrail_guides.errors import GuideProblems
from handrail_guides.validate import validate_text

Told = Sequence[tuple[float, Mapping[str, Any]]]
"""What a page told: (seconds since the task began, message), in order."""
SEQ: Final = "Overall, how difficult or easy was the task to complete?"
SUS: Final = (
    "I think that I would like to use this system frequently.",
    "I found the system unnecessarily complex.",
    "I thought the system was easy to use.",
    "I think that I would need the support of a technical person to be able to use this system.",
    "I found the various functions in this system were well integrated.",
    "I thought there was too much inconsistency in this system.",
    "I would imagine that most people would learn to use this system very quickly.",
    "I found the system very cumbersome to use.",
    "I felt very confident using the system.",
    "I needed to learn a lot of things before I could get going with this system.",
)


@dataclass(frozen=True, slots=True)
class Task:
    """One task; the schema beside this file says what its fields mean."""

    key: str
    goal: str
    open: str
    success: Mapping[str, str]
    guide: str | None = None
    first_click: str | None = None
    minutes: float = 5
    tone: str = "neutral"
    language: str = "en"


@dataclass(slots=True)
class Session:
    """What one participant did. Times in seconds; `steps` maps a step id to its time, in the order first seen.

    `ended` says how it ended: `done`, `claimed` (the participant said so, and it was not), `gave_up`, `time`, or
    `left` (they never came back).
    """

    task: str
    participant: str
    build: str
    guide: str | None
    guide_version: int | None
    success: bool = False
    ended: str = "left"
    seconds: float = 0.0
    first_click_right: bool | None = None
    wrong_clicks: int = 0
    errors: int = 0
    back_steps: int = 0
    steps: dict[str, float] = field(default_factory=dict[str, float])
    wrong_clicks_by_step: dict[str, int] = field(default_factory=dict[str, int])
    seq: int | None = None
    sus: list[int] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the wire form."""
        return asdict(self)


def read_task(text: str, file: str | None = None) -> Task:
    """Read a task file. Raises GuideProblems with every problem and its line."""
    document, problems = validate_text(text, file, "task")
    if problems:
        raise GuideProblems(problems)
    return task_of(document)


def task_of(document: Mapping[str, Any]) -> Task:
    """Return a task that validates, its defaults filled in."""
    return Task(**{name: value for name, value in document.items() if name not in ("format", "$schema")})


def fold(session: Session, told: Told) -> Session:
    """Fill in a session's measures from what its pages told, and return it.

    A wrong click is one on nothing that can be clicked, or, while the first click has a right answer, a first click
    on another control than that. A step counts as gone back to by the guide's own button.
    """
    step, since = None, 0.0
    clicks = 0
    for at, message in told:
        if message["kind"] == "step":
            _add_time(session, step, at - since)
            step, since = message["step"], at
        elif message["kind"] == "error":
            session.errors += 1
        elif message["kind"] == "click":
            session.back_steps += message["action"] == "back"
            if message["in_guide"]:
                continue
            clicks += 1
            wrong = not message["control"]
            if clicks == 1 and message["right"] is not None:
                session.first_click_right = message["right"]
                wrong = not message["right"]
            if wrong:
                session.wrong_clicks += 1
                place = message["step"] or ""
                session.wrong_clicks_by_step[place] = session.wrong_clicks_by_step.get(place, 0) + 1
    _add_time(session, step, max(session.seconds - since, 0.0))
    return session


def _add_time(session: Session, step: str | None, seconds: float) -> None:
    if step is not None:
        session.steps[step] = round(session.steps.get(step, 0.0) + seconds, 3)


def in_tone(guide: Mapping[str, Any], tone: str) -> dict[str, Any]:
    """Return a guide whose texts are those of one tone, where a step has it; other tones are gone."""
    steps: list[dict[str, Any]] = []
    for step in guide["steps"]:
        nothing: dict[str, Any] = {}
        told: dict[str, Any] = next((one for one in step.get("variants", []) if one["tone"] == tone), nothing)
        plain = {name: value for name, value in step.items() if name != "variants"}
        steps.append(plain | {name: told[name] for name in ("title", "body") if name in told})
    return {**guide, "steps": steps}
