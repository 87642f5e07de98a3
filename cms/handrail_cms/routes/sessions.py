"""The widget's side of previews, of the builder and of usability tasks: a code for a session, guides for its token."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, request, url_for
from handrail_guides.errors import MergeConflict
from handrail_guides.manifest import compile_theme
from handrail_guides.saying import say
from marshmallow import Schema, fields, validate

from handrail_cms import http, looks, previews, publish, usability
from handrail_cms.errors import Forbidden, Refused
from handrail_cms.http import Unauthorised, open_to_all, services
from handrail_cms.look_shapes import LookAnswer, LookBody
from handrail_cms.operations import operation
from handrail_cms.shapes import NUMBER
from handrail_cms.storage.records import Document, Environment, PreviewSession, UsabilitySession

SECONDS = validate.Range(0, 86_400)
bp = Blueprint("sessions", __name__, url_prefix="/v1/<public_key>")


class CodeSchema(Schema):
    """The body of an exchange."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=200))


class MergeSchema(Schema):
    """The body of a merge: the author's document and the revision it was based on."""

    document = fields.Dict(keys=fields.String(), required=True)
    revision = fields.Integer(required=True, strict=True, validate=NUMBER)


class ToldSchema(Schema):
    """One thing that happened on a participant's page."""

    kind = fields.String(required=True, validate=validate.OneOf(["step", "click", "error"]))
    step = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=100))
    in_guide = fields.Boolean(load_default=False)
    action = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=40))
    control = fields.Boolean(load_default=True)
    right = fields.Boolean(allow_none=True, load_default=None)


class ParticipationSchema(Schema):
    """The body of a participant's record: everything so far, so that a lost one does no harm."""

    told: Any = fields.List(
        cast("Any", fields.Tuple((fields.Float(validate=SECONDS), fields.Nested(ToldSchema())))),
        required=True,
        validate=validate.Length(max=400),
    )
    ended = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(["done", "claimed", "gave_up", "time"])
    )
    seconds = fields.Float(required=True, validate=SECONDS)


@bp.post("/sessions")
@open_to_all
def exchange(public_key: str) -> Response:
    """Exchange a one-time code for a session of one hour."""
    environment, origin = _here(public_key)
    body = http.body_json(CodeSchema())
    if body["code"].startswith(usability.PREFIX):
        return _begin_task(environment, body["code"], origin)
    session, token = previews.redeem(services().content, environment, body["code"], origin)
    guide = services().content.documents.by_id(session.guide_id).key if session.guide_id else None
    answer = {"token": token, "purpose": session.purpose, "guide": guide, "expires_at": session.expires_at}
    return http.json_response(answer, 201)


def _begin_task(environment: Environment, code: str, origin: str) -> Response:
    session, token = usability.begin(services().content, environment, code, origin)
    task = usability.task_for(services().content, usability.link_of(services().content, session))
    shown = {"goal": task.goal, "success": task.success, "first_click": task.first_click, "minutes": task.minutes}
    questions = http.public_origin() + url_for("participation.questions", participant=session.participant)
    answer = {"token": token, "purpose": "task", "guide": task.guide, "expires_at": session.expires_at,
              "task": shown, "questions": questions}  # fmt: skip
    return http.json_response(answer, 201)


@bp.put("/participation")
@open_to_all
def participation(public_key: str) -> Response:
    """Store what a participant's page has told so far, and how the task ended."""
    environment, _ = _here(public_key)
    session = _participant(environment)
    body = http.body_json(ParticipationSchema())
    services().content.usability.note(session.id, body["told"], body["ended"], body["seconds"])
    return Response(status=204)


def _participant(environment: Environment) -> UsabilitySession:
    session = usability.session_of(services().content, environment, _bearer())
    if session is None:
        raise Unauthorised(say("This task is over. Open its link again."))
    return session


@bp.delete("/sessions")
@open_to_all
def end(public_key: str) -> Response:
    """End the session."""
    _session(public_key)
    services().content.previews.end_session(previews.fingerprint(_bearer()))
    return Response(status=204)


@bp.get("/preview/<guide_key>")
@open_to_all
def preview(public_key: str, guide_key: str) -> Response:
    """A draft, or a task's guide, compiled as the widget plays it."""
    if _bearer().startswith(usability.PREFIX):
        environment, _ = _here(public_key)
        session = _participant(environment)
        return http.json_response(usability.compiled(services().content, environment, session, guide_key))
    environment, session = _session(public_key)
    guide = previews.guide_of(services().content, session, environment, guide_key)
    return http.json_response(previews.compiled(services().content, environment, guide, session.persona))


@bp.get("/drafts/<guide_key>")
@open_to_all
def read_draft(public_key: str, guide_key: str) -> Response:
    """A draft's document, for the builder."""
    _, environment, guide = _builder(public_key, guide_key)
    theme = looks.used(services().content, environment, guide)
    facts = {
        "theme": compile_theme(theme.body) if theme else None,
        "editor": http.public_origin() + url_for("builder.editor", key=guide.key),
    }
    return http.json_response(_saved(guide) | facts)


@bp.put("/drafts/<guide_key>")
@open_to_all
def save_draft(public_key: str, guide_key: str) -> Response:
    """Store the builder's document; `If-Match` names the revision it is based on."""
    session, environment, guide = _builder(public_key, guide_key)
    author = previews.author_of(services().content, session, environment)
    saved = publish.save_draft(services().content, author, guide, http.body_json(), based_on=http.based_on())
    return http.json_response(_saved(saved))


@bp.post("/drafts/<guide_key>/merge")
@open_to_all
def merge_draft(public_key: str, guide_key: str) -> Response:
    """Merge the builder's document with what was saved meanwhile; 409 names the fields that both changed."""
    session, environment, guide = _builder(public_key, guide_key)
    author = previews.author_of(services().content, session, environment)
    body = http.body_json(MergeSchema())
    try:
        saved = publish.merge_draft(services().content, author, guide, body["document"], based_on=body["revision"])
    except MergeConflict as conflict:
        theirs = services().content.documents.by_id(guide.id)
        return http.problem(409, "Both edits changed the same fields", str(conflict), "merge",
                            conflicts=conflict.pointers, theirs=_saved(theirs))  # fmt: skip
    return http.json_response(_saved(saved))


@bp.post("/looks/<guide_key>")
@open_to_all
@operation("Try or keep a look that was read from the host page", takes=LookBody, answers=LookAnswer,
           by_builder=True, refuses=(412,))  # fmt: skip
def look(public_key: str, guide_key: str) -> Response:
    """Answer the theme that a look would be, with its contrast; keep it as a draft where the body says `save`."""
    session, environment, guide = _builder(public_key, guide_key)
    content, author = services().content, previews.author_of(services().content, session, environment)
    body = http.body_json(LookBody())
    found = looks.read(**body["look"])
    worn = looks.used(content, environment, guide)
    base = worn if body["into"] == "used" else None
    if body["into"] == "used" and base is None:
        raise Refused("no_theme", say("This guide wears the widget's own look. Save the look as a new theme."))
    theme = looks.proposed(found, base, body["name"].strip())
    answer = looks.told(theme, found, base) | {"uses": _named(worn), "saved": None}
    if body["save"]:
        kept = looks.keep(content, author, environment, theme, base=base, based_on=body["revision"] or 0)
        answer |= {"theme": compile_theme(kept.body), "saved": _named(kept)}
    return http.json_response(answer)


def _named(theme: Document | None) -> dict[str, Any] | None:
    if theme is None:
        return None
    address = http.public_origin() + url_for("themes.theme", key=theme.key)
    return {"key": theme.key, "name": theme.name, "revision": theme.revision, "address": address}


def _saved(guide: Document) -> dict[str, Any]:
    problems = [problem.as_json() for problem in publish.problems_of("guide", guide.body)]
    return {"document": guide.body, "revision": guide.revision, "problems": problems}


def _here(public_key: str) -> tuple[Environment, str]:
    environment = services().content.apps.environment_by_public_key(public_key)
    origin = request.headers.get("Origin", "")
    # a page of the server's own origin sends no Origin with GET: there the browser names the site itself
    if not origin and request.headers.get("Sec-Fetch-Site") == "same-origin":
        origin = http.public_origin()
    if not previews.allows(environment, origin):
        raise Forbidden("This page's origin is not one of the environment's. Add it in the environment's settings.")
    return environment, origin


def _bearer() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _session(public_key: str) -> tuple[Environment, PreviewSession]:
    environment, origin = _here(public_key)
    session = previews.session_of(services().content, environment, _bearer(), origin)
    if session is None:
        raise Unauthorised("This session has ended. Open it again from the CMS.")
    return environment, session


def _builder(public_key: str, guide_key: str) -> tuple[PreviewSession, Environment, Document]:
    environment, session = _session(public_key)
    previews.author_of(services().content, session, environment)
    return session, environment, previews.guide_of(services().content, session, environment, guide_key)


@bp.route("/<any(sessions, participation, preview, drafts, looks):room>", methods=["OPTIONS"])
@bp.route("/<any(sessions, participation, preview, drafts, looks):room>/<path:rest>", methods=["OPTIONS"])
@open_to_all
def preflight(public_key: str, room: str, rest: str = "") -> Response:
    """Answer a browser that asks whether it may send a token or a revision."""
    del public_key, room, rest
    return Response(status=204)


@bp.after_request
def _share(response: Response) -> Response:
    """Let the asking origin read the answer; no cookie is ever sent or used, so naming it grants nothing by itself."""
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, PUT, POST, DELETE"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-Match"
        response.headers["Access-Control-Max-Age"] = "600"
    response.vary.add("Origin")
    response.headers["Cache-Control"] = "no-store"
    return response
