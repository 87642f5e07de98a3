"""Events in, a visitor's state out: the two calls of the widget that are checked against the environment's origins."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future
from typing import Any, Final, NamedTuple

from flask import Blueprint, Flask, Response, current_app, request
from handrail_guides.errors import HandrailError
from handrail_guides.runs import DAY_MS

from handrail_cms import http
from handrail_cms.collectors import Collector, Collectors, Rates
from handrail_cms.errors import Forbidden
from handrail_cms.facts import ContentFacts
from handrail_cms.http import open_to_all, services
from handrail_cms.intake import MAX_BODY_BYTES, BatchRefused, Checked, answer, read_batch, unpack
from handrail_cms.services import Services
from handrail_cms.visitors import Visitors

bp = Blueprint("collect", __name__)
EVENTS_ROUTE: Final = "/v1/<public_key>/events"
ERROR: Final = "handrail.error"
"""Where the environment of a request holds why its batch was not taken, when that was tried before Flask."""


class Arrival(NamedTuple):
    """A batch as it arrived, unread; `address` is the visitor's, `encoding` that of the body."""

    public_key: str
    origin: str | None
    address: str | None
    encoding: str | None
    body: bytes


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

    def check(self, arrival: Arrival) -> Checked:
        """Return the batch that arrived, where it may be stored."""
        now_ms = self.services.clock.now_ms()
        collector = self.enter(arrival.public_key, arrival.origin, arrival.address, now_ms)
        plain = unpack(arrival.body, arrival.encoding)
        return read_batch(plain, collector, self.services.intake.identity, now_ms)

    def take(self, arrival: Arrival) -> dict[str, Any]:
        """Store a batch and return the answer, after the commit."""
        checked = self.check(arrival)
        return answer(checked.places, checked.problems, self.services.intake.submit(checked.batch))

    def post(self, arrival: Arrival, loop: AbstractEventLoop) -> Future[dict[str, Any]]:
        """Hand a batch over to the intake, unread; the answer comes after the commit."""
        return self.services.intake.post(lambda: self.check(arrival), len(arrival.body), loop)


def open_doors(app: Flask) -> None:
    """Give the application its doors; called by `create_app`."""
    app.extensions["handrail.doors"] = Doors(app.extensions["handrail"])


def _doors() -> Doors:
    return current_app.extensions["handrail.doors"]


# Flask's own answer to OPTIONS would come before `preflight` below.
@bp.post("/v1/<public_key>/events", provide_automatic_options=False)
@open_to_all
def events(public_key: str) -> Response:
    """Take a batch of events; the answer comes after they are on disk."""
    error: HandrailError | None = request.environ.get(ERROR)
    try:
        if error is not None:
            raise error
        if (request.content_length or 0) > MAX_BODY_BYTES:
            raise http.BadRequest(f"A batch has at most {MAX_BODY_BYTES} bytes.", status=413)
        arrival = Arrival(
            public_key,
            request.headers.get("Origin"),
            request.remote_addr,
            request.headers.get("Content-Encoding"),
            request.get_data(cache=False),
        )
        return http.json_response(_doors().take(arrival), 202)
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
