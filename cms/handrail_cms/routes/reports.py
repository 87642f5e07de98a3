"""Report pages: the funnel and what stands beside it, guide health, runs; each with its table and its CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _

from handrail_cms import http, overviews, reports
from handrail_cms.errors import NotFound
from handrail_cms.facts import ContentFacts, newest_version
from handrail_cms.http import needs
from handrail_cms.interface import charts, drifts, filters, findings, frame, sentences, words
from handrail_cms.interface.frame import Paging, found_readable, render
from handrail_cms.report_query import BadQuery, ReportQuery, read_query, read_which
from handrail_cms.reports import ReportSource
from handrail_cms.storage.records import Document, Environment

bp = Blueprint("reports", __name__)


def _source() -> ReportSource:
    return ReportSource(http.services().events, ContentFacts(http.services().content), filters.now_ms())


def _opens_on_mark() -> Any:
    """Return the way to the demo crowd's mark where the address names none; None outside the demo."""
    mark = http.services().content.apps.meta("demo_mark")
    if not mark or "mark" in request.args:
        return None
    asked: dict[str, Any] = {**(request.view_args or {}), **request.args, "mark": mark}
    return redirect(url_for(request.endpoint or "", **asked))


def _query(guide_key: str, environment: Environment) -> ReportQuery:
    """Return the question in the query string; raises BadRequest with every problem in it."""
    services = http.services()
    newest = newest_version(services.content, environment, guide_key) if guide_key else 1
    asked = {name: value for name, value in request.args.items() if name != "environment" and value}
    try:
        return read_query(environment, guide_key, asked, services.events, filters.now_ms(), newest=newest)
    except BadQuery as error:
        raise http.BadRequest(_("The report cannot be made like this."), error.problems) from error


@bp.get("/reports")
@needs("report.read")
def index() -> Any:
    """Show every guide's completion in the chosen environment."""
    if (marked := _opens_on_mark()) is not None:
        return marked
    environment = frame.environment()
    source, asked = _source(), _query("", environment)
    if request.args.get("format") == "csv":
        return _csv(overviews.overview(source, asked), "overview")
    names = http.services().content.summaries.names(environment.app_id, "guide")
    query = request.args.get("q", "").strip().casefold()
    attempted = overviews.attempted(source, asked)
    matching = [one for one in attempted if query in f"{names.get(one.guide, '')} {one.guide}".casefold()]
    paging = Paging.asked(len(matching))
    return render(
        "reports/index.html",
        "reports",
        environment=environment,
        report=overviews.head(source, asked),
        names=names,
        shown=overviews.told(source, asked, matching[paging.offset :][: paging.size]),
        paging=paging,
        share=charts.share,
    )


@bp.get("/guides/<key>/report")
@needs("report.read")
def funnel(key: str) -> Any:
    """Show who reached, passed and left each step, and how sure that is."""
    if (marked := _opens_on_mark()) is not None:
        return marked
    document, environment = found_readable("guide", key), frame.environment()
    source, query = _source(), _query(document.key, environment)
    told = reports.funnel(source, query)
    if request.args.get("format") == "csv":
        if request.args.get("table") == "days":
            return _csv({"items": told["days"]}, f"{document.key}-days")
        return _csv(told, f"{document.key}-funnel")
    choices = source.store.choices(environment.id, document.key)
    counted = _counted_body(document, told)
    return render(
        "reports/funnel.html",
        "guides",
        document=document,
        environment=environment,
        report=told,
        finding=findings.funnel(told, counted),
        rows=charts.funnel_rows(told, counted),
        use=charts.use_rows(told, words.uses()),
        choices=choices,
        days=charts.days(told.get("days", []), _releases(environment, document)),
        steps=counted,
        endings=reports.endings(source, query),
        arguments=request.args,
        sentences=sentences,
        findings=findings,
    )


def _counted_body(document: Document, told: dict[str, Any]) -> dict[str, str]:
    """Return step id -> title, as the counted version had it."""
    body, content = document.body, http.services().content
    numbers = {one.number: one for one in content.documents.versions(document.id)}
    if told.get("version") in numbers:
        body = numbers[told["version"]].body
    return {str(step.get("id")): sentences.step_name(step, n) for n, step in enumerate(body.get("steps", []), 1)}


def _releases(environment: Environment, document: Document) -> list[tuple[date, str]]:
    """Return the days on which another version of the guide went live."""
    history = http.services().content.releases.history_of(environment.id, document.id)
    return [
        (filters.day_of(one.at, environment.time_zone), _("Version %(n)s", n=one.version))
        for one in reversed(history)
        if one.version is not None and one.version != one.before
    ]


def _csv(report: dict[str, Any], name: str) -> Response:
    answer = Response(reports.as_csv(report), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@bp.get("/guides/<key>/report/compare")
@needs("report.read")
def compare(key: str) -> Any:
    """Show two versions side by side, with the difference and its interval."""
    document, environment = found_readable("guide", key), frame.environment()
    numbers = [one.number for one in http.services().content.documents.versions(document.id)]
    left = request.args.get("a", numbers[1] if len(numbers) > 1 else 0, int)
    right = request.args.get("b", numbers[0] if numbers else 0, int)
    told = None
    if left != right and left in numbers and right in numbers:
        told = reports.compare(_source(), _query(document.key, environment), (left, right))
        if request.args.get("format") == "csv":
            return _csv(told, f"{document.key}-{left}-{right}")
    return render(
        "reports/compare.html",
        "guides",
        document=document,
        environment=environment,
        report=told,
        left=left,
        right=right,
        numbers=numbers,
        uses=words.uses(),
        limit=charts.limit_of(told["differences"]) if told else 0,
        interval=charts.interval,
        steps=_counted_body(document, {"version": right}),
    )


@bp.get("/guides/<key>/report/paths")
@needs("report.read")
def paths(key: str) -> Any:
    """Show the ways that people took from step to step."""
    document, environment = found_readable("guide", key), frame.environment()
    told = reports.paths(_source(), _query(document.key, environment))
    if request.args.get("format") == "csv":
        return _csv(told, f"{document.key}-paths")
    most = max([edge["runs"] for edge in told["edges"]], default=0)
    return render(
        "reports/paths.html",
        "guides",
        document=document,
        environment=environment,
        report=told,
        most=most,
        bar=charts.bar,
        steps=_counted_body(document, told),
    )


@bp.get("/guides/<key>/report/health")
@needs("report.read")
def health(key: str) -> Any:
    """Show how surely each step finds its element, day by day."""
    document, environment = found_readable("guide", key), frame.environment()
    told = reports.health(_source(), _query(document.key, environment))
    if request.args.get("format") == "csv":
        return _csv(told, f"{document.key}-health")
    return render(
        "reports/health.html",
        "guides",
        document=document,
        environment=environment,
        report=told,
        drifts=drifts,
        findings=findings,
        summary=charts.by_step(told["items"]),
        steps=_counted_body(document, told),
    )


@bp.get("/guides/<key>/runs")
@needs("report.read")
def runs(key: str) -> Any:
    """List the runs behind a figure."""
    document, environment = found_readable("guide", key), frame.environment()
    before = request.args.get("before", None, int)
    try:
        which = read_which(request.args)
    except BadQuery as error:
        raise http.BadRequest(_("The report cannot be made like this."), error.problems) from error
    told = reports.run_list(_source(), _query(document.key, environment), which, before=before)
    if request.args.get("format") == "csv":
        return _csv(told, f"{document.key}-runs")
    asked: dict[str, Any] = {**request.args.to_dict(), "before": told["next"]}
    more = url_for("reports.runs", key=key, **asked) if told["next"] else None
    return render(
        "reports/runs.html",
        "guides",
        document=document,
        environment=environment,
        report=told,
        older=more,
        states=words.terminal_states(),
    )


@bp.get("/runs/<run_id>")
@needs("report.read")
def run(run_id: str) -> str:
    """Show one run's timeline: every event and what it counted for."""
    environment = frame.environment()
    told = reports.timeline(_source(), environment, run_id)
    if told is None:
        raise NotFound("run", run_id[:60])
    return render("reports/run.html", "reports", environment=environment, report=told, run_id=run_id)
