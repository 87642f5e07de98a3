"""What an open tour leaves behind and disturbs, beside its peers: `python -m benchmarks.widget.quiet`.

Heap and listeners after 200 starts and stops (garbage collected before and after); layout shift and long tasks from
navigation to the last step at a quarter of the processor's speed, beside the bare page.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Browser, CDPSession, sync_playwright

from benchmarks.widget.measure import BARE, HERE, OURS, ROOT, STEPS, median, served, write_pages

CYCLES = 200
THROTTLE = 4
NODES = 2000
LONG_TASK_MS = 50
OBSERVE = """window.noticed = { shift: 0, long: [] };
new PerformanceObserver((list) => list.getEntries().forEach((e) => { noticed.shift += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((e) => noticed.long.push(e.duration)))
    .observe({ type: "longtask", buffered: true });"""


def heap(session: CDPSession) -> tuple[float, int, int]:
    """Return used heap in kB, nodes and listeners after a collection."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    return session.send("Runtime.getHeapUsage")["usedSize"] / 1024, counters["nodes"], counters["jsEventListeners"]


def cycles(browser: Browser, base: str, name: str) -> dict[str, float]:
    """Start and stop 200 times; return what has grown since the first ten."""
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
    page.evaluate(turn, [STEPS, 10])
    page.wait_for_timeout(500)
    before = heap(session)
    page.evaluate(turn, [STEPS, CYCLES])
    page.wait_for_timeout(500)
    after = heap(session)
    page.close()
    grown = [late - early for early, late in zip(before, after, strict=True)]
    return dict(zip(("heap kB", "nodes", "listeners"), grown, strict=True))


def disturbance(browser: Browser, base: str, name: str, popover: str) -> dict[str, float]:
    """Load and start at a quarter of the speed; return layout shift and the longest task over 50 ms."""
    page = browser.new_page(viewport={"width": 1000, "height": 640})
    page.add_init_script(OBSERVE)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    page.goto(f"{base}/{name}-{NODES}.html")
    page.wait_for_function("() => window.start")
    page.wait_for_timeout(1000)
    loaded = page.evaluate("() => noticed.long.length")
    page.evaluate("(steps) => void start(steps)", STEPS)
    if popover:
        page.locator(popover).first.wait_for()
    page.wait_for_timeout(1500)
    noticed = page.evaluate("() => noticed")
    page.close()
    return {"layout shift": noticed["shift"], "longest task ms": max(noticed["long"][loaded:], default=0.0)}


def main() -> None:
    """Measure and print, with the bars."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        told = subprocess.run(
            ["node", HERE / "bundle.mjs", folder], cwd=ROOT, check=True, capture_output=True, text=True
        )
        peers: dict[str, Any] = json.loads(told.stdout)
        write_pages(Path(folder), peers, (NODES,))
        popovers = {
            BARE: "",
            OURS: "handrail-guide .popover",
            **{name: peer["popover"] for name, peer in peers.items()},
        }
        browser = launch_chromium(playwright)
        with served(Path(folder)) as base:
            for _ in range(rounds):
                for name, popover in popovers.items():
                    figures = {**disturbance(browser, base, name, popover), **cycles(browser, base, name)}
                    for what, value in figures.items():
                        found.setdefault(name, {}).setdefault(what, []).append(value)
        browser.close()
    for name, figures in found.items():
        print(f"{name:12}", " | ".join(f"{what} {median(values, 2)}" for what, values in figures.items()))
    mid = {what: statistics.median(values) for what, values in found[OURS].items()}
    bare = {what: statistics.median(values) for what, values in found[BARE].items()}
    bars = [
        (f"heap growth over {CYCLES} cycles, kB", mid["heap kB"] - bare["heap kB"], 25),
        ("listeners left", mid["listeners"] - bare["listeners"], 0),
        ("nodes left", mid["nodes"] - bare["nodes"], 0),
        ("layout shift over the bare page", mid["layout shift"] - bare["layout shift"], 0),
        ("longest task, ms at 4x throttle", mid["longest task ms"], LONG_TASK_MS),
    ]
    for what, figure, limit in bars:
        print(f"{'kept  ' if figure <= limit else 'MISSED'} {what}: {figure:.2f} (limit {limit})")


if __name__ == "__main__":
    main()
