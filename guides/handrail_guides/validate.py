"""Validate a document: is it plain JSON, does it fit its schema, do its parts fit each other.

All problems come at once. No input of any kind makes these functions raise, or take more than linear time.
"""

# pyright: reportUnknownVariableType=false
from __future__ import annotations

from typing import Any, cast

from handrail_guides.checks import document_problems
from handrail_guides.document import located, plain_problems, read
from handrail_guides.errors import Problem, UnknownFormat
from handrail_guides.shape import shape_problems
from handrail_guides.versions import upgrade

KINDS = ("guide", "segment", "theme", "environment")


def validate(document: Any, kind: str = "guide") -> list[Problem]:
    """Return every problem of a document of the given kind; an empty list means that it can be compiled and shown."""
    return plain_problems(document) or [*shape_problems(document, kind), *document_problems(document, kind)]


def validate_text(text: str | bytes, file: str | None = None, kind: str = "guide") -> tuple[Any, list[Problem]]:
    """Read and validate a document; return (document, problems), with the lines of the problems.

    The document is None where the text is not JSON; it is given with its problems where it is. A document of an
    older format is upgraded, and a problem of level `advice` names each change.
    """
    document, problems = read(text, file)
    if problems:
        return None, problems
    source = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    changes: list[str] = []
    if kind == "guide" and isinstance(document, dict):
        try:
            document, changes = upgrade(cast("dict[str, Any]", document))
        except UnknownFormat as error:
            mend = "Read it with the release that wrote it, or upgrade this one."
            return document, located([Problem("/format", "unknown_format", str(error), mend)], source, file)
    problems = validate(document, kind)
    if changes:
        problems.append(_upgraded(changes))
    return document, located(problems, source, file)


def _upgraded(changes: list[str]) -> Problem:
    message = f"The document was read as an older format: {'; '.join(changes)}."
    return Problem(
        "/format", "upgraded", message, "Write it in the current format: handrail pull does.", level="advice"
    )


def kind_of(document: Any) -> str:
    """Tell from its keys what a document is; a guide, where nothing tells."""
    if isinstance(document, dict):
        for kind, telling in (("guide", "steps"), ("segment", "rule"), ("theme", "light"), ("environment", "origins")):
            if telling in document:
                return kind
        if "live" in document or "settings" in document or "time_zone" in document:
            return "environment"
    return "guide"
