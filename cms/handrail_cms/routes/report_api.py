"""The reports of the REST API: funnel, versions side by side, paths, endings, target health, runs and one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from handrail_guides.errors import Problem
from handrail_guides.saying import say
from handrail_guides.shape import nearest
from marshmallow import Schema

from handrail_cms import http, overviews, reports
from handrail_cms.errors import NotFound
from handrail_cms.facts import ContentFacts, newest_version
from handrail_cms.http import needs, services
from handrail_cms.operations import operation, operation_of
from handrail_cms.report_csv import as_csv
from handrail_cms.report_query import BadQuery, ReportQuery, read_query, read_which
from handrail_cms.reports import ReportSource
from handrail_cms.shapes import CompareQueryShape, ReportQueryShape, ReportShape, RunsQueryShape

bp = Blueprint("report_api", __name__, url_prefix="/api/v1")

_REPORTS: dict[str, Callable[[ReportSource, ReportQuery], dict[str, Any]]] = {
    "funnel": reports.funnel,
    "paths": reports.paths,
    "endings": reports.endings,
    "health": reports.health,
}
_MOST_RUNS = 500


@bp.before_request
def _refuse_the_unknown() -> None:
    """Raise BadRequest where the query string names what this report does not know: it would count something else."""
    asked = operation_of(current_app.view_functions[request.endpoint or ""]).query or Schema
    fields: dict[str, Any] = cast(Any, asked()).fields
    known = [field.data_key or name for name, field in fields.items()]
    unknown = [name for name in request.args if name not in known]
    if unknown:
        raise http.BadRequest(say("Some values have to be mended."), [_unknown(name, known) for name in unknown])


def _unknown(name: str, known: list[str]) -> Problem:
    close = nearest(name, known)
    mend = say("Did you mean “%(close)s”?", close=close) if close else say("See /api/openapi.json for what it may be.")
    return Problem(f"/{name[:80]}", "unknown", say("There is no parameter “%(name)s”.", name=name[:80]), mend)


def source() -> ReportSource:
    """Return what reports are made of, at this moment."""
    return ReportSource(services().events, ContentFacts(services().content), services().clock.now_ms())


def query_of(guide_key: str) -> ReportQuery:
    """Return the question in the query string; raises BadRequest with every problem in it."""
    environment = http.environment()
    newest = newest_version(services().content, environment, guide_key)
    try:
        return read_query(
            environment, guide_key, request.args, services().events, services().clock.now_ms(), newest=newest
        )
    except BadQuery as error:
        raise http.BadRequest("The report cannot be made like this.", error.problems) from error


def answer(report: dict[str, Any], name: str) -> Response:
    """Answer with JSON, or with CSV where `?format=csv` asks for it."""
    if request.args.get("format") != "csv":
        return http.json_response(report)
    response = Response(as_csv(report), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@bp.get("/guides/<guide_key>/<any(funnel, paths, endings, health):name>")
@needs("report.read")
@operation("Report on a guide", answers=ReportShape, query=ReportQueryShape, or_csv=True)
def report(guide_key: str, name: str) -> Response:
    """One report of one guide."""
    return answer(_REPORTS[name](source(), query_of(guide_key)), f"{guide_key}-{name}")


@bp.get("/guides/<guide_key>/compare")
@needs("report.read")
@operation("Compare two versions", answers=ReportShape, query=CompareQueryShape, or_csv=True)
def compare(guide_key: str) -> Response:
    """Two versions side by side: `?versions=2,3`."""
    named = request.args.get("versions", "").split(",")
    if len(named) != 2 or not all(text.strip().isdecimal() and len(text) < 10 for text in named):
        raise http.BadRequest("Say which two versions to compare: ?versions=2,3.")
    versions = (int(named[0]), int(named[1]))
    return answer(reports.compare(source(), query_of(guide_key), versions), f"{guide_key}-compare")


@bp.get("/guides/<guide_key>/runs")
@needs("report.read")
@operation("List the runs behind a figure", answers=ReportShape, lists=True, query=RunsQueryShape, or_csv=True)
def run_list(guide_key: str) -> Response:
    """The runs behind a figure: `?step=`, `?state=`, `?did=`, `?next=`, `?by=`, `?goal=`, `?visitor=`, newest first."""
    args = request.args
    limit = min(_MOST_RUNS, args.get("limit", 50, type=int) or 50)
    before = args.get("cursor", type=int)
    try:
        which = read_which(args)
    except BadQuery as error:
        raise http.BadRequest("The runs cannot be listed like this.", error.problems) from error
    found = reports.run_list(source(), query_of(guide_key), which, before=before, limit=max(1, limit))
    return answer(found, f"{guide_key}-runs")


@bp.get("/runs/<run_id>")
@needs("report.read")
@operation("Read a run and its timeline", answers=ReportShape, query=ReportQueryShape, or_csv=True)
def run(run_id: str) -> Response:
    """One run and its timeline."""
    found = reports.timeline(source(), http.environment(), run_id)
    if found is None:
        raise NotFound("run", run_id[:60])
    return answer(found, f"run-{run_id[:40]}")


@bp.get("/overview")
@needs("report.read")
@operation("Report on every guide", answers=ReportShape, query=ReportQueryShape, or_csv=True)
def overview() -> Response:
    """Every guide of an environment on one line."""
    try:
        query = read_query(http.environment(), "", request.args, services().events, services().clock.now_ms(), newest=1)
    except BadQuery as error:
        raise http.BadRequest("The report cannot be made like this.", error.problems) from error
    return answer(overviews.overview(source(), query), "overview")


@bp.get("/intake")
@needs("report.read")
@operation("Say what was not counted, and why", answers=ReportShape, query=ReportQueryShape, or_csv=True)
def intake() -> Response:
    """What was not counted and why; how many visits would be refused were identity tokens required."""
    try:
        query = read_query(http.environment(), "", request.args, services().events, services().clock.now_ms(), newest=1)
    except BadQuery as error:
        raise http.BadRequest("The report cannot be made like this.", error.problems) from error
    return answer(reports.refusals(source(), query), "intake")
