"""Apps, their environments, and the environments' identity secrets."""

from __future__ import annotations

import secrets

from handrail_cms.clock import Clock
from handrail_cms.errors import NotFound, Refused, RevisionConflict
from handrail_cms.storage.records import App, Environment, JsonObject, Secret
from handrail_cms.storage.rows import dump, record
from handrail_cms.storage.sqlite import Connections


class Apps:
    """The part of the content store that holds apps and environments."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._db = connections
        self._clock = clock

    def meta(self, name: str) -> str | None:
        """Return one fact about this installation."""
        row = self._db.row("select value from meta where name = ?", [name])
        return row["value"] if row else None

    def set_meta(self, name: str, value: str) -> None:
        """Store one fact about this installation."""
        self._db.run(
            "insert into meta values (?, ?) on conflict (name) do update set value = excluded.value", [name, value]
        )

    def create(self, key: str, name: str) -> App:
        """Make an app; raises Refused where the key is taken."""
        with self._db.write():
            if self._db.row("select 1 from apps where key = ?", [key]):
                raise Refused("app_exists", f"There is already an app named “{key}”. Choose another key.")
            self._db.insert("apps", {"key": key, "name": name, "created_at": self._clock.now_ms()})
        return self.by_key(key)

    def all(self) -> list[App]:
        """Return the apps that are not archived, oldest first."""
        return [record(App, row) for row in self._db.rows("select * from apps where archived_at is null order by id")]

    def by_key(self, key: str) -> App:
        """Return one app; raises NotFound."""
        row = self._db.row("select * from apps where key = ? and archived_at is null", [key])
        if not row:
            raise NotFound("app", key)
        return record(App, row)

    def by_id(self, app_id: int) -> App:
        """Return one app by its internal id; raises NotFound."""
        row = self._db.row("select * from apps where id = ?", [app_id])
        if not row:
            raise NotFound("app", str(app_id))
        return record(App, row)

    def create_environment(
        self, app_id: int, key: str, name: str, *, origins: list[str], time_zone: str = "UTC"
    ) -> Environment:
        """Make an environment with a public key and a first secret; raises Refused where the key is taken."""
        now = self._clock.now_ms()
        with self._db.write():
            if self._db.row("select 1 from environments where app_id = ? and key = ?", [app_id, key]):
                raise Refused(
                    "environment_exists", f"There is already an environment named “{key}”. Choose another key."
                )
            prefix = "pk_live_" if key == "production" else "pk_test_"
            environment_id = self._db.insert(
                "environments",
                {
                    "app_id": app_id, "key": key, "name": name, "public_key": prefix + secrets.token_hex(12),
                    "origins": dump(origins), "time_zone": time_zone, "created_at": now,
                },
            )  # fmt: skip
            self.add_secret(environment_id)
        return self.environment_by_id(environment_id)

    def environments(self, app_id: int, *, archived: bool = False) -> list[Environment]:
        """Return an app's environments, oldest first."""
        rows = self._db.rows(
            "select * from environments where app_id = ? and (archived_at is null or ?) order by id", [app_id, archived]
        )
        return [record(Environment, row) for row in rows]

    def environment(self, app_id: int, key: str) -> Environment:
        """Return one environment; raises NotFound."""
        row = self._db.row("select * from environments where app_id = ? and key = ?", [app_id, key])
        if not row:
            raise NotFound("environment", key)
        return record(Environment, row)

    def environment_by_id(self, environment_id: int) -> Environment:
        """Return one environment by its internal id; raises NotFound."""
        row = self._db.row("select * from environments where id = ?", [environment_id])
        if not row:
            raise NotFound("environment", str(environment_id))
        return record(Environment, row)

    def environment_by_public_key(self, public_key: str) -> Environment:
        """Return the environment that a page's `data-env` names; raises NotFound, for archived ones too."""
        row = self._db.row("select * from environments where public_key = ? and archived_at is null", [public_key])
        if not row:
            raise NotFound("environment key", public_key[:40])
        return record(Environment, row)

    def change_environment(
        self,
        environment: Environment,
        *,
        based_on: int | None = None,
        key: str | None = None,
        name: str | None = None,
        origins: list[str] | None = None,
        time_zone: str | None = None,
        settings: JsonObject | None = None,
        review_required: bool | None = None,
    ) -> Environment:
        """Store what is given; raises RevisionConflict where `based_on` is not the current revision."""
        given = {
            "key": key, "name": name, "origins": None if origins is None else dump(origins), "time_zone": time_zone,
            "settings": None if settings is None else dump(settings),
            "review_required": None if review_required is None else int(review_required),
        }  # fmt: skip
        changes = {column: value for column, value in given.items() if value is not None}
        with self._db.write():
            current = self.environment_by_id(environment.id)
            if based_on is not None and based_on != current.revision:
                raise RevisionConflict(current.revision)
            self._refuse_taken_key(current, key)
            columns = "".join(f", {column} = :{column}" for column in changes)
            sql = f"update environments set revision = revision + 1{columns} where id = :id"  # noqa: S608
            self._db.run(sql, {**changes, "id": current.id})
        return self.environment_by_id(environment.id)

    def _refuse_taken_key(self, current: Environment, key: str | None) -> None:
        if key is None or key == current.key:
            return
        if self._db.row("select 1 from environments where app_id = ? and key = ?", [current.app_id, key]):
            raise Refused("environment_exists", f"There is already an environment named “{key}”. Choose another key.")

    def archive_environment(self, environment: Environment, *, archived: bool = True) -> None:
        """Archive an environment, or bring it back; its public key answers nothing while archived."""
        at = self._clock.now_ms() if archived else None
        self._db.run("update environments set archived_at = ? where id = ?", [at, environment.id])

    def note_seen(self, environment: Environment, origin: str) -> None:
        """Remember that a page of `origin` asked for the manifest, at most once a minute."""
        now = self._clock.now_ms()
        if environment.seen_at is None or now - environment.seen_at > 60_000 or environment.seen_origin != origin:
            self._db.run(
                "update environments set seen_at = ?, seen_origin = ? where id = ?", [now, origin, environment.id]
            )

    def secrets(self, environment_id: int) -> list[Secret]:
        """Return the secrets that count now, newest first."""
        rows = self._db.rows(
            """select * from secrets where environment_id = ? and (retired_at is null or retired_at > ?)
               order by id desc""",
            [environment_id, self._clock.now_ms()],
        )
        return [record(Secret, row) for row in rows]

    def add_secret(self, environment_id: int) -> Secret:
        """Make another secret; raises Refused where two count already."""
        with self._db.write():
            if len(self.secrets(environment_id)) >= 2:
                raise Refused("two_secrets", "Two secrets are valid already. Retire the older one first.")
            secret = "sk_" + secrets.token_urlsafe(36)
            self._db.insert(
                "secrets", {"environment_id": environment_id, "secret": secret, "created_at": self._clock.now_ms()}
            )
        return self.secrets(environment_id)[0]

    def retire_secret(self, environment_id: int, secret_id: int) -> None:
        """End a secret now; raises Refused where it is the only one."""
        with self._db.write():
            others = [secret for secret in self.secrets(environment_id) if secret.id != secret_id]
            if not others:
                raise Refused("last_secret", "This is the only secret. Make a new one first, then retire this one.")
            self._db.run(
                "update secrets set retired_at = ? where environment_id = ? and id = ?",
                [self._clock.now_ms(), environment_id, secret_id],
            )
