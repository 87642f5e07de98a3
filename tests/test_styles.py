"""The look lives in one place: `tokens.css` alone names a colour or a size."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "cms/handrail_cms/static/src"
NAMED = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:oklch|rgba?|hsla?)\(|(?<![-\w.])\d*\.?\d+(?:px|rem)\b")


def test_no_other_sheet_names_a_colour_or_a_size() -> None:
    found = [
        f"{sheet.name}:{number}: {line.strip()}"
        for sheet in SOURCE.rglob("*.css")
        for number, line in enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1)
        if NAMED.search(line) and not line.startswith(("@media", "@container"))  # neither can read a custom property
    ]
    assert not found, "\n".join(found)
