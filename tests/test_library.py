"""The ready guides that come with Handrail: valid, without advice, complete in both languages of the interface."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from handrail_guides.localise import statuses
from handrail_guides.manifest import compile_preview
from handrail_guides.validate import validate_text

LIBRARY = Path(__file__).resolve().parent.parent / "guides/handrail_guides/library"
FILES = sorted(LIBRARY.glob("*.json"))


def test_there_is_a_ready_guide_of_every_kind() -> None:
    kinds = {json.loads(file.read_text())["kind"] for file in FILES}
    assert kinds == {"tour", "tooltip", "hotspot", "banner", "modal", "checklist"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_ready_guide_has_no_problem_and_compiles(file: Path) -> None:
    document, problems = validate_text(file.read_text(encoding="utf-8"), str(file))
    assert problems == []
    assert document is not None
    assert document["key"] == file.stem
    assert set(compile_preview(document).languages) == {"en", "ko"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_ready_guide_is_wholly_translated(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    assert set(statuses(document, "ko").values()) == {"current"}
