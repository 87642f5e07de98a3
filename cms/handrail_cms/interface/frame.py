"""The frame around every page: navigation, environment, language, scheme; and what the templates may call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from flask import Flask, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from handrail_guides.readable import readable
from werkzeug.wrappers import Response as BaseResponse

from handrail_cms import auth, http, publish
from handrail_cms.errors import NotFound, Refused
from handrail_cms.http_language import spoken
from handrail_cms.interface import filters, first_minutes, languages, words
from handrail_cms.interface.assets import Assets
from handrail_cms.storage.records import Document, DocumentKind, Environment

ENVIRONMENT_COOKIE: Final = "handrail_environment"
SCHEME_COOKIE: Final = "handrail_scheme"
YEAR_S: Final = 365 * 86_400
# The stage inside the editor: framed by our own pages only; the widget draws its own styles through adopted sheets.
STAGE_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; media-src 'self'; "
    "connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the rail; `phone` ones stand in the bar at the bottom of a phone."""

    name: str
    label: str
    icon: str
    url: str
    phone: bool = False


class Frame:
    """What the frame shows for one request; looked up only where a template asks for it."""

    @property
    def language(self) -> str:
        """The interface's language."""
        return filters.locale()

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The interface's languages, each by its own name."""
        return list(languages.LANGUAGES.items())

    @property
    def scheme(self) -> str:
        """light, dark or system."""
        chosen = request.cookies.get(SCHEME_COOKIE, "system")
        return chosen if chosen in {"light", "dark"} else "system"

    @property
    def schemes(self) -> list[tuple[str, str]]:
        """What can be chosen as a scheme."""
        return [("system", gettext("As the system")), ("light", gettext("Light")), ("dark", gettext("Dark"))]

    @property
    def here_url(self) -> str:
        """The address of this page, to come back to."""
        return request.full_path.rstrip("?") if request.method == "GET" else url_for("pages.overview")

    @property
    def actor_name(self) -> str:
        """The person's name."""
        return http.actor().name

    @cached_property
    def environments(self) -> list[Environment]:
        """The environments that can be chosen."""
        return http.services().content.apps.environments(http.guided_app().id)

    @cached_property
    def environment(self) -> Environment | None:
        """The environment that the pages are about."""
        try:
            return environment()
        except NotFound:
            return None

    @property
    def first_minutes(self) -> dict[str, Any] | None:
        """The checklist of the first five minutes, for who can do them; open on the overview, folded elsewhere."""
        if self.environment is None or not may("document.write"):
            return None
        return first_minutes.shown(self.environment, self.language, folded=request.endpoint != "pages.overview")

    @property
    def links(self) -> list[Link]:
        """The rail, without what the actor may not read."""
        found = [
            Link("overview", gettext("Overview"), "house", url_for("pages.overview"), phone=True),
            Link("guides", gettext("Guides"), "signpost", url_for("pages.guides"), phone=True),
            Link("reports", gettext("Reports"), "chart-bar-decreasing", url_for("reports.index"), phone=True),
            Link("usability", gettext("Usability"), "clipboard-check", url_for("usability.index")),
            Link("visitors", gettext("Visitors"), "users", url_for("visitors.index"), phone=True),
            Link("themes", gettext("Themes"), "swatch-book", url_for("themes.index")),
            Link("languages", gettext("Languages"), "languages", url_for("translations.index")),
            Link("team", gettext("Team"), "contact", url_for("team.index")),
            Link("settings", gettext("Settings"), "settings", url_for("settings.index")),
        ]
        return [link for link in found if link.name != "team" or may("people.read")]


def environment(key: str | None = None) -> Environment:
    """Return the environment that this page is about: named in the path or query, chosen before, or the first."""
    asked = key or request.args.get("environment")
    if asked:
        return http.environment(asked)
    chosen = request.cookies.get(ENVIRONMENT_COOKIE)
    known = http.services().content.apps.environments(http.guided_app().id)
    found = next((one for one in known if one.key == chosen), None)
    return found or http.environment()


def found(kind: DocumentKind, key: str) -> Document:
    """Return the document that the address names, by a key it has or had; raises NotFound."""
    return http.services().content.documents.find(http.guided_app().id, kind, key)


def found_readable(kind: DocumentKind, key: str) -> Document:
    """Return the same with as much of its draft as can be read, for pages that show and do not write it."""
    document = found(kind, key)
    return replace(document, body=readable(document.body, kind))


def may(action: str) -> bool:
    """Say whether the person may do it here; templates hide what would be refused."""
    return auth.can(http.actor(), action, http.guided_app().id)


def render(template: str, here: str, **context: Any) -> str:
    """Render a page; `here` is the rail entry it belongs to."""
    return render_template(template, here=here, **context)


def back_to(url: str, message: str | None = None, category: str = "done") -> BaseResponse:
    """Go to another page after a change (303), with a word about it."""
    answer = redirect(url, 303)
    if message:
        words.leave_notice(answer, message, category)
    return answer


def stage_page(html: str) -> Response:
    """Answer with a page that may stand in a frame of our own, and that the widget may draw on."""
    page = Response(html)
    page.headers["Content-Security-Policy"] = STAGE_CSP
    page.headers["X-Frame-Options"] = "SAMEORIGIN"
    return page


def archived(document: Document, there: str) -> BaseResponse:
    """Carry out the archive form of a document: archive it, or bring it back."""
    back = request.form.get("do") == "restore"
    try:
        publish.archive(http.services().content, http.actor(), document, archived=not back)
    except Refused as error:
        return back_to(there, spoken(error), "attention")
    if back:
        return back_to(there, gettext("“%(name)s” is back.", name=document.name))
    said = gettext("“%(name)s” is archived. You can bring it back here.", name=document.name)
    return back_to(url_for("pages.archive"), said)


def _role_word(role: str) -> str:
    return words.word(words.roles(), role)


def require(action: str) -> None:
    """Raise Forbidden, with the mend, where the person may not do it here."""
    auth.require(http.actor(), action, http.guided_app().id)


def here_with(**changes: str) -> str:
    """Return this page's address with other query parameters; an empty one goes."""
    kept = {**request.args.to_dict(), **changes}
    values: dict[str, Any] = {**(request.view_args or {}), **{name: value for name, value in kept.items() if value}}
    return url_for(str(request.endpoint), **values)


def run_filters() -> dict[str, str]:
    """Return the filters of a report that its rows have to carry on."""
    names = ("version", "from", "to", "mark", "language", "device", "segment", "automated", "unit")
    return {name: request.args[name] for name in names if request.args.get(name)}


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a long list the address asks for; the template links to its neighbours."""

    page: int
    total: int
    size: int = 50

    @classmethod
    def asked(cls, total: int) -> Paging:
        """Return what `?page=` asks for, of so many rows."""
        return cls(max(1, request.args.get("page", 1, int)), total)

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.page - 1) * self.size

    @property
    def previous(self) -> str | None:
        """The address of the page before this one."""
        return here_with(page=str(self.page - 1)) if self.page > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after this one."""
        return here_with(page=str(self.page + 1)) if self.offset + self.size < self.total else None


def pairs(values: Iterable[object]) -> list[tuple[str, str]]:
    """Return values as options of a choice."""
    return [(str(value), str(value)) for value in values]


def install(app: Flask) -> None:
    """Give the app its languages, filters and the frame of its pages."""
    languages.install(app)
    assets = Assets()
    app.jinja_env.filters.update(filters.FILTERS)
    called: dict[str, Any] = {
        "asset": assets.address,
        "may": may,
        "words": words,
        "here_with": here_with,
        "run_filters": run_filters,
        "pairs": pairs,
        "role_word": _role_word,
        "language_name": filters.language_name,
    }
    app.jinja_env.globals.update(called)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"frame": Frame(), "notices": words.notices()})
    app.after_request(words.forget_notices)
