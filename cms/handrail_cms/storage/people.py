"""Accounts, roles, sign-ins, API tokens, invitations and the audit trail. Secrets arrive here already hashed."""

from __future__ import annotations

from collections.abc import Sequence

from handrail_cms.clock import Clock
from handrail_cms.errors import NotFound, Refused
from handrail_cms.storage.records import AuditEntry, Invitation, JsonObject, Role, SignIn, Token, User
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections, Row


class People:
    """The part of the content store that knows who may sign in."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def create_user(self, email: str, name: str, password_hash: str | None) -> User:
        """Make an account without a role; raises Refused where the address has one."""
        with self._db.write():
            if self._db.row("select 1 from users where email = ?", [email]):
                raise Refused("user_exists", f"{email} has an account already.")
            user_id = self._db.insert(
                "users",
                {"email": email, "name": name, "password_hash": password_hash, "created_at": self._clock.now_ms()},
            )
        return self.user(user_id)

    def user(self, user_id: int) -> User:
        """Return one account with its roles; raises NotFound."""
        row = self._db.row("select * from users where id = ?", [user_id])
        if not row:
            raise NotFound("account", str(user_id))
        return self._with_roles(row)

    def user_by_email(self, email: str) -> User:
        """Return one account by its address, in any case of letters; raises NotFound."""
        row = self._db.row("select * from users where email = ?", [email])
        if not row:
            raise NotFound("account", email[:200])
        return self._with_roles(row)

    def user_by_subject(self, issuer: str, subject: str) -> User | None:
        """Return the account that is bound to an OpenID Connect subject."""
        row = self._db.row("select * from users where issuer = ? and subject = ?", [issuer, subject])
        return self._with_roles(row) if row else None

    def bind_subject(self, user_id: int, issuer: str, subject: str) -> None:
        """Bind an account to an OpenID Connect subject."""
        self._db.run("update users set issuer = ?, subject = ? where id = ?", [issuer, subject, user_id])

    def _with_roles(self, row: Row) -> User:
        roles = self._db.rows("select app_id, role from roles where user_id = ?", [row["id"]])
        return record(User, row, roles={role["app_id"]: role["role"] for role in roles})

    def users(self, app_id: int) -> list[User]:
        """Return the accounts that have a role in an app, disabled ones too, by name."""
        rows = self._db.rows(
            """select users.* from users join roles on roles.user_id = users.id
               where roles.app_id = ? order by name, email""",
            [app_id],
        )
        return [self._with_roles(row) for row in rows]

    def all_users(self) -> list[User]:
        """Return every account, by address."""
        return [self._with_roles(row) for row in self._db.rows("select * from users order by email")]

    def change_user(self, user_id: int, *, name: str | None = None, password_hash: str | None = None,
                    language: str | None = None) -> None:  # fmt: skip
        """Store what is given."""
        self._db.run(
            """update users set name = coalesce(:name, name), password_hash = coalesce(:password_hash, password_hash),
               language = coalesce(:language, language) where id = :id""",
            {"name": name, "password_hash": password_hash, "language": language, "id": user_id},
        )

    def set_role(self, user_id: int, app_id: int, role: Role | None) -> None:
        """Give a role in an app, or take it away; raises Refused where the app would lose its last admin."""
        with self._db.write():
            if role != "admin":
                self._keep_an_admin(user_id, app_id)
            self._db.run("delete from roles where user_id = ? and app_id = ?", [user_id, app_id])
            if role:
                self._db.insert("roles", {"user_id": user_id, "app_id": app_id, "role": role})

    def _keep_an_admin(self, user_id: int, app_id: int) -> None:
        admins = self._db.rows(
            """select user_id from roles join users on users.id = user_id
               where app_id = ? and role = 'admin' and disabled_at is null""",
            [app_id],
        )
        if [admin["user_id"] for admin in admins] == [user_id]:
            raise Refused("last_admin", "This is the last admin. Give somebody else that role first.")

    def set_disabled(self, user_id: int, *, disabled: bool) -> None:
        """Disable an account and end its sign-ins, or enable it; raises Refused for the last admin of an app."""
        now = self._clock.now_ms()
        with self._db.write():
            if disabled:
                for app_id in self.user(user_id).roles:
                    self._keep_an_admin(user_id, app_id)
                self._db.run("update sign_ins set ended_at = ? where user_id = ? and ended_at is null", [now, user_id])
            self._db.run("update users set disabled_at = ? where id = ?", [now if disabled else None, user_id])

    def add_sign_in(self, hash_: str, user_id: int, csrf: str, agent: str) -> None:
        """Store a signed-in browser by the hash of its cookie."""
        now = self._clock.now_ms()
        values: Row = {"hash": hash_, "user_id": user_id, "csrf": csrf, "agent": agent[:200]}
        self._db.insert("sign_ins", {**values, "created_at": now, "seen_at": now})

    def sign_in(self, hash_: str, *, created_since: int, seen_since: int) -> SignIn | None:
        """Return a sign-in that has not ended, and note at most once a minute that it was seen."""
        now = self._clock.now_ms()
        row = self._db.row(
            "select * from sign_ins where hash = ? and ended_at is null and created_at > ? and seen_at > ?",
            [hash_, created_since, seen_since],
        )
        if row and now - row["seen_at"] > 60_000:
            self._db.run("update sign_ins set seen_at = ? where id = ?", [now, row["id"]])
        return record(SignIn, row) if row else None

    def sign_ins_of(self, user_id: int, *, created_since: int, seen_since: int) -> list[SignIn]:
        """Return the browsers in which an account is signed in, latest first."""
        rows = self._db.rows(
            """select * from sign_ins where user_id = ? and ended_at is null and created_at > ? and seen_at > ?
               order by seen_at desc""",
            [user_id, created_since, seen_since],
        )
        return [record(SignIn, row) for row in rows]

    def end_sign_ins(self, user_id: int, *, sign_in_id: int | None = None, but: int | None = None) -> int:
        """End one sign-in of an account, or all, or all but one; return how many ended."""
        return self._db.run(
            """update sign_ins set ended_at = :now where user_id = :user and ended_at is null
               and (:one is null or id = :one) and (:but is null or id <> :but)""",
            {"now": self._clock.now_ms(), "user": user_id, "one": sign_in_id, "but": but},
        )

    def forget_sign_ins(self, before: int) -> int:
        """Delete the sign-ins that ended, or were last seen, before a time; return how many."""
        return self._db.run("delete from sign_ins where coalesce(ended_at, seen_at) < ?", [before])

    def add_failure(self, bucket: str) -> None:
        """Count a failed sign-in; what is older than a day is forgotten."""
        now = self._clock.now_ms()
        with self._db.write():
            self._db.run("delete from sign_in_failures where at < ?", [now - 86_400_000])
            self._db.insert("sign_in_failures", {"bucket": bucket, "at": now})

    def failures_since(self, bucket: str, since: int) -> int:
        """Return how many sign-ins failed."""
        row = self._db.row("select count(*) as n from sign_in_failures where bucket = ? and at > ?", [bucket, since])
        return row["n"] if row else 0

    def clear_failures(self, bucket: str) -> None:
        """Forget the failures, after a sign-in that worked."""
        self._db.run("delete from sign_in_failures where bucket = ?", [bucket])

    def add_token(self, values: Row, scopes: Sequence[str]) -> Token:
        """Store a token: app_id, user_id, name, hint, hash, role, expires_at."""
        token_id = self._db.insert(
            "tokens", {**values, "scopes": dump(list(scopes)), "created_at": self._clock.now_ms()}
        )
        row = self._db.row("select * from tokens where id = ?", [token_id])
        return record(Token, row or {})

    def token(self, hash_: str) -> Token | None:
        """Return a token that counts now, and note at most once a minute that it was used."""
        now = self._clock.now_ms()
        row = self._db.row(
            "select * from tokens where hash = ? and revoked_at is null and (expires_at is null or expires_at > ?)",
            [hash_, now],
        )
        if row and now - (row["used_at"] or 0) > 60_000:
            self._db.run("update tokens set used_at = ? where id = ?", [now, row["id"]])
        return record(Token, row) if row else None

    def tokens(self, app_id: int) -> list[Token]:
        """Return an app's tokens, revoked ones too, newest first."""
        return [
            record(Token, row)
            for row in self._db.rows("select * from tokens where app_id = ? order by id desc", [app_id])
        ]

    def revoke_token(self, app_id: int, token_id: int) -> bool:
        """Revoke a token; False where there is none that counts."""
        return self._db.run(
            "update tokens set revoked_at = ? where id = ? and app_id = ? and revoked_at is null",
            [self._clock.now_ms(), token_id, app_id],
        ) == 1  # fmt: skip

    def add_invitation(self, values: Row) -> Invitation:
        """Store an invitation: app_id, email, role, hash, invited_by, expires_at."""
        invitation_id = self._db.insert("invitations", {**values, "created_at": self._clock.now_ms()})
        row = self._db.row("select * from invitations where id = ?", [invitation_id])
        return record(Invitation, row or {})

    def invitation(self, hash_: str) -> Invitation | None:
        """Return an invitation that can still be accepted."""
        row = self._db.row(
            """select * from invitations where hash = ? and accepted_at is null and revoked_at is null
               and expires_at > ?""",
            [hash_, self._clock.now_ms()],
        )
        return record(Invitation, row) if row else None

    def invitations(self, app_id: int) -> list[Invitation]:
        """Return the open invitations of an app, newest first."""
        rows = self._db.rows(
            """select * from invitations where app_id = ? and accepted_at is null and revoked_at is null
               and expires_at > ? order by id desc""",
            [app_id, self._clock.now_ms()],
        )
        return [record(Invitation, row) for row in rows]

    def end_invitation(self, invitation_id: int, *, accepted: bool) -> bool:
        """Mark an invitation as accepted or revoked; False where it was already."""
        column = "accepted_at" if accepted else "revoked_at"
        sql = f"update invitations set {column} = ? where id = ? and accepted_at is null and revoked_at is null"  # noqa: S608
        return self._db.run(sql, [self._clock.now_ms(), invitation_id]) == 1


class Trail:
    """The part of the content store that remembers who changed what."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def add(self, values: Row, detail: JsonObject) -> None:
        """Append an entry: app_id, user_id, actor, action, subject_kind, subject, environment, request_id."""
        self._db.insert("audit", {**values, "at": self._clock.now_ms(), "detail": dump(detail)})

    def entries(
        self,
        app_id: int,
        *,
        before: int | None = None,
        limit: int = 50,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> list[AuditEntry]:
        """Return entries, newest first, those whose id is below `before`; `action` may end in `*`."""
        rows = self._db.rows(
            """select * from audit where (app_id = :app or app_id is null) and id < :before
               and (:actor is null or actor = :actor) and (:subject is null or subject = :subject)
               and (:action is null or action glob :action)
               and (:since is null or at >= :since) and (:until is null or at < :until)
               order by id desc limit :limit""",
            {"app": app_id, "before": before if before is not None else 2**62, "actor": actor, "action": action,
             "subject": subject, "since": since, "until": until, "limit": limit},
        )  # fmt: skip
        return [record(AuditEntry, row) for row in rows]
