"""The admin API for usability tests: tasks, links to take part, sessions and what they say."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for

from handrail_cms import http, usability, usability_shapes
from handrail_cms.errors import NotFound
from handrail_cms.facts import ContentFacts
from handrail_cms.http import actor, guided_app, needs, services
from handrail_cms.operations import operation
from handrail_cms.reports import ReportSource
from handrail_cms.shapes import AppQuery, PageQuery, ReportShape
from handrail_cms.storage.records import UsabilityLink, UsabilityTask

bp = Blueprint("api_usability", __name__, url_prefix="/api/v1/usability")


def _task(key: str) -> UsabilityTask:
    return services().content.usability.task(guided_app().id, key)


def _link(link: UsabilityLink) -> dict[str, Any]:
    environment = services().content.apps.environment_by_id(link.environment_id)
    url = http.public_origin() + url_for("participation.invitation", code=link.code)
    return {"code": link.code, "url": url, "environment": environment.key, "address": link.address, "build": link.build,
            "created_at": link.created_at, "closed_at": link.closed_at}  # fmt: skip


@bp.get("")
@needs("report.read")
@operation("List usability tasks", answers=usability_shapes.TaskShape, lists=True, query=PageQuery)
def tasks() -> Response:
    """The tasks that are not archived, newest first."""
    found = services().content.usability.tasks(guided_app().id)
    return http.list_response([{"key": one.key, "task": one.body} for one in found], "key")


@bp.get("/<key>")
@needs("report.read")
@operation("Read a usability task", answers=usability_shapes.TaskShape, query=AppQuery)
def read_task(key: str) -> Response:
    """One task, with its links."""
    task = _task(key)
    links = [_link(link) for link in services().content.usability.links_of(task.id)]
    return http.json_response(usability_shapes.TaskShape().dump({"key": task.key, "task": task.body, "links": links}))


@bp.put("/<key>")
@needs("usability.write")
@operation("Store a usability task", answers=usability_shapes.TaskShape, takes="task", query=AppQuery, refuses=(409,))
def save_task(key: str) -> Response:
    """Store a task; one that people have tried stays as it is."""
    task = usability.save_task(services().content, actor(), guided_app().id, {**http.body_json(), "key": key})
    return http.json_response({"key": task.key, "task": task.body, "links": []})


@bp.delete("/<key>")
@needs("usability.write")
@operation("Archive a usability task", status=204, query=AppQuery)
def archive(key: str) -> Response:
    """Take a task off the list and close its links; its sessions stay."""
    usability.archive(services().content, actor(), _task(key))
    return Response(status=204)


@bp.post("/<key>/links")
@needs("usability.write")
@operation(
    "Make a link to take part", answers=usability_shapes.LinkShape, status=201, takes=usability_shapes.NewLinkShape,
    query=AppQuery, refuses=(409,),
)  # fmt: skip
def open_link(key: str) -> Response:
    """Make a link by which people and scripts take part."""
    body = http.body_json(usability_shapes.NewLinkShape())
    environment = http.environment(body["environment"])
    link = usability.open_link(
        services().content, actor(), _task(key), environment, address=body["address"], build=body["build"]
    )
    return http.json_response(usability_shapes.LinkShape().dump(_link(link)), 201)


@bp.delete("/<key>/links/<code>")
@needs("usability.write")
@operation("Close a link", status=204, query=AppQuery)
def close_link(key: str, code: str) -> Response:
    """Let nobody begin by a link any more."""
    task, link = _task(key), services().content.usability.link(code)
    if link.task_id != task.id:
        raise NotFound("usability test", code[:20])
    usability.close_link(services().content, actor(), task, link)
    return Response(status=204)


@bp.get("/<key>/report")
@needs("report.read")
@operation("Report on a usability task", answers=ReportShape, query=usability_shapes.TaskReportQuery)
def report(key: str) -> Response:
    """What the sessions say by build and guide version, beside an environment's runs on the same steps."""
    query = http.query(usability_shapes.TaskReportQuery())
    source = ReportSource(services().events, ContentFacts(services().content), services().clock.now_ms())
    told = usability.task_report(
        services().content, source, _task(key), http.environment(query.get("environment")), query.get("mark")
    )
    return http.json_response(told)
