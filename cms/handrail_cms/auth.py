"""Who somebody is and what they may do: one table, one `can()`; passwords, sign-ins, API tokens, invitations.

Knows nothing of HTTP. Secrets leave here once, as text for their owner; the store gets hashes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from handrail_guides.saying import say

from handrail_cms.config import Config
from handrail_cms.errors import Forbidden, NotFound, Refused, TooBusy
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Invitation, Role, SignIn, Token, User

ROLES: tuple[Role, ...] = ("viewer", "author", "publisher", "admin")

# action -> (the least role, the token scope that covers it). Everything that asks `can()` names one of these.
ACTIONS: dict[str, tuple[Role, str]] = {
    "document.read": ("viewer", "guides:read"),
    "document.write": ("author", "guides:write"),
    "document.archive": ("author", "guides:write"),
    "upload.write": ("author", "guides:write"),
    "review.ask": ("author", "guides:write"),
    "review.decide": ("publisher", "publish"),
    "preview.open": ("author", "guides:write"),
    "release.read": ("viewer", "guides:read"),
    "release.make": ("publisher", "publish"),
    "environment.read": ("viewer", "guides:read"),
    "environment.write": ("admin", "environments:write"),
    "secret.read": ("admin", "environments:write"),
    "report.read": ("viewer", "reports:read"),
    "usability.write": ("author", "guides:write"),
    "event.export": ("publisher", "reports:read"),
    "event.import": ("admin", "visitors:write"),
    "visitor.read": ("viewer", "reports:read"),
    "visitor.erase": ("admin", "visitors:write"),
    "people.read": ("admin", "people"),
    "people.write": ("admin", "people"),
    "token.read": ("admin", "people"),
    "token.write": ("admin", "people"),
    "audit.read": ("admin", "people"),
    "self.read": ("viewer", "guides:read"),
    "self.write": ("viewer", "people"),
}
SCOPES: tuple[str, ...] = tuple(dict.fromkeys(scope for _, scope in ACTIONS.values()))

PASSWORD_LEAST = 10
FAILURE_WINDOW_MS = 15 * 60_000
INVITATION_MS = 7 * 86_400_000
_hasher = PasswordHasher()
# Verified where there is no account, so that the time of an answer does not tell which addresses have one.
_NOBODY_HASH = _hasher.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person, an API token, or the system itself (the command line, a scheduled task)."""

    kind: Literal["user", "token", "system", "nobody"]
    name: str
    user_id: int | None = None
    roles: dict[int, Role] = field(default_factory=dict[int, Role])
    scopes: frozenset[str] | None = None
    sign_in: SignIn | None = None
    user: User | None = None

    def role_in(self, app_id: int) -> Role | None:
        """The actor's role in an app."""
        return "admin" if self.kind == "system" else self.roles.get(app_id)


NOBODY = Actor("nobody", "nobody")


def system(name: str) -> Actor:
    """Return the actor for a command run on the server's own machine, or for a task."""
    return Actor("system", name)


def can(actor: Actor, action: str, app_id: int | None) -> bool:
    """Say whether the actor may do it in the app: the one place that decides. `None` means in any app."""
    if actor.kind == "system":
        return True
    least, scope = ACTIONS[action]
    if actor.scopes is not None and scope not in actor.scopes:
        return False
    roles = list(actor.roles.values()) if app_id is None else [actor.roles[app_id]] if app_id in actor.roles else []
    return any(ROLES.index(role) >= ROLES.index(least) for role in roles)


def require(actor: Actor, action: str, app_id: int | None) -> None:
    """Raise Forbidden, with the mend, where `can()` says no."""
    if can(actor, action, app_id):
        return
    least, scope = ACTIONS[action]
    if actor.scopes is not None and scope not in actor.scopes:
        raise Forbidden(say("This token does not have the scope “%(scope)s”. Make one that has it.", scope=scope))
    raise Forbidden(say("This needs the role “%(least)s”. Ask an admin for it.", least=least))


def fingerprint(secret: str) -> str:
    """Return the SHA-256 under which a random secret is stored; such secrets have too much entropy to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    """Return the argon2id hash; raises Refused where the password is too short or too long."""
    if len(password) < PASSWORD_LEAST:
        raise Refused(
            "password_short",
            say("Choose a password of at least %(password_least)s characters.", password_least=PASSWORD_LEAST),
        )
    if len(password) > 500:
        raise Refused("password_long", say("Choose a password of at most 500 characters."))
    return _hasher.hash(password)


def _verified(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _NOBODY_HASH, password[:500]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def check_password(content: ContentStore, config: Config, email: str, password: str, address: str) -> User:
    """Return the account; raises Refused where they do not match, TooBusy after too many failures.

    `address` is where the request came from; it is kept only as a salted hash, for a day.
    """
    buckets = [_bucket(content, "account", email.lower()), _bucket(content, "address", address)]
    since = content.clock.now_ms() - FAILURE_WINDOW_MS
    # An address may be a whole office behind one gateway: it gets more tries than one account.
    for bucket, limit in zip(buckets, (config.sign_in_limit, config.sign_in_limit * 5), strict=True):
        if content.people.failures_since(bucket, since) >= limit:
            raise TooBusy(
                say("Too many sign-ins failed. Wait 15 minutes and try again."), retry_after_s=900, status=429
            )
    user = _user_or_none(content, email)
    if not _verified(user.password_hash if user else None, password) or user is None or user.disabled_at:
        for bucket in buckets:
            content.people.add_failure(bucket)
        raise Refused("sign_in", say("That e-mail address and password do not go together. Check both and try again."))
    content.people.clear_failures(buckets[0])
    if user.password_hash and _hasher.check_needs_rehash(user.password_hash):
        content.people.change_user(user.id, password_hash=_hasher.hash(password))
    return user


def _user_or_none(content: ContentStore, email: str) -> User | None:
    try:
        return content.people.user_by_email(email)
    except NotFound:
        return None


def _bucket(content: ContentStore, kind: str, value: str) -> str:
    return hashlib.sha256(f"{installation_secret(content)}:{kind}:{value}".encode()).hexdigest()


def installation_secret(content: ContentStore) -> str:
    """Return this installation's own random secret, made at its first use."""
    secret = content.apps.meta("secret")
    if secret is not None:
        return secret
    with content.transaction():
        secret = content.apps.meta("secret")
        if secret is None:
            secret = secrets.token_hex(32)
            content.apps.set_meta("secret", secret)
    return secret


def sign_in(content: ContentStore, user: User, agent: str) -> tuple[str, str]:
    """Start a new signed-in browser; return (cookie, csrf token). A cookie from before is never taken over."""
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    content.people.add_sign_in(fingerprint(cookie), user.id, csrf, agent)
    return cookie, csrf


def sign_in_limits(content: ContentStore, config: Config) -> dict[str, int]:
    """Return the times after which a sign-in must have been made and seen to count."""
    now = content.clock.now_ms()
    return {
        "created_since": now - config.session_days * 86_400_000,
        "seen_since": now - config.session_idle_hours * 3_600_000,
    }


def actor_of_cookie(content: ContentStore, config: Config, cookie: str) -> Actor:
    """Return the person whose browser holds the cookie, or NOBODY."""
    found = content.people.sign_in(fingerprint(cookie), **sign_in_limits(content, config))
    if found is None:
        return NOBODY
    user = content.people.user(found.user_id)
    if user.disabled_at:
        return NOBODY
    return Actor("user", user.name, user.id, user.roles, None, found, user)


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
    """Make an API token; return it and its text, shown this once. Scopes default to all that the role covers."""
    require(actor, "token.write", app_id)
    require_role(role)
    wanted = list(scopes) if scopes else scopes_of(role)
    unknown = sorted(set(wanted) - set(SCOPES))
    if unknown:
        raise Refused(
            "unknown_scope",
            say("There is no scope “%(unknown)s”. Choose from %(names)s.", unknown=unknown[0], names=", ".join(SCOPES)),
        )
    if expires_at is not None and expires_at <= content.clock.now_ms():
        raise Refused("expired", say("The token would have expired already. Choose a later time."))
    text = "hr_" + secrets.token_urlsafe(32)
    values = {"app_id": app_id, "user_id": actor.user_id, "name": name, "hint": text[-4:], "hash": fingerprint(text),
              "role": role, "expires_at": expires_at}  # fmt: skip
    return content.people.add_token(values, wanted), text


def require_role(role: str) -> None:
    """Raise Refused unless there is such a role."""
    if role not in ROLES:
        said = say("There is no role “%(role)s”. Choose one of %(names)s.", role=role, names=", ".join(ROLES))
        raise Refused("unknown_role", said)


def scopes_of(role: Role) -> list[str]:
    """Return the scopes of everything that a role may do."""
    may = {scope for least, scope in ACTIONS.values() if ROLES.index(role) >= ROLES.index(least)}
    return [scope for scope in SCOPES if scope in may]


def actor_of_token(content: ContentStore, text: str) -> Actor:
    """Return the actor of an API token, never above its maker's role of today; NOBODY where it does not count."""
    token = content.people.token(fingerprint(text))
    if token is None:
        return NOBODY
    role = token.role
    if token.user_id is not None:
        owner = content.people.user(token.user_id)
        owned = owner.roles.get(token.app_id)
        if owner.disabled_at or owned is None:
            return NOBODY
        role = role if ROLES.index(role) < ROLES.index(owned) else owned
    return Actor("token", f"token {token.name}", token.user_id, {token.app_id: role}, frozenset(token.scopes))


def invite(content: ContentStore, actor: Actor, app_id: int, email: str, role: Role) -> tuple[Invitation, str]:
    """Make an invitation; return it and the secret of its link, which is shown this once."""
    require(actor, "people.write", app_id)
    address = email.strip()
    if "@" not in address.strip("@") or any(letter.isspace() or ord(letter) < 32 for letter in address):
        raise Refused(
            "address", say("“%(email)s” is not an e-mail address. Write it as name@example.com.", email=email[:80])
        )
    require_role(role)
    secret = secrets.token_urlsafe(32)
    values = {
        "app_id": app_id, "email": address, "role": role, "hash": fingerprint(secret), "invited_by": actor.user_id,
        "expires_at": content.clock.now_ms() + INVITATION_MS,
    }  # fmt: skip
    return content.people.add_invitation(values), secret


def accept_invitation(content: ContentStore, secret: str, name: str, password: str) -> User:
    """Turn an invitation into an account with its role; somebody who has an account only gets the role.

    Raises Refused where the link is used, revoked or too old, or where the password of the existing account is wrong.
    """
    with content.transaction():
        invitation = content.people.invitation(fingerprint(secret))
        if invitation is None:
            raise Refused("invitation", say("This invitation was used, taken back, or is too old. Ask for a new one."))
        user = _user_or_none(content, invitation.email)
        if user is None:
            user = content.people.create_user(
                invitation.email, name.strip() or invitation.email, hash_password(password)
            )
        elif not _verified(user.password_hash, password):
            raise Refused(
                "sign_in",
                say("%(email)s has an account already: enter that account's password.", email=invitation.email),
            )
        content.people.set_role(user.id, invitation.app_id, invitation.role)
        content.people.end_invitation(invitation.id, accepted=True)
    return content.people.user(user.id)
