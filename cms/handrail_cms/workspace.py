"""A directory of documents beside a server: what each side changed since they last agreed, and bringing them together.

The directory keeps, in `.handrail/state.json`, the documents as they were when both sides last agreed, with their
revisions: the base of three-way merges. It belongs in Git, so that CI knows it too.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from handrail_guides.differences import Change, diff
from handrail_guides.document import digest
from handrail_guides.folder import FOLDERS, STATE_FOLDER, Loaded, load
from handrail_guides.layout import lay_out
from handrail_guides.merge import Conflict, merge

from handrail_cms.admin_client import AdminClient, Moved, RefusedByServer, RemoteDocument
from handrail_cms.errors import NotThere

Json = Any
Name = tuple[str, str]  # (kind, key)
# what other documents name comes first, so that a server never holds a guide whose segment is missing
ORDER: Final = ("segment", "theme", "environment", "guide")


@dataclass(frozen=True, slots=True)
class Base:
    """What both sides held when they last agreed."""

    revision: int
    document: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one document. `refused` and `conflict` left both sides as they were."""

    kind: str
    key: str
    did: Literal["same", "written", "merged", "kept", "removed", "created", "saved", "archived", "conflict", "refused"]
    why: str = ""
    changes: list[Change] = field(default_factory=list[Change])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])

    @property
    def failed(self) -> bool:
        """Tell whether somebody has to decide."""
        return self.did in {"conflict", "refused"}

    def as_json(self) -> dict[str, Json]:
        """Return the wire form."""
        return {
            "kind": self.kind, "key": self.key, "did": self.did, "why": self.why,
            "changes": [change.as_json() for change in self.changes],
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
        }  # fmt: skip


class Workspace:
    """One directory, with its state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / STATE_FOLDER / "state.json"
        self.bases: dict[Name, Base] = {}
        if self._file.is_file():
            self.bases = self._read()

    def documents(self) -> dict[Name, Loaded]:
        """Return the directory's documents, the broken ones among them."""
        if not self.folder.is_dir():
            return {}
        return {(each.kind, each.key): each for each in load([self.folder])}

    def write(self, remote: RemoteDocument, loaded: Loaded | None, document: dict[str, Json] | None = None) -> None:
        """Write a document to its file, in the one layout."""
        file = loaded.file if loaded else self.folder / FOLDERS[remote.kind] / f"{remote.key}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(lay_out(remote.document if document is None else document, remote.kind), encoding="utf-8")

    def agree(self, remote: RemoteDocument) -> None:
        """Remember that both sides have seen this draft of the server."""
        self.bases[remote.kind, remote.key] = Base(remote.revision, remote.document)

    def save(self) -> None:
        """Write the state: one document a line, so that Git shows which ones moved."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            json.dumps(f"{kind}/{key}") + ": "
            + json.dumps({"revision": base.revision, "document": base.document}, ensure_ascii=False, sort_keys=True)
            for (kind, key), base in sorted(self.bases.items())
        ]  # fmt: skip
        text = '{\n"format": 1,\n"documents": {\n' + ",\n".join(lines) + "\n}\n}\n"
        self._file.write_text(text, encoding="utf-8")

    def _read(self) -> dict[Name, Base]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))["documents"]
            split = {tuple(name.split("/", 1)): base for name, base in found.items()}
            return {(kind, key): Base(base["revision"], base["document"]) for (kind, key), base in split.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            mend = f"Take {self._file} from Git, or remove it and pull again."
            raise NotThere(f"The state of this directory cannot be read. {mend}") from None


def pull(client: AdminClient, workspace: Workspace, *, force: bool = False) -> Iterator[Outcome]:
    """Bring the server's drafts into the directory; what was edited here is kept, or merged."""
    here = workspace.documents()
    there = {(each.kind, each.key): each for kind in ORDER for each in client.documents(kind)}
    for name, remote in there.items():
        yield _pulled(workspace, here.get(name), remote, force)
    for name in sorted(set(workspace.bases) - set(there)):
        base = workspace.bases.pop(name)
        loaded = here.get(name)
        if loaded and not _is_changed(loaded, base):
            loaded.file.unlink()
            yield Outcome(*name, "removed", "it was archived on the server")
        elif loaded:
            yield Outcome(*name, "kept", "it was archived on the server and edited here; push makes it anew")
    workspace.save()


def push(client: AdminClient, workspace: Workspace, *, force: bool = False, merging: bool = False,
         prune: bool = False) -> Iterator[Outcome]:  # fmt: skip
    """Bring the directory's documents to the server as drafts. Newer work there is never overwritten, unless forced."""
    here = workspace.documents()
    for name, loaded in sorted(here.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1])):
        base = workspace.bases.get(name)
        if base and not _is_changed(loaded, base):
            yield Outcome(*name, "same")
        else:
            yield _pushed(client, workspace, loaded, base, force=force, merging=merging)
        workspace.save()
    for name in sorted(set(workspace.bases) - set(here)):
        if prune and name[0] != "environment":
            yield _archived(client, workspace, name)
        else:
            yield Outcome(*name, "kept", "its file is gone here; push --prune archives it on the server")
    workspace.save()


def _pulled(workspace: Workspace, loaded: Loaded | None, remote: RemoteDocument, force: bool) -> Outcome:
    name = (remote.kind, remote.key)
    base = workspace.bases.get(name)
    if loaded is not None and isinstance(loaded.document, dict) and _hash(loaded.document) == _hash(remote.document):
        workspace.agree(remote)
        return Outcome(*name, "same")
    if loaded is None or force or (base and not _is_changed(loaded, base)):
        workspace.write(remote, loaded)
        workspace.agree(remote)
        return Outcome(*name, "written", changes=diff(base.document, remote.document) if base else [])
    if base and _hash(base.document) == _hash(remote.document):
        return Outcome(*name, "kept", "it was edited here; push brings it to the server")
    if base is None or not isinstance(loaded.document, dict):
        why = f"{loaded.file} differs from the server's, and nothing says which is newer; --force takes the server's"
        return Outcome(*name, "conflict", why)
    merged = merge(base.document, loaded.document, remote.document)
    if merged.conflicts:
        why = "both sides changed the same fields; edit the file, then push --force, or pull --force"
        return Outcome(*name, "conflict", why, diff(base.document, remote.document), merged.conflicts)
    workspace.write(remote, loaded, merged.document)
    workspace.agree(remote)
    return Outcome(*name, "merged", "edited on both sides", diff(base.document, remote.document))


def _pushed(client: AdminClient, workspace: Workspace, loaded: Loaded, base: Base | None, *, force: bool,
            merging: bool) -> Outcome:  # fmt: skip
    name, document = (loaded.kind, loaded.key), _stored(loaded.document)
    try:
        if base is None:
            saved, did = client.create(loaded.kind, document), "created"
        else:
            saved, did = client.save(loaded.kind, loaded.key, document, based_on=base.revision), "saved"
        workspace.agree(saved)
        return Outcome(*name, did, changes=diff(base.document, document) if base else [])
    except RefusedByServer as error:
        if base is not None:
            raise
        taken = _existing(client, loaded)
        if taken is None:
            return Outcome(*name, "refused", str(error))
        remote = taken
    except Moved:
        remote = client.document(loaded.kind, loaded.key)
    return _on_newer(client, workspace, loaded, base, remote, force=force, merging=merging)


def _on_newer(client: AdminClient, workspace: Workspace, loaded: Loaded, base: Base | None, remote: RemoteDocument, *,
              force: bool, merging: bool) -> Outcome:  # fmt: skip
    """The server holds a draft that this directory has not seen."""
    name, document = (loaded.kind, loaded.key), _stored(loaded.document)
    if _hash(remote.document) == _hash(document):
        workspace.agree(remote)
        return Outcome(*name, "same")
    if force:
        workspace.agree(client.save(loaded.kind, loaded.key, document, based_on=remote.revision))
        return Outcome(*name, "saved", "over the server's draft", diff(remote.document, document))
    if base is None:
        why = "the server has one of that key, which differs; pull first, or --force"
        return Outcome(*name, "refused", why, diff(document, remote.document))
    merged = merge(base.document, document, remote.document)
    theirs = diff(base.document, remote.document)
    if merged.conflicts or not merging:
        why = "the server has a newer draft" + ("" if merged.conflicts else "; pull merges both, and so does --merge")
        return Outcome(*name, "refused", why, theirs, merged.conflicts)
    saved = client.save(loaded.kind, loaded.key, merged.document, based_on=remote.revision)
    workspace.write(saved, loaded)
    workspace.agree(saved)
    return Outcome(*name, "merged", "with the server's newer draft", theirs)


def _archived(client: AdminClient, workspace: Workspace, name: Name) -> Outcome:
    try:
        client.archive(*name)
    except RefusedByServer as error:
        return Outcome(*name, "refused", str(error))
    del workspace.bases[name]
    return Outcome(*name, "archived")


def _existing(client: AdminClient, loaded: Loaded) -> RemoteDocument | None:
    from handrail_cms.errors import NotFound

    try:
        return client.document(loaded.kind, loaded.key)
    except NotFound:
        return None


def _is_changed(loaded: Loaded, base: Base) -> bool:
    return not isinstance(loaded.document, dict) or _hash(loaded.document) != _hash(base.document)


def _hash(document: dict[str, Json]) -> str:
    return digest(_stored(document))


def _stored(document: dict[str, Json]) -> dict[str, Json]:
    """Return a document without what the server keeps elsewhere: an environment's `live` is its release."""
    return {name: value for name, value in document.items() if name not in {"$schema", "live"}}


def failed(outcomes: Iterable[Outcome]) -> bool:
    """Tell whether any document needs a person."""
    return any(outcome.failed for outcome in outcomes)
