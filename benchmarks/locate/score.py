"""Score every method on the snapshots, without installing anything: `python score.py [--part tuning|held_out]`.

Prints, per application and in total, how many pairs were found, how many look-ups ended at a wrong element, and how
many absences were refused, with Wilson 95 % intervals, tuning and held-out apart.
"""

# ruff: noqa: E501 (scripts for the page, and table rows, on one line)

from __future__ import annotations

import argparse
import collections
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

from handrail_guides.walk.browser import launch_chromium
from pages_open import LookUp, Tabs, built_script, look_ups, names_of
from playwright.sync_api import sync_playwright

PLAYWRIGHT = "Playwright, recommended"
OURS = "handrail"


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval of count in n (Wilson 1927)."""
    if not n:
        return (0.0, 1.0)
    z, share = 1.959964, count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, middle - half), min(1.0, middle + half))


def recommended(page: Any, index: int) -> str:
    """Return the selector of the locator that Playwright itself recommends for an element."""
    page.evaluate("index => __elements[index].setAttribute('data-bench', '1')", index)
    try:
        return page.locator("[data-bench]").normalize()._impl_obj._selector
    except Exception:
        return ""
    finally:
        page.evaluate("index => __elements[index].removeAttribute('data-bench')", index)


def by_playwright(page: Any, selector: str, truth: int | None) -> str:
    """Judge a Playwright selector: strict, so more than one match is a failure, never a guess."""
    if not selector or page.locator(selector).count() != 1:
        return "refused" if truth is None else "missed"
    found = page.locator(selector).element_handle()
    if truth is None:
        return "wrong"
    same = """(element, truth) => {
      const other = __elements[truth];
      const holds = (outer, inner) => {
        for (let here = inner; here; here = here.parentElement ?? here.getRootNode().host ?? null) if (here === outer) return true;
        return false;
      };
      if (!holds(element, other) && !holds(other, element)) return false;
      const [a, b] = [element.getBoundingClientRect(), other.getBoundingClientRect()];
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      return width > 0 && height > 0 && width * height >= 0.85 * Math.max(a.width * a.height, b.width * b.height);
    }"""
    return "found" if found.evaluate(same, truth) else "wrong"


def run_app(tabs: Tabs, peers: bool) -> list[tuple[LookUp, dict[str, str]]]:
    """Look every label of an application up by every method."""
    results: list[tuple[LookUp, dict[str, str]]] = []
    wanted = list(look_ups(tabs.name, tabs.snapshot))
    told = {one.key: tabs.tab(one.source).evaluate("index => __bench.described(index)", one.index) for one in wanted}
    chosen = {one.key: recommended(tabs.tab(one.source), one.index) for one in wanted} if peers else {}
    for one in wanted:
        page = tabs.tab(one.goal)
        only = None if peers else [OURS, "handrail, exact tier"]
        verdicts = page.evaluate(
            "([told, truth, only]) => __bench.lookUp(told, truth, only)", [told[one.key], one.truth, only]
        )
        if peers:
            verdicts[PLAYWRIGHT] = by_playwright(page, chosen[one.key], one.truth)
        results.append((one, verdicts))
    return results


def mutate_app(tabs: Tabs) -> collections.Counter[tuple[str, str]]:
    """Change each page in the ways of mutate.ts and look its own labels up; count (mutation, verdict)."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    pages: dict[tuple[str, str, str], dict[str, int]] = collections.defaultdict(dict)
    for one in look_ups(tabs.name, tabs.snapshot):
        pages[one.source][one.label] = one.index
    for source, labels in pages.items():
        page = tabs.tab(source)
        told = [
            [label, index, page.evaluate("index => __bench.described(index)", index)] for label, index in labels.items()
        ]
        for mutation, verdicts in page.evaluate("labels => __bench.mutated(labels)", told).items():
            counts.update((mutation, verdict) for verdict in verdicts.values())
    return counts


def rate(count: int, n: int) -> str:
    """Write a share with its interval and its n."""
    low, high = wilson(count, n)
    return f"{100 * count / max(n, 1):5.1f} % [{100 * low:4.1f}, {100 * high:5.1f}] {count:4d}/{n:<4d}"


def summary(results: list[tuple[LookUp, dict[str, str]]], method: str) -> dict[str, int]:
    """Count one method's verdicts."""
    pairs = [verdicts[method] for one, verdicts in results if one.truth is not None]
    gone = [verdicts[method] for one, verdicts in results if one.truth is None]
    wrong = pairs.count("wrong") + gone.count("wrong")
    return {
        "pairs": len(pairs),
        "found": pairs.count("found"),
        "wrong": wrong,
        "gone": len(gone),
        "refused": gone.count("refused"),
    }


def print_part(title: str, results: list[tuple[LookUp, dict[str, str]]]) -> None:
    """Print the totals of one half of the split, and ours per application."""
    if not results:
        return
    print(f"\n## {title}: {len(results)} look-ups\n")
    print(f"{'method':26} {'found of the pairs':34} {'wrong of all look-ups':34} {'absences refused':34}")
    for method in results[0][1]:
        s = summary(results, method)
        print(
            f"{method:26} {rate(s['found'], s['pairs']):34} {rate(s['wrong'], s['pairs'] + s['gone']):34} {rate(s['refused'], s['gone']):34}"
        )
    print(f"\n{OURS}, per application")
    for name in dict.fromkeys(one.app for one, _ in results):
        s = summary([(one, verdicts) for one, verdicts in results if one.app == name], OURS)
        print(
            f"{name:26} {rate(s['found'], s['pairs']):34} {rate(s['wrong'], s['pairs'] + s['gone']):34} {rate(s['refused'], s['gone']):34}"
        )


def print_mutations(title: str, counts: collections.Counter[tuple[str, str]]) -> None:
    """Print what became of each synthetic change."""
    print(f"\n## {title}: synthetic changes\n\n{'change':18} {'found (removed: refused)':34} {'wrong':34}")
    for mutation in dict.fromkeys(mutation for mutation, _ in counts):
        n = sum(count for (name, _), count in counts.items() if name == mutation)
        right = counts[mutation, "refused" if mutation == "removed" else "found"]
        print(f"{mutation:18} {rate(right, n):34} {rate(counts[mutation, 'wrong'], n):34}")


def failures(tabs: Tabs, results: list[tuple[LookUp, dict[str, str]]]) -> list[dict[str, Any]]:
    """Explain what ours did not get right."""
    bad = [one for one, verdicts in results if verdicts[OURS] in ("wrong", "missed")]
    told = {one.key: tabs.tab(one.source).evaluate("index => __bench.described(index)", one.index) for one in bad}
    ask = "([told, truth]) => __bench.explain(told, truth)"
    return [{"look_up": one.key, **tabs.tab(one.goal).evaluate(ask, [told[one.key], one.truth])} for one in bad]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=["tuning", "held_out"], help="one half of the split; both when left out")
    parser.add_argument("--app", action="append", help="only these applications")
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    parser.add_argument("--no-mutations", action="store_true")
    parser.add_argument("--explain", type=Path, help="write what ours got wrong to this file (tuning only)")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    options = parser.parse_args()
    began, script, verdicts, explained = time.monotonic(), built_script(), {}, []
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        for part in [options.part] if options.part else ["tuning", "held_out"]:
            results, mutations = [], collections.Counter()
            for name in names_of(part):
                if options.app and name not in options.app:
                    continue
                with Tabs(context, script, name) as tabs:
                    own = run_app(tabs, not options.no_peers)
                    if options.explain and part == "tuning":
                        explained += failures(tabs, own)
                    if not options.no_mutations:
                        mutations += mutate_app(tabs)
                    results += own
            print_part(part.replace("_", "-"), results)
            if mutations:
                print_mutations(part.replace("_", "-"), mutations)
            verdicts |= {one.key: {"part": part, "pair": one.truth is not None, **found} for one, found in results}
        browser.close()
    if options.explain:
        options.explain.write_text(json.dumps(explained, indent=1, ensure_ascii=False))
    if options.json:
        options.json.write_text(json.dumps(verdicts, indent=1, ensure_ascii=False))
    print(f"\n{time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
