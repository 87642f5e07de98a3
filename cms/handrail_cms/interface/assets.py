"""Addresses of the pages' own files, with a fingerprint, so that a browser may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).resolve().parent.parent / "static"


class Assets:
    """Remembers each file's fingerprint for as long as the file does not change."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self._known: dict[str, tuple[int, str]] = {}

    def address(self, name: str) -> str:
        """Return `/static/NAME?v=…`; without the fingerprint where the file has not been built."""
        path = self._folder / name
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return f"/static/{name}"
        known = self._known.get(name)
        if known is None or known[0] != changed:
            known = (changed, hashlib.sha256(path.read_bytes()).hexdigest()[:10])
            self._known[name] = known
        return f"/static/{name}?v={known[1]}"
