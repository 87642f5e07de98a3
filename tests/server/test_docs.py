"""The pages about running it, its API and its security say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from handrail_cms.cli import COMMANDS
from handrail_cms.commands import docs

PAGES = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("file", "name", "table"), docs.TABLES, ids=[row[0] for row in docs.TABLES])
def test_a_table_in_the_docs_is_the_one_in_the_code(file: str, name: str, table: object) -> None:
    page = (PAGES / file).read_text(encoding="utf-8")
    assert callable(table)
    assert f"<!-- {name}: " in page
    assert docs.with_table(page, name, table()) == page, "run python -m handrail_cms.commands.docs"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_docs(command: str) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in PAGES.glob("*.md"))
    assert f"handrail {command}" in pages


def test_every_link_between_the_pages_leads_somewhere() -> None:

    for path in PAGES.rglob("*.md"):
        for target in re.findall(r"\]\((?!https?://|#|mailto:|/)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
