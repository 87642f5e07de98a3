"""The step as a dialog: progress, names, focus, the keyboard, and what is left behind."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, at

pytestmark = pytest.mark.browser


# covers W11
def test_progress_is_shown_in_words_and_a_single_step_shows_none(stage: Stage) -> None:
    stage.open("plain.html").show({}, {}, {})
    stage.button("next").click()
    expect(stage.popover).to_contain_text("2 of 3")
    stage.button("close").click()
    expect(stage.host).to_have_count(0)
    stage.show({})
    expect(stage.host.locator(".progress")).to_have_count(0)


# covers W12
def test_the_accessibility_tree_reads_as_a_dialog_with_its_name_and_its_buttons(stage: Stage) -> None:
    body = {"t": "ul", "c": [{"t": "li", "c": ["One"]}, {"t": "li", "c": ["Two"]}]}
    stage.open("plain.html").show({"target": at("#search")}, {"title": "Then this", "body": body})
    expect(stage.popover).to_match_aria_snapshot(
        """
        - dialog "Start here":
          - heading "Start here" [level=2]
          - text: Every invoice begins here. 1 of 2
          - button "Next"
          - button "Close"
        """
    )
    expect(stage.popover).to_have_accessible_description("Every invoice begins here.")
    stage.button("next").click()
    expect(stage.popover).to_match_aria_snapshot(
        """
        - dialog "Then this":
          - heading "Then this" [level=2]
          - list:
            - listitem: One
            - listitem: Two
          - text: 2 of 2
          - button "Back"
          - button "Done"
          - button "Close"
        """
    )


# covers W12 W13
def test_focus_moves_in_loops_between_popover_and_target_and_returns(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#other").focus()
    stage.show({"target": at("#paid-label")}, {"target": at("#new")})
    assert stage.focused() == "dialog"
    order = []
    for _ in range(4):
        stage.page.keyboard.press("Tab")
        order.append(stage.focused())
    assert order == ["next", "close", "paid", "next"]
    for _ in range(3):
        stage.page.keyboard.press("Shift+Tab")
        order.append(stage.focused())
    assert order[4:] == ["paid", "close", "next"]
    stage.page.keyboard.press("Shift+Tab")
    stage.page.keyboard.press("Space")
    assert stage.page.locator("#paid").is_checked()
    stage.page.keyboard.press("Tab")
    stage.page.keyboard.press("Enter")
    expect(stage.host).to_have_attribute("data-step", "step-2")
    assert stage.focused() == "dialog"
    stage.page.keyboard.press("Escape")
    expect(stage.host).to_have_count(0)
    assert stage.focused() == "other"


# covers W13
def test_the_whole_tour_is_done_by_keyboard_alone(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#new")}, {"target": at("#search")}, {"target": at("#help")})
    for step in ("step-1", "step-2", "step-3"):
        expect(stage.host).to_have_attribute("data-step", step)
        for _ in range(5):
            stage.page.keyboard.press("Tab")
            if stage.focused() == "next":
                break
        assert (
            stage.button("next").evaluate("(e) => e.matches(':focus-visible') && getComputedStyle(e).outlineWidth")
            == "2px"
        )
        stage.page.keyboard.press("Enter")
    expect(stage.host).to_have_count(0)


# covers W12
def test_whoever_is_typing_is_not_interrupted_and_the_step_is_announced(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#search").press_sequentially("Acme")
    stage.show({"target": at("#search")})
    stage.page.keyboard.type(" Inc")
    assert stage.page.locator("#search").input_value() == "Acme Inc"
    live = stage.host.locator("[role=status]")
    expect(live).to_have_text("Start here. Every invoice begins here.")
    stage.page.keyboard.press("Tab")
    assert stage.focused() == "next"


# covers W9 W12
def test_escape_belongs_to_the_input_method_while_it_composes(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search")})
    send: Any = """(given) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true, cancelable: true, ...given }))"""
    stage.page.evaluate(send, {"isComposing": True})
    stage.page.evaluate(send, {"keyCode": 229})
    expect(stage.host).to_have_count(1)
    stage.page.evaluate(send, {})
    expect(stage.host).to_have_count(0)


# covers W9
def test_escape_closes_the_guide_first_and_the_dialog_of_the_page_only_after(stage: Stage) -> None:
    stage.open("layers.html").page.evaluate("() => dialog.showModal()")
    stage.show({"target": at("#save")})
    stage.page.keyboard.press("Escape")
    expect(stage.host).to_have_count(0)
    expect(stage.page.locator("#dialog")).to_be_visible()
    stage.page.keyboard.press("Escape")
    expect(stage.page.locator("#dialog")).to_be_hidden()


# covers W12
def test_keys_and_clicks_in_the_guide_are_kept_from_the_page(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search")}, {})
    stage.page.keyboard.press("j")
    stage.button("next").click()
    assert stage.seen() == []


# covers W12 W20
def test_nothing_is_left_on_the_page(stage: Stage) -> None:
    before = stage.open("plain.html").page.evaluate("() => document.documentElement.outerHTML")
    stage.show({"target": at("#search")}, {"target": at("#row-40")})
    stage.button("next").click()
    expect(stage.host).to_have_attribute("data-step", "step-2")
    stage.page.evaluate("() => handrail.stop()")
    assert stage.page.evaluate("() => document.documentElement.outerHTML") == before
