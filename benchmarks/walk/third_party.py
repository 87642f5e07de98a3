"""Guides written for an old release of real applications, walked on the new one.

    python benchmarks/walk/third_party.py

For each page of each application a guide is written on the old version, one step for each labelled control, its
targets captured as the builder captures them. The walk on the old version has to be clean. On the new version a step
is *broken* where the control is gone, or where the widget's target does not lead to the labelled control any more.
Bar: every broken step is named with an error, none is called fine. The labels are those of `benchmarks/locate`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handrail_guides.walk.browser import launch_chromium
from handrail_guides.walk.cases import Ask, Bundle, cases
from handrail_guides.walk.findings import Walk
from handrail_guides.walk.runner import Job, Walker
from handrail_guides.walk.stage import Setup
from handrail_guides.walk.widget import built_widget
from playwright.sync_api import Browser, Error, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "locate"))
import bed

APPS = ("django-admin", "datasette", "sqlite-web")
IDENTICAL = """
async ([wanted, css_element]) => {
  const { locate } = LOCATOR;
  const { element } = await locate(wanted, document);
  return !!element && (element === css_element || element.contains(css_element) || css_element.contains(element));
}
"""


@dataclass
class Score:
    named: int = 0
    called_fine: list[str] = field(default_factory=list)
    fine: int = 0
    overcautious: list[str] = field(default_factory=list)
    old_findings: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.named += other.named
        self.fine += other.fine
        for name in ("called_fine", "overcautious", "old_findings"):
            getattr(self, name).extend(getattr(other, name))


def pages_of(app: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pages that one address leads to: those that a guide can go to by itself."""
    for name, steps in app["pages"].items():
        if steps[0][0] == "goto" and all(verb in ("goto", "sleep", "wait") for verb, *_ in steps):
            yield name, steps[0][1]


Rows = dict[str, dict[str, Any]]


def write_guides(page: Page, base: str, app: dict[str, Any], name: str) -> tuple[list[dict[str, Any]], Rows]:
    """Capture the old version's controls; return the guides, and step key -> labelled row."""
    guides, rows = [], {}
    for page_name, address in pages_of(app):
        page.goto(base + address, wait_until="load")
        steps = []
        for number, row in enumerate(one for one in app["elements"] if one["page"] == page_name and one.get("old")):
            found = page.locator(row["old"])
            if found.count() != 1 or not found.is_visible():
                continue
            target = found.evaluate(f"(element) => ({built_widget().locator()}).capture(element)")
            steps.append({"id": f"s{number}", "target": target, "title": row["name"], "overlay": "none",
                          "if_missing": {"wait": "PT2S", "then": "skip"}})  # fmt: skip
            rows[f"{name}-{page_name}/s{number}"] = row
        if steps:
            path = urlsplit(address)
            open_ = path.path + (f"?{path.query}" if path.query else "")
            guides.append({"format": 1, "key": f"{name}-{page_name}", "kind": "tour", "name": page_name,
                           "language": "en", "steps": steps, "test": {"open": open_}})  # fmt: skip
    return guides, rows


def sign_in(browser: Browser, base: str, app: dict[str, Any], folder: Path) -> str | None:
    if not app.get("login"):
        return None
    context = browser.new_context()
    bed.drive(context.new_page(), base, app["login"])
    path = str(folder / "state.json")
    context.storage_state(path=path)
    context.close()
    return path


def walk_all(walker: Walker, base: str, state: str | None, guides: list[dict[str, Any]]) -> list[Walk]:
    bundle = Bundle(guides)
    walker.at(Setup(built_widget(), bundle, base, state))
    return [walker.walk(case) for case in cases(bundle, Ask())]


def judge(
    walks: list[Walk],
    page: Page,
    base: str,
    app: dict[str, Any],
    name: str,
    guides: list[dict[str, Any]],
    rows: dict[str, Any],
) -> Score:
    """Compare what the walks say with what the labels say."""
    score, addresses = Score(), {f"{name}-{page_name}": address for page_name, address in pages_of(app)}
    steps = {guide["key"]: {step["id"]: step for step in guide["steps"]} for guide in guides}
    for walk in walks:
        met = {
            step.step: [finding.code for finding in step.findings if finding.severity == "error"] for step in walk.steps
        }
        page.goto(base + addresses[walk.guide], wait_until="load")
        for step_id, step in steps[walk.guide].items():
            key = f"{walk.guide}/{step_id}"
            broken = not still_there(page, step["target"], rows[key]["new"])
            told = met.get(step_id, ["not reached"])
            where = f"{key} {rows[key]['name']}"
            if broken and told:
                score.named += 1
            elif broken:
                score.called_fine.append(where)
            elif told:
                score.overcautious.append(f"{where}: {', '.join(told)}")
            else:
                score.fine += 1
    return score


def still_there(page: Page, target: dict[str, Any], label: str | None) -> bool:
    if label is None or page.locator(label).count() != 1:
        return False
    script = IDENTICAL.replace("LOCATOR", built_widget().locator())
    try:
        return page.evaluate(script, [target, page.locator(label).element_handle()])
    except Error:  # the locator gives up on this page, and so does the widget
        return False


def one_app(browser: Browser, walker: Walker, name: str) -> Score:
    app = bed.load_app(name)
    old, new = (bed.version_of(app, app[side]) for side in ("old", "new"))
    with tempfile.TemporaryDirectory() as place:
        with bed.running(name, app["old"]) as base:
            state = sign_in(browser, base, old, Path(place))
            page = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 800}).new_page()
            guides, rows = write_guides(page, base, old, name)
            before = walk_all(walker, base, state, guides)
            page.context.close()
        with bed.running(name, app["new"]) as base:
            state = sign_in(browser, base, new, Path(place))
            page = browser.new_context(storage_state=state, viewport={"width": 1280, "height": 800}).new_page()
            after = walk_all(walker, base, state, guides)
            score = judge(after, page, base, new, name, guides, rows)
            page.context.close()
    score.old_findings = [
        f"{walk.id}: {finding.sentence()}" for walk in before for finding in walk.all() if finding.counts
    ]
    score.old_findings += [f"{walk.id}: {walk.reason}" for walk in [*before, *after] if walk.reason]
    return score


def main() -> int:
    total = Score()
    with sync_playwright() as playwright:
        setup = Setup(built_widget(), Bundle([]), "http://127.0.0.1")
        with Walker(Job(setup, pictures=False), playwright) as walker:
            browser = launch_chromium(playwright)
            for name in sys.argv[1:] or APPS:
                app, score = bed.load_app(name), one_app(browser, walker, name)
                total.add(score)
                counts = f"{score.named} broken steps named, {len(score.called_fine)} called fine, {score.fine} fine"
                odd = f"{len(score.overcautious)} too careful; old version: {len(score.old_findings)} findings"
                print(f"{name} {app['old']} -> {app['new']}: {counts}, {odd}")
                for line in [*score.called_fine, *score.overcautious, *score.old_findings]:
                    print(f"    {line}")
            browser.close()
    print(f"in all: {total.named} broken steps named, {len(total.called_fine)} called fine")
    return 1 if total.called_fine else 0


if __name__ == "__main__":
    sys.exit(main())
