"""The builder draws each kind as visitors will see it, and makes no document that its kind refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_builder import build, draft
from tests.demo import Demo

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, demo: Demo) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.set_default_timeout(20_000)
    page = context.new_page()
    demo.sign_in(page)
    page.close()
    yield context
    context.close()


@pytest.fixture
def author(signed_in: Any) -> Iterator[Page]:
    yield signed_in.new_page()
    for left in signed_in.pages:
        left.close()


def new_guide(page: Page, demo: Demo, kind: str) -> str:
    page.goto(f"{demo.cms}/guides/new")
    page.get_by_label("Name").fill(f"Built {kind}")
    page.locator(f"input[value='empty:{kind}']").check()
    page.get_by_role("button", name="Make the guide").click()
    page.wait_for_url(re.compile("/edit"))
    return f"built-{kind}"


# covers A2, A3, W24
def test_a_checklist_is_built_as_the_list_it_is(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "checklist")
    builder = build(author, demo, key)
    page = builder.page
    items = page.locator("handrail-guide .list [data-item]")
    expect(items).to_have_count(1)
    expect(builder.panel.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    expect(builder.panel.get_by_role("button", name=re.compile("^Pick"))).to_have_count(0)
    builder.press("Add an item")
    expect(items).to_have_count(2)
    builder.panel.get_by_label("Title", exact=True).fill("Send an invoice")
    expect(items.nth(1)).to_contain_text("Send an invoice")
    items.nth(0).get_by_role("textbox", name="Title").fill("Make an invoice")
    expect(builder.steps.nth(0)).to_contain_text("Make an invoice")
    expect(builder.panel.get_by_label("Title", exact=True)).to_have_value("Make an invoice")
    expect(items.nth(0)).to_have_attribute("aria-current", "step")
    items.nth(1).get_by_role("textbox", name="Text").fill("It takes **a minute**.")
    builder.press("Move “Send an invoice” up")
    expect(items.nth(0)).to_contain_text("Send an invoice")
    builder.expect_saved()
    steps: list[dict[str, Any]] = draft(author, demo, key)["steps"]
    assert [step["title"] for step in steps] == ["Send an invoice", "Make an invoice"]
    assert steps[0]["body"] == "It takes **a minute**."
    assert [name for step in steps for name in ("target", "on", "advance") if name in step] == []
    # neither covers the other
    panel, popover = builder.panel.bounding_box(), page.locator("handrail-guide .list").bounding_box()
    assert panel
    assert popover
    assert panel["x"] + panel["width"] <= popover["x"] or popover["x"] + popover["width"] <= panel["x"]
    expect(builder.panel.get_by_role("link", name="Open the editor")).to_have_attribute(
        "href", f"{demo.cms}/guides/{key}/edit"
    )
    builder.press("Play from here")
    expect(builder.panel).to_be_hidden()
    expect(page.locator("handrail-guide[data-guide] .list .progress")).to_have_text("0 of 2")
    page.locator("handrail-guide [data-action=close]").click()
    expect(builder.panel).to_be_visible()


# covers A2, W24
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tooltip", "hotspot"])
def test_a_pointed_kind_has_one_step_drawn_as_its_kind(author: Page, demo: Demo, kind: str) -> None:
    key = new_guide(author, demo, kind)
    builder = build(author, demo, key)
    builder.add("[data-tour=new-invoice]")
    guide = builder.page.locator("handrail-guide")
    guide.get_by_role("textbox", name="Text").fill("In place")
    builder.expect_saved()
    expect(guide.locator("[data-action=next]")).to_have_count(0)
    expect(guide.locator(".dot")).to_have_count(1 if kind == "hotspot" else 0)
    expect(builder.panel.get_by_role("button", name="Add a step")).to_have_count(0)
    expect(builder.panel.get_by_role("button", name="Pick another element")).to_be_visible()
    builder.page.keyboard.press("Alt+a")
    expect(builder.steps).to_have_count(1)
    assert draft(author, demo, key)["steps"][0]["body"] == "In place"


# covers A2, W24
@pytest.mark.slow
def test_a_banner_is_written_where_it_will_stand(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "banner")
    builder = build(author, demo, key)
    banner = builder.page.locator("handrail-guide .bar.top")
    banner.get_by_role("textbox", name="Text").fill("Closed on Sunday")
    expect(builder.panel.get_by_label("Text", exact=True)).to_have_value("Closed on Sunday")
    builder.expect_saved()
    assert draft(author, demo, key)["steps"][0]["body"] == "Closed on Sunday"
