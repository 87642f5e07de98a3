"""A real server, a host application that its widget is on, and people in real browsers to send there.

Nothing stands in for anything: `handrail serve` is a process of its own, its events go to a real file, and the host
is another origin. Only the server's clock is moved, and what a person's own story says of their browser.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

import jwt
from handrail_cms import auth, environments, publish
from handrail_cms.config import load_config
from handrail_cms.services import open_services
from handrail_guides.walk.browser import QUIET_FLAGS, chromium_path, launch_chromium
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.crowd.guides import GUIDES
from tests.server.running import HANDRAIL, clean_environment, serving

TIME_ZONE = "Europe/Berlin"
PASSWORD = "a long enough password"
EMAIL = "viewer@example.com"
PATIENCE_S = 30
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Host</title>
<link rel="icon" href="data:,"><script src="{server}/widget/stub.js"></script>
<script>window.seen = []; handrail.on("event", ({{ type, step }}) => seen.push([type, step].join(" ").trim()));
addEventListener("pageshow", ({{ persisted }}) => {{ window.fromCache = persisted; }});
{calls}</script>
<script async src="{server}/widget/handrail.js" data-env="{key}"></script></head>
<body><h1>Host</h1><button id="new">New invoice</button> <label>Amount <input id="amount"></label>
<p style="height: 80px"></p>{extra}<button id="save">Save</button></body></html>"""


class _Host(http.server.BaseHTTPRequestHandler):
    """Pages of an application. `without=ID` leaves an element out, `as=ID` signs somebody in, `refuses` says no."""

    place: Place
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        place, calls = self.place, ""
        if "refuses" in asked:
            calls += "handrail.consent(false);"
        if "as" in asked:
            visitor = asked["as"][0]
            calls += f"handrail.identify({json.dumps(visitor)}, {{}}, {{token: {json.dumps(place.token(visitor))}}});"
        page = PAGE.format(
            server=place.server, key=place.key, lang=asked.get("lang", ["en"])[0], calls=calls,
            extra='<p id="extra">Extra</p>' if "extra" in asked else "",
        )  # fmt: skip
        for name in asked.get("without", []):
            page = page.replace(f'id="{name}"', "")
        body = page.encode()
        self.send_response(200)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Place:
    """The server and the host, and what can be asked of both."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self.playwright = playwright
        self.data = folder / "data"
        self.folder = folder
        self.clock_file = folder / "clock"
        self.server = self.host = self.key = self._api_token = self._secret = ""
        self.ended = ExitStack()
        self._browsers: dict[str, Browser] = {}

    def token(self, visitor: str) -> str:
        """Return what the host's own server would sign for somebody."""
        return jwt.encode({"sub": visitor, "exp": self.now_ms() // 1000 + 86_400}, self._secret, "HS256")

    def prepare(self, origin: str) -> None:
        """Make the data directory, with the guides live and an account that reads reports."""
        services = open_services(load_config({}, data=self.data), create=True)
        content, actor = services.content, auth.system("test")
        app = environments.create_app_with_environments(content, "Host", origins=[origin], time_zone=TIME_ZONE)
        environment = content.apps.environment(app.id, "production")
        made = [publish.create(content, actor, app.id, "guide", guide) for guide in GUIDES]
        publish.publish(content, actor, environment, made)
        user = content.people.create_user(EMAIL, "Viewer", auth.hash_password(PASSWORD))
        content.people.set_role(user.id, app.id, "viewer")
        self._api_token = auth.create_token(content, actor, app.id, name="test", role="viewer")[1]
        self._secret, self.key = content.apps.secrets(environment.id)[0].secret, environment.public_key
        services.close()

    def now_ms(self) -> int:
        """Return the server's time."""
        moved = int(self.clock_file.read_text()) if self.clock_file.exists() else 0
        return time.time_ns() // 1_000_000 + moved

    def today(self) -> str:
        """Return the server's day in the environment's time zone."""
        return datetime.fromtimestamp(self.now_ms() / 1000, ZoneInfo(TIME_ZONE)).date().isoformat()

    def move_to(self, at_ms: int) -> None:
        """Set the server's clock; it goes on from there."""
        draft = self.clock_file.with_suffix(".draft")
        draft.write_text(str(at_ms - time.time_ns() // 1_000_000))
        draft.replace(self.clock_file)

    def ask(self, path: str, **query: Any) -> Any:
        """Return what the API answers about production."""
        address = f"{self.server}/api/v1{path}?{urlencode({'environment': 'production', **query})}"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {self._api_token}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def send(self, body: bytes) -> None:
        """Deliver a batch that was held back."""
        headers = {"Content-Type": "text/plain", "Origin": self.host}
        request = urllib.request.Request(f"{self.server}/v1/{self.key}/events", body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 202

    def until(self, asked: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
        """Ask until the answer is the one that is waited for; return the last one, whichever it is."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds(found := asked()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def handrail(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the same data, at the server's time."""
        return subprocess.run(
            [*HANDRAIL, *arguments, "--data", str(self.data)], capture_output=True, text=True, timeout=120, check=False,
            env=clean_environment(HANDRAIL_CLOCK_FILE=str(self.clock_file)),
        )  # fmt: skip

    def browser(self, **options: Any) -> Browser:
        """Return a browser of this kind, started once."""
        name = json.dumps(options)
        if name not in self._browsers:
            self._browsers[name] = launch_chromium(self.playwright, **options)
            self.ended.callback(self._browsers[name].close)
        return self._browsers[name]

    def person(self, *, browser: Browser | None = None, script: str = "", **options: Any) -> Person:
        """Return somebody new, in a browser profile of their own; `script` runs before anything of a page."""
        given: dict[str, Any] = {"viewport": {"width": 1000, "height": 640}, **options}
        context = (browser or self.browser()).new_context(**given)
        self.ended.callback(context.close)
        if script:
            context.add_init_script(script)
        return Person(self, context)


class Person:
    """Somebody with a browser, and words for what they do and see."""

    def __init__(self, place: Place, context: BrowserContext) -> None:
        self.place = place
        self.context = context
        context.set_default_timeout(PATIENCE_S * 1000)
        self.page: Page = context.pages[0] if context.pages else context.new_page()

    def comes(self, path: str = "/tour", **query: str) -> Person:
        """Open a page of the host."""
        self.page.goto(f"{self.place.host}{path}?{urlencode(query)}")
        return self

    def another_tab(self) -> Person:
        """Return the same person in another tab."""
        other = Person.__new__(Person)
        other.place, other.context, other.page = self.place, self.context, self.context.new_page()
        return other

    def finds(self, step: str, guide: str = "tour") -> Person:
        """Wait until a step is on the screen."""
        expect(self.page.locator(f"handrail-guide[data-guide={guide}][data-step={step}]")).to_be_attached()
        return self

    def sees(self, *steps: str, guide: str = "tour") -> Person:
        """Look at a step for the second that makes it seen; press Next to come to each further one."""
        for place, step in enumerate(steps):
            if place:
                self.presses("next")
            self.finds(step, guide)
            self.told(f"step_shown {step}")
        return self

    def told(self, event: str) -> Person:
        """Wait until the widget has recorded an event on this page, after the one that was waited for before."""
        script = "(event) => { const at = seen.indexOf(event); return at >= 0 && seen.splice(0, at + 1); }"
        self.page.wait_for_function(script, arg=event)
        return self

    def looks(self, step: str, seconds: float, guide: str = "tour") -> Person:
        """Look at a step for exactly so long, where the browser's clock stands still otherwise."""
        host = self.page.locator(f"handrail-guide[data-guide={guide}][data-step={step}]")
        while not host.count():
            self.page.clock.run_for(20)
        # Observers are told in the order in which they were made: after this one, the widget's knows that it is seen.
        host.evaluate(
            """(host) => new Promise((seen) => {
                const popover = host.shadowRoot.querySelector("[role=dialog]");
                new IntersectionObserver(seen).observe(popover);
            })"""
        )
        self.page.clock.run_for(int(seconds * 1000))
        return self

    def ticks_until_sent(self) -> Person:
        """Let the browser's clock go on until every event is acknowledged."""
        while self.does("() => Object.keys(localStorage).some((name) => /:(queue|early)[.]/.test(name))"):
            self.page.clock.run_for(200)
        return self

    def presses(self, action: str) -> Person:
        """Press one of the guide's own buttons."""
        self.page.locator(f"handrail-guide [data-action={action}]").click()
        return self

    def does(self, script: str, *given: Any) -> Any:
        """Run script in the page, as the host would."""
        return self.page.evaluate(script, *given)

    def sees_nothing(self) -> Person:
        """Wait until no guide is on the screen."""
        expect(self.page.locator("handrail-guide")).to_have_count(0)
        return self

    def sent(self) -> Person:
        """Wait until the browser keeps no event any more: the server has acknowledged every one.

        Before the manifest has come they are in the page's memory alone, as it might say that consent is needed.
        """
        kept = "Object.keys(localStorage).some((name) => /:(queue|early)[.]/.test(name))"
        self.page.wait_for_function(f"() => handrail.state().ready && !{kept}")
        return self

    def leaves(self) -> None:
        """Close the browser."""
        self.context.close()

    def collects(self, answer: Callable[[Any], None]) -> Person:
        """Answer the widget's batches by other means than the server alone."""
        self.context.route("**/v1/*/events", answer)
        return self


class OwnBrowser:
    """A browser process with a profile on disk, which can be killed as a crash or a power cut would."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.profile = place.folder / "profile"
        self._process: subprocess.Popen[bytes] | None = None
        place.ended.callback(self.kill)

    def start(self) -> Person:
        """Start it, on the same profile as before, and return whose it is."""
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        path = chromium_path(self._place.playwright)
        assert path
        self._process = subprocess.Popen(
            [path, "--headless=new", *QUIET_FLAGS, "--remote-debugging-port=0", f"--user-data-dir={self.profile}",
             "--window-size=1000,640", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._place.until(port_file.exists, bool)
        port = port_file.read_text().split()[0]
        browser = self._place.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        return Person(self._place, browser.contexts[0])

    def written(self, word: bytes) -> None:
        """Wait until what the page stored is in the profile's files: the browser writes them some seconds later."""
        files = self.profile / "Default" / "Local Storage" / "leveldb"
        held = lambda: any(word in file.read_bytes() for file in files.glob("*.log"))  # noqa: E731
        assert self._place.until(held, bool)

    def kill(self) -> None:
        """Kill every process of it at once."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def open_place(playwright: Playwright, folder: Path) -> Generator[Place]:
    """Serve Handrail and a host application, each at an address of its own."""
    place = Place(playwright, folder)
    handler = type("Handler", (_Host,), {"place": place})
    host = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=host.serve_forever, daemon=True).start()
    place.host = f"http://127.0.0.1:{host.server_port}"
    place.prepare(place.host)
    try:
        with serving(place.data, HANDRAIL_CLOCK_FILE=str(place.clock_file)) as running, place.ended:
            place.server = running.url.rstrip("/")
            yield place
    finally:
        host.shutdown()
        host.server_close()
