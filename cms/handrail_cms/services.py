"""Everything one process works with, opened once and handed around; no module-level state."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from handrail_cms.clock import Clock, OffsetClock, SystemClock
from handrail_cms.config import Config
from handrail_cms.errors import NotThere
from handrail_cms.facts import ContentFacts
from handrail_cms.intake import Intake
from handrail_cms.storage.content import FILE_NAME, ContentStore, open_content_store
from handrail_cms.storage.events import EventStore, open_event_store

EVENTS_FILE_NAME = "events.db"


@dataclass(frozen=True, slots=True)
class Services:
    """One process's settings, clock, stores and intake."""

    config: Config
    clock: Clock
    content: ContentStore
    events: EventStore
    intake: Intake

    def close(self) -> None:
        """Finish the writes that wait, then close both stores."""
        self.intake.close()
        self.events.close()
        self.content.close()


def open_services(config: Config, clock: Clock | None = None, *, create: bool = False) -> Services:
    """Open the data directory; raises NotThere where it is missing (unless `create`) or can't be written."""
    clock = clock or clock_of(config)
    check_directory(config.data, create=create)
    content = open_content_store(config.data / FILE_NAME, clock, create=create)
    durable = config.synchronous == "full"
    events = open_event_store(config.data / EVENTS_FILE_NAME, ContentFacts(content), durable=durable)
    return Services(config, clock, content, events, Intake(events, clock))


def clock_of(config: Config) -> Clock:
    """Return the machine's clock, or the one that a test moves by a file."""
    return OffsetClock(Path(config.clock_file)) if config.clock_file else SystemClock()


def check_directory(data: Path, *, create: bool) -> None:
    """Raise NotThere, with the mend, where the data directory can't be used."""
    if create:
        try:
            data.mkdir(parents=True, exist_ok=True, mode=0o750)
        except OSError as error:
            raise NotThere(f"The data directory {data} cannot be made: {error.strerror}.") from error
    if not data.is_dir():
        raise NotThere(f"There is no data directory {data}. Run “handrail init --data {data}” first.")
    if not os.access(data, os.W_OK | os.X_OK):
        raise NotThere(f"The data directory {data} is not writable. Change its owner or choose another with --data.")
