"""The pages about the format say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handrail_guides.lint import CODES
from handrail_guides.reference import reference
from handrail_guides.targeting import Context, evaluate

DOCS = Path(__file__).parents[1] / "docs"


def test_the_reference_page_is_what_the_schemas_say() -> None:
    page = (DOCS / "guide-format.md").read_text(encoding="utf-8")
    assert page == reference(), "run python -m handrail_guides.reference > docs/guide-format.md"


def test_every_link_in_the_reference_page_leads_somewhere() -> None:
    page = reference()
    titles = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", page, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= titles


def test_every_code_of_the_advice_has_its_section_and_no_other_has() -> None:
    page = (DOCS / "lint.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (\w+)$", page, re.M)) == set(CODES)


@pytest.mark.parametrize(
    "code", ["missing", "wrong_type", "unknown_segment", "segment_loop", "unknown_clause", "error", "everybody"]
)
def test_every_code_of_a_verdict_is_explained(code: str) -> None:
    assert f"`{code}`" in (DOCS / "rules.md").read_text(encoding="utf-8")


def test_the_facts_of_a_context_are_all_named() -> None:
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    for fact in Context.__slots__:
        assert f"`{fact}" in page, fact
    assert evaluate(None, Context(now=0)).code == "everybody"
