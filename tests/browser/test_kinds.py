"""Tooltip, hotspot, banner and modal: how each opens, what the keyboard does, and that none holds the page back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, at, beside

pytestmark = pytest.mark.browser

MORE = {"text": "More", "action": {"emit": "more"}}


# covers W24
def test_a_tooltip_opens_on_hover_stays_while_it_is_hovered_and_closes_after(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#other")}, kind="tooltip")
    expect(stage.popover).to_be_hidden()
    stage.page.locator("#other").hover()
    expect(stage.popover).to_be_visible()
    assert beside(stage.box(stage.popover), stage.box("#other"), "bottom")
    stage.popover.hover()
    stage.page.locator("h1").hover(trial=True)
    expect(stage.popover).to_be_visible()
    stage.page.mouse.move(500, 600)
    expect(stage.popover).to_be_hidden()
    assert stage.focused() == "body"


# covers W24
def test_a_tooltip_opens_on_focus_is_announced_and_escape_closes_it(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#new").focus()
    stage.show({"target": at("#other")}, kind="tooltip")
    stage.page.keyboard.press("Tab")
    expect(stage.popover).to_be_visible()
    expect(stage.host.locator("[role=status]")).to_have_text("Start here. Every invoice begins here.")
    assert stage.focused() == "other"
    stage.page.keyboard.press("Escape")
    expect(stage.popover).to_be_hidden()
    stage.page.keyboard.press("Tab")
    assert stage.focused() == "search"


# covers W24
def test_tab_goes_through_a_tooltip_with_a_button_and_on_into_the_page(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#new").focus()
    stage.show({"target": at("#other"), "buttons": [MORE]}, kind="tooltip")
    order = []
    for key in ("Tab", "Tab", "Shift+Tab", "Tab", "Tab"):
        stage.page.keyboard.press(key)
        order.append(stage.focused())
    assert order == ["other", "emit", "other", "emit", "search"]
    expect(stage.popover).to_be_hidden()


# covers W24
def test_a_tooltip_opens_on_tap(new_stage: Any) -> None:
    stage = new_stage(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    stage.open("plain.html").show({"target": at("#other")}, kind="tooltip")
    stage.page.locator("#other").tap()
    expect(stage.popover).to_be_visible()
    stage.page.locator("h1").tap()
    expect(stage.popover).to_be_hidden()


# covers W24
def test_a_tooltip_on_click_toggles_and_leaves_the_click_to_the_page(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#other"), "open": "click"}, kind="tooltip")
    stage.page.locator("#other").click()
    expect(stage.popover).to_be_visible()
    assert stage.seen() == ["click other"]
    stage.page.locator("h1").click()
    expect(stage.popover).to_be_hidden()


# covers W24
def test_a_hotspot_is_a_named_button_at_its_target_that_opens_by_keyboard(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search"), "open": "click", "buttons": [MORE]}, kind="hotspot")
    dot = stage.host.get_by_role("button", name="Start here")
    target, box = stage.box("#search"), stage.box(dot)
    assert abs(box["x"] + 14 - target["x"] - target["width"]) < 1
    assert abs(box["y"] + 14 - target["y"]) < 1
    assert box["width"] >= 24
    dot.focus()
    stage.page.keyboard.press("Enter")
    expect(stage.popover).to_be_visible()
    expect(dot).to_have_attribute("aria-expanded", "true")
    stage.page.keyboard.press("Tab")
    assert stage.focused() == "emit"
    stage.page.keyboard.press("Escape")
    expect(stage.popover).to_be_hidden()
    assert dot.evaluate("(e) => e.getRootNode().activeElement === e")


# covers W24
def test_the_dot_goes_with_its_target_in_a_nested_scroller_and_hides_with_it(stage: Stage) -> None:
    stage.open("scrollers.html").page.locator("#deep").scroll_into_view_if_needed()
    stage.show({"target": at("#deep")}, kind="hotspot")
    dot = stage.host.locator(".dot")
    stage.page.evaluate("() => document.querySelector('#inner').scrollBy(0, 30)")
    stage.settle()
    assert abs(stage.box(dot)["y"] + 14 - stage.box("#deep")["y"]) < 1
    stage.page.evaluate("() => document.querySelector('#inner').scrollTo(0, 0)")
    expect(dot).to_be_hidden()


# covers W24 W26
def test_a_pushing_banner_moves_the_page_and_an_overlaid_one_does_not(stage: Stage) -> None:
    stage.open("plain.html")
    before = stage.box("h1")["y"]
    stage.show({"banner": {"mode": "overlay"}, "buttons": [MORE]}, kind="banner")
    assert stage.box("h1")["y"] == before
    stage.button("close").click()
    expect(stage.host).to_have_count(0)
    stage.show({"buttons": [MORE]}, kind="banner")
    assert stage.box("h1")["y"] == before + stage.box(stage.popover)["height"]
    stage.page.locator("#other").click()
    assert stage.seen() == ["click other"]
    assert stage.focused() == "other"
    stage.button("close").click()
    assert stage.box("h1")["y"] == before


# covers W24
def test_a_banner_is_announced_and_escape_closes_it_from_inside_only(stage: Stage) -> None:
    stage.open("plain.html").show({"banner": {"edge": "bottom"}}, kind="banner")
    expect(stage.host.locator("[role=status]")).to_have_text("Start here. Every invoice begins here.")
    assert stage.box(stage.popover)["y"] + stage.box(stage.popover)["height"] == 640
    stage.page.keyboard.press("Escape")
    expect(stage.host).to_have_count(1)
    stage.button("close").focus()
    stage.page.keyboard.press("Escape")
    expect(stage.host).to_have_count(0)


# covers W24 W12
def test_a_modal_holds_keyboard_and_clicks(stage: Stage) -> None:
    stage.open("plain.html").show({"buttons": [MORE]}, kind="modal")
    expect(stage.popover).to_have_attribute("aria-modal", "true")
    order = []
    for _ in range(3):
        stage.page.keyboard.press("Tab")
        order.append(stage.focused())
    assert order == ["emit", "close", "emit"]
    stage.page.mouse.click(20, 20)
    assert stage.seen() == []
    stage.page.keyboard.press("Escape")
    expect(stage.host).to_have_count(0)
