"""A run's result for programs: one JSON document, JUnit XML, and the exit code. Imports no browser."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail_guides.errors import Problem
from handrail_guides.walk.baseline import Comparison
from handrail_guides.walk.findings import Walk


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one call of the walker found out."""

    url: str
    profile: str
    started_at: str
    seconds: float
    walks: Sequence[Walk]
    problems: Sequence[Problem] = ()
    comparison: Comparison | None = None
    notes: Sequence[str] = field(default_factory=tuple[str, ...])


def summary(run: Run) -> dict[str, int]:
    """Count the walks by what became of them."""
    states = Counter(walk.state for walk in run.walks)
    return {name: states[name] for name in ("passed", "failed", "expected", "skipped", "not_tried")}


def exit_code(run: Run) -> int:
    """Return 3 where something could not be tried, 1 where something is wrong, 0 otherwise.

    With a baseline, only what this build broke is wrong.
    """
    counts = summary(run)
    if counts["not_tried"]:
        return 3
    if run.comparison is not None:
        return 1 if run.comparison.broke or run.problems else 0
    return 1 if counts["failed"] or run.problems else 0


def as_json(run: Run) -> dict[str, Any]:
    """Return the document that `--json` prints and `--baseline` reads."""
    made: dict[str, Any] = {
        "format": 1,
        "url": run.url,
        "profile": run.profile,
        "started_at": run.started_at,
        "seconds": round(run.seconds, 2),
        "summary": summary(run),
        "problems": [problem.as_json() for problem in run.problems],
        "walks": [walk.as_json() for walk in run.walks],
    }
    return made | ({"comparison": run.comparison.as_json()} if run.comparison else {})


def as_junit(run: Run) -> str:
    """Return JUnit XML: a suite for each guide, a case for each walk; warnings and known failures as output."""
    root = ElementTree.Element("testsuites", name="handrail")
    by_guide: dict[str, list[Walk]] = {}
    for walk in run.walks:
        by_guide.setdefault(walk.guide, []).append(walk)
    for guide, walks in by_guide.items():
        states = Counter(walk.state for walk in walks)
        suite = ElementTree.SubElement(
            root, "testsuite", name=guide, tests=str(len(walks)), failures=str(states["failed"]),
            errors=str(states["not_tried"]), skipped=str(states["skipped"]),
            time=f"{sum(walk.ms for walk in walks) / 1000:.3f}", timestamp=run.started_at,
        )  # fmt: skip
        for walk in walks:
            _case(suite, walk)
    _problems(root, run.problems)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, walk: Walk) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=f"handrail.{walk.guide}", name=walk.id, time=f"{walk.ms / 1000:.3f}"
    )
    wrong = [finding for finding in walk.all() if finding.counts]
    if walk.state == "not_tried":
        ElementTree.SubElement(case, "error", message=walk.reason, type="not_tried")
    elif walk.state == "skipped":
        ElementTree.SubElement(case, "skipped", message=walk.reason)
    elif wrong:
        told = "\n".join(_told(finding.as_json()) for finding in wrong)
        failure = ElementTree.SubElement(case, "failure", message=clean(wrong[0].sentence()), type=wrong[0].code)
        failure.text = clean(told)
    rest = [_told(finding.as_json()) for finding in walk.all() if not finding.counts]
    if rest:
        ElementTree.SubElement(case, "system-out").text = clean("\n".join(rest))


def _told(finding: Mapping[str, Any]) -> str:
    place = f" at step “{finding['step']}”" if finding["step"] else ""
    known = f" (expected: {finding['expected']})" if finding.get("expected") else ""
    words = " ".join(finding[name] for name in ("message", "detail", "mend") if finding[name])
    return f"{finding['severity']} {finding['code']}{place}: {words}{known}"


def _problems(root: ElementTree.Element, problems: Sequence[Problem]) -> None:
    if not problems:
        return
    suite = ElementTree.SubElement(
        root, "testsuite", name="guide files", tests=str(len(problems)), failures=str(len(problems))
    )
    for problem in problems:
        name = f"{problem.file or ''}:{problem.line or 1} {problem.code}"
        case = ElementTree.SubElement(suite, "testcase", classname="handrail.files", name=name)
        ElementTree.SubElement(case, "failure", message=clean(problem.message), type=problem.code).text = clean(
            problem.mend
        )


def clean(text: str) -> str:
    """Take out the characters that XML 1.0 cannot hold."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
