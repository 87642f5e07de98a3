"""Events in, a visitor's state out: the two calls of the widget that are checked against the environment's origins."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from handrail_guides.runs import DAY_MS

from handrail_cms import http
from handrail_cms.collectors import Collector, Collectors, Rates
from handrail_cms.errors import Forbidden
from handrail_cms.facts import ContentFacts
from handrail_cms.http import open_to_all, services
from handrail_cms.intake import MAX_BODY_BYTES, BatchRefused, answer, read_batch, unpack
from handrail_cms.visitors import Visitors

bp = Blueprint("collect", __name__)


class Doors:
    """What the two routes keep between requests; one for each application."""

    def __init__(self) -> None:
        config = services().config
        self.collectors = Collectors(services().content)
        self.visitors = Visitors(services().content, services().events, ContentFacts(services().content))
        self.by_key = Rates(config.collect_key_limit)
        self.by_address = Rates(config.collect_limit)


def _doors() -> Doors:
    found: Doors | None = current_app.extensions.get("handrail.doors")
    if found is None:
        found = current_app.extensions["handrail.doors"] = Doors()
    return found


def _enter(public_key: str, now_ms: int) -> Collector:
    """Return the environment of the key, where this page may use it and does not ask too often."""
    doors = _doors()
    collector = doors.collectors.find(public_key, now_ms)
    origin = request.headers.get("Origin")
    if not collector.allows(origin):
        raise Forbidden(f"{origin} is not one of this environment's origins. Add it in the environment's settings.")
    doors.by_key.take(public_key, now_ms)
    doors.by_address.take(f"{public_key} {request.remote_addr}", now_ms)
    return collector


@bp.post("/v1/<public_key>/events")
@open_to_all
def events(public_key: str) -> Response:
    """Take a batch of events; the answer comes after they are on disk."""
    now_ms = services().clock.now_ms()
    collector = _enter(public_key, now_ms)
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise http.BadRequest(f"A batch has at most {MAX_BODY_BYTES} bytes.", status=413)
    try:
        body = unpack(request.get_data(cache=False), request.headers.get("Content-Encoding"))
        checked = read_batch(body, collector, services().intake.identity, now_ms)
    except BatchRefused as error:
        return http.problem(error.status, "The batch cannot be taken", str(error), error.code, as_html=False)
    appended = services().intake.submit(checked.batch)
    return http.json_response(answer(checked, appended), 202)


@bp.get("/v1/<public_key>/visitor")
@open_to_all
def visitor(public_key: str) -> Response:
    """The state of the visitor whose identity token is sent: of the guides and events that live rules use."""
    now_ms = services().clock.now_ms()
    collector = _enter(public_key, now_ms)
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token.strip() if kind.lower() == "bearer" else None
    subject, trouble = services().intake.identity.subject(given, collector.secrets, now_ms)
    if subject is None:
        raise http.Unauthorised(f"There is no state without a valid identity token ({trouble}).")
    state = _doors().visitors.state(collector.environment, subject, now_ms)
    response = http.json_response(state)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/v1/<public_key>/events", methods=["OPTIONS"])
@bp.route("/v1/<public_key>/visitor", methods=["OPTIONS"])
@open_to_all
def preflight(public_key: str) -> Response:
    """Tell a browser that it may send from this origin, with a token, and compressed."""
    collector = _doors().collectors.find(public_key, services().clock.now_ms())
    response = Response(status=204)
    if collector.allows(request.headers.get("Origin")):
        response.headers["Access-Control-Allow-Methods"] = "POST, GET"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Content-Encoding"
        response.headers["Access-Control-Max-Age"] = str(DAY_MS // 1000)
    return response


@bp.after_request
def _readable(response: Response) -> Response:
    """Let the pages of the environment's origins read the answer; refusals may be read by all, to say why."""
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin if response.status_code < 400 else "*"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        response.vary.add("Origin")
    return response
