"""Undo and redo over the kept drafts: each is a new save, so that history itself is never rewritten. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handrail_cms.storage.records import Draft


@dataclass(frozen=True, slots=True)
class Position:
    """`at`: the revision whose text the draft shows; `top`: the newest one that redo may come back to."""

    at: int
    top: int


def undone(drafts: Sequence[Draft], position: Position) -> Draft | None:
    """Return the newest draft before the position that says something else, or None. `drafts`: newest first."""
    shown = next((draft for draft in drafts if draft.revision == position.at), None)
    earlier = (draft for draft in drafts if draft.revision < position.at)
    return next((draft for draft in earlier if shown is None or draft.body != shown.body), None)


def redone(drafts: Sequence[Draft], position: Position) -> Draft | None:
    """Return the oldest draft after the position, up to its top, that says something else, or None."""
    shown = next((draft for draft in drafts if draft.revision == position.at), None)
    later = (draft for draft in reversed(drafts) if position.at < draft.revision <= position.top)
    return next((draft for draft in later if shown is None or draft.body != shown.body), None)
