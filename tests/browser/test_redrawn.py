"""Pages that draw their elements anew: React, Vue, a virtualised list."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, at

pytestmark = pytest.mark.browser


def expect_at(stage: Stage, css: str) -> None:
    """The spotlight lies around the element that now matches."""
    stage.settle()
    box, spot = stage.box(css), stage.spot()
    assert abs(spot["x"] + 6 - box["x"]) < 1.01
    assert abs(spot["y"] + 6 - box["y"]) < 1.01


# covers W5 W2
@pytest.mark.parametrize("framework", ["react", "vue"])
def test_a_target_that_a_framework_draws_anew_is_taken_up_again(stage: Stage, framework: str) -> None:
    stage.open(f"{framework}.html").page.locator("#target").wait_for()
    stage.show({"target": at("#target")}, {})
    old = stage.page.locator("#target").element_handle()
    for _ in range(3):
        stage.page.evaluate("() => redraw()")
        expect_at(stage, "#target")
    assert not old.evaluate("(e) => e.isConnected")
    stage.page.evaluate("() => blink()")
    expect(stage.page.locator("#target")).to_have_count(0)
    expect(stage.page.locator("#target")).to_have_count(1)
    expect(stage.host).to_have_attribute("data-step", "step-1")
    expect_at(stage, "#target")
    stage.button("next").click()
    expect(stage.host).to_have_attribute("data-step", "step-2")


# covers W5 W2
def test_a_row_of_a_virtualised_list_is_followed_while_it_exists(stage: Stage) -> None:
    stage.open("list.html").show({"target": at("#item-4")})
    for y in (40, 90):
        stage.page.evaluate("(y) => { document.querySelector('#list').scrollTop = y; }", y)
        stage.page.wait_for_function("() => !document.querySelector('#item-0')")
        expect_at(stage, "#item-4")
