"""What a walk brings back: findings, steps and walks, as plain data with one JSON form. Imports no browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from handrail_guides.walk.codes import CODES, Severity

State = Literal["passed", "failed", "expected", "skipped", "not_tried"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a walk found. `detail` says what was seen, in one line; `step` is None for the whole guide."""

    code: str
    step: str | None
    detail: str = ""
    expected: str = ""
    """The reason why the guide file expects it; empty where it does not."""

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return CODES[self.code].severity

    @property
    def counts(self) -> bool:
        """Whether it fails the walk."""
        return self.severity == "error" and not self.expected

    def sentence(self) -> str:
        """Return code, place, message and detail on one line."""
        place = f" at step “{self.step}”" if self.step else ""
        return f"{self.code}{place}: {CODES[self.code].message}" + (f" {self.detail}" if self.detail else "")

    def as_json(self) -> dict[str, Any]:
        """Return the wire form, with the words of the code table."""
        known = CODES[self.code]
        said = {"message": known.message, "detail": self.detail, "mend": known.mend}
        made = {"code": self.code, "severity": known.severity, "step": self.step, **said}
        return made | ({"expected": self.expected} if self.expected else {})


@dataclass(slots=True)
class StepWalk:
    """One step as the walk met it. `match` is the widget's own word (exact, healed, css, none); `picture` a JPEG."""

    step: str
    title: str = ""
    page: str = ""
    match: str | None = None
    confidence: float | None = None
    shown_ms: int | None = None
    target: list[float] | None = None
    findings: list[Finding] = field(default_factory=list[Finding])
    picture: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the wire form, without the picture."""
        names = ("step", "title", "page", "match", "confidence", "shown_ms", "target")
        made: dict[str, Any] = {name: getattr(self, name) for name in names}
        return made | {"findings": [finding.as_json() for finding in self.findings]}


@dataclass(slots=True)
class Walk:
    """One guide followed once: in one language, viewport, theme, as one persona, along one path."""

    id: str
    guide: str
    kind: str
    language: str
    viewport: str
    theme: str
    persona: str
    path: str
    profile: str
    steps: list[StepWalk] = field(default_factory=list[StepWalk])
    findings: list[Finding] = field(default_factory=list[Finding])
    reason: str = ""
    """Why it was skipped or not tried."""
    tried: bool = True
    ms: int = 0

    def all(self) -> list[Finding]:
        """Return every finding: the guide's own, then those of its steps in order."""
        return [*self.findings, *(finding for step in self.steps for finding in step.findings)]

    @property
    def state(self) -> State:
        """What became of it."""
        if self.reason:
            return "not_tried" if not self.tried else "skipped"
        if any(finding.counts for finding in self.all()):
            return "failed"
        return "expected" if any(finding.expected for finding in self.all()) else "passed"

    def as_json(self) -> dict[str, Any]:
        """Return the wire form."""
        names = (
            "id",
            "guide",
            "kind",
            "language",
            "viewport",
            "theme",
            "persona",
            "path",
            "profile",
            "state",
            "reason",
            "ms",
        )
        made = {name: getattr(self, name) for name in names}
        return made | {
            "findings": [finding.as_json() for finding in self.findings],
            "steps": [step.as_json() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class Wait:
    """How long the walker waits, in milliseconds, before it calls something broken."""

    start: int = 10_000
    pass_: int = 5_000
    settle: int = 10_000
    slow: int = 4_000


WAIT = Wait()
