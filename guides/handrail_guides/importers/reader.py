"""Tell what a foreign document is, and hand it to the importer that reads it."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from handrail_guides.document import read
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.importers.carrying import Imported, as_object, as_objects
from handrail_guides.importers.libraries import from_driver, from_intro, from_shepherd
from handrail_guides.importers.moodle import from_moodle
from handrail_guides.importers.posthog import from_posthog
from handrail_guides.importers.usertour import from_usertour
from handrail_guides.importers.usertour_api import is_written

Json = Any

SOURCES: Final[dict[str, Callable[[dict[str, Json], str], list[Imported]]]] = {
    "driver.js": from_driver,
    "shepherd": from_shepherd,
    "intro.js": from_intro,
    "posthog": from_posthog,
    "usertour": from_usertour,
    "moodle": from_moodle,
}


def import_text(text: str | bytes, name: str, source: str | None = None) -> tuple[str, list[Imported]]:
    """Return (source, guides) of a foreign document; `name` names what has no name of its own.

    A list, or a page of an API with `results` or `items`, gives one or more guides for each of its members.
    Raises GuideProblems where the document is not JSON, or is none that an importer reads.
    """
    value, problems = read(text, name)
    if problems:
        raise GuideProblems(problems)
    members = _members(value)
    chosen = source or next((found for each in members if (found := recognise(each))), None)
    if chosen is None:
        mend = f"Say what it is: --from {', '.join(SOURCES)}."
        raise GuideProblems(
            [Problem("", "unknown_source", "This is no document that an importer knows.", mend, 1, name)]
        )
    found = [imported for each in members for imported in SOURCES[chosen](each, name)]
    usable = [imported for imported in found if imported.document["steps"]]
    if not usable:
        raise GuideProblems([Problem("", "no_steps", "The document has no steps.", "Export it again.", 1, name)])
    return chosen, with_own_keys(usable)


def recognise(document: dict[str, Json]) -> str | None:
    """Return what a document is, by the members that only one source has; None where nothing tells."""
    steps = as_objects(document.get("steps"))
    names = {name for step in steps for name in step}
    if "pathmatch" in document or "targettype" in names:
        return "moodle"
    if "tour_type" in document or "progressionTrigger" in names:
        return "posthog"
    of_usertour = {"publishedVersion", "editedVersion", "startRules"} & set(document) or {"cvid", "setting"} & names
    if of_usertour or is_written(document):
        return "usertour"
    if "hints" in document or "intro" in names:
        return "intro.js"
    if "attachTo" in names or "defaultStepOptions" in document or (steps and "text" in names):
        return "shepherd"
    return "driver.js" if "popover" in names else None


def _members(value: Json) -> list[dict[str, Json]]:
    if isinstance(value, list):
        members = as_objects(value)
        # a bare list of steps is what driver.js and Intro.js are often given
        return [{"steps": members}] if members and not any("steps" in each for each in members) else members
    document = as_object(value)
    for name in ("results", "items", "product_tours"):
        if isinstance(document.get(name), list):
            return as_objects(document[name])
    return [document]


def with_own_keys(found: list[Imported]) -> list[Imported]:
    """Number the keys that several guides came with, so that each has one of its own."""
    seen: set[str] = set()
    for imported in found:
        base, number = imported.document["key"], 2
        while imported.document["key"] in seen:
            imported.document["key"], number = f"{base[:76]}-{number}", number + 1
        seen.add(imported.document["key"])
    return found
