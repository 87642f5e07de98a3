"""Delivery as plain files: the same tree of addresses that the server answers, for any web server or CDN."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail_guides import schemas
from handrail_guides.document import canonical

from handrail_cms import publish
from handrail_cms.files import WIDGET
from handrail_cms.storage.records import Environment

if TYPE_CHECKING:
    from handrail_cms.services import Services

_UPLOAD = re.compile(rb"/uploads/([0-9a-f]{64})(\.[a-z0-9]{1,8})?")


def export(services: Services, environment: Environment, folder: Path) -> int:
    """Write the tree and return how many files it has; files appear whole, the manifest last."""
    written = 0
    for name, body in _tree(services, environment):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(body)
        os.replace(part, path)
        written += 1
    return written


def _tree(services: Services, environment: Environment) -> Iterator[tuple[str, bytes]]:
    for path in sorted(WIDGET.rglob("*")):
        if path.is_file():
            yield f"widget/{path.relative_to(WIDGET)}", path.read_bytes()
    for name in schemas.names():
        yield f"schema/{name}.json", canonical(schemas.schema(name))
    kept_since = services.clock.now_ms() - services.config.chunk_days * 86_400_000
    chunks = services.content.releases.chunks(environment.id, kept_since=kept_since)
    yield from _uploads(services, chunks)
    for hash_, body in chunks.items():
        yield f"v1/{environment.public_key}/chunks/{hash_}.json", body
    # last, so that nothing points at a file that is not there yet
    yield f"v1/{environment.public_key}/manifest.json", publish.live_manifest(services.content, environment)[1]


def _uploads(services: Services, chunks: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    names: dict[str, Any] = {}
    for body in chunks.values():
        for found in _UPLOAD.finditer(body):
            names[found.group(0).decode().lstrip("/")] = found.group(1).decode()
    for name, hash_ in sorted(names.items()):
        content = services.content.uploads.content(hash_)
        if content is not None:
            yield name, content[1]
