"""What lists show of a draft, written down whenever one is saved, so that a list of hundreds reads none of them.

A draft may be anything that has a key: what cannot be read of a broken one is left out, and its problems are counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from handrail_guides.document import digest
from handrail_guides.localise import languages, statuses
from handrail_guides.manifest import names_in, rules_of
from handrail_guides.validate import validate

from handrail_cms.storage.records import JsonObject, LiveName, Summary
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections, Row

COUNTED: Final = ("current", "stale", "missing")
_SUMMARY: Final = """
    select documents.id, documents.app_id, documents.kind, documents.key, documents.revision, documents.created_at,
      documents.updated_at, documents.archived_at, summaries.*
    from documents join summaries on summaries.document_id = documents.id
"""


def row_of(kind: str, body: JsonObject) -> Row:
    """Return the columns of a draft's summary."""
    name = str(body.get("name") or body.get("key"))
    steps: Any = body.get("steps")
    return {
        "name": name,
        "sorted_by": name.casefold(),
        "searched": f"{name} {body.get('key')}".casefold(),
        "guide_kind": str(body.get("kind") or ""),
        "steps": len(steps) if isinstance(steps, list) else 0,  # pyright: ignore[reportUnknownArgumentType]
        "hash": digest(body),
        "problems": sum(1 for one in validate(body, kind) if one.level == "error"),
        "language": str(body.get("language") or ""),
        "languages": dump(_progress(body) if kind == "guide" else {}),
        "uses": dump(_uses(body)),
    }


def _progress(body: JsonObject) -> dict[str, dict[str, int]]:
    """Return, for each language it is translated into and for none yet (""), how many texts stand how."""
    try:
        return {tag: _counts(statuses(body, tag).values()) for tag in ["", *languages(body)[1:]]}
    except (KeyError, TypeError, AttributeError, ValueError):
        return {}


def _counts(states: Iterable[str]) -> dict[str, int]:
    found = list(states)
    return {name: found.count(name) for name in COUNTED}


def _uses(body: JsonObject) -> dict[str, list[str]]:
    """Return the segments that any rule names, and the theme that is worn."""
    try:
        segments = sorted({name for rule in rules_of(body) for name in names_in(rule, "segment")})
    except (KeyError, TypeError, AttributeError, ValueError):
        segments = []
    return {"segment": segments, "theme": [str(body["theme"])] if body.get("theme") else []}


class Summaries:
    """The part of the content store that lists drafts without reading them."""

    def __init__(self, connections: Connections) -> None:
        self._db = connections

    def write(self, document_id: int, kind: str, body: JsonObject, author: str) -> None:
        """Keep the summary of the draft that is being saved, in the caller's transaction."""
        values = {"document_id": document_id, **row_of(kind, body), "updated_by": author}
        self._db.run("delete from summaries where document_id = ?", [document_id])
        self._db.insert("summaries", values)

    def all(
        self,
        app_id: int,
        kind: str,
        *,
        search: str = "",
        guide_kind: str = "",
        archived: bool = False,
        limit: int = 10_000,
        offset: int = 0,
    ) -> list[Summary]:
        """Return documents by name; `search` looks in name and key, `guide_kind` narrows to one kind of guide."""
        where, values = _narrowed(app_id, kind, search, guide_kind, archived)
        values |= {"limit": limit, "offset": offset}
        rows = self._db.rows(
            f"{_SUMMARY} where {where} order by summaries.sorted_by, documents.key limit :limit offset :offset", values
        )
        return [record(Summary, row) for row in rows]

    def count(self, app_id: int, kind: str, *, search: str = "", guide_kind: str = "", archived: bool = False) -> int:
        """Return how many documents `all` would list."""
        where, values = _narrowed(app_id, kind, search, guide_kind, archived)
        row = self._db.row(
            f"select count(*) as n from documents join summaries on summaries.document_id = documents.id where {where}",  # noqa: S608
            values,
        )
        return row["n"] if row else 0

    def names(self, app_id: int, kind: str, keys: Sequence[str] | None = None) -> dict[str, str]:
        """Return key -> name of these documents, or of every one, that are not archived, by name."""
        where, values = _narrowed(app_id, kind, "", "", archived=False)
        only = "" if keys is None else "and documents.key in (select value from json_each(:keys))"
        rows = self._db.rows(
            f"""select documents.key, summaries.name from documents
                join summaries on summaries.document_id = documents.id where {where} {only}
                order by summaries.sorted_by, documents.key""",  # noqa: S608
            {**values, "keys": json.dumps(keys)},
        )
        return {row["key"]: row["name"] for row in rows}

    def live(self, environment_id: int) -> list[LiveName]:
        """Return the guides that are live or paused in an environment and not archived, by name."""
        rows = self._db.rows(
            """select documents.key, summaries.name, versions.number as version, release_items.paused,
                 versions.hash <> summaries.hash as changed
               from releases join release_items on release_items.release_id = releases.id
               join versions on versions.id = release_items.version_id
               join documents on documents.id = release_items.document_id
               join summaries on summaries.document_id = documents.id
               where releases.environment_id = ? and releases.superseded_at is null
               and documents.kind = 'guide' and documents.archived_at is null
               order by summaries.sorted_by, documents.key""",
            [environment_id],
        )
        return [record(LiveName, row) for row in rows]

    def broken(self, app_id: int, kind: str, *, limit: int) -> list[Summary]:
        """Return the documents whose draft cannot be published as it is, by name."""
        where, values = _narrowed(app_id, kind, "", "", archived=False)
        rows = self._db.rows(
            f"{_SUMMARY} where {where} and summaries.problems > 0 order by summaries.sorted_by limit :limit",
            {**values, "limit": limit},
        )
        return [record(Summary, row) for row in rows]

    def users_of(self, app_id: int, kind: str) -> dict[str, list[Summary]]:
        """Return, for each segment or theme that a guide's draft names, those guides by name."""
        found: dict[str, list[Summary]] = {}
        for one in self.all(app_id, "guide"):
            for key in one.uses[kind]:
                found.setdefault(key, []).append(one)
        return found

    def languages(self, app_id: int) -> list[str]:
        """Return every language that any guide speaks or is translated into."""
        rows = self._db.rows(
            """select distinct summaries.language as tag from summaries join documents on documents.id = document_id
               where app_id = :app and kind = 'guide' and archived_at is null
               union select distinct json_each.key from summaries join documents on documents.id = document_id,
               json_each(summaries.languages) where app_id = :app and kind = 'guide' and archived_at is null""",
            {"app": app_id},
        )
        return sorted(row["tag"] for row in rows if row["tag"])


def _narrowed(app_id: int, kind: str, search: str, guide_kind: str, archived: bool) -> tuple[str, Row]:
    where = "documents.app_id = :app and documents.kind = :kind and (documents.archived_at is not null) = :archived"
    values: Row = {"app": app_id, "kind": kind, "archived": archived}
    if search.strip():
        where += " and instr(summaries.searched, :search)"
        values["search"] = search.strip().casefold()
    if guide_kind:
        where += " and summaries.guide_kind = :guide_kind"
        values["guide_kind"] = guide_kind
    return where, values
