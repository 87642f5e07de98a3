"""A host application, a delivery and a collector of Handrail, all on one port, that can be told to misbehave.

The manifest and the chunks are compiled by `handrail_guides.manifest`, as the real server does it; what the widget
sends is kept in `batches`. Nothing here stands in for the server's own tests: it is where failures are made.
"""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handrail_guides.document import digest
from handrail_guides.manifest import LiveGuide, ReleaseInput, compile_release
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.stage import DIST, tour

KEY = "pk_test"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{path}</title>
<link rel="icon" href="data:,">{head}</head><body><h1>{path}</h1>
<nav><a id="to-a" href="/a">A</a> <a id="to-b" href="/b">B</a></nav>
<main><button id="new">New invoice</button> <button id="save">Save</button>
<label>Amount <input id="amount"></label> <select id="currency"><option>EUR</option><option>USD</option></select>
<p id="late"></p></main></body></html>"""
SCRIPT = f'<script async src="/widget/handrail.js" data-env="{KEY}"></script>'
STUB = '<script src="/widget/stub.js"></script>'


@dataclass
class Site:
    """What the site serves now, and what it was sent."""

    address: str = ""
    release: int = 1
    guides: list[dict[str, Any]] = field(default_factory=list)
    segments: dict[str, dict[str, Any]] = field(default_factory=dict)
    themes: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    head: str = SCRIPT
    policy: str = ""
    visitor: dict[str, Any] | None = None
    batches: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    # path -> what to do instead: a status, bytes, seconds to wait, or headers
    faults: dict[str, Callable[[], tuple[int, bytes, dict[str, str]]]] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)

    def publish(self, *guides: dict[str, Any], **settings: Any) -> Site:
        """Make these guides live."""
        self.guides, self.release = list(guides), self.release + 1
        self.settings |= settings
        return self

    def compiled(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """Return the manifest and its chunks."""
        live = [LiveGuide(guide, guide.get("$version", 1), digest(guide)) for guide in self.guides]
        settings = {"collect": f"/v1/{KEY}/events", **self.settings}
        made = compile_release(ReleaseInput(self.release, "production", settings, live, self.segments, self.themes))
        return made.manifest, made.chunks

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that arrived, once each, as the server would keep them: by run and sequence."""
        once = {event["id"]: event for batch in self.batches for event in batch["events"]}
        return sorted(once.values(), key=lambda event: (event["at"], event.get("seq", -1), event["id"]))

    def story(self, guide: str | None = None) -> list[str]:
        """Return the events of runs in words: `step_shown first`, `run_ended completed`."""
        told = [event for event in self.events if "run" in event and guide in (None, event["guide"])]
        return [_in_words(event) for event in told]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of one type."""
        return [event for event in self.events if event["type"] == kind]

    def fail(self, path: str, status: int = 500, body: bytes = b"", **headers: str) -> None:
        """Answer a path with a failure from now on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults[path] = lambda: (status, body, named)

    def mend(self) -> None:
        """Answer everything as it should be from now on."""
        self.faults.clear()
        self.delays.clear()


def _in_words(event: dict[str, Any]) -> str:
    data = event.get("data", {})
    parts = [event["type"], event.get("step") if event["type"] != "run_ended" else data.get("state")]
    return " ".join(part for part in parts if part)


class _Handler(http.server.BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.site.requests.append(path)
        time.sleep(self.site.delays.get(path, 0))
        fault = self.site.faults.get(path)
        self._send(*(fault() if fault else self._found(path)))

    def _found(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        site = self.site
        manifest, chunks = site.compiled()
        if path == f"/v1/{KEY}/manifest.json":
            return 200, json.dumps(manifest).encode(), {"Content-Type": "application/json"}
        if path.startswith(f"/v1/{KEY}/chunks/"):
            body = chunks.get(Path(path).stem)
            return (200, body, {"Cache-Control": "immutable, max-age=9999"}) if body else (404, b"", {})
        if path == f"/v1/{KEY}/visitor":
            site.tokens.append(self.headers.get("Authorization", ""))
            return (200, json.dumps(site.visitor).encode(), {}) if site.visitor else (401, b"", {})
        if path.startswith("/widget/"):
            file = DIST / path.removeprefix("/widget/")
            kind = {"Content-Type": "text/javascript"}
            return (200, file.read_bytes(), kind) if file.is_file() else (404, b"", {})
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if site.policy:
            headers["Content-Security-Policy"] = site.policy
        return 200, PAGE.format(path=path, head=site.head).encode(), headers

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        self.site.requests.append(path)
        time.sleep(self.site.delays.get(path, 0))
        fault = self.site.faults.get(path)
        if fault:
            self._send(*fault())
            return
        batch = json.loads(body)
        self.site.batches.append(batch)
        answer = {"accepted": len(batch["events"]), "duplicates": 0, "rejected": []}
        self._send(202, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def log_error(self, format: str, *args: Any) -> None:
        pass


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no error."""


@contextmanager
def serve_site() -> Iterator[Site]:
    """Serve a fresh site on a free port."""
    site = Site()
    handler = type("Handler", (_Handler,), {"site": site})
    server = _Server(("127.0.0.1", 0), handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


class Visit:
    """One tab of one visitor on the site, and words for what they do and what must arrive."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.page: Page = context.new_page()
        self.site = site
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)

    def open(self, path: str = "/a") -> Visit:
        """Load a page and wait until the widget knows what is live."""
        self.page.goto(self.site.address + path)
        self.ready()
        return self

    def ready(self) -> None:
        """Wait until the widget knows what is live."""
        self.page.wait_for_function("() => window.handrail?.state().ready")

    @property
    def host(self) -> Locator:
        return self.page.locator("handrail-guide")

    def press(self, action: str) -> None:
        """Press one of the guide's own buttons."""
        self.host.locator(f"[data-action={action}]").click()

    def see(self, step: str, guide: str | None = None) -> None:
        """Wait until a step is on the screen."""
        expect(
            self.page.locator(f"handrail-guide[data-step={step}]" + (f"[data-guide={guide}]" if guide else ""))
        ).to_be_attached()

    def see_nothing(self) -> None:
        """Wait until no guide is on the screen."""
        expect(self.host).to_have_count(0)

    def call(self, script: str, *given: Any) -> Any:
        """Run script in the page; `handrail` is the widget."""
        return self.page.evaluate(script, *given)

    def settle(self) -> None:
        """Wait until the scheduler has nothing left to look at: two turns of the event loop and a frame."""
        self.page.evaluate(
            "() => new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(done, 50))))"
        )

    def codes(self) -> dict[str, str]:
        """Return guide -> why it is or is not shown."""
        return {row["guide"]: row["code"] for row in self.call("() => handrail.explain()")}

    def arrived(self, site_has: Callable[[Site], Any], timeout_ms: int = 8000) -> Any:
        """Wait until the collector has what the condition asks for; return it."""
        deadline = time.monotonic() + timeout_ms / 1000
        while not (found := site_has(self.site)):
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"never arrived; what did: {self.site.story()} {[e['type'] for e in self.site.events][-12:]}"
                )
            self.page.wait_for_timeout(50)
        return found

    def expect_story(self, *story: str, guide: str | None = None) -> None:
        """Wait until exactly these events of runs have arrived."""
        self.arrived(lambda site: site.story(guide) == list(story))


def two_steps(**guide: Any) -> dict[str, Any]:
    """Return a tour of two steps on `/a`: `first` at the button `#new`, `second` at `#save`."""
    first = {"id": "first", "target": {"css": "#new"}, **guide.pop("first", {})}
    second = {"id": "second", "target": {"css": "#save"}, **guide.pop("second", {})}
    return tour(first, second, **{"where": {"any": ["/a"]}, **guide})
