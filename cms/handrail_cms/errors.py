"""The server's exceptions. `cms/http.py` alone turns them into problem+json, `cms/cli.py` into exit codes.

HandrailError (handrail_guides.errors)
├── NotThere            something needed is missing: server, folder, port, login    exit 3
│   └── StorageUnavailable   disk full, locked or read-only database               503
├── BadSettings         settings that cannot be used; carries all problems          exit 2
├── NotFound            no such guide, environment, version …                       404
├── Forbidden           the actor may not do this                                   403
├── Refused             the request breaks a rule of the product, with a reason     409
│   └── RevisionConflict     the draft has moved on; carries the current one        412
└── TooBusy             a bounded queue or rate limit is full; retry later          503 / 429
"""

from __future__ import annotations

from handrail_guides.errors import HandrailError
from handrail_guides.saying import say


class NotThere(HandrailError):
    """Something that is needed is not there."""


class StorageUnavailable(NotThere):
    """The store cannot take a write now; nothing was acknowledged."""


class BadSettings(HandrailError):
    """Settings that cannot be used; `problems` holds one sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotFound(HandrailError):
    """There is no such thing under that name."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(say("There is no %(what)s named “%(name)s”.", what=say(what), name=name))
        self.what = what
        self.name = name


class Forbidden(HandrailError):
    """The actor may not do this."""


class Refused(HandrailError):
    """The request cannot be carried out as things stand; `code` is stable, the message says the mend."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RevisionConflict(Refused):
    """Someone saved a newer draft; `current` is its revision."""

    def __init__(self, current: int) -> None:
        super().__init__(
            "revision_conflict",
            say("The draft has moved on to revision %(current)s. Load it, merge, and save again.", current=current),
        )
        self.current = current


class TooBusy(HandrailError):
    """Try again in `retry_after_s` seconds; `status` is 429 for a rate limit and 503 for a full queue."""

    def __init__(self, message: str, *, retry_after_s: int, status: int = 503) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.status = status
