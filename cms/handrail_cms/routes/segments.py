"""Segments: named rules, who matches them, and where they are used."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from handrail_guides.errors import GuideProblems, Problem
from werkzeug.wrappers import Response

from handrail_cms import audience, checking, http, publish, starters
from handrail_cms.editing import clauses, forms, problems
from handrail_cms.errors import NotFound, Refused, RevisionConflict
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import frame, sentences
from handrail_cms.interface.frame import back_to, found, render
from handrail_cms.storage.records import Document

bp = Blueprint("segments", __name__)


@bp.get("/segments")
@needs("document.read")
def index() -> str:
    """List the segments with the guides that use them."""
    content, app_id = http.services().content, http.guided_app().id
    return render(
        "segments/index.html",
        "guides",
        segments=content.documents.all(app_id, "segment"),
        used=content.summaries.users_of(app_id, "segment"),
        sentences=sentences,
    )


@bp.route("/segments/new", methods=["GET", "POST"])
@needs("document.write")
def new() -> Any:
    """Make a segment that means everybody, to be narrowed."""
    told: list[Problem] = []
    if request.method == "POST":
        name = request.form.get("name", "").strip()[:120]
        body: dict[str, Any] = {"format": 1, "key": starters.free_key(name, _taken), "name": name, "rule": {"all": []}}
        try:
            if not name:
                raise GuideProblems(
                    [Problem("/name", "required", _("The segment has no name."), _("Write who these people are."))]
                )
            made = publish.create(http.services().content, http.actor(), http.guided_app().id, "segment", body)
            return back_to(url_for("segments.segment", key=made.key))
        except GuideProblems as error:
            told = error.problems
    return render("segments/new.html", "guides", told=told), 422 if told else 200


def _taken(key: str) -> bool:
    try:
        found("segment", key)
    except NotFound:
        return False
    return True


@bp.route("/segments/<key>", methods=["GET", "POST"])
@needs("document.read")
def segment(key: str) -> Any:
    """Show one segment and change it; every action is a save."""
    document = found("segment", key)
    if request.method == "POST":
        frame.require("document.write")
        return _save(document)
    body, told = document.body, checking.told("segment", document.body)
    return render(
        "segments/segment.html",
        "guides",
        document=document,
        body=body,
        told=told,
        rule=body.get("rule"),
        by_field={"clause-" + place + "-name": [one] for one in told if (place := _row_of(one))},
        clause_rows=clauses.rows_of(body.get("rule")),
        clauses=clauses,
        sentences=sentences,
        audience_json=json.dumps(body.get("rule"), indent=2, ensure_ascii=False),
        known=_known(document),
        count=_count(body) if "count" in request.args and frame.may("visitor.read") else None,
    )


@bp.get("/segments/<key>/matches")
@needs("visitor.read")
def matches(key: str) -> Response:
    """Count the visitors of the last 30 days whom the segment means, for the page's script."""
    return http.jsonify(said=_count(found("segment", key).body))


def _row_of(problem: Problem) -> str:
    tokens = problems.tokens_of(problem.pointer)
    return tokens[2] if len(tokens) > 2 and tokens[0] == "rule" and tokens[2].isdigit() else ""


def _known(document: Document) -> dict[str, list[str]]:
    summaries = http.services().content.summaries
    kinds = {"guides": "guide", "segments": "segment"}
    return {
        name: [key for key in summaries.names(document.app_id, kind) if (kind, key) != (document.kind, document.key)]
        for name, kind in kinds.items()
    }


def _count(body: dict[str, Any]) -> str:
    found_now = audience.count(http.services(), frame.environment(), body.get("rule"))
    return sentences.matching(found_now.matching, found_now.seen, capped=found_now.capped)


def _save(document: Document) -> Response:
    changed = forms.apply_segment(document.body, request.form)
    here = url_for("segments.segment", key=changed.get("key", document.key))
    try:
        based_on = request.form.get("revision", document.revision, int)
        saved = publish.save_draft(http.services().content, http.actor(), document, changed, based_on=based_on)
    except RevisionConflict:
        said = _("Somebody else saved this segment meanwhile. This is theirs; make your change again.")
        return back_to(url_for("segments.segment", key=document.key), said, "attention")
    except (GuideProblems, Refused) as error:
        return back_to(url_for("segments.segment", key=document.key), spoken(error), "broken")
    return back_to(here, _("Saved.") if request.form.get("do", "save") == "save" and saved else None)


@bp.post("/segments/<key>/archive")
@needs("document.archive")
def archive(key: str) -> Response:
    """Archive a segment, or bring it back."""
    return frame.archived(found("segment", key), url_for("segments.segment", key=key))
