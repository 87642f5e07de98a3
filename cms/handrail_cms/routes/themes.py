"""Themes: their tokens with contrast, a preview of every kind at once, and where they are used."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from handrail_guides.errors import GuideProblems, Problem
from werkzeug.wrappers import Response as BaseResponse

from handrail_cms import checking, http, publish, starters, themes
from handrail_cms.errors import NotFound, Refused, RevisionConflict
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import frame, words
from handrail_cms.interface.frame import back_to, found, render
from handrail_cms.storage.records import Document

bp = Blueprint("themes", __name__)
# How many guides are offered for building on the application; any of them would do.
WEARERS = 5
KINDS = ("tour", "tooltip", "hotspot", "banner", "modal", "checklist")


@bp.get("/themes")
@needs("document.read")
def index() -> str:
    """List the themes with the guides that use them."""
    content, app_id = http.services().content, http.guided_app().id
    return render(
        "themes/index.html",
        "themes",
        themes=content.documents.all(app_id, "theme"),
        used=content.summaries.users_of(app_id, "theme"),
        colours=themes.colours,
    )


@bp.post("/themes/new")
@needs("document.write")
def new() -> BaseResponse:
    """Make a theme that looks like the widget's own."""
    name = request.form.get("name", "").strip()[:120] or _("New theme")
    made = publish.create(
        http.services().content,
        http.actor(),
        http.guided_app().id,
        "theme",
        themes.new(starters.free_key(name, _taken), name),
    )
    return back_to(url_for("themes.theme", key=made.key))


def _taken(key: str) -> bool:
    try:
        found("theme", key)
    except NotFound:
        return False
    return True


@bp.route("/themes/<key>", methods=["GET", "POST"])
@needs("document.read")
def theme(key: str) -> Any:
    """Show one theme and change it."""
    document, told = found("theme", key), list[Problem]()
    body = document.body
    if request.method == "POST":
        frame.require("document.write")
        body = themes.apply(body, request.form)
        told = [one for one in checking.told("theme", body) if one.level == "error"]
        if not told:
            return _save(document, body)
    return render(
        "themes/theme.html",
        "themes",
        document=document,
        body=body,
        told=told,
        kinds=KINDS,
        pairs_of=themes.pairs(body),
        light=themes.colours(body, "light"),
        dark=themes.colours(body, "dark"),
        shape=themes.shape(body),
        samples={kind: themes.sample(kind) for kind in KINDS},
        token_words=words.tokens(),
        wearers=http.services().content.summaries.users_of(document.app_id, "theme").get(document.key, [])[:WEARERS],
    ), 422 if told else 200


def _save(document: Document, body: dict[str, Any]) -> BaseResponse:
    try:
        based_on = request.form.get("revision", document.revision, int)
        saved = publish.save_draft(http.services().content, http.actor(), document, body, based_on=based_on)
    except RevisionConflict:
        said = _("Somebody else saved this theme meanwhile. This is theirs; make your change again.")
        return back_to(url_for("themes.theme", key=document.key), said, "attention")
    except (GuideProblems, Refused) as error:
        return back_to(url_for("themes.theme", key=document.key), spoken(error), "broken")
    return back_to(url_for("themes.theme", key=saved.key), _("Saved. It reaches people with the next release."))


@bp.post("/themes/<key>/contrast")
@needs("document.read")
def contrast(key: str) -> Response:
    """Return the theme that the form says, with the contrast of its pairs; nothing is saved."""
    body = themes.apply(found("theme", key).body, request.form)
    told = [
        {"scheme": one.scheme, "one": one.one, "other": one.other, "ratio": one.ratio, "enough": one.enough,
         "nearest": one.nearest}
        for one in themes.pairs(body)
    ]  # fmt: skip
    return http.jsonify(theme=body, pairs=told)


@bp.post("/themes/<key>/publish")
@needs("release.make")
def publish_theme(key: str) -> BaseResponse:
    """Make a release in which the theme's draft is live: it restyles every guide that uses it."""
    document, environment = found("theme", key), frame.environment()
    here = url_for("themes.theme", key=key)
    try:
        release = publish.publish(http.services().content, http.actor(), environment, [document])
    except (GuideProblems, Refused) as error:
        return back_to(here, spoken(error), "attention")
    return back_to(
        here, _("Live in %(environment)s with release %(n)s.", environment=environment.name, n=release.number)
    )


@bp.get("/themes/<key>/stage")
@needs("document.read")
def stage(key: str) -> Response:
    """Return the page inside a preview frame."""
    return frame.stage_page(render("editor/stage.html", "themes", document=found("theme", key)))


@bp.post("/themes/<key>/archive")
@needs("document.archive")
def archive(key: str) -> BaseResponse:
    """Archive a theme, or bring it back."""
    return frame.archived(found("theme", key), url_for("themes.theme", key=key))
