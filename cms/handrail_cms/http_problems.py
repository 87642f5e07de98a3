"""The one place that turns an error into an answer: `application/problem+json` (RFC 9457), or a page for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from handrail_guides.errors import GuideProblems, HandrailError, MergeConflict, Problem, UnknownFormat
from werkzeug.exceptions import HTTPException

from handrail_cms.errors import Forbidden, NotFound, NotThere, Refused, RevisionConflict, StorageUnavailable, TooBusy

PROBLEM_TYPE = "application/problem+json"


class Unauthorised(HandrailError):
    """Nobody is signed in, or the token does not count."""


class BadRequest(HandrailError):
    """The request can't be read; `problems` says where and how to mend it."""

    def __init__(self, message: str, problems: Sequence[Problem] = (), status: int = 400) -> None:
        super().__init__(message)
        self.problems = list(problems)
        self.status = status


def json_bytes(value: Any) -> bytes:
    """Return compact JSON, any script as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_response(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(json_bytes(value), status, mimetype="application/json")


def wants_html() -> bool:
    """Say whether the error goes to a person: a page, not the API or the widget."""
    if request.path.startswith(("/api/", "/v1/", "/widget/", "/schema/", "/uploads/")):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def problem(status: int, title: str, detail: str, code: str, **more: Any) -> Response:
    """Render one error; the only place that does."""
    if wants_html():
        page = _error_page(status, title, detail, more.get("problems", []))
        if page is not None:
            return page
    facts = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code, **more}
    response = json_response(facts, status)
    response.mimetype = PROBLEM_TYPE
    return response


def _error_page(status: int, title: str, detail: str, problems: list[Any]) -> Response | None:
    """Draw the error for a person; None where the page itself can't be drawn, so that the error still gets out."""
    try:
        page = render_template("error.html", title=title, detail=detail, status=status, problems=problems)
    except Exception:
        current_app.logger.exception("the error page could not be drawn")
        return None
    return Response(page, status, mimetype="text/html")


def _problem_of_error(error: HandrailError) -> Response:
    if isinstance(error, GuideProblems):
        listed = [found.as_json() for found in error.problems]
        return problem(422, "The document has problems", str(error), "problems", problems=listed)
    if isinstance(error, BadRequest):
        listed = [found.as_json() for found in error.problems]
        return problem(error.status, "The request cannot be read", str(error), "request", problems=listed)
    if isinstance(error, RevisionConflict):
        return problem(412, "Somebody saved before you", str(error), error.code, current=error.current)
    if isinstance(error, MergeConflict):
        return problem(409, "Both edits changed the same fields", str(error), "merge", pointers=error.pointers)
    if isinstance(error, Refused):
        return problem(409, "This cannot be done as things stand", str(error), error.code)
    if isinstance(error, TooBusy):
        response = problem(error.status, "Too busy", str(error), "busy")
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    response = problem(*_PLAIN.get(type(error), (500, "Something went wrong", "error"))[:2], str(error), _code(error))
    if isinstance(error, StorageUnavailable):
        response.headers["Retry-After"] = "5"
    return response


_PLAIN: dict[type[HandrailError], tuple[int, str, str]] = {
    Unauthorised: (401, "Sign in first", "unauthorised"),
    Forbidden: (403, "Not allowed", "forbidden"),
    NotFound: (404, "Not found", "not_found"),
    UnknownFormat: (422, "A newer format", "unknown_format"),
    StorageUnavailable: (503, "Not stored", "storage"),
    NotThere: (503, "Something is missing", "not_there"),
}


def _code(error: HandrailError) -> str:
    return _PLAIN.get(type(error), (500, "", "error"))[2]


def _problem_of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()  # type: ignore[return-value]
    detail = _HTTP_DETAILS.get(status, error.description or "")
    response = problem(status, error.name, detail, error.name.lower().replace(" ", "_"))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


_HTTP_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    413: "The request is larger than this server takes.",
    500: "Something went wrong on our side. The log has the details, under this request's id.",
}


def register_errors(app: Flask) -> None:
    """Let every error of this app be told in the one shape."""
    app.register_error_handler(HandrailError, _problem_of_error)
    app.register_error_handler(HTTPException, _problem_of_http)
