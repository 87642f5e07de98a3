"""SQLite connections: one per thread and file, WAL, foreign keys, and errors told in our own words."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from handrail_cms.errors import NotThere, StorageUnavailable

Row = dict[str, Any]


class Connections:
    """Hands every thread its own connection to one file, and closes them all at the end."""

    def __init__(self, path: Path, *, synchronous: str = "normal", busy_timeout_ms: int = 5000) -> None:
        self.path = path
        self._synchronous = synchronous
        self._busy_timeout_ms = busy_timeout_ms
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: list[sqlite3.Connection] = []
        self.generation = 0
        """Changes when every connection was closed because its file may be written again: take a new one."""

    def database(self) -> Database:
        """Return this thread's connection, opened at the first call; raises NotThere where the file can't be opened."""
        database: Database | None = getattr(self._local, "database", None)
        if database is None:
            database = self._connect()
            self._local.database = database
        return database

    def _connect(self) -> Database:
        try:
            connection = sqlite3.connect(
                self.path, isolation_level=None, check_same_thread=False, timeout=self._busy_timeout_ms / 1000
            )
            database = Database(connection)
            connection.execute("pragma journal_mode = wal")
            connection.execute(f"pragma synchronous = {self._synchronous}")
            connection.execute("pragma foreign_keys = on")
            connection.execute("pragma trusted_schema = off")
        except sqlite3.Error as error:
            raise NotThere(f"The database {self.path} cannot be opened: {error}.") from error
        with self._lock:
            self._open.append(connection)
        return database

    def rows(self, sql: str, parameters: Row | Sequence[Any] = ()) -> list[Row]:
        """Return every row of a query as a dictionary."""
        with self._told():
            cursor = self.database().conn.execute(sql, parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, parameters: Row | Sequence[Any] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def run(self, sql: str, parameters: Row | Sequence[Any] = ()) -> int:
        """Carry out one write and return how many rows it touched."""
        with self._told():
            return self.database().conn.execute(sql, parameters).rowcount

    def insert(self, table: str, values: Row) -> int:
        """Insert one row and return its id; table and column names come from our own code only."""
        columns = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        with self._told():
            cursor = self.database().conn.execute(f"insert into {table} ({columns}) values ({places})", values)  # noqa: S608
            return cursor.lastrowid or 0

    @contextmanager
    def write(self) -> Generator[Database, None, None]:
        """Hold the write lock for the block: all of it is stored, or nothing; a block inside a block joins it."""
        database = self.database()
        if database.conn.in_transaction:
            yield database
            return
        generation = self.generation
        with self._told():
            database.conn.execute("begin immediate")
        try:
            yield database
        except BaseException:
            if self.generation == generation:
                database.rollback()
            raise
        with self._told():
            database.conn.execute("commit")

    @contextmanager
    def write_on(self, connection: sqlite3.Connection) -> Generator[None, None, None]:
        """Hold the write lock on a connection that threads share under their own lock; all is stored, or nothing."""
        with self._told():
            connection.execute("begin immediate")
            try:
                yield
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise

    @contextmanager
    def _told(self) -> Generator[None, None, None]:
        """Turn a busy, full or read-only database into StorageUnavailable; leave programming errors alone."""
        try:
            yield
        except sqlite3.OperationalError as error:
            code = error.sqlite_errorcode & 0xFF
            if code not in _UNAVAILABLE:
                raise
            if code == sqlite3.SQLITE_READONLY and os.access(self.path, os.W_OK):
                self._open_anew()
            raise StorageUnavailable(f"{self.path.name} cannot take this now: {error}. Nothing was stored.") from error

    def _open_anew(self) -> None:
        """Close every connection: one that was opened for reading only stays so, and keeps others from writing.

        SQLite shares one view of the write-ahead log in a process. Nobody is writing when this is called.
        """
        self.close()
        self.generation += 1

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
        self._local = threading.local()


_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)
