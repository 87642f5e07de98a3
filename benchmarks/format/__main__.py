# ruff: noqa: E501
"""The format's bars, beside their limits: `python -m benchmarks.format`.

Import, `handrail validate --help`, validating 1,000 guides of 8 steps in one process, and evaluating the rules of 100
guides for a page, in Python and in Chromium. CPU time, since other work may share the machine: medians of several runs
with their least and most, beside an empty interpreter and reading the same files as bare JSON in the same run.
"""

from __future__ import annotations

import copy
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handrail_guides.layout import lay_out
from handrail_guides.targeting import Context, evaluate, place_matches

from tests.tables.documents import GUIDE

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
NOW = 1_795_348_800_000


def main() -> int:
    rows = [*starting(), *validating(), *evaluating()]
    width = max(len(row[0]) for row in rows)
    print(f"{'what':<{width}}  {'median':>10}  {'least':>10}  {'most':>10}  {'limit':>9}  beside")
    for name, times, limit_ms, beside in rows:
        median = statistics.median(times)
        shown = "  ".join(f"{value:>7.2f} ms" for value in (median, min(times), max(times)))
        bound = f"{limit_ms:g} ms" if limit_ms else ""
        verdict = "" if limit_ms is None else ("" if median <= limit_ms else "  MISSED")
        print(f"{name:<{width}}  {shown}  {bound:>9}  {beside}{verdict}")
    return int(any(limit is not None and statistics.median(times) > limit for _, times, limit, _ in rows))


Row = tuple[str, list[float], float | None, str]


def starting() -> list[Row]:
    bare = children(lambda: run([PYTHON, "-c", "pass"]))
    imported = children(lambda: run([PYTHON, "-c", "import handrail_guides"]))
    parts = "document, validate, targeting, manifest, lint, versions"
    everything = children(lambda: run([PYTHON, "-c", f"from handrail_guides import {parts}"]))
    helped = children(lambda: run([str(Path(PYTHON).with_name("handrail")), "validate", "--help"]))
    empty = statistics.median(bare)
    return [
        ("an empty interpreter", bare, None, ""),
        ("import handrail_guides, less that", [time - empty for time in imported], 50, ""),
        ("… and its modules, less that", [time - empty for time in everything], None, parts),
        ("handrail validate --help", helped, 250, f"{statistics.median(helped) / empty:.1f} × an empty interpreter"),
    ]


def validating() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(1000):
            (folder / f"guide-{number}.json").write_text(lay_out(guide_of_8(number), "guide"), encoding="utf-8")
        bare = cpu(lambda: [json.loads(file.read_bytes()) for file in folder.glob("*.json")], 3)
        handrail = str(Path(PYTHON).with_name("handrail"))
        ours = children(lambda: run([handrail, "validate", str(folder)]), 3)
        size = sum(file.stat().st_size for file in folder.glob("*.json")) / 1e6
    ratio = statistics.median(ours) / statistics.median(bare)
    return [
        (f"reading 1,000 guides as bare JSON, {size:.1f} MB", bare, None, ""),
        ("handrail validate, 1,000 guides of 8 steps", ours, 10_000, f"{ratio:.0f} × reading them"),
    ]


def evaluating() -> list[Row]:
    rules, where, facts = rules_of_100(), {"any": ["/invoices", "/invoices/:id(\\d+)/*"]}, context()
    python = Context(**facts)
    url = facts["url"]

    def ours() -> None:
        for rule in rules:
            place_matches(where, url)
            evaluate(rule, python)

    ours()
    in_python = cpu(ours, 50)
    script = json.dumps({"rules": rules, "where": where, "facts": facts, "url": url})
    in_browser, verdicts = browser(script)
    assert verdicts == [evaluate(rule, python).matches for rule in rules], "the two languages differ"
    matching = f"{sum(verdicts)} of {len(verdicts)} match, as in Python"
    return [
        ("100 guides' rules and pages, Python, CPU", in_python, 5, ""),
        ("100 guides' rules and pages, Chromium, CPU", in_browser, 1, matching),
    ]


def browser(facts: str) -> tuple[list[float], list[bool]]:
    """Evaluate in Chromium: each run on its own is below the clock's resolution, so it is repeated 200 times."""
    from handrail_guides.walk.browser import launch_chromium
    from playwright.sync_api import sync_playwright

    # With the chunk of the rare clauses, as a page has them whose guides need them.
    exported = "".join(f'export * from "./widget/src/{part}.ts";' for part in ("targeting", "where"))
    rare = 'import { more } from "./widget/src/more.ts"; import { rare } from "./widget/src/rare.ts";'
    built = subprocess.run(
        ["node_modules/.bin/esbuild", "--bundle", "--minify", "--format=iife", "--global-name=targeting", "--loader=ts"],
        input=f"{rare} Object.assign(more, rare); {exported}",
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        page = chromium.new_page()
        page.add_script_tag(content=built)
        verdicts = page.evaluate(
            """(given) => {
              const { rules, where, facts, url } = JSON.parse(given);
              const at = new URL(url);
              const all = () => rules.map((rule) => {
                targeting.placeMatches(where, at);
                return targeting.evaluate(rule, facts).matches;
              });
              window.again = () => { for (let each = 0; each < 200; each++) all(); };
              return all();
            }""",
            facts,
        )
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU of the page's thread, not the wall

        def used_ms() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return 1000 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")

        times = []
        for _ in range(30):
            before = used_ms()
            page.evaluate("() => 0")  # what asking costs
            asked = used_ms()
            page.evaluate("() => again()")
            times.append((used_ms() - asked - (asked - before)) / 200)
        chromium.close()
    return times, verdicts


def guide_of_8(number: int) -> dict[str, Any]:
    made = copy.deepcopy(GUIDE) | {"key": f"guide-{number}"}
    made["steps"] = [{**copy.deepcopy(GUIDE["steps"][index % 2]), "id": f"step-{index}"} for index in range(8)]
    for step in made["steps"]:
        step.pop("then", None)
    made["translations"] = {
        "ko": {f"steps.step-{index}.title": {"text": "여기서 시작하세요", "of": "Start here"} for index in range(8)}
    }
    return made


def rules_of_100() -> list[dict[str, Any]]:
    """Audiences as teams write them: traits, events, guides, segments, dates, time of day, shares."""
    kinds: list[dict[str, Any]] = [
        {"all": [{"trait": "plan", "in": ["pro", "team"]}, {"not": {"event": "invoice_sent"}}]},
        {
            "all": [
                {"segment": "new"},
                {"trait": "role", "is": "admin"},
                {"guide": "first-invoice", "state": "completed"},
            ]
        },
        {"any": [{"trait": "seats", "more_than": 50}, {"account": "tier", "is": "gold"}]},
        {
            "all": [
                {"trait": "signed_up_at", "within": "P30D"},
                {"device": ["desktop", "tablet"]},
                {"language": ["en", "ko"]},
            ]
        },
        {"all": [{"share": 0.5, "salt": "rollout"}, {"time": {"hours": {"from": "08:00", "to": "22:00"}}}]},
        {
            "all": [
                {"path": "/invoices/:id(\\d+)/*"},
                {"query": "tab", "is": "lines"},
                {"event": "opened", "within": "P7D"},
            ]
        },
    ]
    return [copy.deepcopy(kinds[number % len(kinds)]) for number in range(100)]


def context() -> dict[str, Any]:
    return {
        "now": NOW, "visitor": "user-42", "traits": {"plan": "trial", "role": "admin", "seats": 12, "signed_up_at": "2026-11-01"},
        "account": {"tier": "gold"}, "events": {"opened": {"count": 3, "last_at": NOW - 86_400_000}},
        "guides": {"first-invoice": {"times": 2, "last_at": NOW - 1000, "state": "completed"}},
        "segments": {"new": {"trait": "signed_up_at", "within": "P60D"}}, "language": "en-GB", "device": "desktop",
        "url": "https://app.example.com/invoices/12/lines?tab=lines#top", "time_zone": "Europe/Berlin",
    }  # fmt: skip


def run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def children(work: Callable[[], Any], runs: int = 9) -> list[float]:
    return [timed(work, child_time) for _ in range(runs)]


def child_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu(work: Callable[[], Any], runs: int) -> list[float]:
    return [timed(work, time.process_time) for _ in range(runs)]


def timed(work: Callable[[], Any], clock: Callable[[], float]) -> float:
    started = clock()
    work()
    return (clock() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
