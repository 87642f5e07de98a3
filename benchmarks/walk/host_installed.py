"""As if a host application had the widget: a server on loopback has it and one guide, and every page loads it.

Without `page.route`: intercepting requests switches the browser's cache off, which by itself fails a test of Panel's
that passes without (`layout/test_column.py::test_column_scroll_position_init`).
"""

from __future__ import annotations

import functools
import json
import mimetypes
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from handrail_guides.walk.cases import Ask, Bundle, cases
from handrail_guides.walk.stage import ENV, compile_case
from handrail_guides.walk.widget import built_widget
from playwright.sync_api import Page

STEP = {"id": "first", "title": "Look at this first", "overlay": "blocking"}
GUIDE = {"format": 1, "key": "in-the-way", "kind": "modal", "name": "In the way", "language": "en", "steps": [STEP]}
BUNDLE = Bundle([GUIDE])
WIDGET = built_widget()
RELEASE = compile_case(BUNDLE, next(cases(BUNDLE, Ask())))
TAG = """
if (window === window.top) addEventListener("DOMContentLoaded", () => {
  const script = document.createElement("script");
  script.async = true;
  script.dataset.env = "%s";
  script.src = "%s/widget/handrail.js";
  document.head.append(script);
});
"""


class Delivery(BaseHTTPRequestHandler):
    """Answers what the widget asks, on whatever origin its page is."""

    def do_GET(self) -> None:
        """The widget's files, the manifest, and the guide."""
        path = self.path.partition("?")[0]
        if path.endswith("/manifest.json"):
            self._send(200, json.dumps(RELEASE.manifest).encode(), "application/json")
        elif path.startswith("/widget/"):
            self._found(WIDGET.file(path.removeprefix("/widget/")), mimetypes.guess_type(path)[0] or "text/javascript")
        else:
            self._found(RELEASE.chunks.get(path.rpartition("/")[2].removesuffix(".json")), "application/json")

    def do_POST(self) -> None:
        """Events, which nobody keeps here."""
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        accepted = {"accepted": len(sent.get("events", [])), "duplicates": 0, "rejected": []}
        self._send(202, json.dumps(accepted).encode(), "application/json")

    def do_OPTIONS(self) -> None:
        """What a browser asks before it sends."""
        self._send(204, b"", "text/plain")

    def _found(self, body: bytes | None, kind: str) -> None:
        self._send(404 if body is None else 200, body or b"", kind)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))),
                            ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*"),
                            ("Access-Control-Allow-Methods", "*")):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the suite's own words are to be read."""


@functools.cache
def _address() -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Delivery)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def installed(page: Page) -> None:
    """Load the widget, with the guide live, on every page that is opened here from now on."""
    page.add_init_script(TAG % (ENV, _address()))
