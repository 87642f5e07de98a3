"""One file that holds everything: both databases, copied while they are written to, with their hashes."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handrail_cms.errors import NotThere, Refused

if TYPE_CHECKING:
    from handrail_cms.services import Services

FORMAT: Final = 1
MANIFEST: Final = "backup.json"
FILES: Final = ("handrail.db", "events.db")
_BLOCK: Final = 1 << 20


def back_up(services: Services, target: Path) -> dict[str, Any]:
    """Write the backup to a new file, which appears only when it is whole; return its manifest."""
    if target.exists():
        raise Refused("exists", f"{target} is there already. Choose another name.")
    if not target.parent.is_dir():
        raise NotThere(f"There is no folder {target.parent} to write the backup to.")
    # beside the target: the rename at the end must not cross file systems, nor the copies fill /tmp
    with tempfile.TemporaryDirectory(prefix=".handrail-backup-", dir=target.parent) as folder:
        # events first: a guide version that an event names is then always in the later copy of the content
        services.events.backup(Path(folder, "events.db"))
        _copy_database(services.content.connections.path, Path(folder, "handrail.db"))
        manifest = {
            "format": FORMAT,
            "at": services.clock.now_ms(),
            "files": {name: _digest(Path(folder, name)) for name in FILES},
        }
        whole = Path(folder, "whole.zip")
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
            for name in FILES:
                archive.write(Path(folder, name), name)
        with whole.open("rb+") as written:
            os.fsync(written.fileno())
        whole.chmod(0o600)
        os.link(whole, target)  # never overwrites, even where another backup took the name meanwhile
    return manifest


def restore(source: Path, data: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put a backup in place; what was there is kept beside it with `replace`, and refused without.

    Checks every hash and both databases before anything is moved. Only the two known names are ever read.
    """
    present = [name for name in FILES if (data / name).exists()]
    if present and not replace:
        raise Refused("exists", f"{data} holds data already. Stop the server and add --replace to keep it aside.")
    data.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.TemporaryDirectory(prefix=".handrail-restore-", dir=data) as folder:
        manifest = _unpack(source, Path(folder))
        for name in FILES:
            _check_database(Path(folder, name))
        if present:
            _set_aside(data, manifest["at"])
        for name in FILES:
            os.replace(Path(folder, name), data / name)
    return manifest


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if manifest.get("format") != FORMAT:
                raise Refused("format", f"{source} was made by a newer Handrail. Restore it with that one.")
            for name in FILES:
                with archive.open(name) as packed, Path(folder, name).open("wb") as written:
                    while block := packed.read(_BLOCK):
                        written.write(block)
    except FileNotFoundError as error:
        raise NotThere(f"There is no backup {source}.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise Refused("not_a_backup", f"{source} is not a whole Handrail backup: {error}.") from error
    for name, expected in manifest["files"].items():
        if name in FILES and _digest(Path(folder, name)) != expected:
            raise Refused("damaged", f"{name} in {source} is damaged: its hash differs.")
    return manifest


def _check_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("pragma quick_check").fetchone()[0]
    if found != "ok":
        raise Refused("damaged", f"{path.name} in the backup is damaged: {found}.")


def _set_aside(data: Path, at: int) -> None:
    aside = data / f"before-restore-{at}"
    number = 1
    while aside.exists():
        number += 1
        aside = data / f"before-restore-{at}-{number}"
    aside.mkdir()
    for name in FILES:
        for suffix in ("", "-wal", "-shm"):
            if (data / (name + suffix)).exists():
                os.replace(data / (name + suffix), aside / (name + suffix))


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
