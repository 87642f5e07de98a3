"""What a set of usability sessions says: task success, times, clicks, SEQ and SUS, beside production's figures. Pure.

`statistics` names the sources of every estimate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from handrail_guides.usability.statistics import Estimate, mean_score, success_rate, sus_score, task_time
from handrail_guides.usability.tasks import Session, Task

Funnel = Mapping[str, Any]


def report(
    task: Task, sessions: Sequence[Session], production: Mapping[int | None, Funnel] | None = None
) -> dict[str, Any]:
    """Return the figures of a task, one group for each build and guide version, beside production's on the same steps.

    `production` holds funnels as `handrail report funnel GUIDE --json` prints them, by guide version; the one under
    None serves the versions that have none.
    """
    real = production or {}
    groups: dict[tuple[str, int | None], list[Session]] = {}
    for session in sessions:
        groups.setdefault((session.build, session.guide_version), []).append(session)
    return {
        "format": 1,
        "mark": "usability",
        "task": task.key,
        "goal": task.goal,
        "guide": task.guide,
        "groups": [
            _group(build, version, found) | {"production": _production(real.get(version) or real.get(None))}
            for (build, version), found in groups.items()
        ],
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
        "ended": dict(Counter(session.ended for session in sessions)),
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


def _production(funnel: Funnel | None) -> dict[str, Any] | None:
    if funnel is None:
        return None
    return {
        "environment": funnel.get("environment"),
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
    for group in told["groups"]:
        beside = group["production"]
        real: dict[str, dict[str, Any]] = {step["step"]: step for step in beside["steps"]} if beside else {}
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
            lines.append(
                f"    {step['step']}: {_number(step['time_s'], ' s')}, {step['wrong_clicks']} wrong clicks"
                + _beside(real.get(step["step"]))
            )
        if beside:
            place = f"{beside['environment'] or 'production'}, version {beside['version']}"
            lines.append(f"  {place}: completed by {_rate(beside['completion'])}")
    return "\n".join(lines)


def _beside(same: Mapping[str, Any] | None) -> str:
    if same is None or same["time_s"]["median"] is None:
        return ""
    drop_off = f", {_rate(same['drop_off'])} leave here" if same["drop_off"] else ""
    return f"; in production {same['time_s']['median']:.1f} s (median, n = {same['time_s']['n']}){drop_off}"


def _rate(rate: Mapping[str, Any]) -> str:
    return f"{rate['share']:.0%} (n = {rate['n']})" if rate["n"] else "nobody yet"


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
