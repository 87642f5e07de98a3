"""What `handrail doctor` looks at: each finding says what is, and how to mend it where it is not well."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from handrail_cms.files import STATIC, WIDGET

if TYPE_CHECKING:
    from handrail_cms.services import Services

LEAST_FREE_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    code: str
    good: bool
    what: str
    mend: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the finding for a program."""
        return asdict(self)


def examine(services: Services) -> list[Finding]:
    """Look at everything and return what was found, in the order in which it would be mended."""
    return [*_data(services), *_stores(services), *_built(), *_set_up(services)]


def _data(services: Services) -> Iterator[Finding]:
    data = services.config.data
    free = shutil.disk_usage(data).free
    what = f"{free / 1_073_741_824:.1f} GiB are free in {data}."
    yield Finding("disk", free > LEAST_FREE_BYTES, what, "Make room: a full disk refuses events.")
    mode = data.stat().st_mode & 0o007
    yield Finding("mode", mode == 0, f"The data directory is {'closed to' if mode == 0 else 'open to'} other users.",
                  f"Run chmod o-rwx {data}: it holds identity secrets.")  # fmt: skip


def _stores(services: Services) -> Iterator[Finding]:
    content = services.content
    found = content.connections.row("pragma quick_check") or {}
    state = next(iter(found.values()), "unreadable")
    yield Finding("content", state == "ok", f"The content database is {'whole' if state == 'ok' else state}.",
                  "Restore the last backup.")  # fmt: skip
    pending = content.pending_migrations()
    yield Finding(
        "migrations", not pending, f"{len(pending)} migrations are pending.", "Start this release of Handrail once."
    )
    writable = services.events.writable()
    yield Finding("events", writable, f"The event store {'takes' if writable else 'does not take'} writes.",
                  "Look at the disk and at the file's owner.")  # fmt: skip


def _built() -> Iterator[Finding]:
    for code, path in (("widget", WIDGET / "handrail.js"), ("pages", STATIC / "build" / "cms.js")):
        built = path.is_file()
        what = f"The {code} {'are' if code == 'pages' else 'is'} {'built' if built else 'not built'}."
        yield Finding(f"built_{code}", built, what, "Run npm ci && npm run build in the checkout.")


def _set_up(services: Services) -> Iterator[Finding]:
    content = services.content
    apps = content.apps.all()
    if not apps:
        yield Finding("set_up", False, "There is no app.", f"Run handrail init --data {services.config.data}.")
    for app in apps:
        admins = [
            user for user in content.people.users(app.id) if user.roles[app.id] == "admin" and not user.disabled_at
        ]
        yield Finding(
            "admin", bool(admins), f"{app.name} has {len(admins)} admins.", "Run handrail user add --role admin."
        )
        for environment in content.apps.environments(app.id):
            count = len(environment.origins)
            yield Finding("origins", count > 0, f"{environment.name} takes events of {count} origins.",
                          "Add the application's origin in the environment's settings.")  # fmt: skip
    public = services.config.public_url
    if public.startswith("http://") and "localhost" not in public and "127.0.0.1" not in public:
        yield Finding("https", False, f"{public} is not encrypted.", "Put a proxy with TLS in front.")
