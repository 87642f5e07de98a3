"""Making and changing apps, environments and identity secrets: permission and audit around the store."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.saying import say
from handrail_guides.validate import validate

from handrail_cms import audit
from handrail_cms.auth import Actor, require
from handrail_cms.errors import Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import App, Environment, JsonObject, Secret


def create_app_with_environments(
    content: ContentStore, name: str, *, origins: list[str], time_zone: str = "UTC", key: str | None = None
) -> App:
    """Make an app with its environments production and staging; the first app of a new installation, too."""
    check(as_document("production", name, origins, time_zone, {}))
    with content.transaction():
        app = content.apps.create(key or key_of(name), name)
        content.apps.create_environment(app.id, "production", "Production", origins=origins, time_zone=time_zone)
        content.apps.create_environment(app.id, "staging", "Staging", origins=origins, time_zone=time_zone)
    return app


def add_app(
    content: ContentStore,
    actor: Actor,
    from_app_id: int,
    name: str,
    *,
    key: str | None = None,
    origins: list[str],
    time_zone: str = "UTC",
) -> App:
    """Make another app; its maker, an admin of the app at hand, is its admin."""
    require(actor, "environment.write", from_app_id)
    with content.transaction():
        app = create_app_with_environments(content, name, origins=origins, time_zone=time_zone, key=key)
        if actor.user_id is not None:
            content.people.set_role(actor.user_id, app.id, "admin")
        audit.note(content, actor, "app.create", "app", app.key, app_id=app.id)
    return app


def key_of(name: str) -> str:
    """Return a key made of a name: `My app` becomes `my-app`; “app” where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80].rstrip("-") or "app"


def create(content: ContentStore, actor: Actor, app_id: int, document: JsonObject) -> Environment:
    """Make an environment from its document (`schema/environment.json`); raises GuideProblems, Refused."""
    require(actor, "environment.write", app_id)
    check(document)
    with content.transaction():
        made = content.apps.create_environment(
            app_id, document["key"], document["name"], origins=document.get("origins", []),
            time_zone=document.get("time_zone", "UTC"),
        )  # fmt: skip
        if document.get("settings"):
            made = content.apps.change_environment(made, settings=document["settings"])
        audit.note(content, actor, "environment.create", "environment", made.key, app_id=app_id, environment=made.key)
    return made


def check(document: JsonObject) -> None:
    """Raise GuideProblems with everything that is wrong with an environment's document."""
    problems = [problem for problem in validate(document, "environment") if problem.level == "error"]
    if not problems and document.get("time_zone", "UTC") not in available_timezones():
        message = say("“%(time_zone)s” is not a time zone.", time_zone=document["time_zone"])
        problems = [
            Problem("/time_zone", "time_zone", message, say("Write an IANA name such as Europe/Berlin or Asia/Seoul."))
        ]
    if problems:
        raise GuideProblems(problems)


def as_document(key: str, name: str, origins: list[str], time_zone: str, settings: JsonObject) -> JsonObject:
    """Return an environment's document."""
    return {"format": 1, "key": key, "name": name, "origins": origins, "time_zone": time_zone, "settings": settings}


def document_of(environment: Environment) -> JsonObject:
    """Return an environment as the document that `pull` writes and `change` reads."""
    return as_document(
        environment.key, environment.name, environment.origins, environment.time_zone, environment.settings
    )


def archive(content: ContentStore, actor: Actor, environment: Environment, *, archived: bool = True) -> None:
    """Archive an environment, or bring it back; raises Refused for the last one."""
    require(actor, "environment.write", environment.app_id)
    with content.transaction():
        if archived and len(content.apps.environments(environment.app_id)) == 1:
            raise Refused("last_environment", say("This is the last environment. Make another one first."))
        content.apps.archive_environment(environment, archived=archived)
        action = "environment.archive" if archived else "environment.unarchive"
        audit.note(content, actor, action, "environment", environment.key, app_id=environment.app_id,
                   environment=environment.key)  # fmt: skip


def add_secret(content: ContentStore, actor: Actor, environment: Environment) -> Secret:
    """Make a second identity secret, to rotate; raises Refused where two count already."""
    require(actor, "environment.write", environment.app_id)
    with content.transaction():
        secret = content.apps.add_secret(environment.id)
        audit.note(content, actor, "secret.add", "environment", environment.key, app_id=environment.app_id,
                   environment=environment.key)  # fmt: skip
    return secret


def retire_secret(content: ContentStore, actor: Actor, environment: Environment, secret_id: int) -> None:
    """End a secret; raises Refused for the only one."""
    require(actor, "environment.write", environment.app_id)
    with content.transaction():
        content.apps.retire_secret(environment.id, secret_id)
        audit.note(content, actor, "secret.retire", "environment", environment.key, app_id=environment.app_id,
                   environment=environment.key)  # fmt: skip
