"""OpenID Connect: which account a checked identity belongs to; `routes/login.py` speaks the protocol."""

from __future__ import annotations

from typing import Any

from handrail_guides.saying import say

from handrail_cms import audit
from handrail_cms.auth import Actor
from handrail_cms.config import Config
from handrail_cms.errors import NotFound, Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Role, User


def account_of(content: ContentStore, config: Config, claims: dict[str, Any]) -> User:
    """Return the account of a checked identity; made at its first sign-in where its domain is allowed.

    An account is found by issuer and subject; the first time, by an address that the issuer says is verified.
    Raises Refused where there is none to be had.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    with content.transaction():
        user = content.people.user_by_subject(issuer, subject) or _bound(content, config, claims, issuer, subject)
    if user.disabled_at:
        raise Refused("sign_in", say("This account is disabled. Ask an admin."))
    return user


def _bound(content: ContentStore, config: Config, claims: dict[str, Any], issuer: str, subject: str) -> User:
    email = str(claims.get("email") or "")
    if not email or claims.get("email_verified") is not True:
        raise Refused(
            "oidc_email",
            say(
                "%(oidc_name)s did not say that your e-mail address is verified. Ask its admin.",
                oidc_name=config.oidc_name,
            ),
        )
    try:
        user = content.people.user_by_email(email)
    except NotFound:
        user = _made(content, config, email, str(claims.get("name") or email))
    content.people.bind_subject(user.id, issuer, subject)
    return content.people.user(user.id)


def _made(content: ContentStore, config: Config, email: str, name: str) -> User:
    domains = {domain.strip().lower() for domain in config.oidc_domains.split(",") if domain.strip()}
    if email.rpartition("@")[2].lower() not in domains:
        raise Refused(
            "oidc_unknown", say("%(email)s has no account here. Ask an admin for an invitation.", email=email)
        )
    user = content.people.create_user(email, name[:200], None)
    role: Role = config.oidc_role  # type: ignore[assignment]
    app = content.apps.all()[0]
    content.people.set_role(user.id, app.id, role)
    actor = Actor("user", user.name, user.id)
    audit.note(content, actor, "user.create", "user", email, app_id=app.id, role=role, by="oidc")
    return user
