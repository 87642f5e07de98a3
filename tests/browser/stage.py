"""A page, the widget on it as an ES module, and words to say what a visitor does and sees."""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = Path(__file__).resolve().parent / "pages"
DIST = Path(os.environ.get("HANDRAIL_STAGE_DIST", ROOT / "widget/dist"))
BUILD: dict[str, Any] = json.loads((DIST / "build.json").read_text()) if DIST.exists() else {}
STRICT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class Box(TypedDict):
    """In CSS pixels of the viewport."""

    x: float
    y: float
    width: float
    height: float


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The pages under `/`, the built widget under `/widget/`; `?strict` adds the strict policy."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012

    built: Path

    def translate_path(self, path: str) -> str:
        path = path.split("?")[0]
        folders = {"/widget/": DIST, "/built/": self.built}
        for prefix, folder in folders.items():
            if path.startswith(prefix):
                return str(folder / path.removeprefix(prefix))
        return str(PAGES / path.lstrip("/"))

    def end_headers(self) -> None:
        if "?strict" in self.path:
            self.send_header("Content-Security-Policy", STRICT_POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serve_pages() -> Iterator[str]:
    """Serve the pages and the widget on a free port; yield the address without a slash at the end."""
    with tempfile.TemporaryDirectory() as folder:
        _bundle_pages(folder)
        handler = type("Handler", (_Handler,), {"built": Path(folder)})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(PAGES)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


def _bundle_pages(folder: str) -> None:
    """Bundle the pages of real frameworks, as their own projects would."""
    pages = sorted(str(path) for path in PAGES.glob("*.page.js"))
    options = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--log-level=error",
        '--define:process.env.NODE_ENV="production"',
    ]
    subprocess.run([ROOT / "node_modules/.bin/esbuild", *pages, f"--outdir={folder}", *options], check=True)


def tour(*steps: dict[str, Any], **guide: Any) -> dict[str, Any]:
    """Return a guide document; each step gets an id, a title and a body where it brings none."""
    texts = {"title": "Start here", "body": "Every invoice begins here."}
    numbered = [{"id": f"step-{n}", **texts, **step} for n, step in enumerate(steps, 1)]
    return {
        "format": 1,
        "key": "first-invoice",
        "kind": "tour",
        "name": "First invoice",
        "language": "en",
        "steps": numbered,
        **guide,
    }


def at(css: str, *within: str) -> dict[str, Any]:
    """Return a target by selector, inside the shadow hosts and iframes named."""
    return {"css": css, **({"within": list(within)} if within else {})}


class Stage:
    """One page with the widget on it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)

    def open(self, name: str) -> Stage:
        """Load a page of `pages/` and wait until the widget is there."""
        self.page.goto(f"{self.base}/{name}")
        self.page.wait_for_function("() => window.handrail")
        return self

    def show(self, *steps: dict[str, Any], **guide: Any) -> Stage:
        """Play a guide and wait for its first step."""
        self.page.evaluate("(guide) => void handrail.show(guide)", tour(*steps, **guide))
        expect(self.host).to_be_attached()
        self.settle()
        return self

    @property
    def host(self) -> Locator:
        return self.page.locator("handrail-guide")

    @property
    def popover(self) -> Locator:
        return self.host.locator("[role=dialog]")

    def button(self, action: str) -> Locator:
        return self.host.locator(f"[data-action={action}]")

    def settle(self) -> None:
        """Wait until nothing of the guide has moved for three frames and its animations are over."""
        self.page.evaluate(
            """() => new Promise((done) => {
                let last = "", still = 0;
                const look = () => {
                    const root = document.querySelector("handrail-guide")?.shadowRoot;
                    const boxes = [...(root?.querySelectorAll("[role=dialog],.spot") ?? [])].map((each) => {
                        const { x, y, width, height } = each.getBoundingClientRect();
                        return [x, y, width, height].join();
                    });
                    const now = boxes.join(" ");
                    const ends = (animation) => animation.effect.getComputedTiming().endTime < 1e6;
                    const busy = (root?.getAnimations() ?? []).some(ends);
                    still = now === last && !busy ? still + 1 : 0;
                    last = now;
                    still > 3 ? done() : requestAnimationFrame(look);
                };
                look();
            })"""
        )

    def box(self, locator: Locator | str) -> Box:
        """Return where an element is drawn; a string is a CSS selector in the page."""
        found = self.page.locator(locator) if isinstance(locator, str) else locator
        return found.evaluate(
            "(e) => { const { x, y, width, height } = e.getBoundingClientRect(); return { x, y, width, height }; }"
        )

    def spot(self) -> Box:
        return self.box(self.host.locator(".spot"))

    def focused(self) -> str:
        """Return the data-action, id or tag of what has the keyboard, seen through shadow roots and iframes."""
        return self.page.evaluate(
            """() => {
                let active = document.activeElement;
                const inner = () => (active?.shadowRoot ?? active?.contentDocument)?.activeElement;
                while (inner()) active = inner();
                return active?.dataset?.action ?? (active?.getAttribute("role") || active?.id || active?.localName);
            }"""
        )

    def seen(self) -> list[str]:
        """Return what the page's own listeners on the document saw."""
        return self.page.evaluate("() => window.seen")

    def expect_quiet(self) -> None:
        """Refute any error on the page or in its console."""
        assert self.problems == [], self.problems


def beside(popover: Box, target: Box, side: str, gap: float = 24) -> bool:
    """Tell whether the popover stands at that side of the target, no further than `gap` from it."""
    distance = {
        "bottom": popover["y"] - (target["y"] + target["height"]),
        "top": target["y"] - (popover["y"] + popover["height"]),
        "right": popover["x"] - (target["x"] + target["width"]),
        "left": target["x"] - (popover["x"] + popover["width"]),
    }[side]
    return 0 <= distance <= gap


def inside(box: Box, width: float, height: float) -> bool:
    """Tell whether the whole box is on a screen of that size."""
    return box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Open a fresh profile, 1000 by 640 where nothing else is said."""
    return browser.new_context(**{"viewport": {"width": 1000, "height": 640}, **options})


# Lays something small over the middle of the element of a selector.
DOT = """selector => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  const dot = document.body.appendChild(document.createElement("div"));
  const place = `left:${x + scrollX + width / 2 - 2}px;top:${y + scrollY + height / 2 - 2}px`;
  dot.style.cssText = `position:absolute;z-index:9;width:4px;height:4px;${place}`;
}"""
