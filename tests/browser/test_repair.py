"""A target that drifts: healed for the visitor, told by the CMS, repaired by one click, and only in the draft."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_builder import Builder, build, draft, new_guide
from tests.demo import Demo

pytestmark = pytest.mark.browser

NEW_INVOICE = "[data-tour=new-invoice]"
# What a release may do to a button: another id for tests, another label; where it stands and leads stays.
DRIFT = """addEventListener("DOMContentLoaded", () => {
    for (const one of document.querySelectorAll("[data-tour=new-invoice]")) {
        one.dataset.tour = "invoice-create";
        one.textContent = "Create an invoice";
    }
});"""


def publish(page: Page, demo: Demo, key: str) -> None:
    page.goto(f"{demo.cms}/guides/{key}/edit")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.goto(f"{demo.cms}/guides/{key}")
    expect(page.get_by_text("Live in Production, version 1").first).to_be_visible()


def published(page: Page, demo: Demo, key: str) -> dict[str, Any]:
    """Read the target of the published version's only step."""
    versions = page.request.get(f"{demo.cms}/api/v1/guides/{key}").json()["versions"]
    assert [one["number"] for one in versions] == [1]
    body = page.request.get(f"{demo.cms}/api/v1/guides/{key}/versions/1").json()
    return body["document"]["steps"][0]["target"]


def visit_the_changed_release(browser: Browser, demo: Demo, key: str) -> None:
    """See the guide as a visitor does after the host's release: it is found, by its likeness."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(DRIFT)
    page = context.new_page()
    page.goto(f"{demo.host}/?persona=guest")
    page.evaluate("() => { window.seen = []; handrail.on('step_shown', ({ step }) => seen.push(step)); }")
    # Asked for: other tests may have left guides live that would come first.
    page.evaluate("(key) => void handrail.start(key)", key)
    guide = page.locator(f"handrail-guide[data-guide={key}]")
    expect(guide.get_by_role("heading")).to_be_visible()
    page.wait_for_function("() => seen.length")
    assert page.evaluate("() => handrail.state().open[0].match") == "healed"
    guide.locator("[data-action=next]").click()
    expect(page.locator("handrail-guide")).to_have_count(0)
    context.close()


def health(page: Page, demo: Demo, key: str) -> list[dict[str, Any]]:
    """Wait until the health of the guide's targets has arrived, as the API tells it."""
    address = f"{demo.cms}/api/v1/guides/{key}/health?environment=production"
    deadline = time.monotonic() + 30
    while not (drifts := page.request.get(address).json()["drifts"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return drifts


def repair(builder: Builder) -> None:
    """Look at the healed step, take its target as it is now."""
    expect(builder.steps.first).to_contain_text("found by its likeness only")
    box = builder.panel.locator(".repair-box")
    expect(box).to_contain_text("name")
    expect(builder.page.locator("handrail-guide").get_by_role("dialog")).to_be_visible()
    builder.press("Remember it as it is now")
    expect(builder.steps.first).to_contain_text("found here")
    expect(box).to_have_count(0)
    builder.expect_saved()


# covers A2, L1, L3, R3
def test_a_drifting_target_is_told_and_repaired_in_the_draft_alone(
    page: Page, context: BrowserContext, chromium: Browser, demo: Demo
) -> None:
    demo.sign_in(page)
    key = new_guide(page, demo, "Drifting")
    builder = build(page, demo, key)
    builder.add(NEW_INVOICE)
    builder.expect_saved()
    builder.page.close()
    publish(page, demo, key)
    before = published(page, demo, key)

    visit_the_changed_release(chromium, demo, key)
    (drift,) = health(page, demo, key)
    assert (drift["healed"]["count"], drift["healed"]["n"]) == (1, 1)
    assert "name" in drift["missed"]
    assert {"role", "href"} <= set(drift["agreed"])
    page.goto(f"{demo.cms}/guides/{key}/report/health")
    told = page.get_by_role("region", name="What is changing")
    expect(told).to_contain_text(re.compile(r"Since .+, 100.?% are found by their likeness only"))
    expect(told).to_contain_text(re.compile("no longer the same: .*the accessible name.*; still the same: the address"))
    page.goto(f"{demo.cms}/")
    expect(page.get_by_text("it may break soon")).to_be_visible()

    context.add_init_script(DRIFT)
    builder = build(page, demo, key)
    repair(builder)
    target = draft(page, demo, key)["steps"][0]["target"]
    assert (target["name"], target["attributes"]["data-tour"]) == ("Create an invoice", "invoice-create")
    assert published(page, demo, key) == before
