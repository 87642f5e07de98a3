"""The one place that turns an error into an answer: `application/problem+json` (RFC 9457), or a page for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from handrail_guides.errors import GuideProblems, HandrailError, MergeConflict, Problem, UnknownFormat
from handrail_guides.saying import say
from werkzeug.exceptions import HTTPException

from handrail_cms.errors import Forbidden, NotFound, NotThere, Refused, RevisionConflict, StorageUnavailable, TooBusy
from handrail_cms.http_language import spoken

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


def problem(
    status: int, title: str, detail: object, code: str, *, as_html: bool | None = None, **more: Any
) -> Response:
    """Render one error; the only place that does. `detail` is a sentence, or the exception that holds it.

    `as_html` None draws a page for whoever asks for one; what a script alone calls is never answered with a page.
    """
    if wants_html() if as_html is None else as_html:
        page = _error_page(status, title, detail, more.get("problems", []))
        if page is not None:
            return page
    facts = {"type": "about:blank", "title": title, "status": status, "detail": str(detail), "code": code, **more}
    response = json_response(facts, status)
    response.mimetype = PROBLEM_TYPE
    return response


def _error_page(status: int, title: str, detail: object, problems: list[Any]) -> Response | None:
    """Draw the error for a person; None where the page itself can't be drawn, so that the error still gets out."""
    try:
        page = render_template(
            "error.html", title=spoken(title), detail=spoken(detail), status=status, problems=problems
        )
    except Exception:
        current_app.logger.exception("the error page could not be drawn")
        return None
    return Response(page, status, mimetype="text/html")


def _problem_of_error(error: HandrailError) -> Response:
    if isinstance(error, GuideProblems):
        listed = [found.as_json() for found in error.problems]
        return problem(422, say("The document has problems"), error, "problems", problems=listed)
    if isinstance(error, BadRequest):
        listed = [found.as_json() for found in error.problems]
        return problem(error.status, say("The request cannot be read"), error, "request", problems=listed)
    if isinstance(error, RevisionConflict):
        return problem(412, say("Somebody saved before you"), error, error.code, current=error.current)
    if isinstance(error, MergeConflict):
        return problem(409, say("Both edits changed the same fields"), error, "merge", pointers=error.pointers)
    if isinstance(error, Refused):
        return problem(409, say("This cannot be done as things stand"), error, error.code)
    if isinstance(error, TooBusy):
        response = problem(error.status, say("Too busy"), error, "busy")
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    response = problem(*_PLAIN.get(type(error), (500, say("Something went wrong"), "error"))[:2], error, _code(error))
    if isinstance(error, StorageUnavailable):
        response.headers["Retry-After"] = "5"
    return response


_PLAIN: dict[type[HandrailError], tuple[int, str, str]] = {
    Unauthorised: (401, say("Sign in first"), "unauthorised"),
    Forbidden: (403, say("Not allowed"), "forbidden"),
    NotFound: (404, say("Not found"), "not_found"),
    UnknownFormat: (422, say("A newer format"), "unknown_format"),
    StorageUnavailable: (503, say("Not stored"), "storage"),
    NotThere: (503, say("Something is missing"), "not_there"),
}


def _code(error: HandrailError) -> str:
    return _PLAIN.get(type(error), (500, "", "error"))[2]


def _problem_of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()  # type: ignore[return-value]
    title, detail = _HTTP_WORDS.get(status, (error.name, error.description or ""))
    response = problem(status, title, detail, error.name.lower().replace(" ", "_"))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


_HTTP_WORDS: dict[int, tuple[str, str]] = {
    400: (say("Bad Request"), say("The request cannot be read. Go back, load the page again, and send it once more.")),
    404: (say("Not Found"), say("There is nothing at this address.")),
    405: (say("Method Not Allowed"), say("This address does not take that method.")),
    413: (say("Request Entity Too Large"), say("The request is larger than this server takes.")),
    415: (say("Unsupported Media Type"), say("The server does not read a body of this type.")),
    500: (
        say("Internal Server Error"),
        say("Something went wrong on our side. The log has the details, under this request's id."),
    ),
}


def _problem_of_overflow(_error: OverflowError) -> Response:
    """A number of an address or a query that no database holds: there is no such thing, and no fault of ours."""
    return _problem_of_error(BadRequest(say("This number is larger than any that there is.")))


def register_errors(app: Flask) -> None:
    """Let every error of this app be told in the one shape."""
    app.register_error_handler(OverflowError, _problem_of_overflow)
    app.register_error_handler(HandrailError, _problem_of_error)
    app.register_error_handler(HTTPException, _problem_of_http)
