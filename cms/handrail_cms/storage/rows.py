"""Database rows to records and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from handrail_cms.storage.sqlite import Row

Record = TypeVar("Record")

_JSON_COLUMNS = frozenset(
    {"origins", "settings", "body", "scopes", "detail", "payload", "told", "answers", "languages", "uses", "persona"}
)
_TRUTH_COLUMNS = frozenset({"review_required", "paused", "was_paused", "changed"})


def record(kind: type[Record], row: Row, **more: Any) -> Record:
    """Make a record of the row's columns that the record has; `more` gives fields that are not columns."""
    values: Row = {name: read(row[name]) if read else row[name] for name, read in _columns(kind) if name in row}
    return kind(**values, **more)


@cache
def _columns(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    """Return a record's fields, each with what reads its column: a list of hundreds asks for them once."""
    readers: dict[str, Callable[[Any], Any]] = dict.fromkeys(_JSON_COLUMNS, _json) | dict.fromkeys(_TRUTH_COLUMNS, bool)
    return tuple((field.name, readers.get(field.name)) for field in fields(kind))


def dump(value: Any) -> str:
    """Write JSON as the columns hold it: compact, keys in the author's order, any script as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
