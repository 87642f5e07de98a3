"""Start, drive and snapshot the applications: `python snapshot.py [APP…]` writes `snapshots/APP.json.gz`.

Every labelled row is verified on the live page: exactly one visible element on each side, none where it says null.
`--list` prints what can be labelled, both versions beside each other. `--relabel` is not offered on purpose: a label
is an index into a page, so a new label needs the page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from typing import Any

from bed import HERE, app_names, drive, load_app, running, version_of
from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

VIEWPORT = {"width": 1280, "height": 800}
SERIALISE = (HERE / "pages" / "serialise.js").read_text()
LIST = (HERE / "pages" / "list.js").read_text()


class BadLabel(Exception):
    """A row that does not name exactly one visible element, or names one where it says none."""


def resolve(page: Any, locator: str | None, where: str) -> int | None:
    """Return the index of a labelled element among `__elements`, None where the row says null."""
    if locator is None:
        return None
    matches = page.locator(locator).locator("visible=true")
    try:
        count = matches.count()
    except PlaywrightError as problem:
        raise BadLabel(f"{where}: {locator!r}: {problem.message.splitlines()[0]}") from problem
    if count != 1:
        raise BadLabel(f"{where}: {locator!r} names {count} visible elements")
    return matches.evaluate("element => window.__elements.indexOf(element)")


def _absent(page: Any, row: dict[str, Any], side: str, where: str) -> None:
    other = row["new" if side == "old" else "old"]
    check = row.get("absent", other)
    if page.locator(check).locator("visible=true").count():
        raise BadLabel(f"{where}: {check!r} is there, and the row says that it is not")


def snapshot_page(page: Any, rows: list[dict[str, Any]], side: str, name: str, problems: list[str]) -> dict[str, Any]:
    """Serialise the page as it stands and resolve its rows."""
    page.evaluate("scrollTo(0, 0)")
    taken = page.evaluate(SERIALISE)
    labels: dict[str, int] = {}
    for row in rows:
        where = f"{name} {row['name']} ({side})"
        try:
            index = resolve(page, row[side], where)
            if index is None:
                _absent(page, row, side, where)
            else:
                labels[row["name"]] = index
        except BadLabel as problem:
            problems.append(str(problem))
    return {**taken, "labels": labels}


def take_version(name: str, side: str, list_only: bool, problems: list[str]) -> dict[str, Any]:
    """Start one version, visit its pages, and return them serialised by name."""
    app = load_app(name)
    version = app[side]
    own = version_of(app, version)
    pages: dict[str, Any] = {}
    with running(name, version) as base, sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        context = browser.new_context(viewport=VIEWPORT, base_url=base)
        context.set_default_timeout(20_000)
        page = context.new_page()
        drive(page, base, own.get("login", []))
        for key, steps in own["pages"].items():
            try:
                drive(page, base, steps)
            except PlaywrightError as problem:
                problems.append(f"{name} {version} {key}: {problem}")
                continue
            rows = [row for row in app["elements"] if row.get(f"{side}_page", row["page"]) == key]
            pages[key] = (
                page.evaluate(LIST) if list_only else snapshot_page(page, rows, side, f"{name}/{key}", problems)
            )
        browser.close()
    return pages


def take(name: str, list_only: bool) -> list[str]:
    """Snapshot both versions of an application; return what is wrong with it."""
    app = load_app(name)
    problems: list[str] = []
    taken = {side: take_version(name, side, list_only, problems) for side in ("old", "new")}
    if list_only:
        for key in app["pages"]:
            for side in ("old", "new"):
                print(f"=== {name} {key} {side} {app[side]}")
                print("\n".join(taken[side].get(key, [])))
    else:
        text = json.dumps({"app": name, **taken}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        (HERE / "snapshots" / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("apps", nargs="*", help="names; all when none is given")
    parser.add_argument("--list", action="store_true", help="print what can be labelled, write nothing")
    options = parser.parse_args()
    problems = [problem for name in options.apps or app_names() for problem in take(name, options.list)]
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
