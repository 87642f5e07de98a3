"""The CMS in a browser: every page by name, axe, and what the browser complained of."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from tests.conftest import ROOT
from tests.demo import Demo

AXE = ROOT / "node_modules/axe-core/axe.min.js"
PAGES = (
    "/",
    "/guides",
    "/guides/archive",
    "/guides/new",
    "/guides/first-invoice",
    "/guides/first-invoice/edit",
    "/guides/first-invoice/edit?panel=audience",
    "/guides/first-invoice/json",
    "/guides/first-invoice/publish",
    "/guides/first-invoice/versions",
    "/guides/first-invoice/compare?from=1&to=draft",
    "/guides/first-invoice/languages",
    "/guides/first-invoice/report?mark=simulated",
    "/guides/first-invoice/report/health?mark=simulated",
    "/guides/first-invoice/report/paths?mark=simulated",
    "/guides/first-invoice/runs?mark=simulated",
    "/releases",
    "/segments",
    "/segments/new",
    "/segments/on-trial",
    "/reports",
    "/usability",
    "/usability/new",
    "/visitors",
    "/themes",
    "/themes/ledger",
    "/languages",
    "/team",
    "/team/tokens",
    "/settings",
    "/settings/environments",
    "/settings/environments/new",
    "/settings/environments/production",
    "/settings/audit",
    "/account",
    "/more",
)


def violations(page: Page) -> list[str]:
    """Run axe on the page, through the debugger, which the page's CSP does not bind; return what it found."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    asked = "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => JSON.stringify(violations))"
    answer = session.send("Runtime.evaluate", {"expression": asked, "awaitPromise": True, "returnByValue": True})
    session.detach()
    found: list[dict[str, Any]] = json.loads(answer["result"]["value"])
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def tall_fields(page: Page) -> list[str]:
    """Return the names of one-line fields that are drawn taller than two lines."""
    return page.evaluate(
        "() => [...document.querySelectorAll('input, select:not([multiple])')]"
        ".filter((one) => one.getBoundingClientRect().height > 64).map((one) => one.name)"
    )


def too_wide(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


def settled(page: Page, demo: Demo, path: str) -> None:
    """Open a page and wait until nothing is loading any more."""
    page.goto(demo.cms + path, wait_until="networkidle")


def check_all(page: Page, demo: Demo, paths: tuple[str, ...] = PAGES) -> None:
    """Every page: no axe violation, nothing wider than the window, no field too tall, no complaint in the console."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    page.on(
        "console", lambda message: complaints.append(f"{page.url} {message.text}") if message.type == "error" else None
    )
    for path in paths:
        settled(page, demo, path)
        complaints += [f"{path} {found}" for found in violations(page)]
        if (over := too_wide(page)) > 0:
            complaints.append(f"{path} is {over} px too wide")
        complaints += [f"{path} has the field {name} too tall" for name in tall_fields(page)]
    assert not complaints, "\n".join(complaints)
