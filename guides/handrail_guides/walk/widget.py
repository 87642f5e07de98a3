"""The built widget that the walker brings along: where it is, and which files it has."""

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handrail_guides.errors import HandrailError


class WalkerNotReady(HandrailError):
    """Something that the walker itself needs is missing: the built widget, a browser, a login. Exit code 3."""


@dataclass(frozen=True, slots=True)
class Widget:
    """The folder of a build: `handrail.js`, `stub.js`, `locate.mjs` and the chunks of its build."""

    folder: Path
    build: str

    def text(self, name: str) -> str:
        """Return a file's text."""
        return (self.folder / name).read_text(encoding="utf-8")

    def file(self, path: str) -> bytes | None:
        """Return a served file by its path under `/widget/`, or None where the build has no such file."""
        found = (self.folder / path).resolve()
        return found.read_bytes() if found.is_file() and found.is_relative_to(self.folder.resolve()) else None

    def locator(self) -> str:
        """Return an expression whose value is `{locate, capture}`: the module `locate.mjs` as one function call.

        A page's Content-Security-Policy does not govern what the walker evaluates, but it would govern an import.
        """
        code = self.text("locate.mjs")
        exported = re.search(r"export\s*\{([^}]*)\}\s*;?\s*(//#.*)?\s*$", code)
        if exported is None:
            raise WalkerNotReady(
                f"{self.folder / 'locate.mjs'} is not a module that the walker can use. Build the widget again."
            )
        pairs = (part.strip().split(" as ") for part in exported[1].split(",") if part.strip())
        members = ", ".join(f"{pair[-1].strip()}: {pair[0].strip()}" for pair in pairs)
        return f"(() => {{ {code[: exported.start()]} ; return {{ {members} }}; }})()"


@cache
def built_widget() -> Widget:
    """Return the build in the wheel, or in the checkout. Raises WalkerNotReady, with the mend, where there is none."""
    for folder in _folders():
        if (folder / "build.json").is_file():
            return Widget(folder, json.loads((folder / "build.json").read_text())["build"])
    raise WalkerNotReady("The widget is not built. Run “npm run build” in the checkout, or install the wheel.")


def _folders() -> list[Path]:
    here = Path(__file__).resolve()
    folders = [here.parents[3] / "widget" / "dist"]
    spec = importlib.util.find_spec("handrail_cms")
    if spec is not None and spec.origin:
        folders.insert(0, Path(spec.origin).parent / "static" / "build" / "widget")
    return folders
