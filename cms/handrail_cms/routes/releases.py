"""Versions and releases: history, comparing, restoring; publishing, pausing, scheduling, rolling back, reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from handrail_guides.differences import diff
from handrail_guides.document import digest
from handrail_guides.errors import GuideProblems
from handrail_guides.layout import lay_out
from handrail_guides.readable import readable
from werkzeug.wrappers import Response

from handrail_cms import http, publish, rivals, side_by_side, standing
from handrail_cms.editing import problems
from handrail_cms.errors import Refused, RevisionConflict
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import filters, frame, sentences
from handrail_cms.interface.frame import back_to, found, render
from handrail_cms.storage.records import Document, Environment, JsonObject, ReleaseChange, ReleaseHead, Version

bp = Blueprint("releases", __name__)
LISTED = 30


@bp.get("/releases")
@needs("release.read")
def index() -> str:
    """List the releases of the environment, and what is scheduled there."""
    content, environment = http.services().content, frame.environment()
    before = request.args.get("before", None, int)
    found_now = content.releases.heads(environment.id, before=before, limit=LISTED + 1)
    releases = found_now[:LISTED]
    waiting = [
        one for one in content.releases.schedules(environment.id) if one.done_at is None and one.cancelled_at is None
    ]
    return render(
        "releases/index.html",
        "guides",
        environment=environment,
        releases=releases,
        waiting=waiting,
        latest=content.releases.head(environment.id),
        older=releases[-1].number if len(found_now) > LISTED else None,
        changes=_changes_of(environment, releases),
    )


def _changes_of(environment: Environment, releases: list[ReleaseHead]) -> dict[int, list[str]]:
    """Return for each release, by number, what it changed against the one before it."""
    lines: dict[int, list[str]] = {one.number: [] for one in releases}
    if releases:
        changes = http.services().content.releases.changes(environment.id, releases[-1].number, releases[0].number)
        for one in changes:
            lines[one.number].append(_change_line(one))
    return lines


def _change_line(one: ReleaseChange) -> str:
    if one.version is None:
        return _("%(guide)s taken down", guide=one.key)
    if one.before is None:
        return _("%(guide)s version %(n)s is new", guide=one.key, n=one.version)
    if one.was_paused != one.paused:
        return _("%(guide)s paused", guide=one.key) if one.paused else _("%(guide)s resumed", guide=one.key)
    return _("%(guide)s from version %(old)s to %(n)s", guide=one.key, old=one.before, n=one.version)


@bp.post("/releases/roll-back")
@needs("release.make")
def roll_back() -> Response:
    """Make a release equal to an earlier one."""
    environment = http.environment(request.form.get("environment"))
    back = url_for("releases.index", environment=environment.key)
    try:
        to = request.form.get("to", None, int)
        release = publish.roll_back(
            http.services().content, http.actor(), environment, to, note=request.form.get("note", "")
        )
    except Refused as error:
        return back_to(back, spoken(error), "attention")
    said = _(
        "Release %(n)s is live in %(environment)s: it equals release %(to)s.",
        n=release.number,
        environment=environment.name,
        to=to if to is not None else release.number - 2,
    )
    return back_to(back, said)


@bp.post("/releases/cancel/<int:scheduled_id>")
@needs("release.make")
def cancel(scheduled_id: int) -> Response:
    """Cancel what was scheduled."""
    environment = frame.environment()
    content = http.services().content
    scheduled = content.releases.scheduled(scheduled_id)
    mine = {one.id for one in content.apps.environments(http.guided_app().id)}
    if scheduled.environment_id not in mine:
        raise http.NotFound("scheduled item", str(scheduled_id))
    done = content.releases.cancel_scheduled(scheduled_id)
    said = _("Cancelled.") if done else _("It was carried out already.")
    return back_to(url_for("releases.index", environment=environment.key), said, "done" if done else "attention")


@bp.get("/guides/<key>/versions")
@needs("document.read")
def versions(key: str) -> str:
    """List a guide's versions: who, when, why, and where each is live."""
    document, content = found("guide", key), http.services().content
    history = content.documents.versions(document.id)
    live: dict[int, list[str]] = {}
    stands = standing.of(content, document)
    for place in stands.places:
        if place.item is not None:
            live.setdefault(place.item.version, []).append(place.environment.name)
    return render(
        "releases/versions.html",
        "guides",
        document=document,
        history=history,
        live=live,
        standing=stands,
    )


@bp.get("/guides/<key>/compare")
@needs("document.read")
def compare(key: str) -> str:
    """Compare two versions, or a version and the draft, in words and side by side."""
    document = found("guide", key)
    left, right = request.args.get("from", ""), request.args.get("to", "draft")
    before, after = _body(document, left), _body(document, right)
    return render(
        "releases/compare.html",
        "guides",
        document=document,
        left=left,
        right=right,
        history=http.services().content.documents.versions(document.id),
        words_of=diff(before, after),
        rows=side_by_side.rows(lay_out(before, "guide"), lay_out(after, "guide")),
        place_of=problems.place_of,
        change_sentence=sentences.change,
    )


def _body(document: Document, which: str) -> JsonObject:
    if which == "draft" or not which.isdigit():
        return document.body
    return http.services().content.documents.version(document.id, int(which)).body


@bp.post("/guides/<key>/restore")
@needs("document.write")
def restore(key: str) -> Response:
    """Make an old version the draft again."""
    document, number = found("guide", key), request.form.get("version", 0, int)
    based_on = request.form.get("revision", document.revision, int)
    try:
        publish.restore(http.services().content, http.actor(), document, number, based_on=based_on)
    except RevisionConflict:
        said = _("Somebody saved the draft meanwhile. Look at it, then restore again.")
        return back_to(url_for("releases.versions", key=key), said, "attention")
    return back_to(url_for("pages.guide", key=key), _("Version %(n)s is the draft again.", n=number))


@bp.route("/guides/<key>/publish", methods=["GET", "POST"])
@needs("release.make")
def publish_guide(key: str) -> Any:
    """Say what publishing will change, then do it, now or later."""
    document, content = found("guide", key), http.services().content
    environment = frame.environment(request.values.get("environment"))
    told, refused = [one for one in publish.problems_of("guide", document.body) if one.level == "error"], ""
    if request.method == "POST":
        if request.form.get("revision", type=int) != document.revision:
            said = _("Somebody saved the draft meanwhile. This is what would be published now.")
            return back_to(url_for("releases.publish", key=key, environment=environment.key), said, "attention")
        try:
            return _publish(document, environment)
        except GuideProblems as error:
            told = error.problems
        except Refused as error:
            refused = spoken(error)
    shown = replace(document, body=readable(document.body))
    return render(
        "releases/publish.html",
        "guides",
        refused=refused,
        told=told,
        document=shown,
        environment=environment,
        **_what_changes(shown, environment),
        review=content.documents.latest_review(document.id),
        sentences=sentences,
    ), 422 if refused or request.method == "POST" else 200


bp.add_url_rule("/guides/<key>/publish", "publish", publish_guide, methods=["GET", "POST"])


def _publish(document: Document, environment: Environment) -> Response:
    content, actor, note = http.services().content, http.actor(), request.form.get("note", "").strip()[:500]
    if at := request.form.get("at", "").strip():
        when = _moment(at, environment)
        content.releases.schedule(
            environment.id,
            "publish",
            {"documents": [document.id]},
            when,
            note=note,
            author_id=actor.user_id,
            author=actor.name,
        )
        said = _(
            "Will be published in %(environment)s on %(when)s.",
            environment=environment.name,
            when=filters.moment(when, environment.time_zone),
        )
        return back_to(url_for("releases.index", environment=environment.key), said)
    release = publish.publish(content, actor, environment, [document], note=note)
    item = next(one for one in release.items if one.document_id == document.id)
    said = _("Version %(n)s is live in %(environment)s.", n=item.version, environment=environment.name)
    return back_to(url_for("pages.guide", key=document.key, environment=environment.key), said)


def _moment(text: str, environment: Environment) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("time", _("That is not a date and time. Write it as 2026-12-24T09:00.")) from error
    local = when if when.tzinfo else when.replace(tzinfo=ZoneInfo(environment.time_zone))
    at = int(local.timestamp() * 1000)
    if at <= filters.now_ms():
        raise Refused("past", _("That time has passed. Choose a later one, or publish now."))
    return at


def _what_changes(document: Document, environment: Environment) -> dict[str, Any]:
    content = http.services().content
    place = standing.of(content, document).within(environment.key)
    live = content.documents.version(document.id, place.item.version) if place and place.item else None
    history = content.documents.versions(document.id, limit=1)
    return {
        "live": live,
        "next_number": _next_number(document, history[0] if history else None),
        "place": place,
        "changes": diff(live.body, document.body) if live else [],
        "change_sentence": sentences.change,
        "rivals": rivals.of(document.body, _others(environment, document)),
    }


def _next_number(document: Document, newest: Version | None) -> int:
    """Return the number that the draft will have: the newest one's where it says the same."""
    if newest is None:
        return 1
    return newest.number if newest.hash == digest(document.body) else newest.number + 1


def _others(environment: Environment, document: Document) -> list[JsonObject]:
    """Return what is needed of the other guides that run in an environment, to see which may want the same moment."""
    live = http.services().content.releases.live_parts(environment.id, "name", "kind", "where", "start", "priority")
    return [one for one in live if one["document_id"] != document.id and not one["paused"]]


@bp.post("/guides/<key>/change")
@needs("release.make")
def change(key: str) -> Response:
    """Pause, resume or take down a guide in one environment."""
    document, environment, do = (
        found("guide", key),
        http.environment(request.form.get("environment")),
        request.form.get("do"),
    )
    content, actor = http.services().content, http.actor()
    try:
        if do == "take_down":
            publish.take_down(content, actor, environment, document)
        else:
            publish.pause(content, actor, environment, document, paused=do == "pause")
    except Refused as error:
        return back_to(url_for("pages.guide", key=key), spoken(error), "attention")
    done = {
        "take_down": _("Nobody sees it in %(environment)s any more."),
        "pause": _("Paused in %(environment)s. Resume it when you like."),
        "resume": _("It runs again in %(environment)s."),
    }
    return back_to(
        url_for("pages.guide", key=key), done.get(do or "", done["resume"]) % {"environment": environment.name}
    )


@bp.route("/guides/<key>/review", methods=["GET", "POST"])
@needs("document.read")
def review(key: str) -> Any:
    """Ask for a review (GET shows the form), or answer one."""
    document, content, actor = found("guide", key), http.services().content, http.actor()
    do = request.form.get("do")
    if request.method == "GET":
        return render("releases/review.html", "guides", document=document)
    try:
        if do == "ask":
            publish.ask_review(content, actor, document, request.form.get("note", "")[:500])
            said = _("Asked. Whoever may publish finds it on this page.")
        else:
            publish.decide_review(content, actor, document, do or "", request.form.get("answer", "")[:500])
            said = _("Approved.") if do == "approved" else _("Sent back with your answer.")
    except Refused as error:
        return back_to(url_for("pages.guide", key=key), spoken(error), "attention")
    return back_to(url_for("pages.guide", key=key), said)


bp.add_url_rule("/guides/<key>/ask-review", "ask_review", review, methods=["GET"])
