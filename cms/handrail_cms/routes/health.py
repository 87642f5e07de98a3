"""Is the server up, can it store, and how is it doing."""

from __future__ import annotations

import hmac
import sqlite3

from flask import Blueprint, Response, current_app, request

from handrail_cms import http
from handrail_cms.errors import StorageUnavailable
from handrail_cms.http import Unauthorised, open_to_all, services

bp = Blueprint("health", __name__)
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@bp.get("/healthz")
@open_to_all
def health() -> Response:
    """200 when this process answers."""
    return http.json_response({"status": "ok"})


@bp.get("/readyz")
@open_to_all
def ready() -> Response:
    """200 when both stores would take a write now; 503, saying which would not, otherwise."""
    stores = {"content": _content_writable(), "events": services().events.writable()}
    if not all(stores.values()):
        names = " and ".join(name for name, good in stores.items() if not good)
        raise StorageUnavailable(f"The {names} store cannot take a write now.")
    return http.json_response({"status": "ok", **dict.fromkeys(stores, "ok")})


def _content_writable() -> bool:
    try:
        with services().content.transaction():
            services().content.apps.set_meta("ready", "1")
    except (StorageUnavailable, sqlite3.Error):
        return False
    return True


@bp.get("/metrics")
@open_to_all
def metrics() -> Response:
    """Counters in the Prometheus text format, for this machine or for whoever holds HANDRAIL_METRICS_TOKEN."""
    token = services().config.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    # a proxy on this machine looks like loopback too: what it passes on is not from here
    is_here = request.remote_addr in _LOOPBACK and "X-Forwarded-For" not in request.headers
    allowed = hmac.compare_digest(given.encode(), token.encode()) if token else is_here
    if not allowed:
        raise Unauthorised("Set HANDRAIL_METRICS_TOKEN and send it as “Authorization: Bearer …”.")
    gauges = {"ready": float(services().events.writable())}
    text = current_app.extensions["handrail.metrics"].text(gauges)
    return Response(text, mimetype="text/plain; version=0.0.4")
