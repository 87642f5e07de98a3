"""Any report as CSV: its lines as rows, nested figures as columns named by their path."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, cast

_LINES = ("steps", "edges", "items", "events")
"""The names under which reports hold their lines; the last one that a report has is its table."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: Mapping[str, Any]) -> str:
    """Return a report's table as CSV (RFC 4180), the first line naming the columns.

    Text that a spreadsheet would take for a formula is led by an apostrophe: it may come from anybody.
    """
    rows = [dict(_flat(line)) for line in _lines(report)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _lines(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows that a report is about."""
    if "differences" in report:
        differences = report["differences"]
        shares = [{"figure": name, **differences[name]} for name in ("completion", "goal")]
        of_steps = (
            {"figure": f"{name} {step['step']}", **step[name]}
            for step in differences["steps"]
            for name in step
            if name != "step"
        )
        return [*shares, *of_steps]
    name = next((name for name in reversed(_LINES) if name in report), None)
    return list(report[name]) if name else [report]


def _flat(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        path = f"{prefix}{name}"
        if isinstance(inner, Mapping):
            yield from _flat(cast("Mapping[str, Any]", inner), f"{path}.")
        elif isinstance(inner, list):
            yield path, " ".join(str(part) for part in cast("list[Any]", inner))
        else:
            yield path, inner


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
