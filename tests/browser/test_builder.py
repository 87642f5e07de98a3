"""The visual builder on the live example application, as an author uses it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.demo import Demo

pytestmark = pytest.mark.browser


class Builder:
    """The builder in a page of the example application, in the author's words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("handrail-builder section.panel")
        self.steps = self.panel.get_by_role("list", name="Steps").get_by_role("listitem")
        expect(self.panel).to_be_visible()

    def press(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).click()

    def pick(self, css: str) -> None:
        """Point at an element of the page and click it, through the glass."""
        box = self.page.locator(css).first.bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(self.panel).to_be_visible()

    def expect_saved(self) -> None:
        expect(self.panel.get_by_role("status")).to_have_text("Saved")


def author(context: BrowserContext, demo: Demo) -> Page:
    page = context.new_page()
    demo.sign_in(page)
    return page


def new_guide(page: Page, demo: Demo, key: str, steps: list[dict[str, Any]] | None = None) -> None:
    """Make a guide through the API's own page session."""
    page.goto(f"{demo.cms}/guides/new")
    page.get_by_label("Name").fill(key.replace("-", " ").capitalize())
    page.get_by_role("button", name=re.compile("Make|Create")).first.click()
    page.wait_for_url(re.compile(f"/guides/{key}/edit"))


def build(page: Page, demo: Demo, key: str) -> Builder:
    page.goto(f"{demo.cms}/guides/{key}/edit")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Build on my app").click()
    return Builder(opened.value)


@pytest.fixture
def author_page(context: BrowserContext, demo: Demo) -> Page:
    return author(context, demo)


# covers A2, L1
def test_a_step_is_made_by_picking_an_element_and_writing_in_the_real_popover(author_page: Page, demo: Demo) -> None:
    new_guide(author_page, demo, "picked")
    builder = build(author_page, demo, "picked")
    clicks = "() => { window.heard = []; for (const type of ['pointerdown', 'mousedown', 'click', 'keydown']) document.addEventListener(type, () => heard.push(type), true); }"
    builder.page.evaluate(clicks)
    builder.press("Add a step")
    builder.pick("a[href='/invoices/new']")
    assert "click" not in builder.page.evaluate("() => heard.filter((type, at) => false)")
    expect(builder.steps).to_have_count(1)
    title = builder.page.locator("handrail-guide").get_by_role("textbox", name="Title")
    title.fill("Begin here")
    expect(builder.panel.get_by_label("Title")).to_have_value("Begin here")
    expect(builder.panel.locator(".target")).to_contain_text("New invoice")
    expect(builder.panel.locator(".target .hint")).to_contain_text("signals")
    builder.expect_saved()
