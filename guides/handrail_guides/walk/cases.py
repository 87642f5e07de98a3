"""What is to be walked: guides × languages × viewports × themes × paths, each with an id. Imports no browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from handrail_guides import localise
from handrail_guides.walk.codes import Profile

Document = dict[str, Any]
PATHS_AT_MOST: Final = 16


@dataclass(frozen=True, slots=True)
class Viewport:
    """A window; a touch device where `touch` says so."""

    name: str
    width: int
    height: int
    touch: bool = False


VIEWPORTS: Final = {
    one.name: one
    for one in (
        Viewport("desktop", 1280, 800),
        Viewport("wide", 1920, 1080),
        Viewport("tablet", 820, 1180, touch=True),
        Viewport("phone", 390, 844, touch=True),
    )
}


@dataclass(frozen=True, slots=True)
class Persona:
    """Who walks: the traits given to the widget; the host's own login may look at the name."""

    name: str = ""
    traits: Mapping[str, Any] = field(default_factory=dict[str, Any])
    account: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Bundle:
    """The documents that a walk needs: guides, and the segments and themes that they name."""

    guides: Sequence[Document]
    segments: Mapping[str, Document] = field(default_factory=dict[str, Document])
    themes: Mapping[str, Document] = field(default_factory=dict[str, Document])
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """Guide key -> the file it came from, where it came from one."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks for; None means all that the guide has."""

    languages: Sequence[str] | None = None
    viewports: Sequence[Viewport] = (VIEWPORTS["desktop"],)
    themes: Sequence[str] = ("light",)
    personas: Sequence[Persona] = (Persona(),)
    profile: Profile = "quick"
    all_paths: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One walk to be done. `path` holds the ids of the steps that should be met, in order."""

    guide: Document
    language: str
    viewport: Viewport
    theme: str
    persona: Persona
    path: tuple[str, ...]
    path_name: str
    profile: Profile

    @property
    def id(self) -> str:
        """The walk's readable id; the same case has the same id in every run."""
        parts = [self.language, self.viewport.name]
        parts += [self.theme] if self.theme != "light" else []
        parts += [self.persona.name] if self.persona.name else []
        parts += [self.path_name] if self.path_name else []
        return f"{self.guide['key']}[{'-'.join(parts)}]"


def parse_viewport(text: str) -> Viewport:
    """Read a viewport's name, or its size as `1280x800`. Raises ValueError with the mend."""
    if text in VIEWPORTS:
        return VIEWPORTS[text]
    size = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if size is None:
        raise ValueError(f"“{text}” is not a viewport. Use {', '.join(VIEWPORTS)}, or a size like 1280x800.")
    return Viewport(text, int(size[1]), int(size[2]), touch=int(size[1]) < 600)


def cases(bundle: Bundle, ask: Ask) -> Iterator[Case]:
    """Yield every walk that is asked for, guide by guide. A language that a guide lacks is walked where it is named."""
    for guide in bundle.guides:
        ways = paths(guide) if ask.all_paths else paths(guide)[:1]
        for language in ask.languages or localise.languages(guide):
            for viewport in ask.viewports:
                for theme in ask.themes:
                    for persona in ask.personas:
                        for number, path in enumerate(ways, 1):
                            name = f"path{number}" if len(ways) > 1 else ""
                            yield Case(guide, language, viewport, theme, persona, path, name, ask.profile)


def paths(guide: Document) -> list[tuple[str, ...]]:
    """Return the ways through a guide: those its `test.branches` names, or every one, by branch and by button.

    At most 16; a way that comes back to a step it already met ends there.
    """
    declared = guide.get("test", {}).get("branches")
    if declared:
        return [tuple(path) for path in declared]
    order = [step["id"] for step in guide["steps"]]
    steps = {step["id"]: step for step in guide["steps"]}
    found: list[tuple[str, ...]] = []
    open_: list[tuple[str, ...]] = [(order[0],)]
    while open_ and len(found) < PATHS_AT_MOST:
        path = open_.pop(0)
        following = [step for step in exits(steps[path[-1]], order) if step not in path]
        if following:
            open_.extend((*path, step) for step in following)
        else:
            found.append(path)
    return found


def exits(step: Mapping[str, Any], order: Sequence[str]) -> list[str]:
    """Return the steps that can follow one, by its buttons, its branches, or its place; unconditional ones last."""
    found = [button["action"]["to"] for button in step.get("buttons", []) if _leads(button)]
    for branch in step.get("then", []):
        if branch["to"] != "end":
            found.append(branch["to"])
        if "if" not in branch:
            return _once(found, order)
    buttons = step.get("buttons")
    goes_on = not buttons or any(button["action"] == "next" for button in buttons)
    place = order.index(step["id"]) + 1
    if place < len(order) and (goes_on or step.get("advance", {}).get("on", "next") != "next"):
        found.append(order[place])
    return _once(found, order)


def _leads(button: Mapping[str, Any]) -> bool:
    return isinstance(button["action"], Mapping) and "to" in button["action"]


def _once(found: Sequence[str], order: Sequence[str]) -> list[str]:
    return [step for step in dict.fromkeys(found) if step in order]


def traits_for(guide: Document, path: Sequence[str]) -> dict[str, Any]:
    """Return traits that make the conditional branches of a path come true, as far as they are plain trait rules."""
    wanted: dict[str, Any] = {}
    steps = {step["id"]: step for step in guide["steps"]}
    for here, there in pairwise(path):
        for branch in steps.get(here, {}).get("then", []):
            if branch["to"] == there:
                wanted |= _meeting(branch.get("if", {}))
                break
            for name, value in _meeting(branch.get("if", {})).items():
                wanted.setdefault(name, None if isinstance(value, bool) else f"not-{value}")
    return wanted


def _meeting(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return traits under which a rule holds; nothing where that takes more than naming values."""
    if "all" in rule:
        return {name: value for clause in rule["all"] for name, value in _meeting(clause).items()}
    if rule.get("any"):
        return _meeting(rule["any"][0])
    if "trait" not in rule:
        return {}
    name = rule["trait"]
    match next((key for key in rule if key != "trait"), ""):
        case "is" | "at_least" | "at_most" | "contains" | "starts_with" | "ends_with" as key:
            return {name: rule[key]}
        case "in":
            return {name: rule["in"][0]}
        case "more_than":
            return {name: rule["more_than"] + 1}
        case "less_than":
            return {name: rule["less_than"] - 1}
        case "exists":
            return {name: "yes"} if rule["exists"] else {}
        case _:
            return {}
