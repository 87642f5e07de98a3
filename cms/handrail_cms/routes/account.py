"""One's own account: name and password, and the browsers that are signed in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from handrail_cms import audit, auth, http
from handrail_cms.errors import HandrailError, Refused
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface.frame import back_to, render

bp = Blueprint("account", __name__)


@bp.get("/account")
@needs("self.read")
def page() -> Any:
    """Show the account and where it is signed in."""
    services, actor = http.services(), http.actor()
    limits = auth.sign_in_limits(services.content, services.config)
    sign_ins = services.content.people.sign_ins_of(actor.user_id or 0, **limits)
    return render("account.html", "account", user=actor.user, sign_ins=sign_ins, current=actor.sign_in)


@bp.post("/account")
@needs("self.read")
def change() -> Response:
    """Store another name, or another password after the present one was given."""
    services, user = http.services(), http.actor().user
    if user is None:
        raise Refused("no_user", _("Only a person has an account."))
    name, password = request.form.get("name", "").strip()[:120], request.form.get("password", "")
    try:
        changed = None
        if password:
            auth.check_password(
                services.content,
                services.config,
                user.email,
                request.form.get("current", ""),
                request.remote_addr or "",
            )
            changed = auth.hash_password(password)
        with services.content.transaction():
            services.content.people.change_user(user.id, name=name or None, password_hash=changed)
            if changed:
                here = http.actor().sign_in
                services.content.people.end_sign_ins(user.id, but=here.id if here else None)
            audit.note(
                services.content, http.actor(), "user.change", "user", user.email, app_id=None, password=bool(changed)
            )
    except HandrailError as error:
        return back_to(url_for("account.page"), spoken(error), "attention")
    return back_to(url_for("account.page"), _("Saved. Your other browsers are signed out.") if changed else _("Saved."))


@bp.post("/account/sign-out")
@needs("self.read")
def sign_out() -> Response:
    """End one other browser's sign-in, or all but this one."""
    people, actor = http.services().content.people, http.actor()
    if actor.user_id is not None:
        one = request.form.get("sign_in", None, int)
        but = actor.sign_in.id if actor.sign_in and one is None else None
        people.end_sign_ins(actor.user_id, sign_in_id=one, but=but)
    return back_to(url_for("account.page"), _("Signed out there."))
