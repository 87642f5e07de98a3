"""The admin API for what is live: releases, schedule, environments and their secrets, previews."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from handrail_cms import environments, http, previews, publish, scheduling, shapes
from handrail_cms.errors import NotFound
from handrail_cms.http import actor, needs, services
from handrail_cms.operations import operation
from handrail_cms.shapes import shown
from handrail_cms.storage.records import Document, DocumentKind, Environment, Release, Scheduled, Secret

bp = Blueprint("api_releases", __name__, url_prefix="/api/v1")
_KINDS: dict[str, DocumentKind] = {"guides": "guide", "themes": "theme", "segments": "segment"}


def _guide(key: str) -> Document:
    return services().content.documents.find(http.guided_app().id, "guide", key)


def _release(release: Release, status: int = 201) -> Response:
    return http.json_response(shown(shapes.ReleaseShape, release), status)


@bp.post("/guides/<key>/publish")
@needs("release.make")
@operation("Publish a guide", takes=shapes.LiveBody, answers=shapes.ReleaseShape, status=201)
def publish_guide(key: str) -> Response:
    """Make a release in which the guide's draft, or one of its versions, is live."""
    body, guide = http.body_json(shapes.LiveBody()), _guide(key)
    environment = http.environment(body["environment"])
    versions = {guide.id: body["version"]} if "version" in body else {}
    if "at" in body:
        payload = {"documents": [] if versions else [guide.id], "versions": versions}
        return _later(environment, "publish", payload, body)
    drafts = [] if versions else [guide]
    return _release(
        publish.publish(services().content, actor(), environment, drafts, versions=versions, note=body["note"])
    )


@bp.post("/guides/<key>/<any(pause, resume, take_down):action>")
@needs("release.make")
@operation("Pause, resume or take down a guide", takes=shapes.LiveBody, answers=shapes.ReleaseShape, status=201)
def change_live(key: str, action: str) -> Response:
    """Make a release in which the guide is paused, runs again, or is gone."""
    body, guide = http.body_json(shapes.LiveBody()), _guide(key)
    environment = http.environment(body["environment"])
    if "at" in body:
        return _later(environment, action, {"documents": [guide.id]}, body)
    content = services().content
    if action == "take_down":
        return _release(publish.take_down(content, actor(), environment, guide, note=body["note"]))
    return _release(publish.pause(content, actor(), environment, guide, paused=action == "pause", note=body["note"]))


def _later(environment: Environment, action: str, payload: dict[str, Any], body: dict[str, Any]) -> Response:
    made = scheduling.add(services().content, actor(), environment, action, payload, body["at"], note=body["note"])
    return http.json_response(_scheduled(made), 202)


@bp.get("/environments")
@needs("environment.read")
@operation("List environments", answers=shapes.EnvironmentShape, lists=True, query=shapes.PageQuery)
def list_environments() -> Response:
    """List the environments that are not archived."""
    found = services().content.apps.environments(http.guided_app().id)
    return http.list_response([_environment(one) for one in found], "key")


def _environment(environment: Environment) -> dict[str, Any]:
    live = services().content.releases.latest(environment.id)
    return shown(shapes.EnvironmentShape, environment) | {
        "document": environments.document_of(environment),
        "release": live.number if live else None,
        "archived": environment.archived_at is not None,
    }


def _environment_answer(environment: Environment, status: int = 200) -> Response:
    response = http.json_response(_environment(environment), status)
    response.set_etag(str(environment.revision))
    return response


@bp.post("/environments")
@needs("environment.write")
@operation("Make an environment", takes="environment", answers=shapes.EnvironmentShape, status=201)
def create_environment() -> Response:
    """Make an environment with a public key and a secret."""
    made = environments.create(services().content, actor(), http.guided_app().id, http.body_json())
    return _environment_answer(made, 201)


@bp.get("/environments/<name>")
@needs("environment.read")
@operation("Read an environment", answers=shapes.EnvironmentShape)
def read_environment(name: str) -> Response:
    """Read an environment; the ETag is its revision."""
    return _environment_answer(http.environment(name))


@bp.put("/environments/<name>")
@needs("environment.write")
@operation("Change an environment", takes="environment", answers=shapes.EnvironmentShape, if_match=True)
def change_environment(name: str) -> Response:
    """Store an environment's document; new settings make a release where one is live."""
    environment, body = http.environment(name), http.body_json()
    environments.check(body)
    changed = publish.change_settings(
        services().content, actor(), environment, based_on=http.based_on(), key=body["key"], name=body["name"],
        origins=body.get("origins", []), time_zone=body.get("time_zone", "UTC"), settings=body.get("settings", {}),
    )  # fmt: skip
    return _environment_answer(changed)


@bp.delete("/environments/<name>")
@needs("environment.write")
@operation("Archive an environment", status=204)
def archive_environment(name: str) -> Response:
    """Archive an environment: its public key answers nothing any more."""
    environments.archive(services().content, actor(), http.environment(name))
    return Response(status=204)


@bp.put("/environments/<name>/review")
@needs("environment.write")
@operation("Ask for reviews, or not", takes=shapes.ReviewRuleBody, answers=shapes.EnvironmentShape)
def change_review_rule(name: str) -> Response:
    """Say whether guides need a review before they are published here."""
    required = http.body_json(shapes.ReviewRuleBody())["required"]
    changed = publish.change_settings(services().content, actor(), http.environment(name), review_required=required)
    return _environment_answer(changed)


@bp.get("/environments/<name>/secrets")
@needs("secret.read")
@operation("List identity secrets", answers=shapes.SecretShape, lists=True, query=shapes.PageQuery)
def secrets(name: str) -> Response:
    """List the one or two secrets that count."""
    found = services().content.apps.secrets(http.environment(name).id)
    return http.list_response([_secret(one) for one in found], "name")


def _secret(secret: Secret) -> dict[str, Any]:
    return shown(shapes.SecretShape, secret) | {"name": http.public_name("secret", secret.id)}


@bp.post("/environments/<name>/secrets")
@needs("environment.write")
@operation("Make a second identity secret", answers=shapes.SecretShape, status=201)
def add_secret(name: str) -> Response:
    """Make another secret, to rotate: both count until one is retired."""
    return http.json_response(
        _secret(environments.add_secret(services().content, actor(), http.environment(name))), 201
    )


@bp.delete("/environments/<name>/secrets/<secret>")
@needs("environment.write")
@operation("Retire an identity secret", status=204)
def retire_secret(name: str, secret: str) -> Response:
    """End a secret now."""
    environment = http.environment(name)
    found = http.by_public_name("secret", secret, services().content.apps.secrets(environment.id))
    environments.retire_secret(services().content, actor(), environment, found.id)
    return Response(status=204)


@bp.get("/environments/<name>/releases")
@needs("release.read")
@operation("List releases", answers=shapes.ReleaseShape, lists=True, query=shapes.PageQuery)
def releases(name: str) -> Response:
    """List an environment's releases, newest first."""
    query = http.query(shapes.PageQuery())
    before = http.whole_number(query["cursor"])
    found = services().content.releases.all(http.environment(name).id, before=before, limit=query["limit"] + 1)
    page = http.page_of(found, query["limit"], lambda one: str(one.number), lambda one: shown(shapes.ReleaseShape, one))
    return http.json_response(page)


@bp.get("/environments/<name>/releases/<int:number>")
@needs("release.read")
@operation("Read a release", answers=shapes.ReleaseShape)
def read_release(name: str, number: int) -> Response:
    """Read one release."""
    return _release(services().content.releases.by_number(http.environment(name).id, number), 200)


@bp.post("/environments/<name>/releases")
@needs("release.make")
@operation("Publish several documents together", takes=shapes.ReleaseBody, answers=shapes.ReleaseShape, status=201)
def make_release(name: str) -> Response:
    """Make one release of several documents: drafts, or versions by number."""
    body, environment = http.body_json(shapes.ReleaseBody()), http.environment(name)
    drafts: list[Document] = []
    versions: dict[int, int] = {}
    for room, kind in _KINDS.items():
        for key, number in body[room].items():
            document = services().content.documents.find(environment.app_id, kind, key)
            if number is None:
                drafts.append(document)
            else:
                versions[document.id] = number
    return _release(
        publish.publish(services().content, actor(), environment, drafts, versions=versions, note=body["note"])
    )


@bp.post("/environments/<name>/rollback")
@needs("release.make")
@operation("Roll back", takes=shapes.RollbackBody, answers=shapes.ReleaseShape, status=201)
def roll_back(name: str) -> Response:
    """Make a release equal to an earlier one."""
    body = http.body_json(shapes.RollbackBody())
    return _release(
        publish.roll_back(services().content, actor(), http.environment(name), body.get("to"), note=body["note"])
    )


@bp.get("/environments/<name>/schedule")
@needs("release.read")
@operation("List what is scheduled", answers=shapes.ScheduledShape, lists=True, query=shapes.PageQuery)
def schedule(name: str) -> Response:
    """List what will happen in an environment, and what happened lately."""
    found = services().content.releases.schedules(http.environment(name).id)
    return http.list_response([_scheduled(one) for one in found], "name")


def _scheduled(scheduled: Scheduled) -> dict[str, Any]:
    keys = [services().content.documents.by_id(document_id).key for document_id in scheduling.documents_of(scheduled)]
    return shown(shapes.ScheduledShape, scheduled) | {
        "name": http.public_name("schedule", scheduled.id), "guides": keys, "state": scheduling.state_of(scheduled),
    }  # fmt: skip


@bp.post("/environments/<name>/schedule")
@needs("release.make")
@operation("Schedule something", takes=shapes.ScheduleBody, answers=shapes.ScheduledShape, status=201)
def add_schedule(name: str) -> Response:
    """Publish, pause, resume, take down or roll back at a later time."""
    body, environment = http.body_json(shapes.ScheduleBody()), http.environment(name)
    payload: dict[str, Any] = {"documents": [_guide(key).id for key in body["guides"]]}
    if "to" in body:
        payload["to"] = body["to"]
    made = scheduling.add(
        services().content, actor(), environment, body["action"], payload, body["at"], note=body["note"]
    )
    return http.json_response(_scheduled(made), 201)


@bp.delete("/environments/<name>/schedule/<item>")
@needs("release.make")
@operation("Cancel something scheduled", status=204)
def cancel_schedule(name: str, item: str) -> Response:
    """Cancel something that has not happened yet."""
    environment = http.environment(name)
    found = http.by_public_name("schedule", item, services().content.releases.schedules(environment.id))
    scheduling.cancel(services().content, actor(), environment, found)
    return Response(status=204)


@bp.post("/environments/<name>/previews")
@needs("preview.open")
@operation("Open a preview or the builder", takes=shapes.PreviewBody, answers=shapes.AddressShape, status=201)
def open_preview(name: str) -> Response:
    """Return the address of a host page with a one-time code in it."""
    body = http.body_json(shapes.PreviewBody())
    guide = _guide(body["guide"]) if body["guide"] else None
    if guide is None and body["purpose"] == "builder":
        raise NotFound("guide", "")
    address = previews.open_page(
        services().content, actor(), http.environment(name), guide, body["address"],
        purpose=body["purpose"], place=body["place"],
    )  # fmt: skip
    return http.json_response({"address": address}, 201)
