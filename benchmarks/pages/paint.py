"""How soon each CMS page is there: largest contentful paint, layout shift and bytes, cold, at a quarter of the speed.

    .venv/bin/python -m benchmarks.pages.paint --url http://127.0.0.1:8000 --password … [--guide first-invoice]

A real Chromium at loopback, its processor slowed four times by the debugger, its cache empty for every page.
Bars: paint within 1 s, no shift, own assets at most 150 kB as sent (editor 350 kB), all of them compressed where that
helps, and kept by the browser for a year.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Page, sync_playwright

from benchmarks.screenshots import PAGES, sign_in

PAINT_MS: Final = 1000.0
KILOBYTES: Final = 150.0
EDITOR_KILOBYTES: Final = 350.0
SLOWER: Final = 4
COMPRESSED: Final = ("javascript", "css", "svg", "json", "html")
WATCH: Final = """
window.measured = {paint: 0, shift: 0, what: ""};
new PerformanceObserver((list) => { for (const one of list.getEntries()) {
  window.measured.paint = one.startTime; window.measured.what = one.element ? one.element.tagName : ""; }
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => { for (const one of list.getEntries())
  if (!one.hadRecentInput) window.measured.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Seen:
    """What one page cost; `careless` names assets that are sent uncompressed or without a long life."""

    paint_ms: float = 0.0
    shift: float = 0.0
    kilobytes: float = 0.0
    what: str = ""
    careless: list[str] = field(default_factory=list[str])


def main() -> int:
    """Measure every page and print one line for each; return 1 where one missed a bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--email", default="demo@example.com")
    parser.add_argument("--password", required=True)
    parser.add_argument("--guide", default="first-invoice")
    parser.add_argument("--pages", default="", help="names, with commas; all where it is missing")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    names = asked.pages.split(",") if asked.pages else list(PAGES)
    missed = 0
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en")
        page = context.new_page()
        sign_in(page, asked.url, asked.email, asked.password)
        page.add_init_script(WATCH)
        wire: Any = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for name in names:
            path = PAGES[name].format(guide=asked.guide)
            best = min((look(page, wire, asked.url + path) for _ in range(asked.rounds)), key=lambda one: one.paint_ms)
            missed += told(name, best)
        browser.close()
    return 1 if missed else 0


def look(page: Page, wire: Any, address: str) -> Seen:
    """Open a page cold and return what it cost."""
    answers: dict[str, Any] = {}
    sizes: dict[str, int] = {}

    def answered(event: Any) -> None:
        answers[event["requestId"]] = event["response"]

    def loaded(event: Any) -> None:
        sizes[event["requestId"]] = int(event["encodedDataLength"])

    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", loaded)
    # emptied, not switched off: the frames of one page share what the first of them loaded
    wire.send("Network.clearBrowserCache")
    page.goto(address, wait_until="networkidle")
    measured = page.evaluate("() => window.measured")
    wire.remove_listener("Network.responseReceived", answered)
    wire.remove_listener("Network.loadingFinished", loaded)
    own = {one: answer for one, answer in answers.items() if "/static/" in answer["url"] or "/widget/" in answer["url"]}
    kilobytes = sum(sizes.get(one, 0) for one in own) / 1024
    careless = sorted({answer["url"].rsplit("/", 1)[1] for answer in own.values() if _careless(answer)})
    return Seen(measured["paint"], measured["shift"], kilobytes, measured["what"], careless)


def _careless(answer: Any) -> bool:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    packs = any(kind in answer["mimeType"] for kind in COMPRESSED) and int(headers.get("content-length", 2000)) > 1400
    lasting = "immutable" in headers.get("cache-control", "") or "max-age" in headers.get("cache-control", "")
    return (packs and "content-encoding" not in headers) or not lasting


def told(name: str, seen: Seen) -> bool:
    """Print a page's line; say whether it missed a bar."""
    most = EDITOR_KILOBYTES if name in {"json"} or name.startswith("editor") else KILOBYTES
    missed = [
        *(["paint"] if seen.paint_ms > PAINT_MS else []),
        *(["shift"] if seen.shift > 0 else []),
        *(["bytes"] if seen.kilobytes > most else []),
        *(["careless"] if seen.careless else []),
    ]
    said = f"MISSED {', '.join(missed)} {' '.join(seen.careless)}" if missed else ""
    figures = f"{seen.paint_ms:6.0f} ms  shift {seen.shift:.4f}  {seen.kilobytes:6.1f} of {most:.0f} kB"
    print(f"{figures}  {name:<16} {seen.what:<10} {said}", flush=True)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
