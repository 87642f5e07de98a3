"""Events as files: NDJSON, and Parquet where pyarrow is installed. One object per event, the same fields in both."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, cast

import orjson

from handrail_cms.errors import NotThere, Refused
from handrail_cms.storage.events import Json

_ROWS_AT_ONCE = 20_000
_WHOLE_NUMBERS = ("at", "client_at", "sent_at", "received_at", "seq", "version", "release")
_TRUTHS = ("anonymous", "automated")
FIELDS = (
    "id", "type", "at", "client_at", "sent_at", "received_at", "run", "seq", "guide", "version", "step", "page", "data",
    "visitor", "anonymous", "account", "standing", "session", "release", "build", "language", "device", "automated",
    "mark",
)  # fmt: skip


def write_events(path: Path, events: Iterable[Json], progress: Callable[[int], None]) -> int:
    """Write events to a new file, Parquet where its name ends so, else NDJSON; return how many.

    The file appears under its name only when it is whole.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        count = (_write_parquet if _is_parquet(path) else _write_ndjson)(unfinished, iter(events), progress)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def read_events(path: Path) -> Iterator[Json]:
    """Give the events of a file; raises NotThere where it can't be read, Refused with the line that is no event."""
    if not path.is_file():
        raise NotThere(f"There is no file {path}.")
    return _read_parquet(path) if _is_parquet(path) else _read_ndjson(path)


def count_events(path: Path) -> int | None:
    """Return how many events a file says it holds; None where only reading would tell."""
    return _parquet().ParquetFile(path).metadata.num_rows if _is_parquet(path) and path.is_file() else None


def _is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet"


def _write_ndjson(path: Path, events: Iterator[Json], progress: Callable[[int], None]) -> int:
    count = 0
    with path.open("wb") as file:
        while part := list(islice(events, _ROWS_AT_ONCE)):
            file.writelines(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in part)
            count += len(part)
            progress(len(part))
    return count


def _read_ndjson(path: Path) -> Iterator[Json]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                event = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise Refused("line", f"{path}, line {number}: {error.msg}. Each line is one event as JSON.") from error
            if not isinstance(event, dict) or not isinstance(cast("Json", event).get("visitor"), str):
                raise Refused("line", f"{path}, line {number}: this is no exported event: it has no visitor.")
            yield cast("Json", event)


def _parquet() -> Any:
    return _import("pyarrow.parquet")


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotThere("Parquet needs pyarrow: pip install 'handrail[parquet]'. NDJSON needs nothing.") from error


def _schema() -> Any:
    pyarrow = _import("pyarrow")

    def kind(name: str) -> Any:
        return pyarrow.int64() if name in _WHOLE_NUMBERS else pyarrow.bool_() if name in _TRUTHS else pyarrow.string()

    return pyarrow.schema([(name, kind(name)) for name in FIELDS])


def _write_parquet(path: Path, events: Iterator[Json], progress: Callable[[int], None]) -> int:
    parquet, pyarrow = _parquet(), _import("pyarrow")
    count = 0
    with parquet.ParquetWriter(path, _schema(), compression="zstd") as writer:
        while part := list(islice(events, _ROWS_AT_ONCE)):
            rows = [{**event, "data": _text(event["data"])} for event in part]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=_schema()))
            count += len(part)
            progress(len(part))
    return count


def _read_parquet(path: Path) -> Iterator[Json]:
    file = _parquet().ParquetFile(path)
    missing = sorted({"id", "type", "at", "visitor", "session"} - set(file.schema_arrow.names))
    if missing:
        raise Refused("columns", f"{path} is no export of events: it lacks the columns {', '.join(missing)}.")
    for part in file.iter_batches(_ROWS_AT_ONCE):
        for event in part.to_pylist():
            event["data"] = json.loads(event["data"]) if event.get("data") else None
            yield event


def _text(data: Any) -> str | None:
    return None if data is None else orjson.dumps(data).decode()
