"""The popover beside its target: placing, following, scrolling into view, and the spotlight."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, at, beside, inside

pytestmark = pytest.mark.browser

SCREEN = (1000, 640)


# covers W2
@pytest.mark.parametrize(
    ("target", "place", "side"),
    [
        ("#search", "auto", "bottom"),
        ("#search", "right", "right"),
        ("#new", "top", "bottom"),  # no room above: flips
        ("#fixed", "bottom", "top"),
        ("#fixed", "right", "left"),
        ("#search", "left", "right"),
    ],
)
def test_the_popover_stands_beside_its_target_and_flips_where_there_is_no_room(
    stage: Stage, target: str, place: str, side: str
) -> None:
    stage.open("plain.html").show({"target": at(target), "place": place})
    popover = stage.box(stage.popover)
    assert inside(popover, *SCREEN)
    assert beside(popover, stage.box(target), side)
    assert stage.popover.get_attribute("data-side") == side


# covers W2
def test_the_arrow_points_at_the_middle_of_the_target(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#fixed"), "place": "top"})
    arrow, target = stage.box(stage.host.locator(".arrow")), stage.box("#fixed")
    assert abs(arrow["x"] + arrow["width"] / 2 - target["x"] - target["width"] / 2) < 1
    assert arrow["y"] < target["y"]


# covers W2
def test_it_follows_a_nested_scroller_in_the_same_frame(stage: Stage) -> None:
    stage.open("scrollers.html").show({"target": at("#deep"), "place": "right"})
    gaps = stage.page.evaluate(
        """async () => {
            const inner = document.querySelector("#inner"), target = document.querySelector("#deep");
            const root = document.querySelector("handrail-guide").shadowRoot;
            const gaps = [];
            for (let n = 0; n < 12; n++) {
                inner.scrollTop += n < 6 ? 4 : -4;
                inner.scrollLeft += 3;
                await new Promise(requestAnimationFrame);
                const spot = root.querySelector(".spot").getBoundingClientRect(), box = target.getBoundingClientRect();
                gaps.push(Math.abs(box.x - 6 - spot.x), Math.abs(box.y - 6 - spot.y));
            }
            return gaps;
        }"""
    )
    assert max(gaps) < 1


# covers W2
@pytest.mark.parametrize(
    ("change", "target"),
    [
        ("document.querySelector('#spacer').style.height = '90px'", "#shifted"),
        ("document.querySelector('#animated').classList.add('moving')", "#animated"),
        ("document.querySelector('main').style.zoom = 1.25", "#shifted"),
        ("document.querySelector('#shifted').style.padding = '30px 80px'", "#shifted"),
        ("document.querySelector('main').style.translate = '30px 8px'", "#shifted"),
    ],
    ids=["layout shift", "animation", "zoom", "growth", "transform of an ancestor"],
)
def test_it_follows_whatever_moves_the_target(stage: Stage, change: str, target: str) -> None:
    stage.open("scrollers.html").show({"target": at(target)})
    before = stage.box(target)
    stage.page.evaluate(f"() => void ({change})")
    stage.page.wait_for_function(
        """([css, x, y, width]) => {
            const box = document.querySelector(css).getBoundingClientRect();
            return box.x !== x || box.y !== y || box.width !== width;
        }""",
        arg=[target, before["x"], before["y"], before["width"]],
    )
    stage.page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished))")
    stage.page.wait_for_timeout(0)
    stage.settle()
    box, spot = stage.box(target), stage.spot()
    assert abs(spot["x"] + 6 - box["x"]) < 1.01
    assert abs(spot["y"] + 6 - box["y"]) < 1.01
    assert abs(spot["width"] - 12 - box["width"]) < 1.01
    assert beside(stage.box(stage.popover), box, "bottom")


# covers W2
def test_a_plain_window_scroll_runs_no_script_of_the_widget(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#row-4"), "place": "bottom"})
    calls = stage.page.evaluate(
        """async () => {
            let calls = 0;
            for (const name of ["getBoundingClientRect", "checkVisibility"]) {
                const own = Element.prototype[name];
                Element.prototype[name] = function (...given) { calls++; return own.apply(this, given); };
            }
            for (let n = 0; n < 20; n++) {
                scrollBy(0, n < 10 ? 3 : -3);
                await new Promise(requestAnimationFrame);
            }
            return calls;
        }"""
    )
    assert calls == 0


# covers W2
def test_it_stays_on_the_screen_when_its_target_is_scrolled_away_and_comes_back_with_it(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#row-3"), "place": "bottom"})
    for y in (200, 900, 1500):
        stage.page.evaluate("(y) => scrollTo({ top: y, behavior: 'instant' })", y)
        stage.settle()
        assert inside(stage.box(stage.popover), *SCREEN), f"scrolled to {y}"
    stage.page.evaluate("() => scrollTo({ top: 0, behavior: 'instant' })")
    stage.settle()
    assert beside(stage.box(stage.popover), stage.box("#row-3"), "bottom")


# covers W2
def test_it_is_placed_anew_when_the_window_is_resized(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#fixed"), "place": "top"})
    stage.page.set_viewport_size({"width": 700, "height": 500})
    stage.settle()
    assert beside(stage.box(stage.popover), stage.box("#fixed"), "top")
    assert inside(stage.box(stage.popover), 700, 500)


# covers W3
def test_a_target_in_sight_is_not_scrolled(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#row-2")})
    assert stage.page.evaluate("() => scrollY") == 0


# covers W3
@pytest.mark.parametrize("row", ["#row-8", "#row-30", "#row-59"])
def test_a_target_out_of_sight_is_brought_between_the_sticky_bars(stage: Stage, row: str) -> None:
    stage.open("plain.html").show({"target": at(row)})
    box = stage.box(row)
    assert box["y"] >= 56
    assert box["y"] + box["height"] <= 640 - 56


# covers W3
def test_a_target_under_the_sticky_header_is_brought_out(stage: Stage) -> None:
    stage.open("plain.html").page.evaluate(
        "() => { document.querySelector('#row-10').scrollIntoView(); scrollBy(0, 6); }"
    )
    assert stage.box("#row-10")["y"] < 56
    stage.show({"target": at("#row-10")})
    assert stage.box("#row-10")["y"] >= 56


# covers W3
def test_a_target_taller_than_the_screen_starts_below_the_sticky_header(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#tall")})
    assert 56 <= stage.box("#tall")["y"] < 120
    assert inside(stage.box(stage.popover), *SCREEN)


# covers W3
def test_a_target_in_nested_scrollers_is_scrolled_into_both(stage: Stage) -> None:
    stage.open("scrollers.html").show({"target": at("#deep")})
    deep, inner, outer = stage.box("#deep"), stage.box("#inner"), stage.box("#outer")
    for frame in (inner, outer, {"x": 0, "y": 0, "width": 1000, "height": 640}):
        assert frame["y"] <= deep["y"] <= frame["y"] + frame["height"] - deep["height"]
        assert frame["x"] <= deep["x"] <= frame["x"] + frame["width"] - deep["width"]
    assert beside(stage.box(stage.popover), deep, stage.popover.get_attribute("data-side") or "")


# covers W4
def test_the_spotlight_leaves_the_target_in_sight_with_padding_and_round_corners(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search")})
    spot, target = stage.spot(), stage.box("#search")
    assert spot == {
        "x": target["x"] - 6,
        "y": target["y"] - 6,
        "width": target["width"] + 12,
        "height": target["height"] + 12,
    }
    assert stage.host.locator(".spot").evaluate("(e) => getComputedStyle(e).borderTopLeftRadius") == "8px"


# covers W4
def test_the_target_is_usable_under_the_spotlight_and_the_rest_of_the_page_is_not(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#paid-label")})
    stage.page.mouse.click(stage.box("#new")["x"] + 5, stage.box("#new")["y"] + 5)
    stage.page.locator("#search").click(force=True)
    assert stage.seen() == []
    assert stage.focused() == "dialog"
    stage.page.locator("#paid-label").click(position={"x": 4, "y": 8})
    assert stage.page.locator("#paid").is_checked()


# covers W4 W9
def test_a_blocking_step_blocks_its_target_too(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#new"), "overlay": "blocking"})
    stage.page.locator("#new").click(force=True)
    assert stage.seen() == []


# covers W4
def test_without_overlay_the_page_is_free(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#search"), "overlay": "none"})
    stage.page.locator("#new").click()
    assert stage.seen() == ["click new"]
    expect(stage.host.locator(".spot")).to_have_count(0)


# covers W4
def test_what_floats_above_the_page_stays_usable_under_the_spotlight(stage: Stage) -> None:
    stage.open("plain.html").show({"target": at("#new")})
    stage.page.evaluate(
        """() => {
            const list = document.createElement("div");
            list.setAttribute("role", "listbox");
            list.style.cssText = "position:fixed;left:40px;top:400px;z-index:9";
            list.innerHTML = '<div role="option" id="option">Acme</div>';
            document.body.append(list);
        }"""
    )
    stage.page.mouse.click(50, 408)
    assert stage.seen() == ["click option"]


# covers W2 W23
def test_the_guide_changes_nothing_in_the_layout_of_the_page(stage: Stage) -> None:
    measure: Any = """() => JSON.stringify([
        document.documentElement.scrollWidth, document.documentElement.scrollHeight,
        ...[...document.querySelectorAll("body *")].map((e) => e.getBoundingClientRect()),
    ])"""
    before = stage.open("plain.html").page.evaluate(measure)
    stage.show({"target": at("#search")})
    assert stage.page.evaluate(measure) == before


# covers W2
def test_a_popover_that_points_at_nothing_has_no_arrow_on_the_screen(stage: Stage) -> None:
    stage.open("plain.html").page.evaluate("() => void handrail.show({key: 'a', steps: [{title: 'In the middle'}]})")
    expect(stage.popover).to_be_visible()
    stage.settle()
    arrow = stage.host.locator(".arrow").bounding_box()
    assert arrow is None or arrow["x"] + arrow["width"] < 0
