"""Accounts, roles, invitations, tokens and sign-ins as they are administered: permission and audit around the store."""

from __future__ import annotations

from collections.abc import Sequence

from handrail_guides.saying import say

from handrail_cms import audit, auth
from handrail_cms.auth import ROLES, Actor, require
from handrail_cms.config import Config
from handrail_cms.errors import Forbidden, NotFound, Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Invitation, Role, SignIn, Token, User


def change_role(content: ContentStore, actor: Actor, app_id: int, email: str, role: Role | None) -> User:
    """Give somebody who has a role in the app another one, or take it away; raises Refused for the last admin."""
    require(actor, "people.write", app_id)
    with content.transaction():
        user = _member(content, app_id, email)
        content.people.set_role(user.id, app_id, role)
        audit.note(content, actor, "role.change", "user", user.email, app_id=app_id, role=role or "none")
    return content.people.user(user.id)


def _member(content: ContentStore, app_id: int, email: str) -> User:
    user = content.people.user_by_email(email)
    if app_id not in user.roles:
        raise NotFound("account", email[:200])
    return user


def set_disabled(content: ContentStore, actor: Actor, app_id: int, email: str, *, disabled: bool) -> None:
    """Disable an account everywhere and end its sign-ins, or enable it. Needs to be admin of all its apps."""
    require(actor, "people.write", app_id)
    with content.transaction():
        user = _member(content, app_id, email)
        if not all(auth.can(actor, "people.write", its_app) for its_app in user.roles):
            raise Forbidden(
                say("This account has a role in an app that you do not administer. Take its role here away instead.")
            )
        if user.id == actor.user_id:
            raise Refused("self", say("You can't disable your own account. Ask another admin."))
        content.people.set_disabled(user.id, disabled=disabled)
        audit.note(content, actor, "user.disable" if disabled else "user.enable", "user", user.email, app_id=app_id)


def invite(content: ContentStore, actor: Actor, app_id: int, email: str, role: Role) -> tuple[Invitation, str]:
    """Make an invitation; return it and the secret of its link, shown this once."""
    with content.transaction():
        made, secret = auth.invite(content, actor, app_id, email, role)
        audit.note(content, actor, "invitation.create", "user", made.email, app_id=app_id, role=role)
    return made, secret


def revoke_invitation(content: ContentStore, actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back."""
    require(actor, "people.write", invitation.app_id)
    with content.transaction():
        content.people.end_invitation(invitation.id, accepted=False)
        audit.note(content, actor, "invitation.revoke", "user", invitation.email, app_id=invitation.app_id)


def create_token(
    content: ContentStore,
    actor: Actor,
    app_id: int,
    *,
    name: str,
    role: Role,
    scopes: Sequence[str] | None = None,
    expires_at: int | None = None,
) -> tuple[Token, str]:
    """Make an API token, never above its maker's role and scopes; return it and its text, shown this once."""
    auth.require_role(role)
    own = actor.role_in(app_id)
    if own is not None and ROLES.index(role) > ROLES.index(own):
        raise Forbidden(say("You are %(own)s here: a token can't be more than that.", own=own))
    wanted = list(scopes) if scopes else auth.scopes_of(role)
    if actor.scopes is not None:
        if scopes and not set(wanted) <= actor.scopes:
            raise Forbidden(say("A token can't give another one scopes that it does not have."))
        wanted = [scope for scope in wanted if scope in actor.scopes]
    with content.transaction():
        made, text = auth.create_token(
            content, actor, app_id, name=name, role=role, scopes=wanted, expires_at=expires_at
        )
        audit.note(content, actor, "token.create", "token", name, app_id=app_id, role=role, scopes=wanted)
    return made, text


def revoke_token(content: ContentStore, actor: Actor, token: Token) -> None:
    """Revoke a token now."""
    require(actor, "token.write", token.app_id)
    with content.transaction():
        content.people.revoke_token(token.app_id, token.id)
        audit.note(content, actor, "token.revoke", "token", token.name, app_id=token.app_id)


def change_password(content: ContentStore, actor: Actor, config: Config, old: str, new: str, address: str) -> None:
    """Set one's own new password and end every other sign-in; raises Refused where the old one is wrong."""
    if actor.user is None:
        raise Forbidden(say("Sign in to change your password."))
    if actor.user.password_hash is not None:
        auth.check_password(content, config, actor.user.email, old, address)
    with content.transaction():
        content.people.change_user(actor.user.id, password_hash=auth.hash_password(new))
        current = actor.sign_in
        content.people.end_sign_ins(actor.user.id, but=current.id if current else None)
        audit.note(content, actor, "user.password", "user", actor.user.email, app_id=None)


def sign_ins(content: ContentStore, config: Config, user_id: int) -> list[SignIn]:
    """Return the browsers in which an account is signed in now, latest first."""
    return content.people.sign_ins_of(user_id, **auth.sign_in_limits(content, config))


def end_sign_ins(content: ContentStore, actor: Actor, *, sign_in_id: int | None = None, but: int | None = None) -> int:
    """End one of one's own sign-ins, or all but one; return how many ended."""
    if actor.user_id is None:
        raise Forbidden(say("Only a person has sign-ins."))
    with content.transaction():
        ended = content.people.end_sign_ins(actor.user_id, sign_in_id=sign_in_id, but=but)
        audit.note(content, actor, "user.sign_out", "user", actor.name, app_id=None, ended=ended)
    return ended
