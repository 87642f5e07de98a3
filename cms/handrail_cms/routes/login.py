"""Signing in and out, accepting an invitation, OpenID Connect; drawn by `sign_in.html` and `invitation.html`."""

from __future__ import annotations

from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response as BaseResponse

from handrail_cms import audit, auth, http, oidc
from handrail_cms.auth import Actor
from handrail_cms.errors import NotThere, Refused, TooBusy
from handrail_cms.http import open_to_all, services
from handrail_cms.http_language import spoken
from handrail_cms.storage.records import User

bp = Blueprint("login", __name__)


@bp.get("/sign-in")
@open_to_all
def sign_in() -> str | BaseResponse:
    """Show the form; somebody who is signed in goes on at once."""
    if http.actor().kind == "user":
        return redirect(http.safe_next(request.args.get("next")))
    return _form()


@bp.post("/sign-in")
@open_to_all
def sign_in_now() -> str | BaseResponse | tuple[str, int]:
    """Check address and password."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    try:
        user = auth.check_password(services().content, services().config, email, password, request.remote_addr or "")
    except Refused as error:
        return _form(spoken(error), email), 400
    except TooBusy as error:
        response = Response(_form(spoken(error), email), error.status, mimetype="text/html")
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    return _enter(user, request.form.get("next"))


def _form(problem: str | None = None, email: str = "") -> str:
    config = services().config
    return render_template(
        "sign_in.html", problem=problem, email=email, next=request.values.get("next"),
        oidc_name=config.oidc_name if config.oidc_issuer else None,
    )  # fmt: skip


def _enter(user: User, target: str | None) -> BaseResponse:
    """Start a sign-in under a new cookie, whatever cookie the browser came with."""
    content = services().content
    cookie, _ = auth.sign_in(content, user, request.user_agent.string)
    audit.note(content, Actor("user", user.name, user.id), "user.sign_in", "user", user.email, app_id=None)
    response = redirect(http.safe_next(target), 303)
    http.set_cookie(response, http.SESSION_COOKIE, cookie, services().config.session_days * 86_400)
    response.delete_cookie(http.CSRF_COOKIE)
    return response


@bp.post("/sign-out")
@open_to_all
def sign_out() -> BaseResponse:
    """End this browser's sign-in."""
    found = http.actor().sign_in
    if found is not None:
        services().content.people.end_sign_ins(found.user_id, sign_in_id=found.id)
    response = redirect(url_for("login.sign_in"), 303)
    response.delete_cookie(http.SESSION_COOKIE)
    return response


@bp.route("/invitation/<secret>", methods=["GET", "POST"])
@open_to_all
def invitation(secret: str) -> str | BaseResponse | tuple[str, int]:
    """Show an invitation, or turn it into an account and sign in."""
    content = services().content
    found = content.people.invitation(auth.fingerprint(secret))
    if found is None:
        raise Refused("invitation", gettext("This invitation was used, taken back, or is too old. Ask for a new one."))
    if request.method == "GET":
        return render_template("invitation.html", invitation=found, problem=None, name="")
    name = request.form.get("name", "")
    try:
        user = auth.accept_invitation(content, secret, name, request.form.get("password", ""))
    except Refused as error:
        return render_template("invitation.html", invitation=found, problem=spoken(error), name=name), 400
    actor = Actor("user", user.name, user.id)
    audit.note(content, actor, "invitation.accept", "user", user.email, app_id=found.app_id, role=found.role)
    return _enter(user, None)


@bp.get("/sign-in/company")
@open_to_all
def oidc_start() -> BaseResponse:
    """Send the browser to the issuer, with a state, a nonce and a PKCE challenge that only this browser can answer."""
    session["after_sign_in"] = http.safe_next(request.args.get("next"))
    back = http.public_origin() + url_for("login.oidc_return")
    try:
        return _issuer().authorize_redirect(back)
    except (RequestException, AuthlibBaseError) as error:
        raise NotThere(
            gettext("The sign-in service does not answer. Try again, or sign in with a password.")
        ) from error


@bp.get("/sign-in/company/return")
@open_to_all
def oidc_return() -> str | BaseResponse | tuple[str, int]:
    """Check what the issuer sent back, and sign in."""
    target = session.pop("after_sign_in", "/")
    try:
        claims: dict[str, Any] = _issuer().authorize_access_token()["userinfo"]
        user = oidc.account_of(services().content, services().config, claims)
    except Refused as error:
        return _form(spoken(error)), 403
    except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as error:
        current_app.logger.warning("sign-in through the issuer failed: %s", type(error).__name__)
        return _form(gettext("The sign-in did not finish. Start it again from this page.")), 400
    return _enter(user, target)


def _issuer() -> Any:
    config = services().config
    if not config.oidc_issuer:
        raise Refused("no_oidc", gettext("Signing in through a company account is not set up here."))
    known: Any = current_app.extensions.get("handrail.oidc")
    if known is None:
        known = cast(Any, OAuth(current_app)).register(
            "issuer", client_id=config.oidc_client_id, client_secret=config.oidc_client_secret,
            server_metadata_url=f"{config.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": 10},
        )  # fmt: skip
        current_app.extensions["handrail.oidc"] = known
    return known
