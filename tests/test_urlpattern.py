# ruff: noqa: E501
"""URL patterns have the verdicts of the WHATWG standard: its published rows, and what a browser's own URLPattern gave."""

from __future__ import annotations

import json
from typing import Any

import pytest
from handrail_guides.needs import is_plain
from handrail_guides.urlpattern import PatternError, check, fits

from tests.tables import urlpattern as tables
from tests.tables import urlpattern_standard as standard

ROWS = json.loads((tables.VECTORS / "urlpattern.json").read_bytes())


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['component']} {row['pattern']}" for row in ROWS])
def test_a_pattern_has_the_verdicts_of_the_browsers_own(row: dict[str, Any]) -> None:
    component, pattern = row["component"], row["pattern"]
    assert row["plain"] is is_plain(pattern)
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


def test_the_published_rows_of_the_standard_hold() -> None:
    rows = json.loads(standard.FILE.read_bytes())["kept"]
    assert len(rows) >= 170
    for component, pattern, value, verdict in rows:
        if verdict is None:
            with pytest.raises(PatternError):
                check(pattern, component)
        else:
            assert fits(pattern, component, value or "") is verdict, (component, pattern, value)
