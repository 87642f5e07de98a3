"""What a pull request is told: the verdict, and what this build broke, mended and moved, as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from handrail_guides.walk.baseline import Change
from handrail_guides.walk.findings import Walk
from handrail_guides.walk.html import verdict
from handrail_guides.walk.results import Run, summary

LINES_AT_MOST: Final = 20
"""For each list; the report has the rest."""


def as_comment(run: Run) -> str:
    """Return the comment. It is short, and the same for the same result, so that it can be edited in place."""
    counts = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in summary(run).items() if number)
    lines = [f"**Guides: {_plain(verdict(run))}** ({counts or 'no walk'}, {run.profile} profile)"]
    if run.comparison is not None:
        lines += ["", _plain(run.comparison.sentence())]
        for title, changes in (("Broke", run.comparison.broke), ("Mended", run.comparison.mended),
                               ("Only moved", run.comparison.moved)):  # fmt: skip
            lines += _list(title, [_change(change) for change in changes])
    else:
        lines += _list("Broken", list(_failures(run.walks)))
    lines += _list("Not tried", [f"`{walk.id}`: {_plain(walk.reason)}" for walk in run.walks if not walk.tried])
    lines += _list("Guide files with problems", [
        f"`{problem.file}:{problem.line or 1}` {_plain(problem.message)}" for problem in run.problems])  # fmt: skip
    return "\n".join(lines) + "\n"


def _failures(walks: Sequence[Walk]) -> Iterator[str]:
    for walk in walks:
        yield from (f"`{walk.id}`: {_plain(finding.sentence())}" for finding in walk.all() if finding.counts)


def _change(change: Change) -> str:
    return f"`{change.walk}`, {_plain(change.step or 'the guide')}: **{change.code}**. {_plain(change.told)}"


def _list(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = [f"- and {len(lines) - LINES_AT_MOST} more"] if len(lines) > LINES_AT_MOST else []
    return ["", f"**{title}**", "", *(f"- {line}" for line in lines[:LINES_AT_MOST]), *more]


def _plain(text: str) -> str:
    """Keep a guide's own text from becoming markup, a mention or a link in a comment."""
    flat = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~" else letter for letter in flat).replace("@", "@\u200b")
