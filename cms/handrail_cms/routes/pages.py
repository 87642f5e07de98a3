"""The overview, the list of guides, one guide's page, new guides, the archive; and what every page's frame posts to."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from handrail_guides.errors import GuideProblems
from werkzeug.wrappers import Response

from handrail_cms import checking, first_steps, http, publish, reports, standing, starters
from handrail_cms.errors import NotFound
from handrail_cms.facts import ContentFacts
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import filters, first_minutes, frame, languages, sentences
from handrail_cms.interface.frame import Paging, found, render
from handrail_cms.report_query import read_query
from handrail_cms.storage.records import DocumentKind, Environment

bp = Blueprint("pages", __name__)
LISTED = 12
HEALED_OFTEN = 0.05
"""From this share of healed look-ups on, a guide is named before it breaks."""
KINDS: tuple[DocumentKind, ...] = ("guide", "theme", "segment")


@bp.get("/")
@needs("document.read")
def overview() -> str:
    """Show what is live, what is broken, where people leave, and what changed."""
    environment, services = frame.Frame().environment, http.services()
    if environment is None:
        return render("overview.html", "overview", first_steps=[], standings=[], releases=[], state_line="")
    content = services.content
    listed = standing.listed(content, environment, content.summaries.all(environment.app_id, "guide"))
    live = [one for one in listed if one.place and one.place.item]
    counted = _counted(environment)
    return render(
        "overview.html",
        "overview",
        live=live,
        counted=counted[:LISTED],
        names={one.guide.key: one.guide.name for one in listed},
        first_steps=first_steps.of(services, environment) if frame.may("document.write") else [],
        first_texts=first_minutes.texts(),
        first_addresses=first_minutes.addresses(),
        first_hidden=request.cookies.get(first_minutes.COOKIE) == "off",
        attention=_attention(listed, counted)[:LISTED],
        releases=content.releases.heads(environment.id, limit=5),
        state_line=environment.name,
    )


def _counted(environment: Environment) -> list[dict[str, Any]]:
    """Return each live or past guide version that people went through in the last 30 days, most runs first."""
    source = reports.ReportSource(http.services().events, ContentFacts(http.services().content), filters.now_ms())
    query = read_query(environment, "", {}, http.services().events, filters.now_ms(), newest=1)
    return sorted(reports.overview(source, query)["items"], key=lambda one: -one["runs"])


def _attention(listed: list[standing.Listed], counted: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what somebody should look at: guides that break or soon may, drafts with problems, paused ones."""
    places = {one.guide.key: one for one in listed}
    found_now: list[dict[str, str]] = []
    for one in counted:
        broken, attempts = one["ended"]["failed"] + one["failed_attempts"], one["attempts"]
        place = places[one["guide"]].place if one["guide"] in places else None
        if not place or not place.item or place.item.version != one["version"]:
            continue
        url = url_for("reports.health", key=one["guide"])
        if broken:
            said = _("breaks in %(n)s of %(all)s attempts", n=filters.number(broken), all=filters.number(attempts))
            look = "broken" if broken * 10 >= attempts else "attention"
            found_now.append(_note(places[one["guide"]], said, look, url))
        elif (one["healed"]["share"] or 0) >= HEALED_OFTEN:
            share = filters.percent(one["healed"]["share"])
            said = _("%(share)s of its elements are found by their likeness only: it may break soon", share=share)
            found_now.append(_note(places[one["guide"]], said, "attention", url))
    for each in listed:
        url = url_for("pages.guide", key=each.guide.key) if each.guide.problems or _paused(each) else ""
        if each.guide.problems:
            said = ngettext("%(num)s problem in the draft", "%(num)s problems in the draft", each.guide.problems)
            found_now.append(_note(each, said, "attention", url))
        if _paused(each):
            found_now.append(_note(each, _("paused"), "attention", url))
    return found_now


def _paused(one: standing.Listed) -> bool:
    return one.place is not None and one.place.state == "paused"


def _note(one: standing.Listed, said: str, look: str, url: str) -> dict[str, str]:
    return {"name": one.guide.name, "said": said, "look": look, "url": url}


@bp.get("/guides")
@needs("document.read")
def guides() -> str:
    """List the guides, by name; `q` and `kind` narrow the list."""
    content = http.services().content
    asked: dict[str, Any] = {"search": request.args.get("q", ""), "guide_kind": request.args.get("kind", "")}
    app_id = http.guided_app().id
    paging = Paging.asked(content.summaries.count(app_id, "guide", **asked))
    shown = content.summaries.all(app_id, "guide", **asked, limit=paging.size, offset=paging.offset)
    return render(
        "guides/list.html",
        "guides",
        listed=standing.listed(content, frame.Frame().environment, shown),
        paging=paging,
        sentences=sentences,
    )


@bp.get("/guides/archive")
@needs("document.read")
def archive() -> str:
    """List what was archived."""
    summaries = http.services().content.summaries
    kept = {kind: summaries.all(http.guided_app().id, kind, archived=True) for kind in KINDS}
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
        document=frame.found_readable("guide", key),
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
    chosen = {
        "environment": frame.ENVIRONMENT_COOKIE,
        "language": languages.COOKIE,
        "scheme": frame.SCHEME_COOKIE,
        "first_steps": first_minutes.COOKIE,
    }
    for name, cookie in chosen.items():
        if value := request.form.get(name):
            http.set_cookie(answer, cookie, value[:80], frame.YEAR_S)
    if request.form.get("language") and (user_id := http.actor().user_id):
        http.services().content.people.change_user(user_id, language=request.form["language"][:8])
    return answer


@bp.get("/first-steps.json")
@needs("document.write")
def first_steps_now() -> Response:
    """Return what of the first five minutes is done now, for the checklist on the pages."""
    done = first_steps.of(http.services(), frame.environment())
    answer = http.jsonify(facts=first_minutes.facts(done))
    answer.headers["Cache-Control"] = "no-store"
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
    guides = http.services().content.summaries.names(http.guided_app().id, "guide")
    listed = [{"label": link.label, "url": link.url, "sort": _("Page")} for link in frame.Frame().links]
    sort = _("Guide")
    listed += [{"label": name, "url": url_for("pages.guide", key=key), "sort": sort} for key, name in guides.items()]
    answer = Response(json.dumps(listed, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "private, max-age=30"
    return answer
