"""The first five minutes of a new installation: Handrail's own checklist, ticked by what really happened."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.running import serving, set_up

pytestmark = pytest.mark.browser


def sign_in(page: Page, url: str, password: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail address").fill("admin@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/")


# covers A1 A10
def test_a_new_installation_is_led_by_handrails_own_checklist(chromium: Browser, tmp_path: Path) -> None:
    password = set_up(tmp_path / "data")
    page, problems = chromium.new_page(), list[str]()
    page.on("console", lambda line: problems.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    with serving(tmp_path / "data") as server:
        sign_in(page, server.url, password)
        checklist = page.locator("handrail-guide")
        done, progress = checklist.locator("li.done"), checklist.locator(".progress")
        expect(progress).to_have_text("0 of 5")
        expect(checklist.get_by_text("Put the snippet on your application")).to_be_visible()
        assert page.evaluate("document.activeElement.localName") == "body"
        install = page.request.get(f"{server.url}/settings").text()
        key = re.findall(r"pk_\w+", install)[0]
        seen = page.request.get(f"{server.url}/v1/{key}/manifest.json", headers={"Origin": "https://app.example.com"})
        assert seen.ok
        expect(done).to_have_count(1, timeout=10_000)  # by itself, while the page is looked at
        expect(page).to_have_url(f"{server.url}/")
        checklist.get_by_role("button", name="Make a guide").click()
        page.wait_for_url("**/guides/new?start=library:welcome-tour")
        expect(progress).to_have_text("1 of 5")
        expect(checklist.locator("li").first).to_be_hidden()  # folded: the page is for the work
        expect(page.get_by_role("radio", name="Welcome tour")).to_be_checked()
        page.get_by_role("button", name="Make the guide").click()
        page.wait_for_url("**/edit")
        expect(progress).to_have_text("2 of 5")
        checklist.locator(".fold").focus()
        page.keyboard.press("Enter")
        expect(checklist.locator("li").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(checklist.locator("li").first).to_be_hidden()
        with page.expect_response("**/preferences"):
            checklist.get_by_role("button", name="Close").click()
        expect(checklist).to_have_count(0)
        page.goto(server.url)
        expect(page.get_by_role("button", name="Show the first five minutes again")).to_be_visible()
        expect(checklist).to_have_count(0)
        page.get_by_role("button", name="Show the first five minutes again").click()
        expect(progress).to_have_text("2 of 5")
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{server.url}/guides?lang=ko")
        expect(progress).to_have_text("2/5")
        expect(checklist.get_by_role("button", name="닫기")).to_be_visible()
        popover, bar = checklist.locator(".popover").bounding_box(), page.locator(".rail-nav").bounding_box()
        assert popover
        assert bar
        assert popover["y"] + popover["height"] <= bar["y"]  # the bar below stays within reach
        page.close()  # before the server goes: the checklist asks it now and then
    assert problems == []
