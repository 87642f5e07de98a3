"""Everything there is to say about a draft: problems first, then advice, each with its place. Knows nothing of HTTP."""

from __future__ import annotations

from typing import Any

from handrail_guides.document import located
from handrail_guides.errors import Problem
from handrail_guides.lint import lint
from handrail_guides.validate import validate, validate_text

from handrail_cms.storage.records import DocumentKind


def told(kind: DocumentKind, body: dict[str, Any]) -> list[Problem]:
    """Return the problems of a document; where there are none, the advice on it."""
    return validate(body, kind) or lint(body, kind)


def told_text(text: str, kind: DocumentKind = "guide") -> list[Problem]:
    """Return the same for a document's text, with lines."""
    body, problems = validate_text(text, kind=kind)
    if problems or not isinstance(body, dict):
        return problems
    return located(lint(body, kind), text, None)  # pyright: ignore[reportUnknownArgumentType]
