"""Documents (guides, themes, segments): one draft with a revision, immutable versions, reviews, uploads."""

from __future__ import annotations

import json
from collections.abc import Sequence

from handrail_cms.clock import Clock
from handrail_cms.errors import NotFound, Refused, RevisionConflict
from handrail_cms.storage.records import Document, DocumentKind, Draft, JsonObject, Review, Version
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections, Row
from handrail_cms.storage.summaries import Summaries

KEPT_DRAFTS = 200

_DOCUMENT = """
    select documents.*, drafts.body, drafts.author as updated_by from documents
    join drafts on drafts.document_id = documents.id and drafts.revision = documents.revision
"""


class Documents:
    """The part of the content store that holds what authors write."""

    def __init__(self, connections: Connections, clock: Clock, summaries: Summaries) -> None:
        self._db = connections
        self._clock = clock
        self._summaries = summaries

    def create(
        self, app_id: int, kind: DocumentKind, key: str, body: JsonObject, *, author_id: int | None, author: str
    ) -> Document:
        """Make a document at revision 1; raises Refused where the key is or was taken."""
        now = self._clock.now_ms()
        with self._db.write():
            self._take_key(app_id, kind, key, None)
            document_id = self._db.insert(
                "documents",
                {"app_id": app_id, "kind": kind, "key": key, "revision": 1, "created_at": now, "updated_at": now,
                 "updated_by": author_id},
            )  # fmt: skip
            self._db.insert("document_keys", {"app_id": app_id, "kind": kind, "key": key, "document_id": document_id})
            self._db.insert(
                "drafts",
                {"document_id": document_id, "revision": 1, "body": dump(body), "author_id": author_id,
                 "author": author, "at": now},
            )  # fmt: skip
            self._summaries.write(document_id, kind, body, author)
        return self.by_id(document_id)

    def _take_key(self, app_id: int, kind: str, key: str, document_id: int | None) -> None:
        row = self._db.row(
            "select document_id from document_keys where app_id = ? and kind = ? and key = ?", [app_id, kind, key]
        )
        if row and row["document_id"] != document_id:
            raise Refused("key_taken", f"The key “{key}” belongs, or belonged, to another {kind}. Choose another key.")

    def all(
        self, app_id: int, kind: DocumentKind, *, archived: bool = False, after: str = "", limit: int = 10_000
    ) -> list[Document]:
        """Return the documents by key, those after `after`; archived ones only where asked for."""
        rows = self._db.rows(
            f"""{_DOCUMENT} where documents.app_id = :app and documents.kind = :kind and documents.key > :after
                and (documents.archived_at is not null) = :archived order by documents.key limit :limit""",
            {"app": app_id, "kind": kind, "after": after, "archived": archived, "limit": limit},
        )
        return [record(Document, row) for row in rows]

    def find(self, app_id: int, kind: DocumentKind, key: str) -> Document:
        """Return a document by a key it has or had; raises NotFound."""
        row = self._db.row(
            f"""{_DOCUMENT} join document_keys on document_keys.document_id = documents.id
                where document_keys.app_id = ? and document_keys.kind = ? and document_keys.key = ?""",
            [app_id, kind, key],
        )
        if not row:
            raise NotFound(kind, key[:100])
        return record(Document, row)

    def by_id(self, document_id: int) -> Document:
        """Return a document by its internal id; raises NotFound."""
        row = self._db.row(f"{_DOCUMENT} where documents.id = ?", [document_id])
        if not row:
            raise NotFound("document", str(document_id))
        return record(Document, row)

    def save(
        self, document: Document, body: JsonObject, *, based_on: int, author_id: int | None, author: str
    ) -> Document:
        """Store a new draft; its `key` renames the document. Raises RevisionConflict, or Refused for a taken key."""
        now = self._clock.now_ms()
        with self._db.write():
            current = self.by_id(document.id)
            if current.revision != based_on:
                raise RevisionConflict(current.revision)
            key = str(body.get("key") or current.key)
            if key != current.key:
                self._take_key(current.app_id, current.kind, key, current.id)
                self._db.run(
                    "insert or ignore into document_keys values (?, ?, ?, ?)",
                    [current.app_id, current.kind, key, current.id],
                )
            revision = current.revision + 1
            self._db.insert(
                "drafts",
                {"document_id": current.id, "revision": revision, "body": dump(body), "author_id": author_id,
                 "author": author, "at": now},
            )  # fmt: skip
            self._db.run(
                "update documents set key = ?, revision = ?, updated_at = ?, updated_by = ? where id = ?",
                [key, revision, now, author_id, current.id],
            )
            self._summaries.write(current.id, current.kind, body, author)
            self._prune_drafts(current.id, revision)
        return self.by_id(document.id)

    def _prune_drafts(self, document_id: int, revision: int) -> None:
        self._db.run(
            "delete from drafts where document_id = ? and revision <= ?", [document_id, revision - KEPT_DRAFTS]
        )

    def draft(self, document_id: int, revision: int) -> Draft:
        """Return one earlier draft, for a merge; raises NotFound where it was never saved or is too old."""
        row = self._db.row("select * from drafts where document_id = ? and revision = ?", [document_id, revision])
        if not row:
            raise NotFound("draft revision", str(revision))
        return record(Draft, row)

    def drafts(self, document_id: int, *, limit: int = KEPT_DRAFTS) -> list[Draft]:
        """Return the kept drafts, newest first."""
        rows = self._db.rows(
            "select * from drafts where document_id = ? order by revision desc limit ?", [document_id, limit]
        )
        return [record(Draft, row) for row in rows]

    def authors_since(self, document_id: int, revision: int) -> list[int]:
        """Return the ids of the accounts that saved a draft after `revision`."""
        rows = self._db.rows(
            "select distinct author_id from drafts where document_id = ? and revision > ? and author_id is not null",
            [document_id, revision],
        )
        return [row["author_id"] for row in rows]

    def archive(self, document: Document, *, archived: bool = True) -> Document:
        """Archive a document, or bring it back."""
        at = self._clock.now_ms() if archived else None
        self._db.run("update documents set archived_at = ? where id = ?", [at, document.id])
        return self.by_id(document.id)

    def add_version(
        self, document: Document, body: JsonObject, hash_: str, *, note: str, author_id: int | None, author: str
    ) -> Version:
        """Snapshot the body as the next version; the newest version is returned as it is where its hash is the same."""
        with self._db.write():
            newest = self.versions(document.id, limit=1)
            if newest and newest[0].hash == hash_:
                return newest[0]
            number = newest[0].number + 1 if newest else 1
            self._db.insert(
                "versions",
                {"document_id": document.id, "number": number, "revision": document.revision, "hash": hash_,
                 "body": dump(body), "note": note, "author_id": author_id, "author": author,
                 "at": self._clock.now_ms()},
            )  # fmt: skip
        return self.version(document.id, number)

    def versions(self, document_id: int, *, before: int | None = None, limit: int = 10_000) -> list[Version]:
        """Return a document's versions, newest first, those below `before`."""
        rows = self._db.rows(
            "select * from versions where document_id = ? and number < ? order by number desc limit ?",
            [document_id, before if before is not None else 2**62, limit],
        )
        return [record(Version, row) for row in rows]

    def version(self, document_id: int, number: int) -> Version:
        """Return one version by its number; raises NotFound."""
        row = self._db.row("select * from versions where document_id = ? and number = ?", [document_id, number])
        if not row:
            raise NotFound("version", str(number))
        return record(Version, row)

    def version_by_id(self, version_id: int) -> Version:
        """Return one version by its internal id; raises NotFound."""
        row = self._db.row("select * from versions where id = ?", [version_id])
        if not row:
            raise NotFound("version", str(version_id))
        return record(Version, row)

    def bodies(self, version_ids: Sequence[int]) -> dict[int, JsonObject]:
        """Return the documents of many versions at once, by the versions' internal ids."""
        rows = self._db.rows(
            "select id, body from versions where id in (select value from json_each(?))", [dump(list(version_ids))]
        )
        return {row["id"]: json.loads(row["body"]) for row in rows}

    def ask_review(self, document: Document, note: str, user_id: int | None) -> Review:
        """Store a request to check the draft as it is now."""
        values: Row = {"document_id": document.id, "revision": document.revision, "note": note, "asked_by": user_id}
        self._db.insert("reviews", {**values, "asked_at": self._clock.now_ms()})
        review = self.latest_review(document.id)
        if review is None:
            raise NotFound("review", document.key)
        return review

    def decide_review(self, review: Review, decision: str, answer: str, user_id: int | None) -> None:
        """Store the answer to a review that is still open."""
        self._db.run(
            """update reviews set decision = ?, answer = ?, decided_by = ?, decided_at = ?
               where id = ? and decision is null""",
            [decision, answer, user_id, self._clock.now_ms(), review.id],
        )

    def latest_review(self, document_id: int) -> Review | None:
        """Return the newest review of a document, open or decided."""
        row = self._db.row(
            """select reviews.*, coalesce(askers.name, '') as asked_by_name, deciders.name as decided_by_name
               from reviews
               left join users askers on askers.id = reviews.asked_by
               left join users deciders on deciders.id = reviews.decided_by
               where document_id = ? order by reviews.id desc limit 1""",
            [document_id],
        )
        return record(Review, row) if row else None
