"""The Flask application: the table of routes, the guard before each of them, security headers after."""

from __future__ import annotations

import importlib
import logging
import time
import uuid
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from handrail_cms import http
from handrail_cms.auth import installation_secret
from handrail_cms.files import STATIC, WIDGET, BuiltFiles
from handrail_cms.interface import frame
from handrail_cms.observe import Metrics
from handrail_cms.routes import collect
from handrail_cms.services import Services
from handrail_cms.shapes import LARGEST

# Every module of routes, each with its blueprint as `bp`. A module that is missing is an error, not a gap.
ROUTES = (
    "health", "login", "sessions", "delivery", "collect",
    "report_api", "api", "api_releases", "api_people", "api_visitors", "api_usability",
    "pages", "builder", "releases", "reports", "account", "settings", "team", "segments", "themes", "translations",
    "visitors", "usability", "participation",
)  # fmt: skip
LANGUAGES = ("en", "ko")
log = logging.getLogger("handrail.requests")
CMS_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors {ancestors}; "
    "base-uri 'none'; object-src 'none'; manifest-src 'self'"
)


class StoredNumber(IntegerConverter):
    """A whole number in an address; one too large to be stored leads nowhere, like any that is not there."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


def create_app(services: Services) -> Flask:
    """Build the application on opened services."""
    app = Flask("handrail_cms", static_folder=None)
    app.url_map.converters["int"] = StoredNumber
    app.extensions["handrail"] = services
    app.extensions["handrail.metrics"] = Metrics()
    app.extensions["handrail.static"] = BuiltFiles(STATIC)
    app.extensions["handrail.widget"] = BuiltFiles(WIDGET)
    app.secret_key = installation_secret(services.content)
    app.config["MAX_CONTENT_LENGTH"] = max(services.config.upload_bytes + 65_536, 2 * 1024 * 1024)
    app.config["SESSION_COOKIE_NAME"] = "handrail_flash"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    collect.open_doors(app)  # inside the proxies' rewriting, so that it sees the visitor's address
    if services.config.proxies:
        count = services.config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count)  # type: ignore[method-assign]
    frame.install(app)
    app.add_template_global(http.csrf_token, "csrf_token")
    app.before_request(_begin)
    app.before_request(http.guard)
    app.after_request(http.keep_csrf_cookie)
    app.after_request(_finish)
    http.register_errors(app)
    for name in ROUTES:
        app.register_blueprint(importlib.import_module(f"handrail_cms.routes.{name}").bp)
    _refuse_undeclared(app)
    app.logger.addFilter(_with_request_id)
    return app


def _with_request_id(record: logging.LogRecord) -> bool:
    """Give what Flask logs, an exception with its traceback above all, the id that the answer carries."""
    if has_request_context():
        record.request_id = g.get("request_id")
    return True


def _refuse_undeclared(app: Flask) -> None:
    """Every view says who may call it; one that forgets stops the server from starting, not a reviewer."""
    silent = [name for name, view in app.view_functions.items() if not getattr(view, "needs", None)]
    if silent:
        raise AssertionError(f"these views lack @needs(…) or @open_to_all: {', '.join(sorted(silent))}")


def _begin() -> None:
    g.request_id = uuid.uuid4().hex
    g.began = time.perf_counter()


def _finish(response: Response) -> Response:
    _log(response)
    headers: Any = response.headers
    headers["X-Request-Id"] = g.get("request_id", "")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", CMS_CSP.format(ancestors="'none'"))
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    return response


def _log(response: Response) -> None:
    """Count and log the request by its rule: an address may hold a visitor's id, a header a secret."""
    duration_s = time.perf_counter() - g.get("began", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "unknown"
    current_app.extensions["handrail.metrics"].count(request.method, route, response.status_code, duration_s)
    fields = {
        "request_id": g.get("request_id"), "method": request.method, "route": route, "status": response.status_code,
        "duration_ms": round(duration_s * 1000, 1),
    }  # fmt: skip
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    log.log(level, "request", extra=fields)
