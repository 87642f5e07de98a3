"""Pick the guides that a change of the application's source may touch. Asks Git; imports no browser.

A team's `handrail-pages.json` maps its source files to the pages they make: `{"templates/invoice*.html":
["/invoices", "/invoices/*"]}`. A changed file that no line covers may touch every page, so that nothing is
missed; `[]` says that a file makes no page.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from handrail_guides.walk.cases import Bundle, Document
from handrail_guides.walk.widget import WalkerNotReady


def changed_files(since: str, folder: Path) -> list[str]:
    """Return the files that differ from a commit, by their path from the repository's root. Raises WalkerNotReady."""
    told = subprocess.run(
        ["git", "-C", str(folder), "diff", "--name-only", "--end-of-options", since],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        reason = (told.stderr.strip().splitlines() or ["it says nothing"])[0].removeprefix("fatal: ")
        raise WalkerNotReady(f"Git cannot compare with “{since}”: {reason}")
    return told.stdout.split("\n")[:-1]


def read_pages(path: Path) -> dict[str, list[str]]:
    """Read the map from source files to pages. Raises WalkerNotReady, with the mend."""
    try:
        pages: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(glob): [str(page) for page in found] for glob, found in pages.items()}
    except FileNotFoundError:
        raise WalkerNotReady(
            f"--since needs {path}: source files and the pages they make. docs/qa.md has an example."
        ) from None
    except (ValueError, AttributeError, TypeError) as error:
        raise WalkerNotReady(f"{path} is not a map of file patterns to lists of pages: {error}") from None


def touched(bundle: Bundle, changed: Sequence[str], pages: Mapping[str, Sequence[str]]) -> list[Document]:
    """Return the guides whose file changed, or that live on a page that may have changed."""
    patterns: list[str] = []
    for file in changed:
        known = [found for glob, found in pages.items() if fnmatch(file, glob)]
        own = any(file.endswith(Path(path).name) for path in bundle.files.values())
        patterns += [page for found in known for page in found] if known else [] if own else ["*"]
    files = {Path(file).name for file in changed}
    return [
        guide
        for guide in bundle.guides
        if Path(bundle.files.get(guide["key"], "")).name in files
        or any(overlap(page, pattern) for page in pages_of(guide) for pattern in patterns)
    ]


def pages_of(guide: Mapping[str, Any]) -> Iterator[str]:
    """Yield the path patterns of the pages where a guide may show; `*` where it may show everywhere."""
    where = guide.get("where", {}).get("any", [])
    yield from (page if isinstance(page, str) else page.get("path", "*") for page in where)
    yield from (step["on"]["path"] for step in guide["steps"] if "path" in step.get("on", {}))
    if not where:
        yield "*"


def overlap(a: str, b: str) -> bool:
    """Tell whether two path patterns can mean one page; `*`, names and groups stand for any text."""
    return "*" in (a, b) or _overlap(a.strip("/").split("/"), b.strip("/").split("/"))


def _overlap(a: list[str], b: list[str]) -> bool:
    if not a or not b:
        return (not a and not b) or (a or b) == ["*"]
    if (a[0] == "*" and len(a) == 1) or (b[0] == "*" and len(b) == 1):
        return True
    return (_any(a[0]) or _any(b[0]) or a[0] == b[0]) and _overlap(a[1:], b[1:])


def _any(part: str) -> bool:
    return any(character in part for character in "*:({")
