"""The report for people: one file that opens offline, with a page for each guide and its steps as a film strip.

Pages are sections shown by their address (`#guide`), without script. Imports no browser.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from handrail_guides.errors import Problem
from handrail_guides.walk.baseline import Change
from handrail_guides.walk.cases import parse_viewport
from handrail_guides.walk.findings import Finding, StepWalk, Walk
from handrail_guides.walk.results import Run, summary

_PAGE: Final = Template(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
_STATES: Final = {
    "passed": "Passed",
    "failed": "Failed",
    "expected": "Failed as expected",
    "skipped": "Left out",
    "not_tried": "Not tried",
}


def as_html(run: Run) -> str:
    """Return the whole report as one HTML document."""
    guides: dict[str, list[Walk]] = {}
    for walk in run.walks:
        guides.setdefault(walk.guide, []).append(walk)
    return _PAGE.substitute(
        verdict=escape(verdict(run)),
        about=escape(f"{run.url}, {_when(run.started_at)}, {run.profile} profile, {run.seconds:.0f} s"),
        counts="".join(_count(state, number) for state, number in summary(run).items() if number),
        comparison=_comparison(run),
        problems=_problems(run.problems),
        rows="".join(_row(guide, walks) for guide, walks in guides.items()),
        pages="".join(_guide(guide, walks) for guide, walks in guides.items()),
    )


def _when(started_at: str) -> str:
    """Return an ISO 8601 time as people read it."""
    return started_at.replace("T", " ").replace("+00:00", " UTC")


def verdict(run: Run) -> str:
    """Return the finding of the whole run as one sentence."""
    counts = summary(run)
    broken = {walk.guide for walk in run.walks if walk.state == "failed"}
    told = [f"{counts['not_tried']} of {len(run.walks)} walks could not be tried."] if counts["not_tried"] else []
    if broken:
        told.append(f"{len(broken)} of {len({walk.guide for walk in run.walks})} guides need attention.")
    if told:
        return " ".join(told)
    if run.problems:
        return f"{len(run.problems)} problem(s) in the guide files."
    expected = f", {counts['expected']} of them failing as expected" if counts["expected"] else ""
    return f"All {len(run.walks)} walks went through{expected}." if run.walks else "There was nothing to walk."


def _count(state: str, number: int) -> str:
    return f'<li class="{state}"><b>{number}</b> {_STATES[state].lower()}</li>'


def _row(guide: str, walks: Sequence[Walk]) -> str:
    wrong = [finding for walk in walks for finding in walk.all() if finding.severity == "error"]
    warned = [finding for walk in walks for finding in walk.all() if finding.severity == "warning"]
    told = _unique(f"{finding.code}{f' at {finding.step}' if finding.step else ''}{_known(finding)}"
                   for finding in sorted(wrong, key=lambda finding: not finding.counts))  # fmt: skip
    untried = _unique(walk.reason for walk in walks if walk.state in ("not_tried", "skipped"))
    return (
        f'<tr><th scope="row"><a href="#guide-{escape(guide)}">{escape(guide)}</a></th>'
        f"<td>{_badge(_worst(walks))}</td><td>{len(walks)}</td><td>{len(warned)}</td>"
        f"<td>{escape('; '.join([*told[:3], *untried[:1]]))}</td></tr>"
    )


def _known(finding: Finding) -> str:
    return " (expected)" if finding.expected else ""


def _guide(guide: str, walks: Sequence[Walk]) -> str:
    parts = "".join(_walk(walk) for walk in walks)
    return (
        f'<section class="guide" id="guide-{escape(guide)}" aria-labelledby="title-{escape(guide)}">'
        f'<p><a href="#overview">All guides</a></p><h1 id="title-{escape(guide)}">{escape(guide)}</h1>{parts}</section>'
    )


def _walk(walk: Walk) -> str:
    about = ", ".join(part for part in (walk.language, walk.viewport, walk.theme, walk.persona, walk.path) if part)
    own = "".join(_finding(finding) for finding in walk.findings)
    reason = f"<p>{escape(walk.reason)}</p>" if walk.reason else ""
    strip = "".join(_step(number, step) for number, step in enumerate(walk.steps, 1))
    return (
        f"<article><h2>{escape(about)} {_badge(walk.state)} "
        f'<span class="quiet">{walk.ms / 1000:.1f}&nbsp;s</span></h2>{reason}'
        + (f'<ul class="findings">{own}</ul>' if own else "")
        + (
            f'<ol class="strip{_shape(walk)}" tabindex="0" aria-label="Steps of {escape(walk.id)}">{strip}</ol>'
            if strip
            else ""
        )
        + "</article>"
    )


def _shape(walk: Walk) -> str:
    """A phone's pictures are narrow ones, as high as a desktop's are wide."""
    size = parse_viewport(walk.viewport)
    return " narrow" if size.width < size.height else ""


def _step(number: int, step: StepWalk) -> str:
    picture = '<div class="nothing">No picture</div>'
    if step.picture:
        data = base64.b64encode(step.picture).decode()
        picture = f'<img loading="lazy" alt="{escape(_alt(number, step))}" src="data:image/jpeg;base64,{data}">'
    found = "".join(_finding(finding) for finding in step.findings)
    unfound = any(finding.code.startswith("target_") for finding in step.findings)
    matched = "not shown" if unfound else "no target"
    if step.match and step.confidence is not None:
        matched = f"{step.match}, {step.confidence:.2f}"
    time = f", {step.shown_ms} ms" if step.shown_ms is not None else ""
    return (
        f"<li><figure>{picture}<figcaption><b>{number}. {escape(step.title or step.step)}</b>"
        f'<span class="quiet">{escape(step.step)}: {escape(matched)}{time}</span></figcaption></figure>'
        + (f'<ul class="findings">{found}</ul>' if found else "")
        + "</li>"
    )


def _alt(number: int, step: StepWalk) -> str:
    told = f", with {len(step.findings)} finding(s)" if step.findings else ""
    return f"The page at step {number}, {step.step}{told}; a dashed line marks the target."


def _finding(finding: Finding) -> str:
    known = finding.as_json()
    level = "expected" if finding.expected else finding.severity
    word = f"expected: {escape(finding.expected)}" if finding.expected else finding.severity
    return (
        f'<li class="{level}"><b>{escape(finding.code)}</b> <span class="level">{word}</span><br>'
        f"{escape(known['message'])} {escape(finding.detail)}<br><i>{escape(known['mend'])}</i></li>"
    )


def _badge(state: str) -> str:
    return f'<span class="badge {state}">{_STATES[state]}</span>'


def _worst(walks: Sequence[Walk]) -> str:
    order = ("not_tried", "failed", "expected", "passed", "skipped")
    return min((walk.state for walk in walks), key=order.index)


def _comparison(run: Run) -> str:
    if run.comparison is None:
        return ""
    parts = (("Broke", run.comparison.broke), ("Mended", run.comparison.mended), ("Only moved", run.comparison.moved))
    lists = "".join(f"<h3>{name}</h3><ul>{_changes(changes)}</ul>" for name, changes in parts if changes)
    said = escape(run.comparison.sentence())
    return f'<section class="panel"><h2>Against the last walk</h2><p>{said}</p>{lists}</section>'


def _changes(changes: Sequence[Change]) -> str:
    return "".join(
        f'<li><a href="#guide-{escape(change.guide)}">{escape(change.walk)}</a>, {escape(change.step or "the guide")}: '
        f"<b>{escape(change.code)}</b>. {escape(change.told)}</li>"
        for change in changes
    )


def _problems(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    rows = "".join(
        f"<li><b>{escape(problem.file or '')}:{problem.line or ''}</b> {escape(problem.pointer)}: "
        f"{escape(problem.message)} <i>{escape(problem.mend)}</i></li>"
        for problem in problems
    )
    return f'<section class="panel"><h2>Guide files that do not validate</h2><ul>{rows}</ul></section>'


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
