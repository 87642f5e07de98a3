"""Settings: installing the snippet, environments with their origins, secrets and limits, the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from handrail_guides.errors import GuideProblems, Problem
from werkzeug.wrappers import Response as BaseResponse

from handrail_cms import audit, environments, http, publish
from handrail_cms.editing.clauses import listed, number
from handrail_cms.editing.places import Json, put
from handrail_cms.errors import Refused, RevisionConflict
from handrail_cms.http import needs
from handrail_cms.http_language import spoken
from handrail_cms.interface import frame
from handrail_cms.interface.frame import back_to, render
from handrail_cms.storage.records import Environment

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@needs("environment.read")
def index() -> str:
    """Show how to put the widget on a page, and whether it has been seen there."""
    environment = frame.environment()
    address = f"{http.public_origin()}/widget/handrail.js"
    return render("settings/install.html", "settings", environment=environment, address=address)


@bp.get("/settings/seen.json")
@needs("environment.read")
def seen() -> Response:
    """Say whether a page of the host application has asked for the manifest."""
    environment = frame.environment()
    return http.jsonify(seen_at=environment.seen_at, origin=environment.seen_origin)


@bp.get("/settings/environments")
@needs("environment.read")
def environment_list() -> str:
    """List the environments."""
    apps = http.services().content.apps
    archived = [one for one in apps.environments(http.guided_app().id, archived=True) if one.archived_at]
    return render("settings/environments.html", "settings", archived=archived)


@bp.route("/settings/environments/new", methods=["GET", "POST"])
@needs("environment.write")
def new_environment() -> Any:
    """Make an environment."""
    told: list[Problem] = []
    if request.method == "POST":
        name = request.form.get("name", "").strip()
        document = environments.as_document(
            environments.key_of(name),
            name,
            request.form.get("origins", "").split(),
            request.form.get("time_zone") or "UTC",
            {},
        )
        try:
            made = environments.create(http.services().content, http.actor(), http.guided_app().id, document)
            said = _("%(name)s is there, with a key of its own.", name=made.name)
            return back_to(url_for("settings.environment", key=made.key), said)
        except GuideProblems as error:
            told = error.problems
        except Refused as error:
            told = [Problem("/name", error.code, error.args[0], "")]
    return render("settings/new_environment.html", "settings", told=told), 422 if told else 200


@bp.route("/settings/environments/<key>", methods=["GET", "POST"])
@needs("environment.read")
def environment(key: str) -> Any:
    """Show one environment, and change it."""
    found, told = http.environment(key), list[Problem]()
    if request.method == "POST":
        frame.require("environment.write")
        told = _change(found)
        if not told:
            return back_to(url_for("settings.environment", key=request.form.get("key", key)), _("Saved."))
    secrets = http.services().content.apps.secrets(found.id) if frame.may("secret.read") else []
    return render(
        "settings/environment.html",
        "settings",
        environment=found,
        told=told,
        secrets=secrets,
        themes=http.services().content.documents.all(found.app_id, "theme"),
    ), 422 if told else 200


def _change(found: Environment) -> list[Problem]:
    form = request.form
    document = environments.as_document(
        form.get("key", found.key),
        form.get("name", "").strip(),
        form.get("origins", "").split(),
        form.get("time_zone") or "UTC",
        _settings(found.settings),
    )
    try:
        environments.check(document)
        publish.change_settings(
            http.services().content,
            http.actor(),
            found,
            based_on=form.get("revision", found.revision, int),
            key=document["key"],
            name=document["name"],
            origins=document["origins"],
            time_zone=document["time_zone"],
            settings=document["settings"],
            review_required=form.get("review_required") == "1",
        )
    except GuideProblems as error:
        return error.problems
    except RevisionConflict:
        return [
            Problem(
                "",
                "revision",
                _("Somebody else changed this environment meanwhile."),
                _("Load the page and change it again."),
            )
        ]
    except Refused as error:
        return [Problem("", error.code, error.args[0], "")]
    return []


def _settings(before: Json) -> Json:
    """Return the settings with what the form says; what it does not show stays."""
    form, settings = request.form, dict(before)
    put(settings, ("identity",), "required" if form.get("identity_required") == "1" else None)
    put(settings, ("consent",), "ask" if form.get("consent_ask") == "1" else None)
    put(settings, ("struggle",), form.get("struggle") == "1" or None)
    put(settings, ("languages",), listed(form.get("languages", "")))
    put(settings, ("query",), listed(form.get("query", "")))
    put(settings, ("theme",), form.get("theme", ""))
    for name in ("session", "day"):
        put(settings, ("budget", name), number(form.get(f"budget_{name}", "").strip()))
    return settings


@bp.post("/settings/environments/<key>/secrets")
@needs("environment.write")
def secrets(key: str) -> BaseResponse:
    """Make a second identity secret, or end one."""
    found, content = http.environment(key), http.services().content
    try:
        if (retired := request.form.get("retire", None, int)) is not None:
            environments.retire_secret(content, http.actor(), found, retired)
            said = _("The secret has ended. Tokens that were signed with it are refused from now on.")
        else:
            environments.add_secret(content, http.actor(), found)
            said = _("There are two secrets now. Sign with the new one, then end the old one.")
    except Refused as error:
        return back_to(url_for("settings.environment", key=key), spoken(error), "attention")
    return back_to(url_for("settings.environment", key=key), said)


@bp.post("/settings/environments/<key>/archive")
@needs("environment.write")
def archive_environment(key: str) -> BaseResponse:
    """Archive an environment, or bring it back."""
    back = request.form.get("do") == "restore"
    try:
        environments.archive(http.services().content, http.actor(), http.environment(key), archived=not back)
    except Refused as error:
        return back_to(url_for("settings.environment", key=key), spoken(error), "attention")
    said = _("It is back.") if back else _("Archived: its key answers nothing any more. You can bring it back here.")
    return back_to(url_for("settings.environment_list"), said)


@bp.get("/settings/audit")
@needs("audit.read")
def audit_log() -> Any:
    """List who changed what, filtered; or give it as CSV."""
    trail, wanted = http.services().content.trail, _audit_filter()
    if request.args.get("format") == "csv":
        text = audit.as_csv(trail.entries(http.guided_app().id, limit=100_000, **wanted))
        return Response(text, mimetype="text/csv", headers={"Content-Disposition": 'attachment; filename="audit.csv"'})
    entries = trail.entries(http.guided_app().id, before=request.args.get("before", None, int), limit=51, **wanted)
    older = None
    if len(entries) > 50:
        asked: dict[str, Any] = {**request.args.to_dict(), "before": entries[49].id}
        older = url_for("settings.audit_log", **asked)
    return render("settings/audit.html", "settings", entries=entries[:50], older=older)


def _audit_filter() -> dict[str, Any]:
    zone = ZoneInfo(frame.environment().time_zone)
    asked = {name: request.args.get(name, "").strip() or None for name in ("actor", "subject", "action")}
    days = {"since": request.args.get("since"), "until": request.args.get("until")}
    found: dict[str, Any] = dict(asked)
    for name, text in days.items():
        try:
            found[name] = int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000) if text else None
        except ValueError:
            found[name] = None
    return found
