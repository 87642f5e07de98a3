"""The overview, the list of guides, one guide's page, new guides, the archive; and what every page's frame posts to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from handrail_guides.errors import GuideProblems
from werkzeug.wrappers import Response

from handrail_cms import checking, first_steps, http, overviews, publish, reports, standing, starters
from handrail_cms.errors import NotFound
from handrail_cms.facts import ContentFacts
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import filters, first_minutes, frame, languages, sentences
from handrail_cms.interface.frame import Paging, found, render
from handrail_cms.overviews import Attempted
from handrail_cms.report_query import read_query
from handrail_cms.storage.records import DocumentKind, LiveName, Summary

bp = Blueprint("pages", __name__)
LISTED = 12
HEALED_OFTEN = 0.05
"""From this share of healed look-ups on, a guide is named before it breaks."""
HEALED_DAYS = 7
"""Of so many days: a change of the application shows in days, not in a month's mean."""
KINDS: tuple[DocumentKind, ...] = ("guide", "theme", "segment")


@bp.get("/")
@needs("document.read")
def overview() -> str:
    """Show what is live, what is broken, where people leave, and what changed."""
    environment, services = frame.Frame().environment, http.services()
    if environment is None:
        return render("overview.html", "overview", first_steps=[], standings=[], releases=[], state_line="")
    content = services.content
    placed = content.summaries.live(environment.id)
    source = reports.ReportSource(services.events, ContentFacts(content), filters.now_ms())
    query = read_query(environment, "", {}, services.events, filters.now_ms(), newest=1)
    attempted = overviews.attempted(source, query)
    listed = attempted[:LISTED]
    lately = replace(query, from_day=query.to_day - HEALED_DAYS)
    healed = overviews.healed(source, lately, {one.key: one.version for one in placed})
    return render(
        "overview.html",
        "overview",
        live=[one for one in placed if not one.paused],
        counted=overviews.told(source, query, listed),
        names=content.summaries.names(environment.app_id, "guide", [one.guide for one in listed]),
        first_steps=first_steps.of(services, environment) if frame.may("document.write") else [],
        first_texts=first_minutes.texts(),
        first_addresses=first_minutes.addresses(),
        first_hidden=request.cookies.get(first_minutes.COOKIE) == "off",
        attention=_attention(
            placed, attempted, healed, content.summaries.broken(environment.app_id, "guide", limit=LISTED)
        ),
        releases=content.releases.heads(environment.id, limit=5),
        state_line=environment.name,
    )


def _attention(
    placed: Sequence[LiveName], attempted: Sequence[Attempted], healed: Mapping[str, Any], drafts: Sequence[Summary]
) -> list[dict[str, str]]:
    """Return what somebody should look at: guides that break or soon may, drafts with problems, paused ones."""
    names = {(one.key, one.version): one.name for one in placed}
    of_live = [one for one in attempted if (one.guide, one.version) in names]
    troubled = ((one, _trouble(one, healed.get(one.guide))) for one in of_live)
    # One after the other, and no more than are listed: where hundreds are in trouble, saying it of each takes long.
    told = chain(
        ((names[one.guide, one.version], one.guide, said, "reports.health") for one, said in troubled if said),
        ((one.name, one.key, (_problems(one), "attention"), "pages.guide") for one in drafts),
        ((one.name, one.key, (_("paused"), "attention"), "pages.guide") for one in placed if one.paused),
    )
    return [
        {"name": name, "said": said, "look": look, "url": url_for(page, key=key)}
        for name, key, (said, look), page in islice(told, LISTED)
    ]


def _problems(draft: Summary) -> str:
    return ngettext("%(num)s problem in the draft", "%(num)s problems in the draft", draft.problems)


def _trouble(one: Attempted, healed: dict[str, Any] | None) -> tuple[str, str] | None:
    """Return what is wrong with a live guide, and how bad that is; None where nothing is."""
    if one.broken:
        n, attempts = filters.number(one.broken), filters.number(one.attempts)
        said = _("breaks in %(n)s of %(all)s attempts", n=n, all=attempts)
        return said, "broken" if one.broken * 10 >= one.attempts else "attention"
    if healed and healed["share"] >= HEALED_OFTEN:
        share = filters.percent(healed["share"])
        said = _("%(share)s of its elements are found by their likeness only: it may break soon", share=share)
        return said, "attention"
    return None


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
