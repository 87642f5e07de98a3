"""The overview, the list of guides, one guide's page, new guides, the archive; and what every page's frame posts to."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from handrail_guides.errors import GuideProblems
from werkzeug.wrappers import Response

from handrail_cms import checking, first_steps, http, publish, reports, standing, starters
from handrail_cms.errors import NotFound
from handrail_cms.facts import ContentFacts
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import filters, frame, languages, sentences
from handrail_cms.interface.frame import found, render
from handrail_cms.report_query import read_query
from handrail_cms.storage.records import Document, DocumentKind, Environment

bp = Blueprint("pages", __name__)
PAGE_SIZE = 50
LISTED = 12
KINDS: tuple[DocumentKind, ...] = ("guide", "theme", "segment")


@bp.get("/")
@needs("document.read")
def overview() -> str:
    """Show what is live, what is broken, where people leave, and what changed."""
    environment, services = frame.Frame().environment, http.services()
    if environment is None:
        return render("overview.html", "overview", first_steps=[], standings=[], releases=[], state_line="")
    documents = services.content.documents.all(environment.app_id, "guide")
    live = [one for one in standing.listed(services.content, environment, documents) if one.places[0].item]
    counted = _counted(environment)
    return render(
        "overview.html",
        "overview",
        live=live,
        counted=counted[:LISTED],
        names={one.key: one.name for one in documents},
        first_steps=first_steps.of(services, environment),
        attention=_attention(live, counted)[:LISTED],
        releases=services.content.releases.all(environment.id, limit=5),
        state_line=environment.name,
    )


def _counted(environment: Environment) -> list[dict[str, Any]]:
    """Return each live or past guide version that people went through in the last 30 days, most runs first."""
    source = reports.ReportSource(http.services().events, ContentFacts(http.services().content), filters.now_ms())
    query = read_query(environment, "", {}, http.services().events, filters.now_ms(), newest=1)
    return sorted(reports.overview(source, query)["items"], key=lambda one: -one["runs"])


def _attention(live: list[standing.Standing], counted: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what somebody should look at: guides that break for people, then paused ones."""
    names = {one.document.key: one for one in live}
    found_now: list[dict[str, str]] = []
    for one in counted:
        broken, attempts = one["ended"]["failed"] + one["failed_attempts"], one["attempts"]
        if one["guide"] in names and broken and names[one["guide"]].places[0].item.version == one["version"]:  # pyright: ignore[reportOptionalMemberAccess]
            said = _("breaks in %(n)s of %(all)s attempts", n=filters.number(broken), all=filters.number(attempts))
            url = url_for("reports.health", key=one["guide"])
            look = "broken" if broken * 10 >= attempts else "attention"
            found_now.append({"name": names[one["guide"]].document.name, "said": said, "look": look, "url": url})
    for one in live:
        if one.places[0].state == "paused":
            url = url_for("pages.guide", key=one.document.key)
            found_now.append({"name": one.document.name, "said": _("paused"), "look": "attention", "url": url})
    return found_now


@bp.get("/guides")
@needs("document.read")
def guides() -> str:
    """List the guides, by name; `q` and `kind` narrow the list."""
    content, page = http.services().content, max(1, request.args.get("page", 1, int))
    matching = _matching(
        content.documents.all(http.guided_app().id, "guide"), request.args.get("q", ""), request.args.get("kind", "")
    )
    shown = matching[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return render(
        "guides/list.html",
        "guides",
        standings=standing.listed(content, frame.Frame().environment, shown),
        total=len(matching),
        page=page,
        last_page=max(1, -(-len(matching) // PAGE_SIZE)),
        sentences=sentences,
    )


def _matching(documents: list[Document], query: str, kind: str) -> list[Document]:
    wanted = query.strip().casefold()
    kept = [
        one
        for one in documents
        if (not kind or one.body.get("kind") == kind) and (not wanted or wanted in f"{one.name} {one.key}".casefold())
    ]
    return sorted(kept, key=lambda one: (one.name.casefold(), one.key))


@bp.get("/guides/archive")
@needs("document.read")
def archive() -> str:
    """List what was archived."""
    documents = http.services().content.documents
    kept = {kind: documents.all(http.guided_app().id, kind, archived=True) for kind in KINDS}
    return render("guides/archive.html", "guides", archived=kept)


@bp.route("/guides/new", methods=["GET", "POST"])
@needs("document.write")
def new_guide() -> Any:
    """Make a guide: empty, from a ready one, or from a file's text."""
    form, problems = request.form, []
    if request.method == "POST":
        try:
            body = starters.guide(
                form.get("start", "empty"),
                name=form.get("name", ""),
                language=frame.Frame().language,
                text=form.get("json", ""),
                taken=_taken,
                spoken=spoken,
            )
            made = publish.create(http.services().content, http.actor(), http.guided_app().id, "guide", body)
            return redirect(url_for("builder.editor", key=made.key), 303)
        except GuideProblems as error:
            problems = error.problems
    library = starters.library()
    page = render("guides/new.html", "guides", form=form, problems=problems, library=library)
    return page, 422 if problems else 200


def _taken(key: str) -> bool:
    try:
        found("guide", key)
    except NotFound:
        return False
    return True


@bp.get("/guides/<key>")
@needs("document.read")
def guide(key: str) -> Any:
    """Show one guide: where it is live, what is wrong with its draft, what can be done."""
    document, content = found("guide", key), http.services().content
    if document.key != key:
        return redirect(url_for("pages.guide", key=document.key), 301)
    problems = checking.told("guide", document.body)
    return render(
        "guides/guide.html",
        "guides",
        document=document,
        standing=standing.of(content, document),
        errors=[one for one in problems if one.level == "error"],
        advice=[one for one in problems if one.level == "advice"],
        review=content.documents.latest_review(document.id),
        sentences=sentences,
    )


@bp.post("/guides/<key>/archive")
@needs("document.archive")
def archive_guide(key: str) -> Response:
    """Archive a guide, or bring it back."""
    return frame.archived(found("guide", key), url_for("pages.guide", key=key))


@bp.post("/preferences")
@needs("document.read")
def preferences() -> Response:
    """Remember the environment, language or scheme that somebody chose; all as cookies of this browser."""
    answer: Any = redirect(http.safe_next(request.form.get("next")), 303)
    chosen = {"environment": frame.ENVIRONMENT_COOKIE, "language": languages.COOKIE, "scheme": frame.SCHEME_COOKIE}
    for name, cookie in chosen.items():
        if value := request.form.get(name):
            http.set_cookie(answer, cookie, value[:80], frame.YEAR_S)
    if request.form.get("language") and (user_id := http.actor().user_id):
        http.services().content.people.change_user(user_id, language=request.form["language"][:8])
    return answer


@bp.get("/more")
@needs("document.read")
def more() -> str:
    """List the pages that have no place in a phone's bar."""
    return render("more.html", "more")


@bp.get("/places.json")
@needs("document.read")
def places() -> Response:
    """Return every page and guide by name, for the command palette."""
    guides = http.services().content.documents.all(http.guided_app().id, "guide")
    listed = [{"label": link.label, "url": link.url, "sort": _("Page")} for link in frame.Frame().links]
    listed += [{"label": one.name, "url": url_for("pages.guide", key=one.key), "sort": _("Guide")} for one in guides]
    answer = Response(json.dumps(listed, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "private, max-age=30"
    return answer
