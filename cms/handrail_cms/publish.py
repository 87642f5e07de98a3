"""Drafts, versions and releases: how something an author wrote becomes what visitors see. Knows nothing of HTTP.

Every function asks `auth.require` first and writes its audit entry in the same transaction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from handrail_guides.document import canonical, digest, plain_problems
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.manifest import CompiledRelease, LiveGuide, ReleaseInput, compile_release, names_in, rules_of
from handrail_guides.saying import say
from handrail_guides.validate import validate

from handrail_cms import audit
from handrail_cms.auth import Actor, require
from handrail_cms.errors import NotFound, Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import (
    Document,
    DocumentKind,
    Environment,
    JsonObject,
    Release,
    ReleaseItem,
    Review,
    Version,
)

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
BODY_BYTES = 1024 * 1024
MOST_COMPILED = 4000
Items = dict[int, ReleaseItem]


def problems_of(kind: DocumentKind, body: JsonObject) -> list[Problem]:
    """Return everything that is wrong with a document, errors first, each with its pointer."""
    return validate(body, kind)


def create(content: ContentStore, actor: Actor, app_id: int, kind: DocumentKind, body: JsonObject) -> Document:
    """Make a document from its first draft, which may still have problems but must have a usable key."""
    require(actor, "document.write", app_id)
    key = _checked_key(body)
    with content.transaction():
        made = content.documents.create(app_id, kind, key, body, author_id=actor.user_id, author=actor.name)
        audit.note(content, actor, f"{kind}.create", kind, key, app_id=app_id)
    return made


def save_draft(content: ContentStore, actor: Actor, document: Document, body: JsonObject, *, based_on: int) -> Document:
    """Store a draft, problems and all, so that no work is lost; raises RevisionConflict where it has moved on.

    A body equal to the current draft changes nothing. A new `key` renames the document; its old keys keep finding it.
    """
    require(actor, "document.write", document.app_id)
    key = _checked_key(body)
    with content.transaction():
        current = content.documents.by_id(document.id)
        if current.archived_at:
            raise Refused("archived", say("“%(key)s” is archived. Bring it back first.", key=current.key))
        if current.revision == based_on and current.body == body:
            return current
        saved = content.documents.save(current, body, based_on=based_on, author_id=actor.user_id, author=actor.name)
        if key != current.key:
            audit.note(
                content, actor, f"{current.kind}.rename", current.kind, key, app_id=current.app_id, was=current.key
            )
        audit.note(
            content, actor, f"{current.kind}.save", current.kind, key, app_id=current.app_id, revision=saved.revision
        )
    return saved


def _checked_key(body: JsonObject) -> str:
    key = body.get("key")
    if not isinstance(key, str) or len(key) > 80 or not _KEY.match(key):
        message = say("The key has to be made of lower-case letters, digits and single hyphens, at most 80 of them.")
        raise GuideProblems([Problem("/key", "key", message, say("Write it like first-invoice."))])
    unreadable = plain_problems(body)
    if unreadable:
        raise GuideProblems(unreadable)
    if len(json.dumps(body, ensure_ascii=False).encode()) > BODY_BYTES:
        raise GuideProblems(
            [Problem("", "too_large", say("The document is larger than 1 MiB."), say("Make two guides of it."))]
        )
    return key


def restore(content: ContentStore, actor: Actor, document: Document, number: int, *, based_on: int) -> Document:
    """Make an old version the draft again, as a new revision."""
    version = content.documents.version(document.id, number)
    return save_draft(content, actor, document, {**version.body, "key": document.key}, based_on=based_on)


def archive(content: ContentStore, actor: Actor, document: Document, *, archived: bool = True) -> Document:
    """Archive a document, or bring it back; raises Refused while it is live anywhere."""
    require(actor, "document.archive", document.app_id)
    with content.transaction():
        live = content.releases.live_versions(document.id)
        if archived and live:
            raise Refused(
                "live",
                say(
                    "“%(key)s” is live in %(names)s. Take it down there first.",
                    key=document.key,
                    names=", ".join(sorted(live)),
                ),
            )
        changed = content.documents.archive(document, archived=archived)
        action = "archive" if archived else "unarchive"
        audit.note(content, actor, f"{document.kind}.{action}", document.kind, document.key, app_id=document.app_id)
    return changed


def ask_review(content: ContentStore, actor: Actor, document: Document, note: str = "") -> Review:
    """Ask somebody else to check the draft as it is now."""
    require(actor, "review.ask", document.app_id)
    with content.transaction():
        review = content.documents.ask_review(document, note, actor.user_id)
        audit.note(
            content, actor, "review.ask", document.kind, document.key, app_id=document.app_id, revision=review.revision
        )
    return review


def decide_review(content: ContentStore, actor: Actor, document: Document, decision: str, answer: str = "") -> Review:
    """Answer the open review with `approved` or `changes`; refused for who asked for it or wrote the draft."""
    require(actor, "review.decide", document.app_id)
    if decision not in ("approved", "changes"):
        raise Refused("decision", say("Answer a review with “approved” or “changes”."))
    with content.transaction():
        review = content.documents.latest_review(document.id)
        if review is None or review.decision:
            raise Refused("no_review", say("Nobody has asked for a review of this draft."))
        if review.revision != content.documents.by_id(document.id).revision:
            raise Refused("review_old", say("The draft has changed since the review was asked for. Ask for a new one."))
        if decision == "approved" and actor.user_id in (review.asked_by, *_authors_of(content, document)):
            raise Refused("own_review", say("The author of a draft can't approve it. Ask somebody else."))
        content.documents.decide_review(review, decision, answer, actor.user_id)
        audit.note(content, actor, f"review.{decision}", document.kind, document.key, app_id=document.app_id)
    decided = content.documents.latest_review(document.id)
    return decided or review


def _authors_of(content: ContentStore, document: Document) -> list[int]:
    """Return who saved a draft since the last version: each of them is an author of what would be published."""
    newest = content.documents.versions(document.id, limit=1)
    return content.documents.authors_since(document.id, newest[0].revision if newest else 0)


def publish(
    content: ContentStore,
    actor: Actor,
    environment: Environment,
    documents: Sequence[Document] = (),
    *,
    versions: Mapping[int, int] | None = None,
    note: str = "",
) -> Release:
    """Make a release in which the documents' drafts are live; `versions` (document id -> number) publishes old ones.

    Segments and themes that a published guide needs and the environment lacks come along. Raises GuideProblems with
    every problem of every document, Refused where a review is missing or nothing would change.
    """
    require(actor, "release.make", environment.app_id)

    def change(items: Items) -> None:
        for document in documents:
            items[document.id] = _item(document, _snapshot(content, actor, environment, document, note))
        for document_id, number in (versions or {}).items():
            document = content.documents.by_id(document_id)
            items[document_id] = _item(document, content.documents.version(document_id, number))
        _bring_along(content, actor, environment, items, note)

    subject = documents[0].key if len(documents) == 1 and not versions else None
    return _change_release(content, actor, environment, "publish", note, change, subject=subject)


def _snapshot(content: ContentStore, actor: Actor, environment: Environment, document: Document, note: str) -> Version:
    current = content.documents.by_id(document.id)
    if current.app_id != environment.app_id:
        raise NotFound(current.kind, current.key)
    if current.archived_at:
        raise Refused("archived", say("“%(key)s” is archived. Bring it back first.", key=current.key))
    problems = [problem for problem in problems_of(current.kind, current.body) if problem.level == "error"]
    if problems:
        raise GuideProblems([replace(problem, file=f"{current.key}.json") for problem in problems])
    if environment.review_required and current.kind == "guide":
        _refuse_unreviewed(content, current)
    return content.documents.add_version(
        current, current.body, digest(current.body), note=note, author_id=actor.user_id, author=actor.name
    )


def _refuse_unreviewed(content: ContentStore, document: Document) -> None:
    review = content.documents.latest_review(document.id)
    if review is None or review.decision != "approved" or review.revision != document.revision:
        raise Refused(
            "review_missing",
            say(
                "This environment asks for a review: somebody has to approve “%(key)s” as it is now.", key=document.key
            ),
        )


def _item(document: Document, version: Version) -> ReleaseItem:
    return ReleaseItem(document.id, document.kind, document.key, version.id, version.number, version.hash, paused=False)


def _bring_along(content: ContentStore, actor: Actor, environment: Environment, items: Items, note: str) -> None:
    """Add the segments and themes that live guides name and that the release lacks, from their drafts."""
    missing = _needed(content, environment, items)
    while missing:
        for kind, key in sorted(missing):
            try:
                document = content.documents.find(environment.app_id, kind, key)
            except NotFound:
                continue  # compile_release names it, with the guides that need it
            items[document.id] = _item(document, _snapshot(content, actor, environment, document, note))
        found = _needed(content, environment, items)
        if found == missing:
            return
        missing = found


def _needed(content: ContentStore, environment: Environment, items: Items) -> set[tuple[DocumentKind, str]]:
    stored = content.documents.bodies([item.version_id for item in items.values()])
    bodies = [(item.kind, stored[item.version_id]) for item in items.values()]
    rules = [rule for kind, body in bodies if kind == "guide" for rule in rules_of(body)]
    rules += [body["rule"] for kind, body in bodies if kind == "segment"]
    needed: set[tuple[DocumentKind, str]] = {("segment", name) for rule in rules for name in names_in(rule, "segment")}
    themes = {body["theme"] for kind, body in bodies if kind == "guide" and "theme" in body}
    needed |= {("theme", key) for key in themes | {environment.settings.get("theme", "default")} if key != "default"}
    return needed - {(item.kind, item.key) for item in items.values()}


def take_down(
    content: ContentStore, actor: Actor, environment: Environment, document: Document, *, note: str = ""
) -> Release:
    """Make a release without the document."""
    require(actor, "release.make", environment.app_id)

    def change(items: Items) -> None:
        if items.pop(document.id, None) is None:
            raise Refused(
                "not_live",
                say("“%(key)s” is not live in %(environment)s.", key=document.key, environment=environment.key),
            )

    return _change_release(content, actor, environment, "take_down", note, change, subject=document.key)


def pause(content: ContentStore, actor: Actor, environment: Environment, document: Document, *, paused: bool = True,
          note: str = "") -> Release:  # fmt: skip
    """Make a release in which the guide is listed and not shown, or shown again."""
    require(actor, "release.make", environment.app_id)
    action = "pause" if paused else "resume"

    def change(items: Items) -> None:
        item = items.get(document.id)
        if item is None or document.kind != "guide":
            raise Refused(
                "not_live",
                say("“%(key)s” is not live in %(environment)s.", key=document.key, environment=environment.key),
            )
        if item.paused == paused:
            said = (
                say("“%(key)s” is paused already.", key=document.key)
                if paused
                else say("“%(key)s” is running already.", key=document.key)
            )
            raise Refused("no_change", said)
        items[document.id] = replace(item, paused=paused)

    return _change_release(content, actor, environment, action, note, change, subject=document.key)


def roll_back(
    content: ContentStore, actor: Actor, environment: Environment, to: int | None = None, *, note: str = ""
) -> Release:
    """Make a release equal to an earlier one, settings included; the one before the live one by default."""
    require(actor, "release.make", environment.app_id)
    with content.transaction():
        live = content.releases.latest(environment.id)
        if live is None or (to is None and live.number == 1):
            raise Refused("no_release", say("There is no earlier release to roll back to."))
        target = content.releases.by_number(environment.id, live.number - 1 if to is None else to)
        if target.number == live.number:
            raise Refused("no_change", say("Release %(number)s is live already.", number=target.number))
        environment = content.apps.change_environment(environment, settings=target.settings)
        return _store_release(content, actor, environment, f"roll_back to {target.number}", note, target.items)


def change_settings(content: ContentStore, actor: Actor, environment: Environment, *, based_on: int | None = None,
                    **changes: object) -> Environment:  # fmt: skip
    """Store an environment's settings, origins, names, time zone; new `settings` make a release where one is live."""
    require(actor, "environment.write", environment.app_id)
    with content.transaction():
        changed = content.apps.change_environment(environment, based_on=based_on, **changes)  # type: ignore[arg-type]
        names = sorted(name for name, value in changes.items() if value is not None)
        audit.note(content, actor, "environment.change", "environment", changed.key, app_id=changed.app_id,
                   environment=changed.key, changed=names)  # fmt: skip
        live = content.releases.latest(changed.id)
        if live is not None and (changed.settings != environment.settings or changed.key != environment.key):
            items = {item.document_id: item for item in live.items}
            _bring_along(content, actor, changed, items, "settings")
            _store_release(content, actor, changed, "settings", "", list(items.values()))
    return changed


def _change_release(content: ContentStore, actor: Actor, environment: Environment, action: str, note: str,
                    change: Callable[[Items], None], *, subject: str | None = None) -> Release:  # fmt: skip
    with content.transaction():
        environment = content.apps.environment_by_id(environment.id)
        if environment.archived_at:
            raise Refused(
                "archived", say("The environment “%(key)s” is archived. Bring it back first.", key=environment.key)
            )
        live = content.releases.latest(environment.id)
        items = {item.document_id: item for item in live.items} if live else {}
        before = dict(items)
        change(items)
        if items == before and live is not None and live.settings == environment.settings:
            raise Refused("no_change", say("This is what is live in %(key)s already.", key=environment.key))
        return _store_release(content, actor, environment, action, note, list(items.values()), subject=subject)


def _store_release(content: ContentStore, actor: Actor, environment: Environment, action: str, note: str,
                   items: Sequence[ReleaseItem], *, subject: str | None = None) -> Release:  # fmt: skip
    live = content.releases.latest(environment.id)
    number = live.number + 1 if live else 1
    compiled = compiled_release(content, environment, number, items)
    body = canonical(compiled.manifest)
    release = content.releases.add(
        environment.id, number=number, action=action, note=note, settings=environment.settings, items=items,
        manifest=(digest(compiled.manifest), body), chunks=compiled.chunks, author_id=actor.user_id, author=actor.name,
    )  # fmt: skip
    audit.note(
        content, actor, f"release.{action.split()[0]}", "release", subject or str(number), app_id=environment.app_id,
        environment=environment.key, release=number, note=note,
    )  # fmt: skip
    return release


def compiled_release(
    content: ContentStore, environment: Environment, number: int, items: Sequence[ReleaseItem]
) -> CompiledRelease:
    """Compile what the items say; paused guides are left out."""
    stored = content.documents.bodies([item.version_id for item in items])
    bodies = {item.document_id: stored[item.version_id] for item in items}
    guides = [
        LiveGuide({**bodies[item.document_id], "key": item.key}, item.version, item.hash)
        for item in items
        if item.kind == "guide" and not item.paused
    ]
    named = {
        kind: {item.key: bodies[item.document_id] for item in items if item.kind == kind}
        for kind in ("segment", "theme")
    }
    settings = {"collect": f"/v1/{environment.public_key}/events", **environment.settings}
    if len(content.compiled) > MOST_COMPILED:
        content.compiled.clear()
    release = ReleaseInput(number, environment.key, settings, guides, named["segment"], named["theme"])
    return compile_release(release, content.compiled)


def live_manifest(content: ContentStore, environment: Environment) -> tuple[str, bytes]:
    """Return (hash, bytes) of what the widget loads; release 0, without guides, before the first release."""
    stored = content.releases.manifest(environment.id)
    if stored is not None:
        return stored
    settings = {name: value for name, value in environment.settings.items() if name != "theme"}
    compiled = compiled_release(content, replace(environment, settings=settings), 0, [])
    return digest(compiled.manifest), canonical(compiled.manifest)


def merge_draft(
    content: ContentStore, actor: Actor, document: Document, mine: JsonObject, *, based_on: int
) -> Document:
    """Save an edit that was based on an older draft, merged with what was saved since; raises MergeConflict."""
    from handrail_guides.merge import merge_strictly

    require(actor, "document.write", document.app_id)
    with content.transaction():
        theirs = content.documents.by_id(document.id)
        base = content.documents.draft(document.id, based_on)
        merged = merge_strictly(base.body, mine, theirs.body)
        return save_draft(content, actor, theirs, merged, based_on=theirs.revision)
