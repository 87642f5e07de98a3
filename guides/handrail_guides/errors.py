"""The exceptions of the guide format, and the one shape in which a problem is told.

HandrailError
├── GuideProblems       a document that has problems; carries all of them
├── UnknownFormat       a document of a format that this release cannot read
└── MergeConflict       two edits of one draft that touch the same field
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from handrail_guides.saying import listed, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handrail_guides.merge import Conflict

Level = Literal["error", "advice"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and what mends it.

    `pointer` is a JSON Pointer (RFC 6901) into the document; `line` counts from 1 and is None
    where the document did not come from text; `code` is stable, `message` and `mend` are for people.
    """

    pointer: str
    code: str
    message: str
    mend: str
    line: int | None = None
    file: str | None = None
    level: Level = "error"

    def as_json(self) -> dict[str, object]:
        """Return the wire form: every field that has a value."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class HandrailError(Exception):
    """The root of every exception that Handrail raises on purpose."""


class GuideProblems(HandrailError):
    """A document has problems; `problems` holds all of them, errors first."""

    def __init__(self, problems: list[Problem]) -> None:
        said = listed((problem.message for problem in problems[:3]), "; ")
        super().__init__(say("%(count)s problem(s): %(said)s", count=len(problems), said=said))
        self.problems = problems


class UnknownFormat(HandrailError):
    """The document's `format` is newer than this release reads."""


class MergeConflict(HandrailError):
    """Both edits changed the same fields; `pointers` names them, `conflicts` has both texts of each."""

    def __init__(self, pointers: list[str], conflicts: Sequence[Conflict] = ()) -> None:
        super().__init__(say("Both edits changed: %(names)s", names=", ".join(pointers)))
        self.pointers = pointers
        self.conflicts = list(conflicts)
