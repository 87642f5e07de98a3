"""What a new guide starts from: nothing, a ready guide of the library, or JSON text. Knows nothing of HTTP."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any, cast

from handrail_guides import document as documents
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.saying import Said, say

Json = dict[str, Any]
NAME_PROBLEM = Problem(
    "/name", "required", say("The guide has no name."), say("Write what it helps with, such as First invoice.")
)


@dataclass(frozen=True, slots=True)
class Starter:
    """A ready guide of the library, with its name and job for authors."""

    key: str
    name: Said
    job: Said
    kind: str
    steps: int
    body: Json


def library() -> list[Starter]:
    """Return the ready guides that come with Handrail, by name."""
    return sorted((_starter(body) for body in _bodies()), key=lambda one: one.name)


def _bodies() -> list[Json]:
    folder = resources.files("handrail_guides") / "library"
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".json")]
    read = [documents.read(text)[0] for text in texts]
    return [cast(Json, body) for body in read if isinstance(body, dict) and "steps" in body]


def _starter(body: Json) -> Starter:
    name, job = (say(str(body.get(field, ""))) for field in ("name", "job"))
    return Starter(str(body["key"]), name, job, str(body["kind"]), len(body["steps"]), body)


def guide(
    start: str,
    *,
    name: str,
    language: str,
    text: str,
    taken: Callable[[str], bool],
    spoken: Callable[[Said], str] = str,
) -> Json:
    """Return the first draft of a guide with a free key.

    `start` is `empty:KIND`, `library:KEY` or `json`; `spoken` says the name of a ready guide in the author's language.
    Raises GuideProblems where a name or JSON is missing.
    """
    kind, _, which = start.partition(":")
    if kind == "json":
        return _read(text)
    wanted = name.strip()
    if kind == "library":
        found = next((one for one in library() if one.key == which), None)
        if found is None:
            raise GuideProblems(
                [Problem("/start", "unknown", say("There is no such ready guide."), say("Choose one of the list."))]
            )
        words = {"name": wanted or spoken(found.name), "job": spoken(found.job)}
        return {**found.body, "key": free_key(wanted or found.key, taken), **words}
    if not wanted:
        raise GuideProblems([NAME_PROBLEM])
    step: Json = {"id": "step-1", "title": ""}
    return {
        "format": 1,
        "key": free_key(wanted, taken),
        "kind": which or "tour",
        "name": wanted[:120],
        "language": language,
        "steps": [step],
    }


def _read(text: str) -> Json:
    body, problems = documents.read(text)
    if problems:
        raise GuideProblems(problems)
    if not isinstance(body, dict):
        message = say("A guide is one JSON object.")
        raise GuideProblems([Problem("", "type", message, say("Paste the whole file, from { to }."), 1)])
    return cast(Json, body)


def free_key(name: str, taken: Callable[[str], bool]) -> str:
    """Return a key made of a name that no guide has: ASCII letters and digits with hyphens, numbered where taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "guide"
    key, number = stem, 1
    while taken(key):
        number += 1
        key = f"{stem}-{number}"
    return key
