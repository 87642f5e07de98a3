"""Changes of the event file's tables from one release to the next, each in one transaction with its number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Final


def _opened_and_acted(connection: sqlite3.Connection) -> None:
    """Count steps that were opened and acted on; until then nobody told of opening, and acting was passing."""
    for column in ("opened", "acted"):
        connection.execute(f"alter table rollup_steps add column {column} integer not null default 0")
    connection.execute("update rollup_steps set acted = passed")
    passed = 2
    for number, body in connection.execute("select outcome_no, body from outcomes").fetchall():
        outcome = json.loads(body)
        outcome[4] = [[*step, False, step[passed]] for step in outcome[4]]
        text = json.dumps(outcome, separators=(",", ":"), ensure_ascii=False)
        connection.execute("update outcomes set body = ? where outcome_no = ?", (text, number))


MIGRATIONS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = (_opened_and_acted,)
"""The first one makes version 2 of version 1, and so on."""
SCHEMA_VERSION: Final = 1 + len(MIGRATIONS)


def bring_up_to_date(connection: sqlite3.Connection, version: int) -> None:
    """Apply what is missing, within the caller's transaction."""
    for migrate in MIGRATIONS[version - 1 :]:
        migrate(connection)
    connection.execute(f"pragma user_version = {SCHEMA_VERSION}")
