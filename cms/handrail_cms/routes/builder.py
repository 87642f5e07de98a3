"""The editor: one guide's draft as a form, as JSON, and its live preview. Every save names its revision."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from handrail_guides.document import read
from handrail_guides.errors import GuideProblems, MergeConflict, Problem
from handrail_guides.layout import lay_out
from handrail_guides.merge import merge_strictly
from handrail_guides.pseudo import with_pseudo
from handrail_guides.readable import readable
from handrail_guides.saying import say

from handrail_cms import audience, checking, http, preview_as, previews, publish
from handrail_cms.editing import clauses, fields, forms, history, places, problems, rows
from handrail_cms.editing.places import Json
from handrail_cms.errors import NotFound, Refused, RevisionConflict
from handrail_cms.http import needs
from handrail_cms.http_language import spoken, spoken_all, spoken_json
from handrail_cms.interface import filters, frame, sentences
from handrail_cms.interface.frame import back_to, found, found_readable, render
from handrail_cms.storage.records import Document, Purpose

bp = Blueprint("builder", __name__)


@bp.get("/guides/<key>/edit")
@needs("document.read")
def editor(key: str) -> Any:
    """Show one panel of the draft: the guide, its audience, or a step."""
    document = found("guide", key)
    if document.key != key:
        asked: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("builder.editor", key=document.key, **asked), 301)
    panel = request.args.get("panel", "")
    if "at" in request.args:
        panel = problems.place_of(document.body, request.args["at"])[0]
    return _page(document, panel)


def _page(document: Document, panel: str, status: int = 200) -> Any:
    body = readable(document.body)
    steps = forms.steps_of(body)
    step = next((one for one in steps if one.get("id") == panel), None)
    if step is None and panel not in {forms.GUIDE_PANEL, forms.AUDIENCE_PANEL}:
        step = steps[0] if steps else None
        panel = str(step.get("id")) if step else forms.GUIDE_PANEL
    told = checking.told("guide", document.body)
    position = history.Position(
        request.args.get("undo_at", document.revision, int), request.args.get("top", document.revision, int)
    )
    drafts = http.services().content.documents.drafts(document.id, limit=40)
    return render(
        "editor/editor.html",
        "guides",
        document=document,
        body=body,
        steps=steps,
        step=step,
        panel=panel,
        texts=_texts(body, step, panel),
        told=told,
        by_field=problems.by_field(body, told, panel),
        by_panel=problems.by_panel(body, told),
        place_of=problems.place_of,
        position=position,
        can_undo=history.undone(drafts, position),
        can_redo=history.redone(drafts, position),
        clause_rows=clauses.rows_of(body.get("audience")),
        buttons=rows.buttons_of(step or {}),
        branches=rows.branches_of(step or {}),
        clauses=clauses,
        sentences=sentences,
        audience_json=json.dumps(body.get("audience"), indent=2, ensure_ascii=False),
        known=_known(document),
        theme=_theme(document),
        **_preview_options(document),
    ), status


def _theme(document: Document) -> Json | None:
    """Return the draft of the theme that the guide wears here, for its preview."""
    environment = frame.Frame().environment
    key = document.body.get("theme") or (environment.settings.get("theme") if environment else None)
    try:
        return found("theme", str(key)).body if key else None
    except NotFound:
        return None


def _preview_options(document: Document) -> dict[str, Any]:
    """Return as whom, and in which theme, the draft can be previewed."""
    documents = http.services().content.documents
    segments, known = documents.all(document.app_id, "segment"), documents.all(document.app_id, "theme", limit=30)
    members = preview_as.members(segments, filters.now_ms())
    return {
        "members": members,
        "member_pairs": [(one["key"], one["name"]) for one in members],
        "themes": {one.key: one.body for one in known},
        "theme_pairs": [(one.key, one.name) for one in known],
    }


def _texts(body: Json, step: Json | None, panel: str) -> dict[str, str]:
    if step is None or panel in {forms.GUIDE_PANEL, forms.AUDIENCE_PANEL}:
        return fields.texts(body, fields.GUIDE_FIELDS, fields.GUIDE_PERIODS)
    return fields.texts(step, fields.STEP_FIELDS, fields.STEP_PERIODS)


def _known(document: Document) -> dict[str, list[str]]:
    """Return the names that fields may offer: other guides, segments, themes."""
    summaries = http.services().content.summaries
    kinds = {"guides": "guide", "segments": "segment", "themes": "theme"}
    return {
        name: [key for key in summaries.names(document.app_id, kind) if (kind, key) != (document.kind, document.key)]
        for name, kind in kinds.items()
    }


@bp.post("/guides/<key>/edit")
@needs("document.write")
def save(key: str) -> Any:
    """Apply the form, carry out its action, save; answer with the page, or with JSON for autosave."""
    document, form = found("guide", key), request.form
    if form.get("do") in {"undo", "redo"}:
        return _undo(document, form.get("do", ""))
    based_on = form.get("revision", document.revision, int)
    base = _base(document, based_on)
    mine, panel = forms.apply(base, form)
    try:
        saved, merged = _save(document, base, mine, based_on)
    except MergeConflict as clash:
        return _conflict(document, clash, mine, based_on, panel)
    except GuideProblems as error:
        return _refused(document, panel, error.problems)
    if _wants_json():
        return _saved(saved, panel, merged=merged)
    url = url_for("builder.editor", key=saved.key, panel=panel)
    said = _("Somebody else saved meanwhile. Both changes are kept.") if merged else None
    return back_to(url, said, "attention")


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _base(document: Document, based_on: int) -> Json:
    if based_on == document.revision:
        return document.body
    return http.services().content.documents.draft(document.id, based_on).body


def _save(document: Document, base: Json, mine: Json, based_on: int) -> tuple[Document, bool]:
    """Save; where somebody else did meanwhile, merge and say so. Raises MergeConflict where both changed the same."""
    content, actor = http.services().content, http.actor()
    try:
        return publish.save_draft(content, actor, document, mine, based_on=based_on), False
    except RevisionConflict:
        current = content.documents.by_id(document.id)
        merged = merge_strictly(base, mine, current.body)
        return publish.save_draft(content, actor, current, merged, based_on=current.revision), True


def _saved(saved: Document, panel: str, *, merged: bool = False) -> Response:
    told = checking.told("guide", saved.body)
    steps = forms.steps_of(saved.body)
    return http.jsonify(
        revision=saved.revision,
        key=saved.key,
        merged=merged,
        said=_("Draft saved"),
        document=saved.body,
        panel=panel,
        address=url_for("builder.editor", key=saved.key, panel=panel),
        audience=str(sentences.audience(saved.body.get("audience"))),
        steps=[
            {"id": step.get("id"), "name": sentences.step_name(step, number), "target": sentences.target_line(step)}
            for number, step in enumerate(steps, 1)
        ],
        problems=[_told(saved, one) for one in told],
        can_undo=True,
    )


def _told(document: Document, problem: Problem) -> dict[str, Any]:
    panel, field = problems.place_of(document.body, problem.pointer)
    return {"panel": panel, "field": field, "level": problem.level, "text": spoken_all([problem])}


def _refused(document: Document, panel: str, told: list[Problem]) -> Any:
    """Answer a change that could not even be a draft (a key that is no key), with the reason; nothing was saved."""
    said = spoken_all(told)
    if _wants_json():
        return http.jsonify(problems=[_told(document, one) for one in told], said=_("Not saved"), refused=said), 422
    return back_to(url_for("builder.editor", key=document.key, panel=panel), said, "broken")


def _undo(document: Document, do: str) -> Any:
    position = history.Position(
        request.form.get("at", document.revision, int), request.form.get("top", document.revision, int)
    )
    drafts = http.services().content.documents.drafts(document.id, limit=40)
    draft = history.undone(drafts, position) if do == "undo" else history.redone(drafts, position)
    panel = request.form.get("panel", "")
    if draft is None:
        return back_to(
            url_for("builder.editor", key=document.key, panel=panel), _("There is nothing to undo."), "attention"
        )
    based_on = request.form.get("revision", document.revision, int)
    try:
        saved = publish.save_draft(
            http.services().content, http.actor(), document, {**draft.body, "key": document.key}, based_on=based_on
        )
    except RevisionConflict:
        said = _("Somebody else saved meanwhile, so nothing was undone. This is the newest draft.")
        return back_to(url_for("builder.editor", key=document.key, panel=panel), said, "attention")
    return redirect(
        url_for("builder.editor", key=saved.key, panel=panel, undo_at=draft.revision, top=position.top), 303
    )


def _conflict(document: Document, clash: MergeConflict, mine: Json, based_on: int, panel: str) -> Any:
    """Show both texts of each place that two people changed; nothing is saved until somebody chooses."""
    if _wants_json():
        names = [one.name for one in clash.conflicts]
        return http.jsonify(conflict=True, said=_("Not saved: somebody else changed the same"), names=names), 409
    base = _base(document, based_on)
    page = render(
        "editor/conflict.html",
        "guides",
        document=http.services().content.documents.by_id(document.id),
        panel=panel,
        places=[
            (one.name, sentences.field_at(one.path, base), _shown(one.mine), _shown(one.theirs))
            for one in clash.conflicts
        ],
        based_on=based_on,
        mine=json.dumps(mine, ensure_ascii=False),
    )
    return page, 409


def _shown(value: Any) -> str:
    if value is None:
        return _("(removed)")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


@bp.post("/guides/<key>/merge")
@needs("document.write")
def merge_drafts(key: str) -> Any:
    """Save the merge that somebody chose, place by place: mine or theirs."""
    document, form = found("guide", key), request.form
    mine, told = read(form.get("mine", ""))
    if told or not places.obj(mine):
        raise http.BadRequest(say("The merge form is broken. Go back and save again."), told)
    base = _base(document, form.get("based_on", document.revision, int))
    chosen = {name.removeprefix("take:"): value for name, value in form.items() if name.startswith("take:")}
    try:
        merged = merge_strictly(base, places.obj(mine), document.body, take=chosen)
        saved = publish.save_draft(http.services().content, http.actor(), document, merged, based_on=document.revision)
    except MergeConflict as clash:
        return _conflict(document, clash, places.obj(mine), form.get("based_on", 0, int), form.get("panel", ""))
    return back_to(url_for("builder.editor", key=saved.key, panel=form.get("panel", "")), _("Merged and saved."))


@bp.route("/guides/<key>/json", methods=["GET", "POST"])
@needs("document.read")
def json_view(key: str) -> Any:
    """Show the draft as JSON with its problems and their lines; a post saves it."""
    document = found("guide", key)
    text, refused = lay_out(document.body, "guide"), list[Problem]()
    if request.method == "POST":
        frame.require("document.write")
        text = request.form.get("json", "").replace("\r\n", "\n")
        answer, refused = _save_text(document, text)
        if answer is not None:
            return answer
    told = refused or checking.told_text(text)
    return render(
        "editor/json.html",
        "guides",
        document=document,
        text=text,
        told=told,
        refused=bool(refused),
        revision=request.form.get("revision", document.revision, int),
        place_of=problems.place_of,
    ), 422 if refused else 200


def _save_text(document: Document, text: str) -> tuple[Any, list[Problem]]:
    body, told = read(text)
    if told:
        return None, told
    if not isinstance(body, dict):
        return None, [Problem("", "type", _("A guide is one JSON object."), _("Write it from { to }."), 1)]
    based_on = request.form.get("revision", document.revision, int)
    try:
        saved, merged = _save(document, _base(document, based_on), places.obj(body), based_on)
    except MergeConflict as clash:
        return _conflict(document, clash, places.obj(body), based_on, ""), []
    except GuideProblems as error:
        return None, error.problems
    if _wants_json():
        return http.jsonify(
            revision=saved.revision, said=_("Draft saved"), text=lay_out(saved.body, "guide") if merged else None
        ), []
    return back_to(url_for("builder.json_view", key=saved.key), _("Saved.")), []


@bp.post("/guides/<key>/check")
@needs("document.read")
def check(key: str) -> Response:
    """Return the problems of JSON text, with their lines, without saving it."""
    found("guide", key)
    told = checking.told_text(request.get_data(as_text=True))
    return http.jsonify(problems=spoken_json(told))


@bp.get("/guides/<key>/pseudo.json")
@needs("document.read")
def pseudo(key: str) -> Response:
    """Return the draft with the pseudo-language, whose texts are longer and marked, for the preview."""
    return http.jsonify(with_pseudo(found_readable("guide", key).body))


@bp.get("/guides/<key>/stage")
@needs("document.read")
def stage(key: str) -> Response:
    """Return the page inside the editor's frame, on which the real widget plays the draft."""
    return frame.stage_page(render("editor/stage.html", "guides", document=found("guide", key)))


@bp.post("/guides/<key>/matches")
@needs("visitor.read")
def matches(key: str) -> Response:
    """Count the visitors of the last 30 days whom the posted audience means."""
    document = found("guide", key)
    body, _panel = forms.apply(document.body, request.form)
    count = audience.count(http.services(), frame.environment(), body.get("audience"))
    said = sentences.matching(count.matching, count.seen, capped=count.capped)
    return http.jsonify(matching=count.matching, seen=count.seen, said=said)


@bp.post("/guides/<key>/preview")
@needs("preview.open")
def preview(key: str) -> Any:
    """Open the host application with a one-time code, so that its widget shows the draft."""
    return _open_host(found("guide", key), "preview")


@bp.post("/guides/<key>/build")
@needs("document.write")
def build(key: str) -> Any:
    """Open the host application with a one-time code, so that its widget brings the visual builder."""
    return _open_host(found("guide", key), "builder")


def _open_host(document: Document, purpose: Purpose) -> Any:
    environment = frame.environment()
    if not environment.origins:
        return back_to(
            url_for("settings.environment", key=environment.key),
            _("Say first at which address your application runs."),
            "attention",
        )
    address = environment.origins[0] + str(document.body.get("test", {}).get("open") or _first_page(document))
    try:
        url = previews.open_page(
            http.services().content,
            http.actor(),
            environment,
            document,
            address,
            purpose=purpose,
            place=request.form.get("place", "query"),
            persona=preview_as.read(request.form.get("as", "")),
        )
    except Refused as error:
        return back_to(url_for("pages.guide", key=document.key), spoken(error), "attention")
    # a page, not a redirect: `form-action 'self'` forbids a form that ends on another site
    return render("editor/opening.html", "guides", document=document, url=url)


def _first_page(document: Document) -> str:
    """Return a path on which the guide may show: the first that is no pattern."""
    steps = forms.steps_of(document.body)
    paths = [str(places.get(step, ("on", "path")) or "") for step in steps[:1]]
    paths += [one for one in places.items(places.get(document.body, ("where", "any"))) if isinstance(one, str)]
    return next((path for path in paths if path.startswith("/") and not set(path) & set("*:({?")), "/")
