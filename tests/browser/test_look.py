"""The look: phones, zoom, languages, directions, themes, forced colours, motion, touch, print."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import GERMAN, THEME
from tests.browser.stage import Stage, at, beside, inside

pytestmark = pytest.mark.browser

NewStage = Callable[..., Stage]
LONG = " ".join(["A long text that says more than anybody will read on a small screen."] * 30)
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=")


def expect_reachable(stage: Stage, width: int, height: int) -> None:
    """Every button is on the screen, large enough, and takes a click; nothing is wider than its place."""
    assert inside(stage.box(stage.popover), width, height + 0.5)
    for button in stage.host.locator("button").all():
        button.scroll_into_view_if_needed()
        box = stage.box(button)
        assert inside(box, width, height + 0.5)
        assert min(box["width"], box["height"]) >= 24
        button.click(trial=True)
    assert stage.popover.evaluate(
        """(e) => [e, ...e.querySelectorAll(".scroll, .foot, h2, p, .body")]
            .every((each) => each.scrollWidth <= each.clientWidth)"""
    )


# covers W13 W23
@pytest.mark.parametrize(("width", "height"), [(390, 700), (320, 256), (360, 400), (700, 300), (1000, 640)])
def test_the_buttons_stay_reachable_however_long_the_text(new_stage: NewStage, width: int, height: int) -> None:
    stage = new_stage(viewport={"width": width, "height": height})
    stage.open("plain.html").show({"target": at("#search"), "title": GERMAN, "body": LONG}, {})
    expect_reachable(stage, width, height)


# covers W23
def test_on_a_phone_the_popover_is_a_sheet_that_leaves_the_target_in_sight(new_stage: NewStage) -> None:
    stage = new_stage(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    stage.open("plain.html")
    for row in ("#search", "#row-30", "#help", "#fixed"):
        stage.show({"target": at(row)})
        sheet, target = stage.box(stage.popover), stage.box(row)
        assert (sheet["x"], sheet["width"]) == (0, 390)
        assert sheet["y"] >= target["y"] + target["height"] or sheet["y"] + sheet["height"] <= target["y"]
        stage.button("close").tap()
        expect(stage.host).to_have_count(0)


# covers W23
def test_swipe_scrolls_the_page_and_pinch_zooms_it_under_a_spotlight(new_stage: NewStage) -> None:
    stage = new_stage(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    stage.open("plain.html").show({"target": at("#search")})
    touch = stage.page.context.new_cdp_session(stage.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 200, "y": 400}]})
    for y in range(390, 100, -15):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 200, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    stage.page.wait_for_function("() => scrollY > 100")
    touch.send("Input.synthesizePinchGesture", {"x": 200, "y": 300, "scaleFactor": 2})
    stage.page.wait_for_function("() => visualViewport.scale > 1.5")


# covers W2 W23
def test_the_popover_stays_with_its_target_while_the_visitor_pinches(new_stage: NewStage) -> None:
    stage = new_stage(viewport={"width": 800, "height": 700}, has_touch=True, is_mobile=True)
    stage.open("plain.html").show({"target": at("#search")})
    touch = stage.page.context.new_cdp_session(stage.page)
    touch.send("Input.synthesizePinchGesture", {"x": 200, "y": 200, "scaleFactor": 2})
    stage.page.wait_for_function("() => visualViewport.scale > 1.5")
    stage.settle()
    assert beside(stage.box(stage.popover), stage.box("#search"), "bottom")
    assert abs(stage.spot()["x"] + 6 - stage.box("#search")["x"]) < 1


# covers W13 W23
@pytest.mark.parametrize(("width", "target"), [(390, "#search"), (800, "#fixed")], ids=["sheet", "popover"])
def test_an_on_screen_keyboard_does_not_cover_the_guide(new_stage: NewStage, width: int, target: str) -> None:
    stage = new_stage(viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True)
    stage.open("plain.html").show({"target": at(target)})
    # The keyboard of a phone makes the visual viewport lower, and nothing else; here is none to open.
    stage.page.evaluate(
        """() => {
            Object.defineProperty(VisualViewport.prototype, "height", { get: () => 400 });
            visualViewport.dispatchEvent(new Event("resize"));
        }"""
    )
    stage.settle()
    assert inside(stage.box(stage.popover), width, 400)


# covers W14
def test_right_to_left_mirrors(stage: Stage) -> None:
    stage.open("rtl.html").show({"target": at("#target"), "place": "bottom-start"}, {}, language="ar", direction="rtl")
    stage.page.evaluate("() => scrollBy({ left: -100, behavior: 'instant' })")
    stage.settle()
    popover, target = stage.box(stage.popover), stage.box("#target")
    assert beside(popover, target, "bottom")
    assert abs(popover["x"] + popover["width"] - target["x"] - target["width"] - 6) < 1.01
    assert stage.box(stage.button("close"))["x"] < stage.box(stage.host.locator("#title"))["x"] + 40
    assert stage.box(stage.button("next"))["x"] < stage.box(stage.host.locator(".progress"))["x"]


# covers W14
def test_korean_breaks_between_words(stage: Stage) -> None:
    body = "모든 청구서는 새 청구서 버튼에서 시작해요. 보내기 전까지는 아무것도 전송되지 않아요."
    stage.open("plain.html").show({"target": at("#search"), "body": body}, language="ko")
    lines = stage.popover.locator("#body").evaluate(
        """(e) => {
            const text = e.firstChild, range = document.createRange(), lines = [];
            let top = null;
            for (let n = 0; n < text.length; n++) {
                range.setStart(text, n); range.setEnd(text, n + 1);
                const box = range.getClientRects()[0];
                if (!box) continue;
                if (top === null || box.top > top + 4) { lines.push(""); top = box.top; }
                lines[lines.length - 1] += text.data[n];
            }
            return lines;
        }"""
    )
    assert len(lines) > 1
    words = body.split()
    assert all(word in words for line in lines for word in line.split())


# covers W15
@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("scheme", ["system", "light", "dark"])
def test_light_and_dark_follow_the_theme_or_the_system(new_stage: NewStage, system: str, scheme: str) -> None:
    stage = new_stage(color_scheme=system)
    stage.open("plain.html").show({"target": at("#search")}, theme={**THEME, "scheme": scheme})
    dark = (system if scheme == "system" else scheme) == "dark"
    colour = stage.popover.evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert colour == ("rgb(42, 26, 0)" if dark else "rgb(255, 244, 214)")


# covers W15
def test_a_theme_restyles_popover_buttons_and_spotlight_at_once(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search")}, theme=THEME)
    assert stage.box(stage.popover)["width"] == 280
    assert stage.spot()["width"] == stage.box("#search")["width"] + 24
    read: Any = """(e) => {
        const s = getComputedStyle(e);
        return [s.backgroundColor, s.color, s.fontSize, s.borderTopLeftRadius];
    }"""
    assert stage.button("next").evaluate(read) == ["rgb(122, 62, 0)", "rgb(255, 255, 255)", "16px", "2px"]


# covers W13
def test_with_reduced_motion_nothing_moves(new_stage: NewStage) -> None:
    stage = new_stage(reduced_motion="reduce")
    stage.open("plain.html").show({"target": at("#search")}, {"target": at("#new")})
    stage.button("next").click()
    assert stage.host.evaluate("(e) => e.shadowRoot.getAnimations().length") == 0


# covers W13
def test_in_forced_colours_popover_and_target_have_edges(new_stage: NewStage) -> None:
    stage = new_stage(forced_colors="active")
    stage.open("plain.html").show({"target": at("#search")})
    assert stage.host.locator(".spot").evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    assert stage.popover.evaluate("(e) => getComputedStyle(e).borderTopWidth") == "1px"


# covers W25
def test_printing_the_page_prints_no_widget(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search")})
    stage.page.emulate_media(media="print")
    expect(stage.popover).to_be_hidden()
    stage.page.emulate_media(media="screen")
    expect(stage.popover).to_be_visible()


# covers W14 W17
@pytest.mark.parametrize("size", [{}, {"width": 120, "height": 60}])
def test_a_picture_comes_from_the_widgets_own_origin_only(stage: Stage, size: dict[str, int]) -> None:
    stage.open("plain.html").page.route(
        "**/uploads/*", lambda route: route.fulfill(body=PIXEL, content_type="image/gif")
    )
    media = {"src": "/uploads/picture.gif", "alt": "The form", **size}
    stage.show({"target": at("#search"), "media": media}, {"media": {**media, "src": "https://evil.example/x.gif"}})
    picture = stage.popover.get_by_role("img", name="The form")
    expect(picture).to_be_visible()
    if size:
        assert stage.box(picture)["width"] == 120
    stage.button("next").click()
    expect(stage.host).to_have_attribute("data-step", "step-2")
    expect(stage.popover.get_by_role("img")).to_have_count(0)
