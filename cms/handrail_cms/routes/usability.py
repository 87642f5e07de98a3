"""Usability tests in the CMS: tasks, links for participants, and what their sessions say beside production."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.usability.tasks import task_of
from werkzeug.wrappers import Response

from handrail_cms import http, usability
from handrail_cms.errors import NotFound, Refused
from handrail_cms.facts import ContentFacts
from handrail_cms.http import needs
from handrail_cms.http_language import spoken, spoken_problem
from handrail_cms.interface import filters, frame, words
from handrail_cms.interface.frame import back_to, render
from handrail_cms.reports import ReportSource
from handrail_cms.storage.records import UsabilityLink, UsabilityTask

bp = Blueprint("usability", __name__)


@bp.get("/usability")
@needs("report.read")
def index() -> str:
    """List the tasks with how many have tried them and how many could do it."""
    content, app_id = http.services().content, http.guided_app().id
    tasks = [
        (task, task_of(task.body), usability.sessions_of(content, task)) for task in content.usability.tasks(app_id)
    ]
    return render("usability/index.html", "usability", tasks=tasks)


@bp.route("/usability/new", methods=["GET", "POST"])
@needs("usability.write")
def new() -> Any:
    """Make a task."""
    told: list[Problem] = []
    if request.method == "POST":
        try:
            made = usability.save_task(http.services().content, http.actor(), http.guided_app().id, _body())
            return back_to(url_for("usability.task", key=made.key))
        except GuideProblems as error:
            told = [spoken_problem(problem) for problem in error.problems]
        except Refused as error:
            told = [Problem("/key", error.code, spoken(error), "")]
    guides = http.services().content.documents.all(http.guided_app().id, "guide")
    page = render("usability/new.html", "usability", told=told, guides=guides, by_field=_by_field(told))
    return page, 422 if told else 200


def _body() -> dict[str, Any]:
    """Return the task that the form describes."""
    given = {name: value.strip() for name, value in request.form.items()}
    body: dict[str, Any] = {
        "format": 1, "key": given.get("key", ""), "goal": given.get("goal", ""), "open": given.get("open", "/"),
        "success": {given.get("success", "event"): given.get("proof", "")}, "guide": given.get("guide") or None,
    }  # fmt: skip
    if given.get("first_click"):
        body["first_click"] = given["first_click"]
    minutes = request.form.get("minutes", 0.0, float)
    return body | ({"minutes": int(minutes) if minutes == int(minutes) else minutes} if minutes else {})


def _by_field(told: list[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in told:
        name = re.split("/", problem.pointer)[1] if problem.pointer else "key"
        found.setdefault("proof" if name == "success" else name, []).append(problem)
    return found


@bp.route("/usability/<key>", methods=["GET", "POST"])
@needs("report.read")
def task(key: str) -> Any:
    """Show a task's links and figures; make and close links."""
    content, environment = http.services().content, frame.environment()
    found = content.usability.task(http.guided_app().id, key)
    if request.method == "POST":
        frame.require("usability.write")
        return _change(found)
    mark = request.args.get("mark") or content.apps.meta("demo_mark")
    source = ReportSource(http.services().events, ContentFacts(content), filters.now_ms())
    told = usability.task_report(content, source, found, environment, mark)
    return render(
        "usability/task.html", "usability", task=found, about=task_of(found.body), report=told,
        links=content.usability.links_of(found.id), environment=environment, mark=mark, origin=http.public_origin(),
        marks=dict(words.marks()), ends=dict(words.task_ends()),
    )  # fmt: skip


def _change(found: UsabilityTask) -> Response:
    content, actor, here = http.services().content, http.actor(), url_for("usability.task", key=found.key)
    match request.form.get("do"):
        case "archive":
            usability.archive(content, actor, found)
            return back_to(url_for("usability.index"), _("“%(name)s” is archived.", name=found.key))
        case "close":
            usability.close_link(content, actor, found, _link_of(found))
            return back_to(here, _("Nobody can begin by that link any more."))
        case _:
            return _open(found, here)


def _open(found: UsabilityTask, here: str) -> Response:
    environment = frame.environment(request.form.get("in") or None)
    try:
        usability.open_link(
            http.services().content, http.actor(), found, environment,
            address=request.form.get("address", ""), build=request.form.get("build", ""),
        )  # fmt: skip
    except Refused as error:
        return back_to(here, spoken(error), "attention")
    return back_to(here, _("The link is ready. Give it to your participants."))


def _link_of(found: UsabilityTask) -> UsabilityLink:
    link = http.services().content.usability.link(request.form.get("code", ""))
    if link.task_id != found.id:
        raise NotFound("usability test", link.code)
    return link
