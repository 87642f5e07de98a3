# ruff: noqa: E501
"""URL patterns have the verdicts of the WHATWG standard: those that a browser's own URLPattern gave, as vectors.

With the standard's published data (urlpattern/resources/urlpatterntestdata.json of web-platform-tests, 3-clause BSD) at
hand, `WPT_URLPATTERN=FILE pytest tests/test_urlpattern.py` runs its rows about path, host and hash too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from handrail_guides.urlpattern import PatternError, check, fits

from tests.tables import urlpattern as tables

ROWS = json.loads((tables.VECTORS / "urlpattern.json").read_bytes())
NAMES = {"pathname": "path", "hostname": "host", "hash": "hash"}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['component']} {row['pattern']}" for row in ROWS])
def test_a_pattern_has_the_verdicts_of_the_browsers_own(row: dict[str, Any]) -> None:
    component, pattern = row["component"], row["pattern"]
    if not row["well_formed"]:
        with pytest.raises(PatternError) as caught:
            check(pattern, component)
        assert caught.value.mend
    assert [value for value in row.get("fits", []) if not fits(pattern, component, value)] == []
    assert [value for value in row.get("fails", []) if fits(pattern, component, value)] == []


def test_the_vectors_cover_every_pattern_of_the_table() -> None:
    assert [(row["component"], row["pattern"]) for row in ROWS] == [
        (component, pattern) for component, patterns in tables.PATTERNS.items() for pattern in patterns
    ]


# covers S3
@pytest.mark.parametrize("pattern", ["/(\\d+)+", "/{(a|aa)}+", "/*a*a*a*a*", "/((a))", "/(a+)+$"])
def test_patterns_that_could_be_slow_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        check(pattern, "path")


def published() -> list[tuple[str, str, str | None, bool | None]]:
    """Return (component, pattern, value, verdict) of the published rows that are about one component of ours."""
    file = os.environ.get("WPT_URLPATTERN")
    rows: list[tuple[str, str, str | None, bool | None]] = []
    for entry in json.loads(Path(file).read_bytes()) if file else []:
        pattern, inputs = (
            entry.get("pattern", []) if isinstance(entry, dict) else [],
            entry.get("inputs") if isinstance(entry, dict) else None,
        )
        if len(pattern) != 1 or not isinstance(pattern[0], dict) or len(pattern[0]) != 1:
            continue
        [(name, text)] = pattern[0].items()
        if name not in NAMES:
            continue
        if entry.get("expected_obj") == "error":
            rows.append((NAMES[name], text, None, None))
        elif inputs and len(inputs) == 1 and isinstance(inputs[0], dict) and set(inputs[0]) == {name}:
            match = entry.get("expected_match")
            value = match[name]["input"] if isinstance(match, dict) and name in match else inputs[0][name]
            rows.append((NAMES[name], text, value, match is not None))
    return rows


# Handrail asks for hosts in their ASCII form and for paths without dot segments; brackets are IPv6, which it leaves alone
LEFT_OUT = {("host", "café.com"), ("path", "/foo/../bar"), ("host", "[\\:\\:xY\\::num]"), ("host", "{[\\:\\:fé\\::num]}"),
            ("host", "{[\\:\\::num\\:fé]}"), ("host", "*\\:1]")}  # fmt: skip


@pytest.mark.skipif(not os.environ.get("WPT_URLPATTERN"), reason="the standard's published data is not here")
def test_the_published_rows_of_the_standard_hold() -> None:
    rows = [row for row in published() if row[:2] not in LEFT_OUT]
    assert len(rows) >= 150
    for component, pattern, value, verdict in rows:
        if verdict is None:
            with pytest.raises(PatternError):
                check(pattern, component)  # type: ignore[arg-type]
        else:
            assert fits(pattern, component, value or "") is verdict, (component, pattern, value)  # type: ignore[arg-type]
