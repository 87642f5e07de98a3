"""The built files that the server hands out (widget, scripts, styles), each with its fingerprint and gzip form."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parent / "static"
WIDGET: Final = STATIC / "build" / "widget"
_MEDIA_TYPES: Final = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".json": "application/json", ".map": "application/json", ".woff2": "font/woff2",
}  # fmt: skip
_COMPRESSED: Final = ("text/", "application/json", "image/svg+xml")
_WORTH_COMPRESSING_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file as it is sent; `packed` is its gzip form, where that is worth its while."""

    changed_ns: int
    media_type: str
    etag: str
    body: bytes
    packed: bytes | None


class BuiltFiles:
    """Reads files below one folder and remembers them until they change on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known: dict[str, BuiltFile] = {}

    def get(self, name: str) -> BuiltFile | None:
        """Return a file by its path below the folder; None where there is none, or the path leads out of it."""
        if "\0" in name:
            return None
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            return None
        changed_ns = path.stat().st_mtime_ns
        known = self._known.get(name)
        if known is None or known.changed_ns != changed_ns:
            known = self._known[name] = _read(path, changed_ns)
        return known


def packed(body: bytes, media_type: str) -> bytes | None:
    """Return the gzip form of a body, the same for the same bytes; None where it would not be smaller."""
    if len(body) < _WORTH_COMPRESSING_BYTES or not media_type.startswith(_COMPRESSED):
        return None
    return gzip.compress(body, 6, mtime=0)


def _read(path: Path, changed_ns: int) -> BuiltFile:
    body = path.read_bytes()
    media_type = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return BuiltFile(changed_ns, media_type, hashlib.sha256(body).hexdigest()[:32], body, packed(body, media_type))
