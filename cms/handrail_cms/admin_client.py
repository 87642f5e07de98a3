"""The admin API as a client sees it: what `pull`, `push`, `plan` and `apply` stand on. Standard library only."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from handrail_guides.errors import GuideProblems, HandrailError, Problem

from handrail_cms.errors import NotFound, NotThere

Json = Any

ROOMS: Final = {"guide": "guides", "segment": "segments", "theme": "themes"}
TIMEOUT_S: Final = 60


class Moved(HandrailError):
    """The server holds a newer draft than the one that a change was based on."""


class RefusedByServer(HandrailError):
    """The server refused a request, for a reason that its message gives; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class RemoteDocument:
    """A document on the server: its draft, and the draft's revision."""

    kind: str
    key: str
    revision: int
    document: dict[str, Json]


class AdminClient:
    """Speaks to one server with one token. Raises NotThere where the server or the permission is missing."""

    def __init__(self, server: str, token: str, app: str | None = None) -> None:
        self.server = server.rstrip("/")
        self._token = token
        self._app = app

    def documents(self, kind: str) -> Iterator[RemoteDocument]:
        """Yield every document of a kind that is not archived."""
        if kind == "environment":
            yield from (self._environment(item) for item in self._items("environments"))
            return
        for item in self._items(ROOMS[kind]):
            yield self.document(kind, item["key"])

    def document(self, kind: str, key: str) -> RemoteDocument:
        """Return one document. Raises NotFound."""
        if kind == "environment":
            return self._environment(self._call("GET", f"environments/{quote(key, safe='')}"))
        return self._document(kind, self._call("GET", f"{ROOMS[kind]}/{quote(key, safe='')}"))

    def create(self, kind: str, document: Json) -> RemoteDocument:
        """Make a document. Raises RefusedByServer where its key is taken."""
        if kind == "environment":
            return self._environment(self._call("POST", "environments", document))
        return self._document(kind, self._call("POST", ROOMS[kind], document))

    def save(self, kind: str, key: str, document: Json, *, based_on: int) -> RemoteDocument:
        """Store a draft. Raises Moved where the server's is newer than `based_on`."""
        room = "environments" if kind == "environment" else ROOMS[kind]
        answer = self._call("PUT", f"{room}/{quote(key, safe='')}", document, based_on=based_on)
        return self._environment(answer) if kind == "environment" else self._document(kind, answer)

    def archive(self, kind: str, key: str) -> None:
        """Archive a document that is live nowhere."""
        self._call("DELETE", f"{ROOMS[kind]}/{quote(key, safe='')}")

    def live(self, environment: str) -> dict[tuple[str, str], dict[str, Json]]:
        """Return (kind, key) -> release item (version, hash, paused) of what is live in an environment."""
        name = quote(environment, safe="")
        number = self._call("GET", f"environments/{name}")["release"]
        if number is None:
            return {}
        items = self._call("GET", f"environments/{name}/releases/{number}")["items"]
        return {(item["kind"], item["key"]): item for item in items}

    def version(self, kind: str, key: str, number: int) -> dict[str, Json]:
        """Return the document of one version."""
        return self._call("GET", f"{ROOMS[kind]}/{quote(key, safe='')}/versions/{number}")["document"]

    def release(self, environment: str, versions: dict[tuple[str, str], int | None], note: str) -> dict[str, Json]:
        """Publish several documents together: a version by its number, the draft where it is None."""
        body: dict[str, Json] = {"note": note}
        for (kind, key), number in versions.items():
            body.setdefault(ROOMS[kind], {})[key] = number
        return self._call("POST", f"environments/{quote(environment, safe='')}/releases", body)

    def take_down(self, environment: str, key: str, note: str) -> dict[str, Json]:
        """Make a release without a guide."""
        body = {"environment": environment, "note": note}
        return self._call("POST", f"guides/{quote(key, safe='')}/take_down", body)

    def _document(self, kind: str, answer: Json) -> RemoteDocument:
        return RemoteDocument(kind, answer["key"], answer["revision"], answer["draft"])

    def _environment(self, answer: Json) -> RemoteDocument:
        return RemoteDocument("environment", answer["key"], answer["revision"], answer["document"])

    def _items(self, room: str) -> Iterator[Json]:
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": "200", **({"cursor": cursor} if cursor else {})} if room != "environments" else {}
            page = self._call("GET", room, query=query)
            yield from page["items"]
            cursor = page["next"]

    def _call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        based_on: int | None = None,
        query: dict[str, str] | None = None,
    ) -> Json:
        asked = {**(query or {}), **({"app": self._app} if self._app else {})}
        address = f"{self.server}/api/v1/{path}" + (f"?{urlencode(asked)}" if asked else "")
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if based_on is not None:
            headers["If-Match"] = f'"{based_on}"'
        raw = None
        if body is not None:
            raw = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        try:
            with urlopen(Request(address, raw, headers, method=method), timeout=TIMEOUT_S) as answer:  # noqa: S310
                text = answer.read()
            return json.loads(text) if text else None
        except HTTPError as error:
            raise _told(error, path) from None
        except (URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise NotThere(f"The server at {self.server} does not answer: {reason}. Is it running?") from None
        except ValueError:
            raise NotThere(f"What answers at {self.server} is not Handrail's API. Check --server.") from None


def _told(error: HTTPError, path: str) -> Exception:
    """Turn an answer of problem+json into the exception that says the same here."""
    try:
        told = json.loads(error.read())
        detail, code = str(told.get("detail", "")), str(told.get("code", ""))
    except (ValueError, AttributeError):
        told, detail, code = {}, "", ""
    if error.code in (401, 403):
        return NotThere(
            f"The server refuses this token. Check --token, its role and its scopes. It says: {detail or error.reason}"
        )
    if error.code == 404:
        what, _, name = path.partition("/")
        return NotFound(what.removesuffix("s"), name.partition("/")[0]) if name else NotThere(detail or "Not found.")
    if error.code == 412:
        return Moved(detail)
    if told.get("problems"):
        known = ("pointer", "code", "message", "mend", "line", "file", "level")
        listed = [Problem(**{name: each[name] for name in known if name in each}) for each in told["problems"]]
        return GuideProblems(listed)
    if error.code >= 500:
        return NotThere(f"The server cannot do that now ({error.code}): {detail or error.reason}")
    return RefusedByServer(code, detail or str(error.reason))
