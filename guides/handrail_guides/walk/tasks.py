"""Usability tasks: what a participant is asked to do, what is measured, and what a set of sessions says. Pure.

The figures: task success, time on task, time for each step, errors, steps back, wrong clicks, first-click
correctness, the single-ease question (SEQ) and SUS. `statistics` names their sources.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from handrail_guides.walk.statistics import Estimate, mean_score, success_rate, sus_score, task_time
from handrail_guides.walk.widget import WalkerNotReady

SCHEMA: Final = Path(__file__).with_name("task.json")
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
    """What one participant did. Times in seconds; `steps` maps a step id to its time, in the order first seen."""

    task: str
    participant: str
    build: str
    guide: str | None
    guide_version: int | None
    success: bool = False
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


def read_task(path: Path) -> Task:
    """Read a task file. Raises WalkerNotReady with every problem in one line."""
    import jsonschema

    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WalkerNotReady(f"There is no task file {path}.") from None
    except ValueError as error:
        raise WalkerNotReady(f"{path} is not JSON: {error}") from None
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    problems = [f"{problem.json_path}: {problem.message}" for problem in checker.iter_errors(document)]  # pyright: ignore[reportUnknownMemberType]
    if problems:
        raise WalkerNotReady(f"{path}: " + "; ".join(problems))
    return Task(**{name: value for name, value in document.items() if name not in ("format", "$schema")})


def report(task: Task, sessions: Sequence[Session], production: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the figures of a task, one group for each build and guide version, beside production's on the same steps.

    `production` is a funnel as `handrail report funnel GUIDE --json` prints it.
    """
    groups: dict[tuple[str, int | None], list[Session]] = {}
    for session in sessions:
        groups.setdefault((session.build, session.guide_version), []).append(session)
    return {
        "format": 1,
        "mark": "usability",
        "task": task.key,
        "goal": task.goal,
        "guide": task.guide,
        "groups": [_group(build, version, found) for (build, version), found in groups.items()],
        "production": _production(production) if production else None,
        "sessions": [session.as_json() for session in sessions],
    }


def _group(build: str, version: int | None, sessions: Sequence[Session]) -> dict[str, Any]:
    done = [session for session in sessions if session.success]
    clicks = [session.first_click_right for session in sessions if session.first_click_right is not None]
    sus = [sus_score(session.sus) for session in sessions if session.sus]
    seq = [float(session.seq) for session in sessions if session.seq is not None]
    return {
        "build": build,
        "guide_version": version,
        "success": success_rate(len(done), len(sessions)).as_json(),
        "time_s": task_time([session.seconds for session in done]).as_json(),
        "first_click": success_rate(sum(clicks), len(clicks)).as_json(),
        "wrong_clicks": _each(sessions, "wrong_clicks"),
        "errors": _each(sessions, "errors"),
        "back_steps": _each(sessions, "back_steps"),
        "seq": mean_score(seq, 1, 7).as_json(),
        "sus": mean_score(sus, 0, 100).as_json(),
        "steps": _steps(sessions),
    }


def _each(sessions: Sequence[Session], name: str) -> dict[str, float]:
    """Return how many there were in all, and for one session."""
    total = sum(getattr(session, name) for session in sessions)
    return {"total": total, "per_session": round(total / len(sessions), 2)}


def _steps(sessions: Sequence[Session]) -> list[dict[str, Any]]:
    order = dict.fromkeys(step for session in sessions for step in session.steps)
    return [
        {
            "step": step,
            "time_s": task_time([session.steps[step] for session in sessions if step in session.steps]).as_json(),
            "wrong_clicks": sum(session.wrong_clicks_by_step.get(step, 0) for session in sessions),
        }
        for step in order
    ]


def _production(funnel: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": funnel["version"],
        "runs": funnel["runs"],
        "completion": funnel["completion"],
        "steps": [
            {"step": step["step"], "time_s": step["time_s"], "drop_off": step["drop_off"]} for step in funnel["steps"]
        ],
    }


def as_text(told: Mapping[str, Any]) -> str:
    """Return a report as lines for a terminal."""
    lines = [f"{told['task']}: {told['goal']}"]
    real: dict[str, dict[str, Any]] = (
        {step["step"]: step for step in told["production"]["steps"]} if told["production"] else {}
    )
    for group in told["groups"]:
        help_ = f"guide {told['guide']} version {group['guide_version']}" if told["guide"] else "no guide"
        lines.append(f"\nBuild {group['build']}, {help_}, n = {group['success']['n']}")
        lines.append(f"  success       {_share(group['success'])}")
        lines.append(f"  time on task  {_number(group['time_s'], ' s')} (geometric mean of the successful)")
        lines.append(f"  first click   {_share(group['first_click'])}")
        counts = (
            f"{name.replace('_', ' ')} {group[name]['total']}" for name in ("wrong_clicks", "errors", "back_steps")
        )
        lines.append("  " + ", ".join(counts))
        lines.append(f"  SEQ (1 to 7)  {_number(group['seq'])}    SUS (0 to 100)  {_number(group['sus'])}")
        for step in group["steps"]:
            same = real.get(step["step"])
            beside = f"; in production {same['time_s']['median']} s (median)" if same else ""
            lines.append(
                f"    {step['step']}: {_number(step['time_s'], ' s')}, {step['wrong_clicks']} wrong clicks{beside}"
            )
    return "\n".join(lines)


def _share(one: Mapping[str, Any]) -> str:
    estimate = Estimate(**one)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "nothing measured"
    return f"{estimate.value:.0%} ({estimate.low:.0%} to {estimate.high:.0%}), n = {estimate.n}"


def _number(one: Mapping[str, Any], unit: str = "") -> str:
    estimate = Estimate(**one)
    if estimate.value is None:
        return "nothing measured"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.1f}{unit}, n = {estimate.n}: too few for an interval"
    return f"{estimate.value:.1f}{unit} ({estimate.low:.1f} to {estimate.high:.1f}), n = {estimate.n}"
