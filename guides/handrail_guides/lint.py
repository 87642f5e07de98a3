"""Advice on documents that are valid: what breaks, confuses or tires visitors later. Each code can be turned off.

Off for one document: `"lint": {"off": ["long_text"]}`; for a project: the same in `handrail.json`, beside `"voice"`,
the path of a `voice.json`: `{"banned": {"simply": "leave it out"}, "grade": 9}`. The pages are docs/lint.md#CODE.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handrail_guides.contrast import weak_pairs
from handrail_guides.errors import Problem
from handrail_guides.flow import ending, goes_on, reachable
from handrail_guides.lint_rules import personal_data
from handrail_guides.lint_targets import target_advice
from handrail_guides.lint_texts import text_advice, translation_advice
from handrail_guides.saying import say
from handrail_guides.shape import nearest

Json = Any
Document = Mapping[str, Json]

MOST_STEPS: Final = 7
HARDEST_GRADE: Final = 9.0

# code -> what it says, in a sentence; docs/lint.md is made from it
CODES: Final[dict[str, str]] = {
    "brittle_target": "The element is found by its place in the page alone, and is lost when anything around it moves.",
    "generated_name": "The selector holds a class or id that a build tool made up; the next build makes up another.",
    "long_text": "The text is too long for where it stands.",
    "hard_to_read": "The text needs more schooling, or more breath, than it should.",
    "missing_translation": "A language that the guide speaks lacks this text; visitors see the source instead.",
    "stale_translation": "The source text has changed since it was translated.",
    "orphan_translation": "The translated text is not in the guide any more.",
    "lost_placeholder": "A translation lacks, or invents, a placeholder.",
    "plural_forms": "A plural lacks a form that the language needs, or has one that it does not know.",
    "unreachable_step": "No way leads to this step.",
    "no_way_out": "From this step there is no way to the end of the guide.",
    "many_steps": f"More than {MOST_STEPS} steps: few visitors see the last one.",
    "low_contrast": "Two colours of the theme are too close to one another to read.",
    "banned_word": "The team's voice.json says not to use this word.",
    "personal_data": "The rule holds personal data, and everybody can read the rules of a live guide.",
    "unknown_code": "A code that is turned off does not exist.",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """A project's choices: codes that are off, words that its voice bans (word -> instead), the hardest grade."""

    off: frozenset[str] = frozenset()
    banned: Mapping[str, str] = field(default_factory=dict[str, str])
    grade: float = HARDEST_GRADE
    languages: tuple[str, ...] = ()


def settings_from(project: Mapping[str, Json], voice: Mapping[str, Json]) -> Settings:
    """Return the settings of a `handrail.json` and its `voice.json`; what is not understood is left at its default."""
    advice, banned, grade = project.get("lint"), voice.get("banned"), voice.get("grade")
    off = advice.get("off", []) if isinstance(advice, dict) else []
    if isinstance(banned, list):
        banned = dict.fromkeys(map(str, banned), "")
    return Settings(
        off=frozenset(map(str, off)),
        banned={word: str(instead) for word, instead in banned.items()} if isinstance(banned, dict) else {},
        grade=float(grade) if isinstance(grade, (int, float)) else HARDEST_GRADE,
        languages=tuple(name for name in project.get("languages", []) if isinstance(name, str)),
    )


def lint(document: Document, kind: str = "guide", settings: Settings | None = None) -> list[Problem]:
    """Return the advice on a document that validates, in the order of the document."""
    settings = settings or Settings()
    off = settings.off | set(document.get("lint", {}).get("off", []))
    found = [advice for check in _CHECKS.get(kind, ()) for advice in check(document, settings)]
    return [advice for advice in found if advice.code not in off]


def link(code: str) -> str:
    """Return where a code is explained."""
    return f"docs/lint.md#{code}"


def _steps(document: Document, _: Settings) -> Iterator[Problem]:
    steps: list[Json] = document["steps"]
    if len(steps) > MOST_STEPS:
        message = say(
            "The guide has %(steps)s steps; %(most_steps)s are as many as most people follow.",
            steps=len(steps),
            most_steps=MOST_STEPS,
        )
        yield _advice("/steps", "many_steps", message, say("Split it into guides that each do one job."))
    if document["kind"] == "checklist":  # its items are ticked in any order, not walked through
        return
    there, out = reachable(steps), ending(steps)
    for index, step in enumerate(steps):
        name, pointer = step["id"], f"/steps/{index}"
        if name not in there:
            message = say("No step leads to “%(name)s”.", name=name)
            mend = say("Name it in a branch or a button of another step, or take it out.")
            yield _advice(pointer, "unreachable_step", message, mend)
        elif name not in out:
            message = say("From “%(name)s” there is no way to the end", name=name) + (
                "." if goes_on(step) else say(": no button goes on.")
            )
            yield _advice(pointer, "no_way_out", message, say("Add a button with the action next, close or skip."))


def _targets(document: Document, _: Settings) -> Iterator[Problem]:
    for index, step in enumerate(document["steps"]):
        places = [("target", step.get("target")), ("advance/target", step.get("advance", {}).get("target"))]
        for name, target in places:
            if target:
                yield from target_advice(f"/steps/{index}/{name}", target)


def _rules(document: Document, _: Settings) -> Iterator[Problem]:
    for name in ("audience", "rule"):
        yield from personal_data(f"/{name}", document.get(name))
    for index, step in enumerate(document.get("steps", [])):
        for part in ("then", "variants"):
            for place, branch in enumerate(step.get(part, [])):
                yield from personal_data(f"/steps/{index}/{part}/{place}/if", branch.get("if"))
        yield from personal_data(f"/steps/{index}/done", step.get("done"))


def _texts(document: Document, settings: Settings) -> Iterator[Problem]:
    yield from text_advice(document, settings.banned, settings.grade)
    yield from translation_advice(document, settings.languages)


def _contrast(theme: Document, _: Settings) -> Iterator[Problem]:
    for scheme in ("light", "dark"):
        colours = {**theme["light"], **theme.get(scheme, {})}
        for name, ground, ratio, least in weak_pairs(colours):
            message = say(
                "In %(scheme)s, “%(name)s” on “%(ground)s” has a contrast of %(ratio)s; it needs %(least)s.",
                scheme=say(scheme),
                name=name,
                ground=ground,
                ratio=f"{ratio:.1f}",
                least=f"{least:g}",
            )
            place = name if name in theme.get(scheme, {}) else ground
            yield _advice(f"/{scheme}/{place}", "low_contrast", message, say("Make one of them darker or lighter."))


def _codes(document: Document, settings: Settings) -> Iterator[Problem]:
    for index, code in enumerate(document.get("lint", {}).get("off", [])):
        if code not in CODES:
            close = nearest(code, list(CODES))
            mend = say("Did you mean “%(close)s”?", close=close) if close else say("See docs/lint.md for the codes.")
            yield _advice(
                f"/lint/off/{index}",
                "unknown_code",
                say("“%(code)s” is no code of the advice.", code=code),
                mend,
            )


def _advice(pointer: str, code: str, message: str, mend: str) -> Problem:
    return Problem(pointer, code, message, mend, level="advice")


_CHECKS: Final[dict[str, tuple[Callable[[Document, Settings], Iterator[Problem]], ...]]] = {
    "guide": (_steps, _targets, _texts, _rules, _codes),
    "segment": (_rules,),
    "theme": (_contrast,),
}
