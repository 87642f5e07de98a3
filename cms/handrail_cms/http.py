"""What every route needs of HTTP: services, the actor, permissions, CSRF, checked bodies, lists and ETags.

Errors are raised here and told by `http_problems.py`, whose names routes may take from this module.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, url_for
from flask import jsonify as jsonify  # for routes that answer a page's own script
from handrail_guides.document import read as read_document
from handrail_guides.errors import Problem
from handrail_guides.saying import say
from marshmallow import Schema, ValidationError
from werkzeug.wrappers import Response as BaseResponse

from handrail_cms import auth, shapes
from handrail_cms.auth import Actor
from handrail_cms.errors import Forbidden, NotFound
from handrail_cms.http_problems import BadRequest, Unauthorised, wants_html
from handrail_cms.http_problems import json_bytes as json_bytes
from handrail_cms.http_problems import json_response as json_response
from handrail_cms.http_problems import problem as problem
from handrail_cms.http_problems import register_errors as register_errors
from handrail_cms.services import Services
from handrail_cms.storage.records import App, Environment

SESSION_COOKIE = "handrail_session"
CSRF_COOKIE = "handrail_csrf"
View = TypeVar("View", bound=Callable[..., Any])
Item = TypeVar("Item")


class HasId(Protocol):
    """A stored row."""

    @property
    def id(self) -> int:
        """The internal id."""
        ...


Named = TypeVar("Named", bound=HasId)
# What a route that needs no account declares; create_app refuses a route that declares nothing.
OPEN = "open"


def services() -> Services:
    """Return this process's services."""
    return current_app.extensions["handrail"]


def needs(action: str) -> Callable[[View], View]:
    """Mark a view with the action of `auth.ACTIONS` that it needs; it is checked before the view runs."""
    if action != OPEN and action not in auth.ACTIONS:
        raise AssertionError(f"{action} is not in auth.ACTIONS")

    def mark(view: View) -> View:
        view.needs = action  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: View) -> View:
    """Mark a view that needs no account."""
    return needs(OPEN)(view)


def needed_action(endpoint: str | None) -> str | None:
    """Return what the endpoint's view declared, or None."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "needs", None)


def actor() -> Actor:
    """Return who makes this request."""
    found: Actor | None = g.get("actor")
    if found is None:
        found = g.actor = _find_actor()
    return found


def _find_actor() -> Actor:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and request.path.startswith("/api/"):
        return auth.actor_of_token(services().content, text.strip())
    cookie = request.cookies.get(SESSION_COOKIE)
    return auth.actor_of_cookie(services().content, services().config, cookie) if cookie else auth.NOBODY


def guided_app() -> App:
    """Return the app that this request is about: `?app=KEY`, or the first one the actor has a role in."""
    found: App | None = g.get("guided_app")
    if found is None:
        found = g.guided_app = _find_app()
    return found


def _find_app() -> App:
    apps = services().content.apps.all()
    mine = [app for app in apps if actor().role_in(app.id)]
    key = request.args.get("app") or request.cookies.get("handrail_app")
    for app in mine:
        if app.key == key:
            return app
    if request.args.get("app") is not None or not mine:
        raise (
            NotFound("app", request.args.get("app", ""))
            if mine
            else Forbidden(say("You have no role yet. Ask an admin for one."))
        )
    return mine[0]


def environment(key: str | None = None) -> Environment:
    """Return an environment of the guided app: by key, by `?environment=`, or the first one."""
    key = key or request.args.get("environment")
    apps = services().content.apps
    if key:
        return apps.environment(guided_app().id, key)
    environments = apps.environments(guided_app().id)
    if not environments:
        raise NotFound("environment", "production")
    return environments[0]


def guard() -> Response | None:
    """Check account, permission and CSRF before any view; registered by `create_app`."""
    action = needed_action(request.endpoint)
    if request.endpoint is None or action == OPEN:
        if action == OPEN and _is_form_post():
            check_csrf()
        return None
    if actor().kind == "nobody":
        return _ask_to_sign_in()
    if actor().sign_in is not None and request.method not in ("GET", "HEAD", "OPTIONS"):
        check_csrf()
    auth.require(actor(), str(action), guided_app().id)
    return None


def _is_form_post() -> bool:
    """An open route is protected where it takes a form of our own pages; the widget's calls carry no cookie."""
    return request.method == "POST" and request.blueprint in ("login", "participation")


def _ask_to_sign_in() -> Response:
    if request.path.startswith("/api/") or request.method != "GET" or not wants_html():
        raise Unauthorised(say("Sign in, or send an API token that counts as “Authorization: Bearer …”."))
    here = request.full_path.rstrip("?")
    return redirect(url_for("login.sign_in", next=here))  # type: ignore[return-value]


def csrf_token() -> str:
    """Return the token that every form of this browser must carry as `csrf`."""
    signed_in = actor().sign_in
    if signed_in is not None:
        return signed_in.csrf
    token: str | None = g.get("csrf") or request.cookies.get(CSRF_COOKIE)
    if not token or len(token) > 100:
        token = secrets.token_urlsafe(32)
    g.csrf = token
    return token


def check_csrf() -> None:
    """Raise Forbidden unless the form field `csrf` or the header `X-CSRF-Token` holds this browser's token."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    signed_in = actor().sign_in
    expected = signed_in.csrf if signed_in is not None else request.cookies.get(CSRF_COOKIE, "")
    same = bool(expected) and hmac.compare_digest(given.encode(), expected.encode())
    if not same or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden(
            say("This form is too old, or was sent from another site. Load the page again and send it once more.")
        )


def keep_csrf_cookie(response: Response) -> Response:
    """Store the token of a browser that is not signed in, where a form was drawn; registered by `create_app`."""
    token: str | None = g.get("csrf")
    if token and request.cookies.get(CSRF_COOKIE) != token:
        set_cookie(response, CSRF_COOKIE, token)
    return response


def set_cookie(response: BaseResponse, name: str, value: str, max_age_s: int | None = None) -> None:
    """Set a cookie that scripts can't read and other sites can't send."""
    response.set_cookie(
        name, value, max_age=max_age_s, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )


def safe_next(target: str | None) -> str:
    """Return a path of this server to go to after signing in; anything else becomes the start page."""
    if not target or any(ord(letter) < 33 or letter == "\\" for letter in target):
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return "/"
    return target


def public_origin() -> str:
    """Return the origin by which browsers reach this server."""
    return services().config.public_url or f"{request.scheme}://{request.host}"


def body_json(schema: Schema | None = None) -> dict[str, Any]:
    """Return the request's JSON object, checked by a marshmallow schema; raises BadRequest with every problem."""
    if request.mimetype not in ("application/json", "application/problem+json"):
        raise BadRequest(say("Send the body as application/json."), status=415)
    body, problems = read_document(request.get_data(cache=True))
    if problems:
        raise BadRequest(say("The body is not JSON that every reader reads alike."), problems)
    if not isinstance(body, dict):
        raise BadRequest(say("The body has to be one JSON object."))
    found = cast(dict[str, Any], body)
    return load(schema, found) if schema else found


def load(schema: Schema, values: Any) -> dict[str, Any]:
    """Return the values as a schema reads them; raises BadRequest with every problem and its pointer."""
    try:
        return cast(dict[str, Any], schema.load(values))
    except ValidationError as error:
        messages = cast(Any, error.messages)  # pyright: ignore[reportUnknownMemberType]
        raise BadRequest(say("Some values have to be mended."), _pointed(messages)) from error


def _pointed(messages: Any, pointer: str = "") -> list[Problem]:
    if isinstance(messages, dict):
        items = cast(dict[Any, Any], messages).items()
        return [found for name, inner in items for found in _pointed(inner, f"{pointer}/{name}")]
    texts: list[Any] = cast(list[Any], messages) if isinstance(messages, list) else [messages]
    return [Problem(pointer, "value", str(text), say("See /api/openapi.json for what it may be.")) for text in texts]


def query(schema: Schema) -> dict[str, Any]:
    """Return the query's values, checked by a marshmallow schema; raises BadRequest with every problem."""
    return load(schema, {name: values[0] for name, values in request.args.lists() if values})


def whole_number(cursor: str) -> int | None:
    """Return the number in a cursor, None for an empty one; raises BadRequest for any other text."""
    if not cursor:
        return None
    if not cursor.isdecimal() or len(cursor) > 18 or not cursor.isascii():
        raise BadRequest(say("That cursor is not one of this list's. Take `next` of the page before."))
    return int(cursor)


def public_name(kind: str, id_: int) -> str:
    """Return the name by which a row without a key of its own is known outside: internal ids are never shown."""
    text = f"{current_app.secret_key}:{kind}:{id_}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def by_public_name(kind: str, name: str, found: Sequence[Named]) -> Named:
    """Return the row that the name means; raises NotFound."""
    for one in found:
        if public_name(kind, one.id) == name:
            return one
    raise NotFound(kind.replace("_", "-"), name[:80])


def based_on() -> int:
    """Return the revision in `If-Match`; raises BadRequest 428 where it is missing, so that no write is blind."""
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not given:
        raise BadRequest(say("Send If-Match with the revision that your change is based on."), status=428)
    if not given.isdecimal() or len(given) > 15:
        raise BadRequest(say('If-Match holds “%(given)s”; it has to be a revision such as "7".', given=given[:40]))
    return int(given)


def page_of(
    items: Sequence[Item], limit: int, cursor: Callable[[Item], str], show: Callable[[Item], Any]
) -> dict[str, Any]:
    """Return one page of a list: `items` holds up to `limit + 1`, the last only to know that there are more."""
    shown = items[:limit]
    more = cursor(shown[-1]) if len(items) > limit else None
    return {"items": [show(item) for item in shown], "next": more}


def list_response(items: Sequence[dict[str, Any]], name: str) -> Response:
    """Answer with one page of a short list that is at hand whole; its cursor is the last item's `name` field."""
    asked = query(shapes.PageQuery())
    names = ["", *(str(item[name]) for item in items)]
    if asked["cursor"] not in names:
        raise BadRequest(
            say("That cursor is not one of this list's, or its item has gone. Begin with the first page again.")
        )
    at = names.index(asked["cursor"])
    page = page_of(items[at : at + asked["limit"] + 1], asked["limit"], lambda item: str(item[name]), lambda item: item)
    return json_response(page)


def conditional(body: bytes, etag: str, media_type: str, cache: str, *, is_packed: bool = False) -> Response:
    """Answer with a strong ETag, or with 304 where the browser has these bytes; `is_packed` bytes are gzip."""
    response = Response(body, mimetype=media_type)
    response.set_etag(f"{etag}-gz" if is_packed else etag)
    response.headers["Cache-Control"] = cache
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    if media_type.startswith(("text/", "application/")):
        response.vary.add("Accept-Encoding")
    return cast(Response, response.make_conditional(request))


def accepts_gzip() -> bool:
    """Say whether this browser takes gzip."""
    return request.accept_encodings.quality("gzip") > 0


def etag_of(body: bytes) -> str:
    """Return a strong ETag's text for the bytes."""
    return hashlib.sha256(body).hexdigest()[:32]
