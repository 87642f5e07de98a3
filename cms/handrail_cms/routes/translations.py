"""Languages: how far each guide is translated, its table of texts, and files for translators."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from handrail_guides.errors import GuideProblems
from handrail_guides.exchange import to_csv, to_xliff
from handrail_guides.localise import languages, statuses
from werkzeug.wrappers import Response as BaseResponse

from handrail_cms import checking, http, publish, translating
from handrail_cms.errors import Refused, RevisionConflict
from handrail_cms.http import needs
from handrail_cms.http_language import spoken, spoken_all
from handrail_cms.interface import frame
from handrail_cms.interface.frame import Paging, back_to, found, found_readable, render
from handrail_cms.storage.records import Document

bp = Blueprint("translations", __name__)
TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


@bp.get("/languages")
@needs("document.read")
def index() -> str:
    """Show every guide's progress in every language."""
    summaries, app_id = http.services().content.summaries, http.guided_app().id
    query = request.args.get("q", "")
    paging = Paging.asked(summaries.count(app_id, "guide", search=query))
    return render(
        "languages/index.html",
        "languages",
        guides=summaries.all(app_id, "guide", search=query, limit=paging.size, offset=paging.offset),
        wanted=sorted({*summaries.languages(app_id), *_named()}),
        paging=paging,
    )


def _named() -> list[str]:
    """Return the languages that the environment names."""
    environment = frame.Frame().environment
    return list(environment.settings.get("languages", [])) if environment else []


def _wanted(guide: Document) -> list[str]:
    """Return the languages that a guide speaks or that the environment names."""
    return sorted({*languages(guide.body), *_named()})


def progress(body: dict[str, Any], tag: str) -> dict[str, int] | None:
    """Return how many texts are current, stale and missing; None for the guide's own language."""
    if tag == body.get("language"):
        return None
    states = [state for state in statuses(body, tag).values() if state != "orphan"]
    return {name: states.count(name) for name in ("current", "stale", "missing")} | {"all": len(states)}


@bp.route("/guides/<key>/languages", methods=["GET", "POST"])
@needs("document.read")
def guide(key: str) -> Any:
    """Show one guide's texts in one language, and store what was written."""
    document = found_readable("guide", key)
    tag = _tag(document)
    if request.method == "POST":
        frame.require("document.write")
        if (refused := _unreadable(document, tag)) is not None:
            return refused
        changes = {
            name.removeprefix("text:"): text.replace("\r\n", "\n").strip()
            for name, text in request.form.items()
            if name.startswith("text:")
        }
        before = {row.path: row.text for row in translating.rows(document.body, tag)}
        current = set(request.form.getlist("confirm"))
        changed = {path: text for path, text in changes.items() if text != before.get(path) or path in current}
        return _save(document, translating.write(document.body, tag, changed), tag, _("Saved."))
    rows = translating.rows(document.body, tag) if tag else []
    states = statuses(document.body, tag) if tag else {}
    start = f"/translations/{tag}/"
    advice = [one for one in checking.told("guide", document.body) if tag and f"{one.pointer}/".startswith(start)]
    return render(
        "languages/guide.html",
        "guides",
        document=document,
        tag=tag,
        rows=rows,
        progress=progress(document.body, tag) if tag else None,
        known=[one for one in languages(document.body) if one != document.body.get("language")],
        wanted=_wanted(document),
        orphans=[path for path, state in states.items() if state == "orphan"],
        advice=advice,
    )


def _tag(document: Document) -> str:
    """Return the language that is asked for, or the first that the guide is translated into, or the first wanted."""
    asked = request.values.get("to", "").strip()
    own = str(document.body.get("language", ""))
    if asked and TAG.match(asked) and asked != own:
        return asked
    others = [one for one in [*languages(document.body), *_wanted(document)] if one != own]
    return others[0] if others else ""


def _unreadable(document: Document, tag: str) -> BaseResponse | None:
    """Return to the page where some of the draft cannot be read: what is written there would replace it."""
    if found("guide", document.key).body == document.body:
        return None
    said = _("The draft has problems. Mend them first, so that nothing of it is lost.")
    return back_to(url_for("translations.guide", key=document.key, to=tag), said, "attention")


def _save(document: Document, body: dict[str, Any], tag: str, said: str) -> BaseResponse:
    here = url_for("translations.guide", key=document.key, to=tag)
    try:
        based_on = request.form.get("revision", document.revision, int)
        publish.save_draft(http.services().content, http.actor(), document, body, based_on=based_on)
    except RevisionConflict:
        told = _("Somebody saved the guide meanwhile. This is the newest; what you wrote was not stored.")
        return back_to(here, told, "attention")
    except (GuideProblems, Refused) as error:
        return back_to(here, spoken(error), "broken")
    return back_to(here, said)


@bp.get("/guides/<key>/languages/<tag>.<any(csv, xlf):form>")
@needs("document.read")
def export(key: str, tag: str, form: str) -> Response:
    """Give the texts as a file for translators."""
    document = found_readable("guide", key)
    text = to_csv([document.body], [tag]) if form == "csv" else to_xliff([document.body], tag)
    answer = Response(text, mimetype="text/csv" if form == "csv" else "application/xliff+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{document.key}.{tag}.{form}"'
    return answer


@bp.post("/guides/<key>/languages/import")
@needs("document.write")
def take(key: str) -> BaseResponse:
    """Take a translator's file; what does not fit the guide any more is told."""
    document = found_readable("guide", key)
    tag = _tag(document)
    here = url_for("translations.guide", key=key, to=tag)
    if (refused := _unreadable(document, tag)) is not None:
        return refused
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return back_to(here, _("Choose a file first: CSV or XLIFF, as it was exported."), "attention")
    try:
        body, count, left = translating.take(document.body, sent.read())
    except GuideProblems as error:
        return back_to(here, spoken_all(error.problems[:3]), "attention")
    said = ngettext("%(num)s text taken.", "%(num)s texts taken.", count)
    if left:
        said += " " + _("Left out: %(paths)s.", paths="; ".join(left[:5]))
    return _save(document, body, tag, said)
