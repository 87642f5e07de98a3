"""What the widget loads: manifest, chunks, the widget itself, schemas, uploaded files. Plain, cacheable bytes."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Blueprint, Response, current_app, request
from handrail_guides import schemas

from handrail_cms import http, publish
from handrail_cms.errors import NotFound, StorageUnavailable
from handrail_cms.files import BuiltFile, packed
from handrail_cms.http import open_to_all, services

bp = Blueprint("delivery", __name__)

MANIFEST_CACHE = "public, max-age=60, stale-if-error=86400"
IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300, stale-if-error=86400"
_REMEMBERED = 500
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_BUILD_FOLDER = re.compile(r"[^/]+/.+")
_FINGERPRINT = re.compile(r"-[A-Z0-9]{8}\.m?js\Z")  # as the build names what is imported


@bp.get("/v1/<public_key>/manifest.json")
@open_to_all
def manifest(public_key: str) -> Response:
    """The compiled release."""
    content = services().content
    environment = content.apps.environment_by_public_key(public_key)
    hash_, body = publish.live_manifest(content, environment)
    origin = request.headers.get("Origin")
    if origin:
        # whether a page was seen is a comfort of the set-up; a full disk must not stop delivery
        with suppress(StorageUnavailable):
            content.apps.note_seen(environment, origin[:200])
    return _send(body, hash_, "application/json", MANIFEST_CACHE)


@bp.get("/v1/<public_key>/chunks/<name>.json")
@open_to_all
def chunk(public_key: str, name: str) -> Response:
    """One compiled guide in one language, or a theme, by the hash of its bytes."""
    if not _HASH.match(name):
        raise NotFound("chunk", name[:80])
    content = services().content
    environment = content.apps.environment_by_public_key(public_key)
    kept_since = services().clock.now_ms() - services().config.chunk_days * 86_400_000
    body = content.releases.chunk(environment.id, name, kept_since=kept_since)
    if body is None:
        raise NotFound("chunk", name)
    return _send(body, name, "application/json", IMMUTABLE)


@bp.get("/widget/<path:name>")
@open_to_all
def widget(name: str) -> Response:
    """The built widget: the loader for five minutes, the rest, whose addresses name their content, for a year."""
    found = current_app.extensions["handrail.widget"].get(name)
    if found is None:
        raise NotFound("widget file", name[:200])
    return _send_file(found, IMMUTABLE if _BUILD_FOLDER.match(name) else SHORT)


@bp.get("/static/<path:name>", endpoint="static")
@open_to_all
def static(name: str) -> Response:
    """The pages' own files; for a year where the address carries their fingerprint, as `?v=` or in the name."""
    found = current_app.extensions["handrail.static"].get(name)
    if found is None:
        raise NotFound("file", name[:200])
    return _send_file(found, IMMUTABLE if "v" in request.args or _FINGERPRINT.search(name) else "no-cache")


@bp.get("/schema/")
@open_to_all
def schema_index() -> Response:
    """The names of the schemas."""
    return http.json_response({"items": [f"/schema/{name}.json" for name in schemas.names()], "next": None})


@bp.get("/schema/<name>.json")
@open_to_all
def schema(name: str) -> Response:
    """One JSON Schema of the guide format."""
    if name not in schemas.names():
        raise NotFound("schema", name[:80])
    body = http.json_bytes(schemas.schema(name))
    return _send(body, http.etag_of(body), "application/schema+json", SHORT)


@bp.get("/uploads/<name>")
@open_to_all
def upload(name: str) -> Response:
    """An uploaded picture or film, by the hash of its bytes; sandboxed, so that it can't act as a page."""
    hash_, _, _ = name.partition(".")
    found = services().content.uploads.content(hash_) if _HASH.match(hash_) else None
    if found is None:
        raise NotFound("upload", name[:80])
    response = _send(found[1], hash_, found[0], IMMUTABLE)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    return response


def _send(body: bytes, etag: str, media_type: str, cache: str) -> Response:
    small = _packed_once(body, etag, media_type) if http.accepts_gzip() else None
    return _public(http.conditional(small or body, etag, media_type, cache, is_packed=small is not None))


def _packed_once(body: bytes, etag: str, media_type: str) -> bytes | None:
    """Return the gzip form of bytes that the tag names, packed once for all requests of this process."""
    known: dict[str, bytes | None] = current_app.extensions.setdefault("handrail.packed", {})
    if etag not in known:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[etag] = packed(body, media_type)
    return known[etag]


def _send_file(found: BuiltFile, cache: str) -> Response:
    small = found.packed if http.accepts_gzip() else None
    return _public(
        http.conditional(small or found.body, found.etag, found.media_type, cache, is_packed=small is not None)
    )


def _public(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Timing-Allow-Origin"] = "*"
    return response


@bp.after_request
def _readable_errors(response: Response) -> Response:
    """Let a host page's script read an error too, so that it can say more than “failed”."""
    return _public(response) if response.status_code >= 400 else response
