"""A host application for the walker's own tests: small pages made from parts, each with a guide that lives on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #111; background: #fff; }
header { position: sticky; top: 0; background: #eef; padding: 12px 24px; z-index: 5; }
main { padding: 40px 24px 1200px; max-width: 700px; margin: 0 auto; }
.gap { margin: 60px 0; }
"""
# Calls back once for every step that appears, with the host element and its popover.
SABOTAGE = """
const onStep = (act) => {
  const met = new WeakSet();
  const look = () => {
    const host = document.querySelector("handrail-guide");
    const popover = host?.shadowRoot?.querySelector(".popover, .bar");
    if (popover && !met.has(host)) { met.add(host); act(host, popover); }
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  setInterval(look, 20);
};
const inside = (host, css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  host.shadowRoot.adoptedStyleSheets = [...host.shadowRoot.adoptedStyleSheets, sheet];
};
"""
BODY = """
<header><b>Orders</b> <a href="/">Home</a></header>
<main>
  <h1>Orders</h1>
  <p>Everything that was ordered.</p>
  <p class="gap"><button id="go" type="button" data-testid="new-order">New order</button></p>
  <p class="gap"><label>Amount <input id="amount" name="amount"></label></p>
  {body}
</main>
"""


@dataclass(frozen=True)
class Page:
    """One page: what is added to the base, the answer's status and headers, or a page of one's own as `html`."""

    body: str = ""
    head: str = ""
    script: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    html: str = ""

    def text(self) -> str:
        script = f"<script>{SABOTAGE}{self.script}</script>" if self.script else ""
        body = self.html or BODY.replace("{body}", self.body)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Orders</title>'
            f'<link rel="icon" href="data:,"><style>{STYLE}</style>{self.head}</head><body>{body}{script}</body></html>'
        )


@contextmanager
def serving(pages: Mapping[str, Page]) -> Iterator[str]:
    """Serve pages by path on a free port; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.split("?")[0])
            text = page.text() if page else "<!doctype html><title>404</title><h1>Not here</h1>"
            self.send_response(page.status if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for name, value in (page.headers if page else {}).items():
                self.send_header(name, value)
            body = text.encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A browser that leaves a page hangs up; that is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def guide(key: str, steps: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a tour whose steps wait one second for a missing target, and lives at `/<key>`."""
    waits = {} if more.get("kind") == "checklist" else {"if_missing": {"wait": "PT1S", "then": "skip"}}
    made = [waits | step for step in steps]
    return {
        "format": 1, "key": key, "kind": "tour", "name": key, "language": "en",
        "where": {"any": [f"/{key}", f"/{key}/*"]}, "frequency": {"repeat": "always"}, "steps": made,
        "test": {"open": f"/{key}"},
    } | more  # fmt: skip


GO = {"id": "go", "target": {"css": "#go"}, "title": "Start here", "body": "Every order begins with this button."}
AMOUNT = {"id": "amount", "target": {"css": "#amount"}, "title": "How much?", "body": "Write the amount."}
