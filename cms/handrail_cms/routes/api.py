"""The admin API for documents: their drafts, versions and reviews; and the description of the whole API."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, Response, current_app

from handrail_cms import http, publish, shapes
from handrail_cms.http import actor, needs, open_to_all, services
from handrail_cms.operations import Described, openapi, operation
from handrail_cms.shapes import shown
from handrail_cms.storage.records import Document, DocumentKind, Version

bp = Blueprint("api", __name__, url_prefix="/api")
ROOMS: dict[str, DocumentKind] = {"guides": "guide", "themes": "theme", "segments": "segment"}
_ROOM = "/v1/<any(guides, themes, segments):room>"
_SEVERAL = re.compile(r"<any\(([^)]*)\):[a-z]+>")
# The versions that a document is shown with; the others have a list of their own.
SHOWN_VERSIONS = 50


@bp.get("/openapi.json")
@open_to_all
def description() -> Response:
    """Describe this API (OpenAPI 3.1)."""
    return http.json_response(openapi(_described()))


def _described() -> list[Described]:
    """Return every view that says what it does; a rule for three rooms is described three times."""
    found: list[Described] = []
    for rule in current_app.url_map.iter_rules():
        view = current_app.view_functions[rule.endpoint]
        facts = getattr(view, "operation", None)
        if facts is None:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found += _spelled_out(Described(method, rule.rule, getattr(view, "needs", ""), facts, rule.endpoint))
    return found


def _spelled_out(one: Described) -> list[Described]:
    """Return a rule that stands for several addresses once for each of them."""
    several = _SEVERAL.search(one.rule)
    if several is None:
        return [one]
    return [
        replace(
            one,
            rule=one.rule.replace(several.group(0), word),
            name=f"{one.name}_{word}",
            operation=replace(one.operation, takes=ROOMS[word]) if one.operation.takes == "room" else one.operation,
        )
        for word in several.group(1).split(", ")
    ]


@bp.get(_ROOM)
@needs("document.read")
@operation("List documents", answers=shapes.DocumentLine, lists=True, query=shapes.DocumentsQuery)
def documents(room: str) -> Response:
    """List the documents of one kind, by key."""
    query = http.query(shapes.DocumentsQuery())
    content, app_id = services().content, http.guided_app().id
    found = content.documents.all(
        app_id, ROOMS[room], archived=query["archived"], after=query["cursor"], limit=query["limit"] + 1
    )
    live = content.releases.all_live_versions(app_id)
    page = http.page_of(
        found, query["limit"], lambda one: one.key, lambda one: _line(shapes.DocumentLine, one, live.get(one.id, {}))
    )
    return http.json_response(page)


def _line(schema: Any, document: Document, live: dict[str, int], **more: Any) -> dict[str, Any]:
    return shown(schema, document) | {"live": live, "archived": document.archived_at is not None} | more


def _whole(document: Document) -> dict[str, Any]:
    content = services().content
    versions = content.documents.versions(document.id, limit=SHOWN_VERSIONS)
    return _line(
        shapes.DocumentShape,
        document,
        content.releases.live_versions(document.id),
        draft=document.body,
        versions=[shown(shapes.VersionLine, version) for version in versions],
        problems=[problem.as_json() for problem in publish.problems_of(document.kind, document.body)],
    )


def _answer(document: Document, status: int = 200) -> Response:
    response = http.json_response(_whole(document), status)
    response.set_etag(str(document.revision))
    return response


def _find(room: str, key: str) -> Document:
    return services().content.documents.find(http.guided_app().id, ROOMS[room], key)


@bp.post(_ROOM)
@needs("document.write")
@operation("Make a document", takes="room", answers=shapes.DocumentShape, status=201)
def create(room: str) -> Response:
    """Make a document from its first draft."""
    body = http.body_json()
    return _answer(publish.create(services().content, actor(), http.guided_app().id, ROOMS[room], body), 201)


@bp.get(f"{_ROOM}/<key>")
@needs("document.read")
@operation("Read a document", answers=shapes.DocumentShape)
def read(room: str, key: str) -> Response:
    """Read a document with its draft; the ETag is the draft's revision."""
    return _answer(_find(room, key))


@bp.put(f"{_ROOM}/<key>")
@needs("document.write")
@operation("Save a draft", takes="room", answers=shapes.DocumentShape, if_match=True)
def save(room: str, key: str) -> Response:
    """Store a draft, with the problems that it has; a new `key` renames the document."""
    document, body = _find(room, key), http.body_json()
    return _answer(publish.save_draft(services().content, actor(), document, body, based_on=http.based_on()))


@bp.delete(f"{_ROOM}/<key>")
@needs("document.archive")
@operation("Archive a document", status=204)
def archive(room: str, key: str) -> Response:
    """Archive a document that is live nowhere; nothing is ever deleted."""
    publish.archive(services().content, actor(), _find(room, key))
    return Response(status=204)


@bp.post(f"{_ROOM}/<key>/unarchive")
@needs("document.archive")
@operation("Bring a document back", answers=shapes.DocumentShape)
def unarchive(room: str, key: str) -> Response:
    """Bring an archived document back."""
    return _answer(publish.archive(services().content, actor(), _find(room, key), archived=False))


@bp.get(f"{_ROOM}/<key>/drafts/<int:revision>")
@needs("document.read")
@operation("Read an earlier draft", answers=shapes.DraftShape)
def draft(room: str, key: str, revision: int) -> Response:
    """Read one earlier draft: the base of a three-way merge."""
    found = services().content.documents.draft(_find(room, key).id, revision)
    return http.json_response(shown(shapes.DraftShape, found) | {"document": found.body})


@bp.get(f"{_ROOM}/<key>/versions")
@needs("document.read")
@operation("List versions", answers=shapes.VersionLine, lists=True, query=shapes.PageQuery)
def versions(room: str, key: str) -> Response:
    """List a document's versions, newest first."""
    query = http.query(shapes.PageQuery())
    before = http.whole_number(query["cursor"])
    found = services().content.documents.versions(_find(room, key).id, before=before, limit=query["limit"] + 1)
    page = http.page_of(found, query["limit"], lambda one: str(one.number), lambda one: shown(shapes.VersionLine, one))
    return http.json_response(page)


@bp.get(f"{_ROOM}/<key>/versions/<int:number>")
@needs("document.read")
@operation("Read a version", answers=shapes.VersionShape)
def version(room: str, key: str, number: int) -> Response:
    """Read one version; its ETag is its hash."""
    found: Version = services().content.documents.version(_find(room, key).id, number)
    response = http.json_response(shown(shapes.VersionShape, found) | {"document": found.body})
    response.set_etag(found.hash)
    return response


@bp.post(f"{_ROOM}/<key>/restore")
@needs("document.write")
@operation("Restore a version", takes=shapes.RestoreBody, answers=shapes.DocumentShape, if_match=True)
def restore(room: str, key: str) -> Response:
    """Make an old version the draft again."""
    number = http.body_json(shapes.RestoreBody())["version"]
    return _answer(publish.restore(services().content, actor(), _find(room, key), number, based_on=http.based_on()))


@bp.get(f"{_ROOM}/<key>/review")
@needs("document.read")
@operation("Read the newest review", answers=shapes.ReviewShape)
def review(room: str, key: str) -> Response:
    """Read the newest review of a document."""
    found = services().content.documents.latest_review(_find(room, key).id)
    if found is None:
        raise http.NotFound("review of", key)
    return http.json_response(shown(shapes.ReviewShape, found))


@bp.post(f"{_ROOM}/<key>/review")
@needs("review.ask")
@operation("Ask for a review", takes=shapes.ReviewBody, answers=shapes.ReviewShape, status=201)
def ask_review(room: str, key: str) -> Response:
    """Ask somebody else to check the draft."""
    note = http.body_json(shapes.ReviewBody())["note"]
    found = publish.ask_review(services().content, actor(), _find(room, key), note)
    return http.json_response(shown(shapes.ReviewShape, found), 201)


@bp.post(f"{_ROOM}/<key>/review/decision")
@needs("review.decide")
@operation("Answer a review", takes=shapes.DecisionBody, answers=shapes.ReviewShape)
def decide_review(room: str, key: str) -> Response:
    """Approve the draft, or ask for changes."""
    body = http.body_json(shapes.DecisionBody())
    found = publish.decide_review(services().content, actor(), _find(room, key), body["decision"], body["answer"])
    return http.json_response(shown(shapes.ReviewShape, found))


@bp.post("/v1/validate")
@needs("document.read")
@operation("Check a document", takes=shapes.ValidateBody, answers=shapes.ProblemsShape)
def validate() -> Response:
    """Say everything that is wrong with a document, without storing it."""
    body = http.body_json(shapes.ValidateBody())
    problems = publish.problems_of(cast(DocumentKind, body["kind"]), body["document"])
    return http.json_response({"problems": [problem.as_json() for problem in problems]})
