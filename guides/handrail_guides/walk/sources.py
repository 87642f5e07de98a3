"""Where the guides of a walk come from: a folder of files, or what is published on a server. Imports no browser."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from handrail_guides.errors import Problem
from handrail_guides.validate import validate_text
from handrail_guides.walk.cases import Bundle, Document, Persona
from handrail_guides.walk.widget import WalkerNotReady

_FOLDERS: Final = {"segment": "segments", "theme": "themes"}


def from_folder(folder: Path, only: Sequence[str] = ()) -> tuple[Bundle, list[Problem]]:
    """Read guides from a folder, and segments and themes from the folders beside or below them.

    Returns what can be walked, and every problem of every file; a guide with an error is left out. `only`
    keeps the guides of these keys. Raises WalkerNotReady where there is no folder.
    """
    if not folder.is_dir():
        raise WalkerNotReady(f"There is no folder {folder}. Name one with guide files in it.")
    home = folder / "guides" if (folder / "guides").is_dir() else folder
    root = folder if home != folder else folder.parent
    problems: list[Problem] = []
    files: dict[str, str] = {}
    guides: list[Document] = []
    for path, document in _read(sorted(home.glob("*.json")), "guide", problems):
        if not only or document["key"] in only:
            guides.append(document)
            files[document["key"]] = str(path)
    others = {
        kind: {one["key"]: one for _, one in _read(sorted((root / name).glob("*.json")), kind, problems)}
        for kind, name in _FOLDERS.items()
    }
    bundle = Bundle(guides, others["segment"], others["theme"], files)
    return bundle, [*problems, *_unknown(only, bundle)]


def _read(paths: Iterable[Path], kind: str, problems: list[Problem]) -> Iterator[tuple[Path, Document]]:
    for path in paths:
        document, found = validate_text(path.read_text(encoding="utf-8", errors="replace"), str(path), kind)
        errors = [problem for problem in found if problem.level == "error"]
        problems.extend(errors)
        if document is not None and not errors:
            yield path, document


def _unknown(only: Sequence[str], bundle: Bundle) -> list[Problem]:
    known = {guide["key"] for guide in bundle.guides}
    mend = "Look at the file names and keys in the folder."
    return [Problem("", "unknown_guide", f"There is no guide “{key}” here.", mend) for key in only if key not in known]


def from_server(server: str, token: str, environment: str, only: Sequence[str] = ()) -> Bundle:
    """Fetch what is live in an environment through the admin API. Raises WalkerNotReady where that is refused."""
    documents = {kind: list(_live(server, token, environment, kind)) for kind in ("guide", "segment", "theme")}
    guides = [guide for guide in documents["guide"] if not only or guide["key"] in only]
    return Bundle(
        guides,
        {one["key"]: one for one in documents["segment"]},
        {one["key"]: one for one in documents["theme"]},
    )


def _live(server: str, token: str, environment: str, kind: str) -> Iterator[Document]:
    cursor: str | None = ""
    while cursor is not None:
        query = f"?cursor={urllib.parse.quote(cursor)}" if cursor else ""
        page = call(server, f"/api/v1/{kind}s{query}", token)
        for item in page["items"]:
            number = item["live"].get(environment)
            if number:
                yield call(server, f"/api/v1/{kind}s/{item['key']}/versions/{number}", token)["document"]
        cursor = page.get("next")


def call(server: str, path: str, token: str) -> Any:
    """GET one address of the admin API and return its JSON. Raises WalkerNotReady, with the server's own words."""
    parts = urllib.parse.urlsplit(server)
    if parts.scheme not in ("http", "https"):
        raise WalkerNotReady(f"“{server}” is not an address; write https://guides.example.com.")
    request = urllib.request.Request(server.rstrip("/") + path, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 (checked above)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise WalkerNotReady(f"{server}{path} answered {error.code}: {_words(error)}") from None
    except (OSError, ValueError) as error:
        raise WalkerNotReady(f"{server} does not answer: {error}") from None


def _words(error: urllib.error.HTTPError) -> str:
    try:
        told: Mapping[str, Any] = json.load(error)
        return str(told.get("detail") or told.get("title"))
    except ValueError:
        return error.reason


def personas(bundle: Bundle, names: Sequence[str]) -> list[Persona]:
    """Return the personas of these names: segments that describe one, or names that only the host's login knows."""
    found: list[Persona] = []
    for name in names:
        described = bundle.segments.get(name, {}).get("persona", {})
        found.append(Persona(name, described.get("traits", {}), described.get("account", {})))
    return found or [Persona()]
