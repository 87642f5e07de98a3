"""What a screen reader gets to hear: whole guides by keyboard alone, as the browser's accessibility tree tells them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, at

pytestmark = pytest.mark.browser


class Reader:
    """Follows the keyboard through the accessibility tree, and keeps what it would say."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.tree = stage.page.context.new_cdp_session(stage.page)
        self.tree.send("Accessibility.enable")
        self.said: list[str] = []

    def nodes(self) -> list[dict[str, Any]]:
        return [node for node in self.tree.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]

    def press(self, *keys: str) -> Reader:
        """Press keys, and after each say where the keyboard is now."""
        for key in keys:
            self.stage.page.keyboard.press(key)
            self.say()
        return self

    def say(self) -> None:
        """Say role, name and description of what has the keyboard."""
        self.stage.settle()
        focused = [node for node in self.nodes() if _property(node, "focused")]
        node = focused[-1]
        parts = [node["role"]["value"], f'"{node["name"]["value"]}"']
        if told := node.get("description", {}).get("value"):
            parts.append(f"({told})")
        states = [state for state in ("expanded", "checked", "modal") if _property(node, state) not in (None, False)]
        self.said.append(" ".join(parts + states))

    def live(self) -> list[str]:
        """Return what polite live regions say now."""
        regions = self.stage.host.get_by_role("status").all()
        return [text for region in regions if (text := region.text_content())]


def _property(node: dict[str, Any], name: str) -> Any:
    return next((each["value"]["value"] for each in node.get("properties", []) if each["name"] == name), None)


# covers W12 W13
def test_a_tour_is_heard_and_done_by_keyboard_alone(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#other").focus()
    stage.show(
        {"title": "Welcome", "body": "Three short steps."},
        {"target": at("#search"), "title": "Find", "body": "Type a name.", "advance": {"on": "input"}},
        {"target": at("#new"), "title": "Begin", "body": "Press the button.", "advance": {"on": "click"}},
        {"target": at("#paid-label"), "title": "Paid", "body": "Tick what is paid."},
    )
    reader = Reader(stage)
    reader.say()
    reader.press("Tab", "Tab", "Shift+Tab", "Enter")
    reader.press("Tab", "Tab", "Tab")
    stage.page.keyboard.type("Acme")
    expect(stage.host).to_have_attribute("data-step", "step-3")
    # Whoever types keeps the field, and hears the step from the live region.
    expect(stage.host.get_by_role("status")).to_have_text("Begin. Press the button.")
    reader.say()
    reader.press("Tab", "Tab", "Tab")
    stage.page.keyboard.press("Enter")
    expect(stage.host).to_have_attribute("data-step", "step-4")
    reader.say()
    reader.press("Tab", "Enter")
    expect(stage.host).to_have_attribute("data-step", "step-3")
    stage.page.keyboard.press("Escape")
    expect(stage.host).to_have_count(0)
    reader.say()
    assert reader.said == [
        'dialog "Welcome" (Three short steps.)',
        'button "Next"',
        'button "Close"',
        'button "Next"',
        'dialog "Find" (Type a name.)',
        'button "Back"',
        'button "Close"',
        'textbox "Search"',
        'textbox "Search"',
        'button "Back"',
        'button "Close"',
        'button "New invoice"',
        'dialog "Paid" (Tick what is paid.)',
        'button "Back"',
        'dialog "Begin" (Press the button.)',
        'button "Export"',
    ]


# covers W12 W24
def test_a_hotspot_is_heard_as_a_button_that_opens_and_says_its_text(stage: Stage) -> None:
    more = [{"text": "More", "action": {"emit": "more"}}]
    stage.open("plain.html").page.locator("#new").focus()
    stage.show({"target": at("#search"), "title": "Search", "open": "click", "buttons": more}, kind="hotspot", key="h")
    reader = Reader(stage)
    stage.host.get_by_role("button", name="Search").focus()
    reader.say()
    reader.press("Enter")
    assert reader.live() == ["Search. Every invoice begins here."]
    reader.press("Tab", "Tab", "Shift+Tab", "Shift+Tab", "Escape")
    assert reader.said == [
        'button "Search"',
        'button "Search" expanded',
        'button "More"',
        'button "Close"',
        'button "More"',
        'button "Search" expanded',
        'button "Search"',
    ]


# covers W12 W24
def test_a_modal_says_that_it_is_one(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#other").focus()
    stage.show({"title": "News", "body": "Two things are new."}, kind="modal")
    reader = Reader(stage)
    reader.say()
    reader.press("Tab", "Tab", "Tab", "Escape")
    assert reader.said == [
        'dialog "News" (Two things are new.) modal',
        'button "Done"',
        'button "Close"',
        'button "Done"',
        'button "Export"',
    ]
