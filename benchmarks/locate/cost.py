"""Measure what locating costs: the exact tier, a full search on 20,000 nodes in slices, and the bytes of both.

`python cost.py` prints medians and the 95th percentile on this machine, beside a plain `querySelector` and one full
`querySelectorAll("*")` walk of the same page, so that the numbers can be read on another machine.
"""

# ruff: noqa: E501 (scripts for the page, and table rows, on one line)

from __future__ import annotations

import argparse
import gzip
import statistics
import subprocess
import sys

from handrail_guides.walk.browser import launch_chromium
from pages_open import BLANK, ORIGIN, ROOT
from playwright.sync_api import sync_playwright

ENTRY = """
import { capture } from "./widget/src/builder/capture.ts";
import { heal } from "./widget/src/heal.ts";
import { locateExact } from "./widget/src/locate.ts";
window.cost = { capture, heal, locateExact };
"""

#: A work page as large as they come: a menu, a filter, and a table of 2,200 rows of 9 nodes.
PAGE = """rows => {
  const cells = row => `<tr><td>${row}</td><td><a href="/customers/${row % 90}">Customer ${row % 90}</a></td>` +
    `<td><span class="amount">${(row * 7.5).toFixed(2)}</span></td><td><button class="row-edit">Edit</button></td></tr>`;
  document.body.innerHTML = `<header><nav>${["Home", "Invoices", "Customers", "Reports"].map(name => `<a href="/${name.toLowerCase()}">${name}</a>`).join("")}</nav></header>
    <main id="content"><h1>Invoices</h1><div class="tools"><button id="create" class="primary-action" data-test="new-invoice">New invoice</button>
    <button class="export">Export</button></div><form aria-label="Filter"><label>Customer <input name="customer"></label></form>
    <table><tbody>${Array.from({ length: rows }, (_, row) => cells(row)).join("")}</tbody></table></main>`;
  document.body.getBoundingClientRect();
  return document.querySelectorAll("*").length;
}"""

EXACT = """runs => {
  const targets = ["#create", ".export", "[name=customer]", "a[href='/reports']"].map(one => cost.capture(document.querySelector(one)));
  const time = (work, n) => { const began = performance.now(); for (let i = 0; i < n; i++) work(i); return (performance.now() - began) / n; };
  const batches = (work) => Array.from({ length: 30 }, () => time(work, runs));
  for (const target of targets) if (cost.locateExact(target, document).state !== "exact") throw new Error(JSON.stringify(target));
  return {
    exact: batches(i => cost.locateExact(targets[i % targets.length], document)),
    query: batches(() => document.querySelector("[data-test=new-invoice]")),
    walk: Array.from({ length: 10 }, () => time(() => { for (const one of document.querySelectorAll("*")) one.localName; }, 1)),
  };
}"""

HEAL = """async () => {
  const created = document.querySelector("#create");
  const targets = [cost.capture(created), cost.capture(document.querySelectorAll(".row-edit")[1100])];
  created.removeAttribute("id"); created.removeAttribute("data-test"); created.className = "css-1q2w3e"; created.textContent = "Create invoice";
  document.querySelectorAll("tr")[1100].remove();
  const results = [];
  const later = window.setTimeout;
  for (let run = 0; run < 12; run++) for (const target of targets) {
    const slices = [];
    let began = performance.now();
    window.setTimeout = (work, ...rest) => {
      slices.push(performance.now() - began);
      return later(() => { began = performance.now(); work(); }, ...rest);
    };
    const { state } = await cost.heal(target, document);
    slices.push(performance.now() - began);
    window.setTimeout = later;
    results.push({ state, total: slices.reduce((all, one) => all + one, 0), longest: Math.max(...slices), slices: slices.length });
  }
  return results;
}"""


def bundled(entry: str) -> bytes:
    """Bundle and minify one of the widget's files, or a given text."""
    esbuild = str(ROOT / "node_modules" / ".bin" / "esbuild")
    source = [entry] if entry.endswith(".ts") else []
    command = [esbuild, *source, "--bundle", "--minify", "--format=esm", "--charset=utf8", "--log-level=warning"]
    return subprocess.run(
        command, input=None if source else entry.encode(), capture_output=True, check=True, cwd=ROOT
    ).stdout


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def print_bytes() -> None:
    """Print the gzipped sizes."""
    for name, entry in (
        ("exact tier, visibility included", "widget/src/locate.ts"),
        ("healing chunk", "widget/src/chunks/heal.ts"),
    ):
        print(f"{name:34} {len(gzip.compress(bundled(entry), 9)):6} bytes gzip")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2200)
    options = parser.parse_args()
    print_bytes()
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.route("**/*", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
        page.goto(ORIGIN)
        page.evaluate(bundled(ENTRY).decode() + ";0")
        nodes = page.evaluate(PAGE, options.rows)
        found = page.evaluate(EXACT, 200)
        healed = page.evaluate(HEAL)
        browser.close()
    print(f"{nodes} elements")
    for name, values in (
        ("exact tier", found["exact"]),
        ("plain querySelector", found["query"]),
        ("walk of all elements", found["walk"]),
    ):
        print(f"{name:34} median {statistics.median(values):7.4f} ms   p95 {percentile(values, 0.95):7.4f} ms")
    for field, name in (("total", "full search, main thread"), ("longest", "its longest slice")):
        values = [one[field] for one in healed]
        print(
            f"{name:34} median {statistics.median(values):7.2f} ms   p95 {percentile(values, 0.95):7.2f} ms   of {len(values)}"
        )
    print("states:", sorted({one["state"] for one in healed}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
