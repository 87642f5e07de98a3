"""What an open tour leaves behind and disturbs, beside its peers: `python -m benchmarks.widget.quiet`.

Heap, nodes and listeners after 200 starts and stops, garbage collected before and after. Every library first runs 600
such cycles to warm up: until then the browser compiles what runs often, and that code is on the heap too (of 188 kB more
between two snapshots all was code, no object and no string). Layout shift and
long tasks of a real page, from navigation to the end of the last step, at a quarter of the processor's speed: read from
Chromium's trace, where each task says which script ran in it; beside the same page without a library.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from handrail_guides.document import digest
from handrail_guides.manifest import LiveGuide, ReleaseInput, compile_release
from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.widget.measure import BARE, HERE, OURS, PLACING, ROOT, STEPS, median, page_of, served, write_pages
from benchmarks.widget.tasks import CATEGORIES, read_tasks

CYCLES = 200
WARM_UP = 3
THROTTLE = 4
NODES = 2000
LONG_TASK_MS = 50
NOTHING = "handrail with nothing to show"
# public key -> where its one guide lives
PLACES = {"pk_bench": "/*", "pk_elsewhere": "/elsewhere"}
LIVE_HEAD = '<script async src="/widget/handrail.js" data-env="{key}"></script>'
STARTED = "<script>addEventListener('load', () => start({steps}))</script>"
OBSERVE = """window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });"""


def heap(session: CDPSession) -> tuple[float, int, int]:
    """Return used heap in kB, nodes and listeners after a collection."""
    for _ in range(4):
        session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    return session.send("Runtime.getHeapUsage")["usedSize"] / 1024, counters["nodes"], counters["jsEventListeners"]


def cycles(browser: Browser, base: str, name: str) -> dict[str, float]:
    """Start and stop 600 times to warm up, and 200 times more; return what has grown in the last round."""
    page = browser.new_page(viewport={"width": 1000, "height": 640})
    page.goto(f"{base}/{name}-{NODES}.html")
    page.wait_for_function("() => window.start")
    session = page.context.new_cdp_session(page)
    turn = """async ([steps, times]) => {
        for (let n = 0; n < times; n++) {
            await start(steps);
            await new Promise((done) => setTimeout(done, 10));
            await window.stop?.();
            await new Promise((done) => setTimeout(done, 5));
        }
    }"""
    sizes = []
    for _ in range(WARM_UP + 1):
        page.evaluate(turn, [STEPS, CYCLES])
        page.wait_for_timeout(500)
        sizes.append(heap(session))
    page.close()
    grown = [late - early for early, late in zip(*sizes[-2:], strict=True)]
    return dict(zip(("heap kB", "nodes", "listeners"), grown, strict=True))


def write_release(folder: Path, key: str, where: str) -> None:
    """Write what the server would serve under a public key: one tour that starts by itself, there."""
    steps = [
        {"id": f"step-{n}", "target": {"css": "#target"}, "title": each["title"], "body": each["description"]}
        for n, each in enumerate(STEPS)
    ]
    guide: dict[str, Any] = {"format": 1, "key": "bench", "kind": "tour", "name": "Bench", "language": "en"}
    guide |= {"where": {"any": [where]}, "frequency": {"repeat": "always"}, "steps": steps}
    live = [LiveGuide(guide, 1, digest(guide))]
    release = compile_release(ReleaseInput(1, "production", {"collect": f"/v1/{key}/events"}, live, {}, {}))
    (folder / f"v1/{key}/chunks").mkdir(parents=True)
    (folder / f"v1/{key}/manifest.json").write_text(json.dumps(release.manifest))
    for address, chunk in release.chunks.items():
        (folder / f"v1/{key}/chunks/{address}.json").write_bytes(chunk)


def write_live(folder: Path, peers: dict[str, Any]) -> None:
    """Write a page for each library that starts its tour by itself, and the releases that ours loads."""
    for key, where in PLACES.items():
        write_release(folder, key, where)
    ours, nothing = (LIVE_HEAD.format(key=key) for key in PLACES)
    start = STARTED.replace("{steps}", json.dumps(STEPS))
    for name in (BARE, OURS, NOTHING, *peers):
        head = f'<link rel="stylesheet" href="{name}.css"><script src="{name}.bundle.js"></script>{start}'
        head = {BARE: "", OURS: ours, NOTHING: nothing}.get(name, head)
        (folder / f"live-{name.replace(' ', '-')}.html").write_text(page_of(head, NODES))


def press(page: Page, button: str) -> None:
    """Press a button of the tour with the mouse."""
    page.wait_for_function(
        """(selector) => {
            const within = document.querySelector("handrail-guide")?.shadowRoot ?? document;
            const boxes = [...within.querySelectorAll(selector)].map((button) => button.getBoundingClientRect());
            const box = boxes.find(({ width }) => width);
            window.at = box && [box.x + box.width / 2, box.y + box.height / 2];
            return !!window.at;
        }""",
        arg=button,
        polling=100,
    )
    page.mouse.click(*page.evaluate("() => at"))


def disturbance(browser: Browser, base: str, name: str, button: str) -> dict[str, float]:
    """Load the page at a quarter of the speed and go through the tour; return layout shift and the longest tasks."""
    page = browser.new_page(viewport={"width": 1000, "height": 640})
    page.add_init_script(OBSERVE)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    address = f"{base}/live-{name.replace(' ', '-')}.html"
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(address)
    page.wait_for_timeout(1000)
    for _ in STEPS if button else ():
        press(page, button)
        page.wait_for_timeout(600)
    shift = page.evaluate("() => shift")
    trace = browser.stop_tracing()
    page.close()
    marker = "/widget/" if name in (OURS, NOTHING) else f"{name}.bundle.js"
    tasks = list(read_tasks(trace, address, marker))
    with_ours = [task for task in tasks if task.own]
    longest = max(with_ours, key=lambda task: task.length, default=None)
    return {
        "layout shift": shift,
        "longest task ms": max(task.length for task in tasks),
        "long tasks": sum(task.length > LONG_TASK_MS for task in tasks),
        "longest of its tasks ms": longest.length if longest else 0.0,
        "most of its script in one ms": max((task.own for task in tasks), default=0.0),
    }


def measure(rounds: int, what: str) -> dict[str, dict[str, list[float]]]:
    """Run every library `rounds` times, interleaved; return library -> measure -> figures. `what`: heap, tasks or all."""
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        told = subprocess.run(
            ["node", HERE / "bundle.mjs", folder], cwd=ROOT, check=True, capture_output=True, text=True
        )
        all_peers: dict[str, Any] = json.loads(told.stdout)
        peers = {name: peer for name, peer in all_peers.items() if name not in PLACING}
        write_pages(Path(folder), peers, (NODES,))
        write_live(Path(folder), peers)
        buttons = {BARE: "", NOTHING: "", OURS: "[data-action=next]", **{name: peer["next"] for name, peer in peers.items()}}
        browser = launch_chromium(playwright)
        with served(Path(folder)) as base:
            for turn in range(rounds):
                names = list(buttons)
                for name in names[turn % len(names) :] + names[: turn % len(names)]:
                    figures = disturbance(browser, base, name, buttons[name]) if what != "heap" else {}
                    if name != NOTHING and what != "tasks":
                        figures |= cycles(browser, base, name)
                    for measured, value in figures.items():
                        found.setdefault(name, {}).setdefault(measured, []).append(value)
        browser.close()
    return found


def main() -> int:
    """Measure and print, with the bars; return 1 where one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--what", choices=("all", "heap", "tasks"), default="all")
    given = parser.parse_args()
    found = measure(given.rounds, given.what)
    for name, figures in found.items():
        print(f"{name:12}", " | ".join(f"{what} {median(values, 2)}" for what, values in figures.items()))

    def mid(name: str, what: str) -> float:
        return statistics.median(found[name][what])

    def over(what: str) -> float:
        return mid(OURS, what) - mid(BARE, what)

    bars: list[tuple[str, float, float]] = []
    if given.what != "tasks":
        bars += [
            (f"heap growth over {CYCLES} cycles, kB", over("heap kB"), 25),
            ("listeners left", over("listeners"), 0),
            ("nodes left", over("nodes"), 0),
        ]
    if given.what != "heap":
        own = "longest of its tasks ms"
        bars += [
            ("layout shift over the bare page", over("layout shift"), 0),
            ("longest task with script of the widget, CPU ms at 4x throttle", mid(OURS, own), LONG_TASK_MS),
            (f"longest task of {NOTHING}", mid(NOTHING, own), LONG_TASK_MS),
            ("long tasks more than the bare page", over("long tasks"), 0),
        ]
    for what, figure, limit in bars:
        print(f"{'kept  ' if figure <= limit else 'MISSED'} {what}: {figure:.2f} (limit {limit})")
    return 0 if all(figure <= limit for _, figure, limit in bars) else 1


if __name__ == "__main__":
    raise SystemExit(main())
