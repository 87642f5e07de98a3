"""Write the tables of `docs/` that come from code: `python -m handrail_cms.commands.docs`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from handrail_cms.auth import ACTIONS, ROLES, SCOPES
from handrail_cms.config import settings_table

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"


def scopes_table() -> str:
    """Return what each scope covers, for `docs/api.md`."""
    lines = ["| scope | what it covers |", "| --- | --- |"]
    for scope in SCOPES:
        covered = ", ".join(f"`{action}`" for action, (_, of) in ACTIONS.items() if of == scope)
        lines.append(f"| `{scope}` | {covered} |")
    return "\n".join(lines) + "\n"


def roles_table() -> str:
    """Return which role may do what, for `docs/security.md`."""
    lines = [f"| action | {' | '.join(ROLES)} |", f"| --- {'| --- ' * len(ROLES)}|"]
    for action, (least, _) in ACTIONS.items():
        marks = ["yes" if ROLES.index(role) >= ROLES.index(least) else "" for role in ROLES]
        lines.append(f"| `{action}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


TABLES: Final[tuple[tuple[str, str, Callable[[], str]], ...]] = (
    ("running.md", "settings", settings_table),
    ("api.md", "actions", scopes_table),
    ("security.md", "roles", roles_table),
)


def with_table(page: str, name: str, table: str) -> str:
    """Return the page with the table between its marks."""
    pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)"
    return re.sub(pattern, lambda found: found[1] + table + found[2], page, flags=re.DOTALL)


def main() -> None:
    """Write every table into its page."""
    for file, name, table in TABLES:
        path = DOCS / file
        path.write_text(with_table(path.read_text(encoding="utf-8"), name, table()), encoding="utf-8")


if __name__ == "__main__":
    main()
