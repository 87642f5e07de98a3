"""Cost of one open tour in the browser, beside its peers: `python -m benchmarks.widget.measure`.

Every figure is the median of at least seven runs (smallest–largest), all libraries interleaved in one run; each page is
fresh. Script, style and layout are Chromium's own counters (`Performance.getMetrics`) in CPU time of the page's main
thread, so that a busy machine changes little.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
OURS = "handrail"
BARE = "bare page"
PLACING = ("floating-ui", "css anchors")  # they only place and follow
FRAMES = 60
START_MS = 900
IDLE_MS = 2000

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title><link rel="icon" href="data:,">
<style>body {{ margin: 0; font: 14px sans-serif }} li {{ padding: 4px }}
#box {{ height: 300px; overflow: auto; border: 1px solid }} #inner {{ height: 1200px; padding-top: 90px }}</style>{head}
<body><h1>Page</h1><div id="box"><div id="inner"><button id="target">Target</button></div></div><ul id="rows"></ul>
<script>
const rows = document.querySelector("#rows");
for (let n = 0; n < {nodes} / 4; n++) {{
  const row = document.createElement("li");
  row.append(document.createElement("b"), document.createElement("span"), document.createElement("i"));
  row.children[0].textContent = "Row"; row.children[1].textContent = n;
  rows.append(row);
}}
</script></body></html>"""

OUR_HEAD = """<script type="module">
import { show, stop } from "/widget/handrail.mjs";
window.start = (steps) => show({ format: 1, key: "bench", kind: "tour", name: "Bench", language: "en",
  steps: steps.map(({ title, description }, n) =>
    ({ id: "step-" + n, target: { css: "#target" }, title, body: description })) });
window.stop = stop;
</script>"""
STEPS = [{"title": f"Step {n}", "description": "Every invoice begins here, and takes a minute."} for n in (1, 2, 3)]


def page_of(head: str, nodes: int) -> str:
    """Return a page of that many nodes."""
    return PAGE.format(head=head, nodes=nodes)


def write_pages(folder: Path, peers: dict[str, Any], sizes: tuple[int, ...]) -> None:
    """Write one page for each library and number of nodes."""
    for name in (BARE, OURS, *peers):
        head = f'<link rel="stylesheet" href="{name}.css"><script src="{name}.bundle.js"></script>'
        head = {BARE: "<script>window.start = () => {}</script>", OURS: OUR_HEAD}.get(name, head)
        for nodes in sizes:
            (folder / f"{name}-{nodes}.html").write_text(page_of(head, nodes))


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012

    def translate_path(self, path: str) -> str:
        if path.startswith("/widget/"):
            return str(ROOT / "widget/dist" / path.removeprefix("/widget/"))
        return super().translate_path(path)

    def do_POST(self) -> None:
        """Take events, and say so."""
        count = len(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["events"])
        answer = json.dumps({"accepted": count, "duplicates": 0, "rejected": []}).encode()
        self.send_response(202)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the pages on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def counters(session: CDPSession) -> dict[str, float]:
    """Return Chromium's running totals in milliseconds."""
    found = {each["name"]: each["value"] * 1000 for each in session.send("Performance.getMetrics")["metrics"]}
    layout = found["LayoutDuration"] + found["RecalcStyleDuration"]
    return {"script": found["ScriptDuration"], "layout": layout, "task": found["TaskDuration"]}


def spent(session: CDPSession, work: Any) -> dict[str, float]:
    """Return what the page's main thread spent while `work()` ran."""
    before = counters(session)
    work()
    after = counters(session)
    return {name: after[name] - before[name] for name in after}


def scroll(page: Page, of: str) -> None:
    """Scroll back and forth, a step in every frame."""
    page.evaluate(
        """([of, frames]) => new Promise((done) => {
            const box = of === "window" ? document.scrollingElement : document.querySelector("#box");
            let n = 0;
            const step = () => {
                box.scrollTop += n < frames / 2 ? 2 : -2;
                n++ < frames ? requestAnimationFrame(step) : done();
            };
            requestAnimationFrame(step);
        })""",
        [of, FRAMES],
    )


def drift(page: Page, popover: str) -> float:
    """Return by how many pixels the popover strays from its target while a nested scroller moves, seen in each frame."""
    return page.evaluate(
        """([selector, frames]) => new Promise((done) => {
            const box = document.querySelector("#box"), target = document.querySelector("#target");
            const own = document.querySelector("handrail-guide")?.shadowRoot.querySelector(".popover");
            const popover = own ?? document.querySelector(selector);
            const gap = () => popover.getBoundingClientRect().top - target.getBoundingClientRect().top;
            const first = gap();
            let most = 0, n = 0;
            const step = () => {
                most = Math.max(most, Math.abs(gap() - first));
                box.scrollTop += n < frames / 2 ? 2 : -2;
                n++ < frames ? requestAnimationFrame(step) : done(most);
            };
            requestAnimationFrame(step);
        })""",
        [popover, FRAMES],
    )


def run_once(browser: Browser, base: str, name: str, nodes: int, popover: str, whole: bool) -> dict[str, float]:
    """Open a fresh page and start the tour; scroll it and leave it alone too, if `whole`; return milliseconds by deed."""
    page = browser.new_page(viewport={"width": 1000, "height": 640})
    page.goto(f"{base}/{name}-{nodes}.html")
    page.wait_for_function("() => window.start")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.wait_for_timeout(300)

    def start() -> None:
        page.evaluate("(steps) => void start(steps)", STEPS)
        page.wait_for_timeout(START_MS)

    opened = spent(session, start)
    if popover:
        page.locator(popover).first.wait_for(timeout=1000)
    found = {"start script": opened["script"], "start layout": opened["layout"]}
    if whole:
        for of in ("window", "nested"):
            found[f"{of} scroll"] = spent(session, partial(scroll, page, of))["script"] / FRAMES
            page.wait_for_timeout(300)
        idle = spent(session, lambda: page.wait_for_timeout(IDLE_MS))
        found["idle"] = idle["task"] / IDLE_MS * 1000
        found["drift px"] = drift(page, popover) if popover else 0.0
    page.close()
    return found


def measure(rounds: int, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Run every library `rounds` times, interleaved; return library -> nodes -> measure -> list of milliseconds."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        told = subprocess.run(
            ["node", HERE / "bundle.mjs", folder], cwd=ROOT, check=True, capture_output=True, text=True
        )
        peers: dict[str, Any] = json.loads(told.stdout)
        popovers = {
            BARE: "",
            OURS: "handrail-guide .popover",
            **{name: peer["popover"] for name, peer in peers.items()},
        }
        write_pages(Path(folder), peers, sizes)
        figures: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        browser = launch_chromium(playwright)
        with served(Path(folder)) as base:
            for turn in range(rounds):
                names = list(popovers)
                for name in names[turn % len(names) :] + names[: turn % len(names)]:
                    for nodes in sizes:
                        for what, value in run_once(
                            browser, base, name, nodes, popovers[name], nodes == sizes[0]
                        ).items():
                            figures[name][nodes][what].append(value)
        browser.close()
    return {"figures": figures, "bytes": {name: peer["bytes"] for name, peer in peers.items()}}


def our_bytes() -> dict[str, int]:
    """Return the gzipped bytes of the built widget by file."""
    return json.loads((ROOT / "widget/dist/build.json").read_text())["gzip"]


def median(values: list[float], digits: int) -> str:
    """Say the median with its smallest and largest."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def cell(figures: Any, name: str, nodes: int, what: str) -> str:
    """Say one measure of one library, and how many times ours it is."""
    values, ours = figures[name][nodes][what], statistics.median(figures[OURS][nodes][what])
    told = f"{what} {median(values, 3 if 'scroll' in what else 1)}"
    return told if name == OURS or not ours else f"{told} ×{statistics.median(values) / ours:.2f}"


def report(result: dict[str, Any], sizes: tuple[int, ...]) -> list[tuple[str, float, float, bool]]:
    """Print the table and return the bars: (what, figure, limit, kept)."""
    figures = result["figures"]
    small, large = sizes
    measures = list(figures[OURS][small])
    print(
        "milliseconds: median (min–max); scroll per frame and idle per second, at",
        small,
        "nodes; * the bare page taken off",
    )
    mid = lambda name, nodes, what: statistics.median(figures[name][nodes][what])  # noqa: E731
    for name in figures:
        cells = [cell(figures, name, small, what) for what in measures]
        growth = mid(name, large, "start layout") / max(mid(name, small, "start layout"), 0.01)
        print(f"{name:12}", " | ".join(cells), f"| layout ×{growth:.2f} at {large} nodes")
    over = lambda what: mid(OURS, small, what) - mid(BARE, small, what)  # noqa: E731
    ours = our_bytes()
    bars = [
        (
            "script in 900 ms, share of Intro.js",
            mid(OURS, small, "start script") / mid("intro.js", small, "start script"),
            1.0,
        ),
        (
            "layout and style, 20,000 over 2,000 nodes",
            mid(OURS, large, "start layout") / mid(OURS, small, "start layout"),
            1.3,
        ),
        ("window scroll, ms of script a frame*", over("window scroll"), 0.05),
        ("nested scroll, ms of script a frame*", over("nested scroll"), 0.4),
        ("idle, ms a second*", over("idle"), 1.0),
        ("drift from the target in a nested scroller, px", mid(OURS, small, "drift px"), 1.0),
        ("bytes, nothing to show", ours["handrail.js"], 5000),
        # The sender is in the tour chunk; tests/browser/test_lasting.py adds up what a page really loads.
        ("bytes, showing a tour", ours["handrail.js"] + ours["tour"], 14000),
        ("bytes, times driver.js", (ours["handrail.js"] + ours["tour"]) / result["bytes"]["driver.js"], 2.0),
    ]
    print("bytes, gzip -9:", {**result["bytes"], OURS: ours})
    kept = [(what, figure, limit, figure <= limit) for what, figure, limit in bars]
    for what, figure, limit, good in kept:
        print(f"{'kept  ' if good else 'MISSED'} {what}: {figure:.3f} (limit {limit})")
    return kept


def main() -> int:
    """Measure and print; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    sizes = (2000, 20_000)
    return 0 if all(kept for *_, kept in report(measure(rounds, sizes), sizes)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
