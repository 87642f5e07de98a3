"""Many rows in few statements.

The driver gives other threads the interpreter for every row that a statement writes, and each time
the writer must win it back: under load that costs more than writing the row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

_SIZES = (128, 32, 8, 2, 1)
"""Rows per statement: few different ones, so that each is prepared once."""
_ROWS = "{rows}"


class ManyRows:
    """Carries out statements over `values {rows}`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Carry out a statement for every row; all rows have the same number of values."""
        start = 0
        for size in _SIZES:
            while len(rows) - start >= size:
                part = rows[start : start + size]
                self._connection.execute(_statement(sql, len(part[0]), size), list(chain.from_iterable(part)))
                start += size

    def find(self, sql: str, values: Sequence[Any], *before: Any) -> list[tuple[Any, ...]]:
        """Return what a query over `in {rows}` finds of any number of values."""
        found: list[tuple[Any, ...]] = []
        start = 0
        while start < len(values):
            size = next(size for size in reversed(_SIZES) if size >= len(values) - start or size == _SIZES[0])
            part = values[start : start + size]
            padding = [part[0]] * (size - len(part))
            found += self._connection.execute(_places(sql, size), (*before, *part, *padding)).fetchall()
            start += size
        return found


@lru_cache(maxsize=256)
def _statement(sql: str, width: int, size: int) -> str:
    row = f"({', '.join('?' * width)})"
    return sql.replace(_ROWS, ", ".join([row] * size))


@lru_cache(maxsize=256)
def _places(sql: str, size: int) -> str:
    return sql.replace(_ROWS, f"({', '.join('?' * size)})")
