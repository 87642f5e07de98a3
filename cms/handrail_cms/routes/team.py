"""The team: people and their roles, invitations by link, API tokens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from handrail_cms import audit, auth, http, people
from handrail_cms.errors import Forbidden, Refused
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import filters
from handrail_cms.interface.frame import back_to, render
from handrail_cms.storage.records import User

bp = Blueprint("team", __name__)
# Longer than anybody plans; a date beyond the calendar could not be shown.
MOST_DAYS = 3650


@bp.get("/team")
@needs("people.read")
def index() -> str:
    """List the people, and the invitations that are open."""
    return _page()


def _page(link: str | None = None, invited: str = "") -> str:
    store, app = http.services().content.people, http.guided_app()
    return render(
        "team/people.html",
        "team",
        people=store.users(app.id),
        invitations=store.invitations(app.id),
        app=app,
        link=link,
        invited=invited,
    )


@bp.post("/team/invite")
@needs("people.write")
def invite() -> Any:
    """Make an invitation and show its link, this once."""
    email, role = request.form.get("email", ""), request.form.get("role", "viewer")
    content = http.services().content
    try:
        made, secret = people.invite(content, http.actor(), http.guided_app().id, email, role)  # pyright: ignore[reportArgumentType]
    except Refused as error:
        return back_to(url_for("team.index"), spoken(error), "attention")
    return _page(http.public_origin() + url_for("login.invitation", secret=secret), made.email)


@bp.post("/team/invitations/<int:invitation_id>/end")
@needs("people.write")
def end_invitation(invitation_id: int) -> Response:
    """Take an invitation back."""
    content, app = http.services().content, http.guided_app()
    mine = next((one for one in content.people.invitations(app.id) if one.id == invitation_id), None)
    if mine is not None:
        with content.transaction():
            content.people.end_invitation(mine.id, accepted=False)
            audit.note(content, http.actor(), "invitation.revoke", "user", mine.email, app_id=app.id)
    return back_to(url_for("team.index"), _("Taken back: its link does nothing any more."))


@bp.post("/team/<int:user_id>")
@needs("people.write")
def change(user_id: int) -> Response:
    """Give another role, disable or enable an account."""
    content, app, do = http.services().content, http.guided_app(), request.form.get("do", "role")
    person = _person(user_id)
    try:
        with content.transaction():
            if do == "role":
                role: Any = request.form.get("role")
                if role not in auth.ROLES:
                    raise Refused("unknown_role", _("There is no such role."))
                content.people.set_role(person.id, app.id, role)
                audit.note(content, http.actor(), "user.role", "user", person.email, app_id=app.id, role=role)
            else:
                content.people.set_disabled(person.id, disabled=do == "disable")
                audit.note(content, http.actor(), f"user.{do}", "user", person.email, app_id=app.id)
    except Refused as error:
        return back_to(url_for("team.index"), spoken(error), "attention")
    return back_to(url_for("team.index"), _("Saved for %(name)s.", name=person.name))


def _person(user_id: int) -> User:
    """Return somebody of this app's team; raises Forbidden for others."""
    found = next((one for one in http.services().content.people.users(http.guided_app().id) if one.id == user_id), None)
    if found is None:
        raise Forbidden(_("This person is not in the team."))
    return found


@bp.get("/team/tokens")
@needs("token.read")
def tokens() -> str:
    """List the API tokens."""
    return _tokens_page()


def _tokens_page(text: str | None = None, problem: str = "") -> str:
    found = http.services().content.people.tokens(http.guided_app().id)
    return render("team/tokens.html", "team", tokens=found, text=text, problem=problem, scopes=auth.SCOPES)


@bp.post("/team/tokens")
@needs("token.write")
def new_token() -> Any:
    """Make a token and show its text, this once."""
    days = min(request.form.get("days", 90, int), MOST_DAYS)
    role: Any = request.form.get("role", "viewer")
    expires_at = filters.now_ms() + days * 86_400_000 if days > 0 else None
    try:
        _made, text = people.create_token(
            http.services().content,
            http.actor(),
            http.guided_app().id,
            name=request.form.get("name", "").strip()[:80] or _("unnamed"),
            role=role,
            scopes=request.form.getlist("scope") or None,
            expires_at=expires_at,
        )
    except Refused as error:
        return _tokens_page(problem=spoken(error)), 422
    return _tokens_page(text)


@bp.post("/team/tokens/<int:token_id>/revoke")
@needs("token.write")
def revoke_token(token_id: int) -> Response:
    """End a token now."""
    content, app = http.services().content, http.guided_app()
    with content.transaction():
        done = content.people.revoke_token(app.id, token_id)
        if done:
            audit.note(content, http.actor(), "token.revoke", "token", str(token_id), app_id=app.id)
    return back_to(url_for("team.tokens"), _("The token has ended.") if done else _("It had ended already."))
