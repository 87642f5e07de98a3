"""Uploaded pictures and films: known by the hash of their bytes, typed by what they are, not by their name."""

from __future__ import annotations

import hashlib
from typing import Final

from handrail_guides.saying import say

from handrail_cms import audit
from handrail_cms.auth import Actor, require
from handrail_cms.errors import Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Upload

# What the first bytes say -> (media type, ending). SVG is left out on purpose: it can hold script.
_KINDS: Final = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", "png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", "jpg"),
    (b"GIF87a", 0, "image/gif", "gif"),
    (b"GIF89a", 0, "image/gif", "gif"),
    (b"WEBP", 8, "image/webp", "webp"),
    (b"ftypavif", 4, "image/avif", "avif"),
    (b"ftypavis", 4, "image/avif", "avif"),
    (b"\x1a\x45\xdf\xa3", 0, "video/webm", "webm"),
    (b"ftyp", 4, "video/mp4", "mp4"),
    (b"WEBVTT", 0, "text/vtt", "vtt"),
)
_ENDINGS: Final = {media_type: ending for _, _, media_type, ending in _KINDS}


def add(content: ContentStore, actor: Actor, app_id: int, name: str, body: bytes, *, most_bytes: int) -> Upload:
    """Store a file; raises Refused where it is empty, too large, or not a picture, film or captions."""
    require(actor, "upload.write", app_id)
    if not body:
        raise Refused("empty", say("The file is empty."))
    if len(body) > most_bytes:
        raise Refused(
            "too_large",
            say("The file is larger than %(most)s MiB. Make it smaller.", most=f"{most_bytes / 1_048_576:.0f}"),
        )
    media_type = media_type_of(body)
    clean = "".join(letter for letter in name if letter.isprintable())[:200] or "file"
    hash_ = hashlib.sha256(body).hexdigest()
    with content.transaction():
        made = content.uploads.add(app_id, hash_, clean, media_type, body, actor.user_id)
        audit.note(content, actor, "upload.add", "upload", clean, app_id=app_id, size=len(body))
    return made


def media_type_of(body: bytes) -> str:
    """Return what the bytes are; raises Refused for anything but the kinds that a page can show safely."""
    for sign, offset, media_type, _ in _KINDS:
        if body[offset : offset + len(sign)] == sign:
            return media_type
    raise Refused(
        "media_type", say("Upload a PNG, JPEG, GIF, WebP or AVIF picture, an MP4 or WebM film, or WebVTT captions.")
    )


def archive(content: ContentStore, actor: Actor, app_id: int, hash_: str) -> None:
    """Take a file off the list; guides that show it go on showing it."""
    require(actor, "upload.write", app_id)
    with content.transaction():
        upload = content.uploads.one(app_id, hash_)
        content.uploads.archive(app_id, hash_)
        audit.note(content, actor, "upload.archive", "upload", upload.name, app_id=app_id)


def address_of(upload: Upload) -> str:
    """Return the path to write into a guide."""
    return f"/uploads/{upload.hash}.{_ENDINGS[upload.media_type]}"
