"""What has to change in an environment so that a directory, or another environment, is live there; and doing it."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from handrail_guides.differences import Change, diff
from handrail_guides.document import digest
from handrail_guides.folder import Loaded

from handrail_cms.admin_client import ROOMS, AdminClient
from handrail_cms.workspace import ORDER, Name

Json = Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `version` is the one to publish, None for the draft; `changes` say what visitors get."""

    kind: str
    key: str
    do: Literal["publish", "take_down", "settings"]
    version: int | None = None
    live: int | None = None
    changes: list[Change] = field(default_factory=list[Change])

    def as_json(self) -> dict[str, Json]:
        """Return the wire form."""
        changes = [change.as_json() for change in self.changes]
        return {"kind": self.kind, "key": self.key, "do": self.do, "version": self.version, "live": self.live,
                "changes": changes}  # fmt: skip


def plan_from_directory(
    client: AdminClient, documents: dict[Name, Loaded], environment: str, *, prune: bool
) -> list[Step]:
    """Return what would make a directory's documents live; `prune` also takes down the guides that it lacks."""
    live = client.live(environment)
    wanted = {name: loaded.document for name, loaded in documents.items() if name[0] in ROOMS}
    steps = list(_publications(client, wanted, live))
    for kind, key in sorted(live) if prune else []:
        if kind == "guide" and (kind, key) not in documents:
            steps.append(Step(kind, key, "take_down", live=live[kind, key]["version"]))
    settings = documents.get(("environment", environment))
    return [*_settings(client, settings, environment), *steps]


def plan_from_environment(client: AdminClient, source: str, environment: str, *, prune: bool) -> list[Step]:
    """Return what would make live in one environment what is live in another."""
    there, live = client.live(source), client.live(environment)
    steps: list[Step] = []
    for name, item in sorted(there.items(), key=lambda each: (ORDER.index(each[0][0]), each[0][1])):
        here = live.get(name)
        if here is None or here["hash"] != item["hash"]:
            old = client.version(*name, here["version"]) if here else {}
            said = diff(old, client.version(*name, item["version"])) if here else []
            steps.append(Step(*name, "publish", item["version"], here["version"] if here else None, said))
    for kind, key in sorted(set(live) - set(there)) if prune else []:
        if kind == "guide":
            steps.append(Step(kind, key, "take_down", live=live[kind, key]["version"]))
    return steps


def apply_plan(
    client: AdminClient, steps: Sequence[Step], environment: str, documents: dict[Name, Loaded], note: str
) -> list[int]:
    """Carry a plan out; return the numbers of the releases that it made. Drafts have been pushed before."""
    for step in steps:
        if step.do == "settings":
            remote = client.document("environment", environment)
            document = {name: value for name, value in documents["environment", environment].document.items()
                        if name not in {"$schema", "live"}}  # fmt: skip
            client.save("environment", environment, document, based_on=remote.revision)
    versions = {(step.kind, step.key): step.version for step in steps if step.do == "publish"}
    made = [client.release(environment, versions, note)["number"]] if versions else []
    for step in steps:
        if step.do == "take_down":
            made.append(client.take_down(environment, step.key, note)["number"])
    return made


def _publications(client: AdminClient, wanted: dict[Name, Json], live: dict[Name, dict[str, Json]]) -> Iterator[Step]:
    for name, document in sorted(wanted.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1])):
        item = live.get(name)
        if item is None:
            yield Step(*name, "publish")
        elif item["hash"] != digest(document):
            said = diff(client.version(*name, item["version"]), document)
            yield Step(*name, "publish", live=item["version"], changes=said)


def _settings(client: AdminClient, loaded: Loaded | None, environment: str) -> Iterator[Step]:
    if loaded is None:
        return
    now = client.document("environment", environment).document
    said = diff(now, {name: value for name, value in loaded.document.items() if name != "live"})
    if said:
        yield Step("environment", environment, "settings", changes=said)
