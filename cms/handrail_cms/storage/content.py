"""The content store: apps, documents, releases, people, previews, uploads,
usability sessions and the audit trail, in one SQLite file."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from handrail_cms.clock import Clock
from handrail_cms.errors import NotThere
from handrail_cms.storage.apps import Apps
from handrail_cms.storage.documents import Documents
from handrail_cms.storage.migrations import content_migrations
from handrail_cms.storage.people import People, Trail
from handrail_cms.storage.previews import Previews, Uploads
from handrail_cms.storage.releases import Releases
from handrail_cms.storage.sqlite import Connections
from handrail_cms.storage.summaries import Summaries
from handrail_cms.storage.usability import Usability

FILE_NAME = "handrail.db"


class ContentStore:
    """One object for each room of the content database; `transaction()` makes several calls one."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.connections = Connections(path)
        self.clock = clock
        self.apps = Apps(self.connections, clock)
        self.summaries = Summaries(self.connections)
        self.documents = Documents(self.connections, clock, self.summaries)
        self.releases = Releases(self.connections, clock)
        self.people = People(self.connections, clock)
        self.trail = Trail(self.connections, clock)
        self.previews = Previews(self.connections, clock)
        self.uploads = Uploads(self.connections, clock)
        self.usability = Usability(self.connections, clock)
        self.compiled: dict[tuple[Any, ...], tuple[dict[str, Any], Mapping[str, bytes]]] = {}
        """What publishing has compiled in this process, by guide version; anything in it can be made again."""

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Store everything that the block writes, or nothing."""
        with self.connections.write():
            yield

    def pending_migrations(self) -> list[str]:
        """Return the names of the migrations that this database has not seen."""
        return [migration.name for migration in content_migrations.pending(self.connections.database())]

    def close(self) -> None:
        """Close the store; it can't be used afterwards."""
        self.connections.close()


def open_content_store(path: Path, clock: Clock, *, create: bool = False) -> ContentStore:
    """Open `handrail.db` and bring it up to date; raises NotThere where it is missing and not to be created."""
    if not create and not path.exists():
        raise NotThere(f"There is no {path}. Run “handrail init --data {path.parent}” first.")
    store = ContentStore(path, clock)
    content_migrations.apply(store.connections.database())
    return store
