"""Preview and builder sessions: a one-time code opens the team's own application with the author's draft in it.

A code lives five minutes and works once; a session lives an hour; both belong to one author, environment and
origin. The widget keeps the session's token in the tab's `sessionStorage`. Knows nothing of HTTP.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from handrail_guides.errors import GuideProblems
from handrail_guides.manifest import compile_preview, compile_theme, names_in, rules_of
from handrail_guides.saying import say

from handrail_cms import audit, publish
from handrail_cms.auth import Actor, can, fingerprint, require
from handrail_cms.errors import Forbidden, NotFound, Refused
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Document, Environment, JsonObject, PreviewSession, Purpose

CODE_MS = 5 * 60_000
SESSION_MS = 3_600_000
CODE_NAME = "handrail_code"


def origin_of(address: str) -> str:
    """Return the origin of an http address; raises Refused where it is none."""
    parts = urlsplit(address.strip())
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username
        or any(ord(c) < 33 for c in address.strip())
    ):
        raise Refused("address", say("Write the page's whole address, such as https://app.example.com/invoices."))
    return f"{parts.scheme}://{parts.netloc.lower()}"


def allows(environment: Environment, origin: str) -> bool:
    """Say whether an environment takes requests of an origin; `https://*.example.com` allows every subdomain."""
    for allowed in environment.origins:
        scheme, _, host = allowed.lower().partition("://*")
        if origin.lower() == allowed.lower() or (host and _is_below(origin.lower(), scheme, host)):
            return True
    return False


def _is_below(origin: str, scheme: str, host: str) -> bool:
    return origin.startswith(f"{scheme}://") and origin.endswith(host) and len(origin) > len(f"{scheme}://{host}")


def open_page(content: ContentStore, actor: Actor, environment: Environment, guide: Document | None, address: str, *,
              purpose: Purpose = "preview", place: str = "query",
              persona: JsonObject | None = None) -> str:  # fmt: skip
    """Return the address of the host page with a one-time code in its query, or in its fragment.

    `persona` says as whom the draft is seen: `traits`, `account`, `language`, `theme`, `scheme`.

    Raises Refused where the page's origin is not one of the environment's.
    """
    require(actor, "preview.open", environment.app_id)
    origin = origin_of(address)
    if not allows(environment, origin):
        raise Refused(
            "origin",
            say(
                "%(origin)s is not an origin of %(key)s. Add it in the environment's settings.",
                origin=origin,
                key=environment.key,
            ),
        )
    if actor.user_id is None:
        raise Refused("no_author", say("A preview belongs to a person: sign in, or use a token that a person made."))
    code = secrets.token_urlsafe(24)
    with content.transaction():
        content.previews.add_code({
            "hash": fingerprint(code), "purpose": purpose, "user_id": actor.user_id, "environment_id": environment.id,
            "guide_id": guide.id if guide else None, "origin": origin, "expires_at": content.clock.now_ms() + CODE_MS,
            "persona": persona,
        })  # fmt: skip
        audit.note(content, actor, f"{purpose}.open", "guide", guide.key if guide else "", app_id=environment.app_id,
                   environment=environment.key, origin=origin)  # fmt: skip
    return with_code(address.strip(), code, place)


def with_code(address: str, code: str, place: str) -> str:
    """Return an address with a one-time code in its query, or in its fragment."""
    parts = urlsplit(address)
    if place == "fragment":
        joined = "&".join(part for part in (parts.fragment, urlencode({CODE_NAME: code})) if part)
        return urlunsplit(parts._replace(fragment=joined))
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != CODE_NAME]
    return urlunsplit(parts._replace(query=urlencode([*query, (CODE_NAME, code)])))


def redeem(content: ContentStore, environment: Environment, code: str, origin: str) -> tuple[PreviewSession, str]:
    """Exchange a code for a session; return it and its token, which is shown this once. Raises Forbidden."""
    token = secrets.token_urlsafe(32)
    expires_at = content.clock.now_ms() + SESSION_MS
    session = content.previews.exchange(
        fingerprint(code), fingerprint(token), environment_id=environment.id, origin=origin, expires_at=expires_at
    )
    if session is None:
        raise Forbidden(
            say("This preview link was used, is too old, or belongs to another page. Open it again from the CMS.")
        )
    _author(content, session, environment)
    return session, token


def session_of(content: ContentStore, environment: Environment, token: str, origin: str) -> PreviewSession | None:
    """Return the session that the token opens here, while its author may still preview."""
    session = content.previews.session(fingerprint(token), environment_id=environment.id, origin=origin)
    if session is not None:
        _author(content, session, environment)
    return session


def _author(content: ContentStore, session: PreviewSession, environment: Environment) -> Actor:
    user = content.people.user(session.user_id)
    actor = Actor("user", user.name, user.id, user.roles)
    if user.disabled_at or not can(actor, "preview.open", environment.app_id):
        raise Forbidden(say("The account that opened this preview may not preview any more."))
    return actor


def author_of(content: ContentStore, session: PreviewSession, environment: Environment) -> Actor:
    """Return the actor for whom a builder session writes; raises Forbidden for a preview session."""
    if session.purpose != "builder":
        raise Forbidden(say("A preview shows the draft; open the builder from the CMS to change it."))
    return _author(content, session, environment)


def guide_of(content: ContentStore, session: PreviewSession, environment: Environment, key: str) -> Document:
    """Return the guide; raises Forbidden for another one than the session was opened for."""
    guide = content.documents.find(environment.app_id, "guide", key)
    if session.guide_id not in (None, guide.id):
        raise Forbidden(say("This session was opened for another guide."))
    return guide


def compiled(
    content: ContentStore, environment: Environment, guide: Document, persona: JsonObject | None = None
) -> JsonObject:
    """Return a draft as the widget plays it, with the drafts of the themes and segments that it names.

    Raises GuideProblems, with every problem, where the draft can't be shown yet.
    """
    problems = [problem for problem in publish.problems_of("guide", guide.body) if problem.level == "error"]
    if problems:
        raise GuideProblems(problems)
    preview = compile_preview(guide.body)
    segments = _segments(content, environment, guide)
    seen_as = persona or {}
    theme_key = seen_as.get("theme") or guide.body.get("theme") or environment.settings.get("theme")
    theme = _body(content, environment, "theme", theme_key) if theme_key else None
    if scheme := seen_as.get("scheme"):
        theme = {**(theme or {"format": 1, "key": "default", "light": {}}), "scheme": scheme}
    made: dict[str, Any] = {
        "guide": preview.entry,
        "chunks": preview.languages,
        "segments": segments,
        "revision": guide.revision,
    }
    if theme is not None:
        made["theme"] = compile_theme(theme)
    if facts := {name: seen_as[name] for name in ("traits", "account", "language") if name in seen_as}:
        made["persona"] = facts
    return made


def _segments(content: ContentStore, environment: Environment, guide: Document) -> JsonObject:
    found: JsonObject = {}
    waiting = [name for rule in rules_of(guide.body) for name in names_in(rule, "segment")]
    while waiting:
        key = waiting.pop()
        body = None if key in found else _body(content, environment, "segment", key)
        if body is not None:
            found[key] = body.get("rule", {"all": []})
            waiting.extend(names_in(found[key], "segment"))
    return found


def _body(content: ContentStore, environment: Environment, kind: Any, key: str) -> JsonObject | None:
    try:
        return content.documents.find(environment.app_id, kind, key).body
    except NotFound:
        return None
