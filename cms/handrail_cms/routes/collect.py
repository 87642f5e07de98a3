"""Events in, a visitor's state out: the two calls of the widget that are checked against the environment's origins."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
from flask import Blueprint, Flask, Response, current_app, request
from handrail_guides.errors import HandrailError
from handrail_guides.runs import DAY_MS

from handrail_cms import http
from handrail_cms.collectors import Collector, Collectors, Rates
from handrail_cms.errors import Forbidden
from handrail_cms.facts import ContentFacts
from handrail_cms.http import open_to_all, services
from handrail_cms.intake import MAX_BODY_BYTES, BatchRefused, answer, read_batch, unpack
from handrail_cms.observe import Metrics
from handrail_cms.services import Services
from handrail_cms.visitors import Visitors

bp = Blueprint("collect", __name__)
_EVENTS_ROUTE: Final = "/v1/<public_key>/events"
_ERROR: Final = "handrail.error"


class Doors:
    """What the collecting calls keep between requests; one for each application."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.collectors = Collectors(services.content)
        self.visitors = Visitors(services.content, services.events, ContentFacts(services.content))
        self.by_key = Rates(services.config.collect_key_limit)
        self.by_address = Rates(services.config.collect_limit)

    def enter(self, public_key: str, origin: str | None, address: str | None, now_ms: int) -> Collector:
        """Return the environment of the key, where this page may use it and does not ask too often."""
        collector = self.collectors.find(public_key, now_ms)
        if not collector.allows(origin):
            raise Forbidden(f"{origin} is not one of this environment's origins. Add it in the environment's settings.")
        self.by_key.take(public_key, now_ms)
        self.by_address.take(f"{public_key} {address}", now_ms)
        return collector

    def take(self, public_key: str, environ: WSGIEnvironment, body: bytes) -> dict[str, Any]:
        """Store a batch and return the answer, after the commit."""
        now_ms = self.services.clock.now_ms()
        collector = self.enter(public_key, environ.get("HTTP_ORIGIN"), environ.get("REMOTE_ADDR"), now_ms)
        plain = unpack(body, environ.get("HTTP_CONTENT_ENCODING"))
        checked = read_batch(plain, collector, self.services.intake.identity, now_ms)
        return answer(checked, self.services.intake.submit(checked.batch))


class EventDoor:
    """Answers `POST /v1/{key}/events` before Flask's routing and hooks, which cost as much as storing a batch does.

    Whatever is not taken goes on to Flask with its error, so that errors are told in one place.
    """

    def __init__(self, wsgi_app: WSGIApplication, doors: Doors, metrics: Metrics) -> None:
        self._wsgi_app = wsgi_app
        self._doors = doors
        self._metrics = metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request, or pass it on."""
        public_key = _key_of_events(environ)
        if public_key is None:
            return self._wsgi_app(environ, start_response)
        began = time.perf_counter()
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            told = self._doors.take(public_key, environ, body)
        except HandrailError as error:
            environ[_ERROR] = error
            environ["wsgi.input"] = BytesIO(body)
            return self._wsgi_app(environ, start_response)
        self._metrics.count("POST", _EVENTS_ROUTE, 202, time.perf_counter() - began)
        start_response("202 ACCEPTED", _headers(environ))
        return [orjson.dumps(told)]


def _key_of_events(environ: WSGIEnvironment) -> str | None:
    """Return the key in the path of a batch of events that says its length and is not too long; None for all else."""
    if environ["REQUEST_METHOD"] != "POST":
        return None
    parts = environ["PATH_INFO"].split("/")
    if len(parts) != 4 or parts[1] != "v1" or parts[3] != "events":
        return None
    length = environ.get("CONTENT_LENGTH") or ""
    return parts[2] if length.isdecimal() and len(length) < 8 and int(length) <= MAX_BODY_BYTES else None


def _headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
    headers = [
        ("Content-Type", "application/json"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-Id", uuid.uuid4().hex),
    ]
    origin = environ.get("HTTP_ORIGIN")
    if origin:
        headers += [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    return headers


def open_doors(app: Flask) -> None:
    """Give the application its doors, and put the one for events before it; called by `create_app`."""
    doors = app.extensions["handrail.doors"] = Doors(app.extensions["handrail"])
    app.wsgi_app = EventDoor(app.wsgi_app, doors, app.extensions["handrail.metrics"])  # type: ignore[method-assign]


def _doors() -> Doors:
    return current_app.extensions["handrail.doors"]


# Flask's own answer to OPTIONS would come before `preflight` below.
@bp.post("/v1/<public_key>/events", provide_automatic_options=False)
@open_to_all
def events(public_key: str) -> Response:
    """Take a batch of events; the answer comes after they are on disk."""
    error: HandrailError | None = request.environ.get(_ERROR)
    try:
        if error is not None:
            raise error
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise http.BadRequest(f"A batch has at most {MAX_BODY_BYTES} bytes.", status=413)
        return http.json_response(_doors().take(public_key, request.environ, request.get_data(cache=False)), 202)
    except BatchRefused as refused:
        return http.problem(refused.status, "The batch cannot be taken", str(refused), refused.code, as_html=False)


@bp.get("/v1/<public_key>/visitor", provide_automatic_options=False)
@open_to_all
def visitor(public_key: str) -> Response:
    """The state of the visitor whose identity token is sent: of the guides and events that live rules use."""
    now_ms = services().clock.now_ms()
    collector = _doors().enter(public_key, request.headers.get("Origin"), request.remote_addr, now_ms)
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
