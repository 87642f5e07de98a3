"""Where a walk takes place: a context that brings the widget and the guides along, and notes what happens.

For guides from files the stage stands in for the server: it answers the manifest, chunk and event
addresses of whatever origin the widget comes from, so that nothing on the way differs from production but
the address. For published guides it only listens. Needs Playwright.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from handrail_guides.document import digest
from handrail_guides.manifest import CompiledRelease, LiveGuide, ReleaseInput, compile_release
from handrail_guides.walk.cases import Bundle, Case, traits_for
from handrail_guides.walk.widget import Widget

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response, Route

ENV: Final = "pk_handrail_walk"
_PUBLIC = re.compile(
    r"/v1/[^/]+/(manifest\.json|chunks/(?P<hash>[0-9a-f]{64})\.json|events|visitor|sessions|participation|preview)(/|$)"
)
_INTERCEPTED = re.compile(
    r"^https?://[^/]+/(widget/|v1/[^/]+/(manifest\.json|chunks/|events|visitor|sessions|participation|preview/))"
)
Answer = Callable[[str, Mapping[str, Any]], tuple[int, Any]]
"""Answers a call of the widget's (its name, its JSON body) with a status and JSON."""
_OURS = re.compile(r"/widget/|/v1/[^/]+/(manifest|chunks|events|visitor)|handrail")
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8")


@dataclass(slots=True)
class Record:
    """What happened that the widget caused, until somebody takes it."""

    console: list[str] = field(default_factory=list[str])
    exceptions: list[str] = field(default_factory=list[str])
    requests: list[str] = field(default_factory=list[str])
    policy: list[str] = field(default_factory=list[str])
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    navigations: int = 0
    status: int = 200
    """What the application answered to the last load of the page."""

    def take(self, name: str) -> list[str]:
        """Return one of the lists, and empty it."""
        taken = list(getattr(self, name))
        getattr(self, name).clear()
        return taken


@dataclass(frozen=True, slots=True)
class Stage:
    """A page that is ready to be walked."""

    page: Page
    context: BrowserContext
    record: Record


@dataclass(frozen=True, slots=True)
class Setup:
    """What every stage of a run has in common. `live` listens to the widget that the application itself has."""

    widget: Widget
    bundle: Bundle
    base: str
    storage_state: str | None = None
    live: bool = False
    init: Sequence[str] = ()
    mode: Mapping[str, Any] | None = None
    """Options of `handrail.test()` in place of the walk's own; empty ones leave the widget as visitors have it."""
    answer: Answer | None = None
    """What answers the calls that a walk does not need: sessions, participation, preview."""


def compile_case(bundle: Bundle, case: Case) -> CompiledRelease:
    """Compile the release that the stage answers with: the case's guide alone, so that no other one interferes.

    Raises GuideProblems where it names a segment or theme that the bundle lacks.
    """
    settings: Mapping[str, Any] = {"collect": f"/v1/{ENV}/events"}
    # The walker starts it, so that it does not start over by itself where a page sends the visitor back.
    live = [LiveGuide({**case.guide, "start": {"on": "manual"}}, 1, digest(case.guide))]
    return compile_release(ReleaseInput(1, "walk", settings, live, bundle.segments, bundle.themes))


@contextmanager
def open_stage(
    browser: Browser, case: Case, setup: Setup, *, bypass_csp: bool = False, reduced: bool = False
) -> Generator[Stage]:
    """Open a fresh context for one case. `bypass_csp` only where the page's policy shuts the brought widget out."""
    context = browser.new_context(
        viewport={"width": case.viewport.width, "height": case.viewport.height},
        locale=case.language,
        color_scheme="dark" if case.theme == "dark" else "light",
        reduced_motion="reduce" if reduced else "no-preference",
        has_touch=case.viewport.touch,
        is_mobile=case.viewport.touch,
        storage_state=setup.storage_state,
        service_workers="block",
        bypass_csp=bypass_csp,
        ignore_https_errors=True,
    )
    context.set_default_timeout(5_000)
    record = Record()
    try:
        bring(context, case, setup, animate=reduced)
        page = context.new_page()
        _listen(page, record)
        yield Stage(page, context, record)
    finally:
        context.close()


def bring(context: BrowserContext, case: Case, setup: Setup, *, animate: bool = False) -> None:
    """Bring the widget and the case's guide along on every page of a context, unless the application has its own."""
    if not setup.live:
        release = compile_case(setup.bundle, case)
        context.route(_INTERCEPTED, lambda route: _answer(route, setup, release))
    context.add_init_script(init_script(setup, case, animate=animate))
    for script in setup.init:
        context.add_init_script(script)


def init_script(setup: Setup, case: Case, *, animate: bool = False) -> str:
    """Return the script that every page runs first: the stub, the test call, the probe, and the widget's tag."""
    persona: dict[str, Any] = {"language": case.language}
    traits = dict(case.persona.traits) | _declared(case.guide) | traits_for(case.guide, case.path)
    if traits:
        persona["traits"] = traits
    mode = (
        setup.mode
        if setup.mode is not None
        else {"guide": case.guide["key"], "persona": persona, "events": "walk", "animate": animate}
    )
    return _INIT % {
        "stub": setup.widget.text("stub.js"),
        "mode": json.dumps(mode),
        "probe": _PROBE,
        "locator": setup.widget.locator(),
        "bring": "false" if setup.live else "true",
        "env": ENV,
    }


def _declared(guide: Mapping[str, Any]) -> dict[str, Any]:
    persona = guide.get("test", {}).get("persona", {})
    return dict(persona.get("traits", persona))


_INIT: Final = """
(() => {
  if (window !== window.top || window.__handrail_walk) return;
  %(stub)s
  // Named on the first page only: there it is started, on the next ones it goes on by itself as it does for visitors.
  const begun = "handrail-walk-begun";
  const { guide, ...rest } = %(mode)s;
  if (Object.keys(rest).length) window.handrail.test(sessionStorage.getItem(begun) ? rest : { guide, ...rest });
  sessionStorage.setItem(begun, "1");
  Object.defineProperty(window, "__handrail_walk", { value: (%(probe)s)(%(locator)s) });
  const bring = () => {
    if (!%(bring)s || document.querySelector("script[data-env]")) return;
    const script = document.createElement("script");
    const address = new URL("/widget/handrail.js", location.href).href;
    const policy = window.trustedTypes?.createPolicy("handrail-walk", { createScriptURL: (url) => url });
    script.async = true;
    script.dataset.env = "%(env)s";
    script.src = policy ? policy.createScriptURL(address) : address;
    document.head.append(script);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", bring);
  else bring();
})();
"""


def _answer(route: Route, setup: Setup, release: CompiledRelease) -> None:
    """Stand in for the server, on whatever origin the widget asks."""
    request = route.request
    path = urlsplit(request.url).path
    if request.method == "OPTIONS":
        route.fulfill(status=204, headers=_CORS)
        return
    found = _PUBLIC.search(path)
    if found is None:
        body = setup.widget.file(path.removeprefix("/widget/"))
        if body is None:
            route.fallback()
        else:
            route.fulfill(body=body, headers=_CORS, content_type=mimetypes.guess_type(path)[0] or "text/javascript")
    elif found["hash"]:
        chunk = release.chunks.get(found["hash"])
        route.fulfill(status=200 if chunk else 404, body=chunk or b"", headers=_CORS, content_type="application/json")
    else:
        _answer_call(route, found[1], setup, release)


def _answer_call(route: Route, call: str, setup: Setup, release: CompiledRelease) -> None:
    match call:
        case "manifest.json":
            route.fulfill(body=json.dumps(release.manifest), headers=_CORS, content_type="application/json")
        case "events":
            events = _events(route.request)
            accepted = json.dumps({"accepted": len(events), "duplicates": 0, "rejected": []})
            route.fulfill(status=202, body=accepted, headers=_CORS, content_type="application/json")
        case "visitor":
            route.fulfill(
                body='{"guides": {}, "open": [], "events": {}}', headers=_CORS, content_type="application/json"
            )
        case _:
            status, answer = setup.answer(call, _json(route.request)) if setup.answer else (404, None)
            body = "" if answer is None else json.dumps(answer)
            route.fulfill(status=status, body=body, headers=_CORS, content_type="application/json")


def _json(request: Request) -> dict[str, Any]:
    try:
        return dict(json.loads(request.post_data_buffer or b"{}"))
    except (ValueError, TypeError):
        return {}


def _events(request: Request) -> list[dict[str, Any]]:
    return list(_json(request).get("events", []))


def _listen(page: Page, record: Record) -> None:
    page.on("console", lambda message: _hear(message, record))
    page.on("pageerror", lambda error: _catch(error, record))
    page.on("requestfailed", lambda request: _miss(request, record))
    page.on("response", lambda response: _receive(response, record))
    page.on("framenavigated", lambda frame: _navigate(frame.parent_frame is None, record))
    page.on("dialog", lambda dialog: dialog.accept())


def _hear(message: ConsoleMessage, record: Record) -> None:
    if message.type != "error":
        return
    where = message.location.get("url", "")
    if "Content Security Policy" in message.text or "TrustedScript" in message.text:
        if _OURS.search(f"{where} {message.text}"):
            record.policy.append(message.text[:200])
    elif "Failed to load resource" not in message.text and _OURS.search(f"{where} {message.text}"):
        record.console.append(message.text[:300])


def _catch(error: Error, record: Record) -> None:
    if "/widget/" in (error.stack or ""):
        record.exceptions.append(f"{error.name}: {error.message}"[:300])


def _miss(request: Request, record: Record) -> None:
    reason = request.failure or ""
    if _INTERCEPTED.search(request.url) and "ERR_ABORTED" not in reason:
        record.requests.append(f"{urlsplit(request.url).path}: {reason}")


def _receive(response: Response, record: Record) -> None:
    if response.request.is_navigation_request() and response.frame.parent_frame is None:
        record.status = response.status
    if response.status >= 400 and _INTERCEPTED.search(response.url):
        record.requests.append(f"{urlsplit(response.url).path} answered {response.status}")
    elif response.request.method == "POST" and "/events" in response.url and _INTERCEPTED.search(response.url):
        record.events.extend(_events(response.request))


def _navigate(main: bool, record: Record) -> None:
    if main:
        record.navigations += 1
