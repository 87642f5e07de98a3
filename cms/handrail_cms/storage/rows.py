"""Database rows to records and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, TypeVar

from handrail_cms.storage.sqlite import Row

Record = TypeVar("Record")

_JSON_COLUMNS = frozenset({"origins", "settings", "body", "scopes", "detail", "payload", "told", "answers"})
_TRUTH_COLUMNS = frozenset({"review_required", "paused"})


def record(kind: type[Record], row: Row, **more: Any) -> Record:
    """Make a record of the row's columns that the record has; `more` gives fields that are not columns."""
    values = {field.name: _value(field.name, row[field.name]) for field in fields(kind) if field.name in row}  # type: ignore[arg-type]
    return kind(**values, **more)


def dump(value: Any) -> str:
    """Write JSON as the columns hold it: compact, keys in the author's order, any script as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _value(name: str, value: Any) -> Any:
    if name in _TRUTH_COLUMNS:
        return bool(value)
    return json.loads(value) if name in _JSON_COLUMNS and isinstance(value, str) else value
