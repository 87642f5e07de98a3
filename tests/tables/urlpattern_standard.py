"""The published test data of the URLPattern standard, as the rows that are about one component of ours.

`python -m tests.tables.urlpattern_standard FILE` reads urlpattern/resources/urlpatterntestdata.json of
web-platform-tests and writes urlpattern_standard.json beside this module: rows of [component, pattern, value, verdict],
where value and verdict are null for a pattern that the standard refuses; the rows left out carry why. Their licence
stands beside them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("urlpattern_standard.json")
NAMES = {"pathname": "path", "hostname": "host", "hash": "hash"}
# (component, pattern) -> why Handrail does not have the standard's verdict; docs/rules.md says the same in words
LEFT_OUT = {
    ("host", "café.com"): "hosts are written in their ASCII form",
    ("host", "bad#hostname"): "a host is a host, nothing is cut off behind it",
    ("host", "bad/hostname"): "a host is a host, nothing is cut off behind it",
    ("host", "bad\nhostname"): "white space in a host is an error, not passed over",
    ("host", "bad\rhostname"): "white space in a host is an error, not passed over",
    ("host", "bad\thostname"): "white space in a host is an error, not passed over",
    ("host", "[\\:\\:xY\\::num]"): "brackets are IPv6, which is left alone",
    ("host", "{[\\:\\:fé\\::num]}"): "brackets are IPv6, which is left alone",
    ("host", "{[\\:\\::num\\:fé]}"): "brackets are IPv6, which is left alone",
    ("host", "*\\:1]"): "brackets are IPv6, which is left alone",
    ("path", "/foo/../bar"): "paths are written without dot segments",
    ("path", "/([[a-z]--a])"): "expressions hold no set operations, which Python's lack",
    ("path", "/([\\d&&[0-1]])"): "expressions hold no set operations, which Python's lack",
    ("path", "/:foo((?<x>a))"): "expressions hold no groups of their own",
    ("path", "/foo/(bar(?<x>baz))"): "expressions hold no groups of their own",
}
Row = tuple[str, str, str | None, bool | None]


def rows_of(entries: list[Any]) -> list[Row]:
    """Return the rows of the published entries that name one component of ours and nothing else."""
    return [row for entry in entries if isinstance(entry, dict) for row in _row(entry)]


def _row(entry: dict[str, Any]) -> list[Row]:
    pattern, inputs, match = entry.get("pattern", []), entry.get("inputs"), entry.get("expected_match")
    if len(pattern) != 1 or not isinstance(pattern[0], dict) or len(pattern[0]) != 1:
        return []
    [(name, text)] = pattern[0].items()
    if name not in NAMES:
        return []
    if entry.get("expected_obj") == "error":
        return [(NAMES[name], text, None, None)]
    if not inputs or len(inputs) != 1 or not isinstance(inputs[0], dict) or set(inputs[0]) != {name}:
        return []
    value = match[name]["input"] if isinstance(match, dict) and name in match else inputs[0][name]
    return [(NAMES[name], text, value, match is not None)]


def main(file: str) -> None:
    rows = rows_of(json.loads(Path(file).read_bytes()))
    kept = [row for row in rows if row[:2] not in LEFT_OUT]
    left_out = [(*row, LEFT_OUT[row[0], row[1]]) for row in rows if row[:2] in LEFT_OUT]
    text = f'{{"kept": [\n{_lines(kept)}\n], "left_out": [\n{_lines(left_out)}\n]}}\n'
    FILE.write_text(text, encoding="utf-8")
    print(len(kept), "rows kept,", len(left_out), "left out")


def _lines(rows: list[Any]) -> str:
    return ",\n".join(json.dumps(row) for row in rows)


if __name__ == "__main__":
    main(sys.argv[1])
