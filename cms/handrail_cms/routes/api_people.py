"""The admin API for people, invitations, tokens, sign-ins, uploads, apps and the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request, url_for

from handrail_cms import audit, environments, http, people, people_shapes, shapes, uploads
from handrail_cms.http import actor, needs, services
from handrail_cms.operations import operation
from handrail_cms.shapes import shown
from handrail_cms.storage.records import AuditEntry, Invitation, SignIn, Token, Upload, User

bp = Blueprint("api_people", __name__, url_prefix="/api/v1")


@bp.get("/me")
@needs("self.read")
@operation("Say who this is", answers=people_shapes.MeShape)
def me() -> Response:
    """Say who the token or cookie stands for."""
    who = actor()
    scopes = sorted(who.scopes) if who.scopes is not None else None
    return http.json_response(
        {"kind": who.kind, "name": who.name, "role": who.role_in(http.guided_app().id), "scopes": scopes}
    )


@bp.get("/me/sign-ins")
@needs("self.read")
@operation("List your browsers", answers=people_shapes.SignInShape, lists=True, query=shapes.PageQuery)
def sign_ins() -> Response:
    """List the browsers in which this account is signed in."""
    return http.list_response([_sign_in(one) for one in _my_sign_ins()], "name")


def _my_sign_ins() -> list[SignIn]:
    user_id = actor().user_id
    return [] if user_id is None else people.sign_ins(services().content, services().config, user_id)


def _sign_in(sign_in: SignIn) -> dict[str, Any]:
    current = actor().sign_in
    return shown(people_shapes.SignInShape, sign_in) | {
        "name": http.public_name("sign_in", sign_in.id),
        "current": current is not None and current.id == sign_in.id,
    }


@bp.delete("/me/sign-ins/<name>")
@needs("self.write")
@operation("Sign a browser out", status=204)
def end_sign_in(name: str) -> Response:
    """End one sign-in of this account; `others` ends all but this one."""
    current = actor().sign_in
    if name == "others":
        people.end_sign_ins(services().content, actor(), but=current.id if current else None)
        return Response(status=204)
    found = http.by_public_name("sign_in", name, _my_sign_ins())
    people.end_sign_ins(services().content, actor(), sign_in_id=found.id)
    return Response(status=204)


@bp.get("/people")
@needs("people.read")
@operation("List people", answers=people_shapes.PersonShape, lists=True, query=shapes.PageQuery)
def list_people() -> Response:
    """List everybody who has a role in the app."""
    found = services().content.people.users(http.guided_app().id)
    return http.list_response([_person(one) for one in found], "email")


def _person(user: User) -> dict[str, Any]:
    role = user.roles.get(http.guided_app().id)
    return shown(people_shapes.PersonShape, user) | {"role": role, "disabled": user.disabled_at is not None}


@bp.put("/people/<email>")
@needs("people.write")
@operation("Change a role", takes=people_shapes.RoleBody, answers=people_shapes.PersonShape)
def change_role(email: str) -> Response:
    """Give somebody another role in the app."""
    role = http.body_json(people_shapes.RoleBody())["role"]
    changed = people.change_role(services().content, actor(), http.guided_app().id, email, role)
    return http.json_response(_person(changed))


@bp.delete("/people/<email>")
@needs("people.write")
@operation("Take a role away", status=204)
def remove_role(email: str) -> Response:
    """Take somebody's role in the app away; the account stays, for the history."""
    people.change_role(services().content, actor(), http.guided_app().id, email, None)
    return Response(status=204)


@bp.get("/invitations")
@needs("people.read")
@operation("List open invitations", answers=people_shapes.InvitationShape, lists=True, query=shapes.PageQuery)
def invitations() -> Response:
    """List the invitations that can still be accepted."""
    found = services().content.people.invitations(http.guided_app().id)
    return http.list_response([_invitation(one) for one in found], "name")


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return shown(people_shapes.InvitationShape, invitation) | {"name": http.public_name("invitation", invitation.id)}


@bp.post("/invitations")
@needs("people.write")
@operation("Invite somebody", takes=people_shapes.InvitationBody, answers=people_shapes.InvitationShape, status=201)
def invite() -> Response:
    """Make an invitation; its link is in the answer, once."""
    body = http.body_json(people_shapes.InvitationBody())
    made, secret = people.invite(services().content, actor(), http.guided_app().id, body["email"], body["role"])
    address = http.public_origin() + url_for("login.invitation", secret=secret)
    return http.json_response(_invitation(made) | {"address": address}, 201)


@bp.delete("/invitations/<name>")
@needs("people.write")
@operation("Take an invitation back", status=204)
def revoke_invitation(name: str) -> Response:
    """Take an invitation back."""
    open_ones = services().content.people.invitations(http.guided_app().id)
    people.revoke_invitation(services().content, actor(), http.by_public_name("invitation", name, open_ones))
    return Response(status=204)


@bp.get("/tokens")
@needs("token.read")
@operation("List tokens", answers=people_shapes.TokenShape, lists=True, query=shapes.PageQuery)
def tokens() -> Response:
    """List the tokens that are not revoked."""
    return http.list_response([_token(one) for one in _open_tokens()], "id")


def _open_tokens() -> list[Token]:
    found = services().content.people.tokens(http.guided_app().id)
    return [one for one in found if one.revoked_at is None]


def _token(token: Token) -> dict[str, Any]:
    return shown(people_shapes.TokenShape, token) | {"id": http.public_name("token", token.id)}


@bp.post("/tokens")
@needs("token.write")
@operation("Make a token", takes=people_shapes.TokenBody, answers=people_shapes.TokenShape, status=201)
def create_token() -> Response:
    """Make an API token, never above its maker's own role and scopes; its text is in the answer, once."""
    body = http.body_json(people_shapes.TokenBody())
    made, text = people.create_token(
        services().content, actor(), http.guided_app().id, name=body["name"], role=body["role"],
        scopes=body["scopes"], expires_at=body.get("expires_at"),
    )  # fmt: skip
    return http.json_response(_token(made) | {"token": text}, 201)


@bp.delete("/tokens/<id_>")
@needs("token.write")
@operation("Revoke a token", status=204)
def revoke_token(id_: str) -> Response:
    """Revoke a token now."""
    people.revoke_token(services().content, actor(), http.by_public_name("token", id_, _open_tokens()))
    return Response(status=204)


@bp.get("/apps")
@needs("environment.read")
@operation("List apps", answers=people_shapes.AppShape, lists=True, query=shapes.PageQuery)
def apps() -> Response:
    """List the apps in which the actor has a role."""
    found = [app for app in services().content.apps.all() if actor().role_in(app.id)]
    return http.list_response([shown(people_shapes.AppShape, one) for one in found], "key")


@bp.post("/apps")
@needs("environment.write")
@operation("Make an app", takes=people_shapes.AppBody, answers=people_shapes.AppShape, status=201)
def create_app() -> Response:
    """Make another app with its environments; its maker is its admin."""
    body = http.body_json(people_shapes.AppBody())
    made = environments.add_app(
        services().content, actor(), http.guided_app().id, body["name"], key=body.get("key"),
        origins=body["origins"], time_zone=body["time_zone"],
    )  # fmt: skip
    return http.json_response(shown(people_shapes.AppShape, made), 201)


@bp.get("/uploads")
@needs("document.read")
@operation("List uploads", answers=shapes.UploadShape, lists=True, query=shapes.PageQuery)
def list_uploads() -> Response:
    """List the uploaded files."""
    found = services().content.uploads.all(http.guided_app().id)
    return http.list_response([_upload(one) for one in found], "address")


def _upload(upload: Upload) -> dict[str, Any]:
    return shown(shapes.UploadShape, upload) | {"address": uploads.address_of(upload)}


@bp.post("/uploads")
@needs("upload.write")
@operation("Upload a picture or film", takes="file", answers=shapes.UploadShape, status=201, query=shapes.UploadQuery)
def add_upload() -> Response:
    """Store a picture or film; the body is the file itself."""
    name = http.query(shapes.UploadQuery())["name"]
    body = request.get_data(cache=False)
    made = uploads.add(
        services().content, actor(), http.guided_app().id, name, body, most_bytes=services().config.upload_bytes
    )
    return http.json_response(_upload(made), 201)


@bp.delete("/uploads/<hash_>")
@needs("upload.write")
@operation("Archive an upload", status=204)
def archive_upload(hash_: str) -> Response:
    """Take a file off the list; guides that show it go on showing it."""
    uploads.archive(services().content, actor(), http.guided_app().id, hash_.partition(".")[0])
    return Response(status=204)


@bp.get("/audit")
@needs("audit.read")
@operation("Read the audit log", answers=people_shapes.AuditShape, lists=True, query=people_shapes.AuditQuery)
def audit_log() -> Response:
    """List who changed what, newest first."""
    query = http.query(people_shapes.AuditQuery())
    found = _entries(query, http.whole_number(query["cursor"]), query["limit"] + 1)
    page = http.page_of(
        found, query["limit"], lambda one: str(one.id), lambda one: shown(people_shapes.AuditShape, one)
    )
    return http.json_response(page)


@bp.get("/audit.csv")
@needs("audit.read")
@operation("Export the audit log", media_type="text/csv", query=people_shapes.AuditQuery)
def audit_csv() -> Response:
    """Every entry that the filter leaves, as CSV."""
    query = http.query(people_shapes.AuditQuery())
    response = Response(audit.as_csv(_every_entry(query)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="handrail-audit.csv"'
    return response


def _entries(query: dict[str, Any], before: int | None, limit: int) -> list[AuditEntry]:
    chosen = {name: query[name] for name in ("actor", "action", "subject", "since", "until") if name in query}
    return services().content.trail.entries(http.guided_app().id, before=before, limit=limit, **chosen)


def _every_entry(query: dict[str, Any]) -> Iterator[AuditEntry]:
    before: int | None = None
    while found := _entries(query, before, 500):
        yield from found
        before = found[-1].id
