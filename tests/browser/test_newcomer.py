"""Somebody who has never read the manual makes a three-step tour, by mouse and by keyboard alone.

An action is what a person would count: a press of a control, a text typed, an element pointed at, another tab.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo import Demo

pytestmark = pytest.mark.browser

MOST_ACTIONS = 25
MOST_TABS = 120
PICKED = {
    "New invoice": "[data-tour=new-invoice]",
    "Invoices": "nav a[href='/invoices']",
    "Customers": "nav a[href='/customers']",
}

# The name, as assistive technology would say it, of whatever has the focus, through shadow roots.
FOCUSED = """() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    const label = active?.labels?.[0]?.innerText ?? active?.getAttribute("aria-label") ?? active?.innerText ?? "";
    return label.trim().split("\\n")[0];
}"""


class Hands(Protocol):
    """How a person uses a page."""

    actions: int

    def press(self, page: Page, name: str) -> None: ...
    def write(self, page: Page, label: str, text: str) -> None: ...
    def point_at(self, page: Page, name: str) -> None: ...


class Mouse:
    """Clicks, and types into what was clicked."""

    def __init__(self) -> None:
        self.actions = 0

    def press(self, page: Page, name: str) -> None:
        self.actions += 1
        control = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
        control.locator("visible=true").first.click()

    def write(self, page: Page, label: str, text: str) -> None:
        self.actions += 1
        page.get_by_label(label, exact=True).locator("visible=true").first.fill(text)

    def point_at(self, page: Page, name: str) -> None:
        self.actions += 1
        box = page.locator(PICKED[name]).bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


class Keyboard:
    """Tab until the control is reached, then Enter or typing; nothing else."""

    def __init__(self) -> None:
        self.actions = 0

    def _reach(self, page: Page, name: str) -> None:
        for _ in range(MOST_TABS):
            if page.evaluate(FOCUSED) == name:
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"“{name}” can't be reached with Tab on {page.url}")

    def press(self, page: Page, name: str) -> None:
        self.actions += 1
        self._reach(page, name)
        page.keyboard.press("Enter")

    def write(self, page: Page, label: str, text: str) -> None:
        self.actions += 1
        self._reach(page, label)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)

    def point_at(self, page: Page, name: str) -> None:
        self.actions += 1
        label = page.locator("handrail-builder .outline-label")
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            if f"“{name}”" in label.inner_text():
                break
        page.keyboard.press("Enter")


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard"])
def hands(request: pytest.FixtureRequest) -> Iterator[Hands]:
    person: Hands = request.param()
    yield person
    assert person.actions <= MOST_ACTIONS, f"{person.actions} actions"


# covers A1, A10, W13
def test_a_newcomer_builds_previews_and_publishes_a_tour(
    page: Page, demo: Demo, chromium: Browser, hands: Hands, request: pytest.FixtureRequest
) -> None:
    name = f"Around Ledger by {request.node.callspec.id}"
    page.goto(f"{demo.cms}/")
    hands.write(page, "E-mail address", demo.email)
    hands.write(page, "Password", demo.password)
    hands.press(page, "Sign in")
    page.wait_for_url(lambda url: "sign-in" not in url)
    hands.press(page, "Guides")
    page.wait_for_url(re.compile("/guides"))
    hands.press(page, "New guide")
    page.wait_for_url(re.compile("/guides/new"))
    hands.write(page, "Name", name)
    hands.press(page, "Make the guide")
    page.wait_for_url(re.compile("/edit"))

    with page.context.expect_page() as opened:
        hands.press(page, "Build on my app")
    build(opened.value, hands)

    page.bring_to_front()
    hands.actions += 1
    page.reload()
    with page.context.expect_page() as opened:
        hands.press(page, "Preview on your page")
    guide = opened.value.locator("handrail-guide")
    expect(guide.get_by_role("heading")).to_have_text("Step 1")
    opened.value.close()

    hands.press(page, "Publish…")
    page.wait_for_url(re.compile("/publish"))
    hands.press(page, "Publish version 1")
    expect(page.get_by_text("Live in Production, version 1").first).to_be_visible()
    see_as_a_visitor(chromium, demo, name)


def build(host: Page, hands: Hands) -> None:
    """Point at three elements, name each step, and leave."""
    panel = host.locator("handrail-builder section.panel")
    expect(panel).to_be_visible()
    for number, element in enumerate(PICKED, 1):
        hands.press(host, "Add a step")
        hands.point_at(host, element)
        expect(panel.get_by_role("listitem")).to_have_count(number)
        hands.write(host, "Title", f"Step {number}")
        expect(panel.get_by_role("listitem").nth(number - 1)).to_contain_text(f"Step {number}")
    expect(panel.locator(".save")).to_have_text("Saved")
    hands.press(host, "Finish building")
    expect(host.locator("handrail-builder")).to_have_count(0)
    host.close()


def see_as_a_visitor(chromium: Browser, demo: Demo, name: str) -> None:
    """The tour starts by itself for somebody new, and can be followed to its end."""
    key = name.lower().replace(" ", "-")
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    visitor = context.new_page()
    visitor.goto(f"{demo.host}/?persona=guest")
    guide = visitor.locator(f"handrail-guide[data-guide={key}]")
    if not guide.count():
        visitor.wait_for_function("() => handrail.state().ready")
        visitor.evaluate("(key) => handrail.start(key)", key)
    for number in range(1, len(PICKED) + 1):
        expect(guide.get_by_role("heading")).to_have_text(f"Step {number}")
        guide.locator("[data-action=next]").click()
    expect(guide).to_have_count(0)
    context.close()
