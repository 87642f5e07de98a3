"""Above everything and out of reach: modals, popovers, shadow roots, iframes, hostile styles, strict policies."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage, at, beside, inside

pytestmark = pytest.mark.browser

SHADOWS = ("x-level", "x-level", "x-level")
ON_TOP = """(e) => {
    const { x, y, width, height } = e.getBoundingClientRect();
    return e.getRootNode().elementFromPoint(x + width / 2, y + height / 2) === e;
}"""
LOOK = """(popover) => [popover, ...popover.querySelectorAll("*")].map((e) => {
    const s = getComputedStyle(e), b = e.getBoundingClientRect();
    return [e.localName, s.display, s.visibility, s.opacity, s.color, s.fontSize, s.fontWeight, s.transform,
        s.backgroundColor, s.pointerEvents, Math.round(b.width), Math.round(b.height)];
})"""
PAGE_LOOK = """() => [...document.querySelectorAll("body, body *")].map((e) => {
    const s = getComputedStyle(e);
    return [...s].map((name) => s.getPropertyValue(name)).join();
}).join()"""


def expect_usable(stage: Stage) -> None:
    """The next button is on top, takes a real click, and the guide goes on."""
    button = stage.button("next")
    assert button.evaluate(ON_TOP)
    button.click()
    expect(stage.host).to_have_attribute("data-step", "step-2")


# covers W6
def test_inside_a_modal_dialog_the_guide_lives_in_the_dialog_and_is_not_inert(stage: Stage) -> None:
    stage.open("layers.html").page.evaluate("() => dialog.showModal()")
    stage.show({"target": at("#save")}, {"target": at("#name")})
    assert stage.host.evaluate("(e) => e.parentNode.id") == "dialog"
    assert beside(stage.box(stage.popover), stage.box("#save"), "bottom")
    assert stage.focused() == "dialog"
    expect_usable(stage)


# covers W6
def test_inside_a_dialog_of_a_shadow_root_it_lives_there_too(stage: Stage) -> None:
    stage.open("layers.html").page.evaluate("() => deep().querySelector('dialog').showModal()")
    stage.show({"target": at("#in-shadow-dialog", *SHADOWS)}, {"target": at("#in-shadow-dialog", *SHADOWS)})
    assert stage.host.evaluate("(e) => e.parentNode.id") == "shadow-dialog"
    expect_usable(stage)


# covers W6
def test_a_dialog_that_opens_later_takes_the_guide_in(stage: Stage) -> None:
    stage.open("layers.html").show({"target": at("#outside")}, {})
    stage.page.evaluate("() => dialog.showModal()")
    stage.page.wait_for_function("() => document.querySelector('handrail-guide').parentNode.id === 'dialog'")
    assert stage.button("next").evaluate(ON_TOP)
    stage.page.evaluate("() => dialog.close()")
    stage.page.wait_for_function(
        "() => document.querySelector('handrail-guide').parentNode === document.documentElement"
    )
    expect_usable(stage)


# covers W6
def test_a_centred_step_over_an_open_dialog_is_usable(stage: Stage) -> None:
    stage.open("layers.html").page.evaluate("() => dialog.showModal()")
    stage.show({}, {})
    expect_usable(stage)


# covers W6
def test_a_target_in_an_open_popover_keeps_it_open(stage: Stage) -> None:
    stage.open("layers.html").page.locator("[popovertarget=menu]").click()
    stage.show({"target": at("#in-menu")}, {"target": at("#in-menu")})
    assert beside(stage.box(stage.popover), stage.box("#in-menu"), stage.popover.get_attribute("data-side") or "")
    expect_usable(stage)
    expect(stage.page.locator("#menu")).to_be_visible()


# covers W6
def test_a_popover_that_opens_later_does_not_cover_the_guide(stage: Stage) -> None:
    stage.open("layers.html").show({"target": at("#outside"), "place": "bottom"}, {})
    stage.page.evaluate(
        """() => {
            menu.style.cssText = "inset:0;width:100vw;height:100vh;border:0";
            menu.popover = "manual";
            menu.showPopover();
        }"""
    )
    stage.page.wait_for_function("() => document.querySelector('#menu').matches(':popover-open')")
    stage.settle()
    expect_usable(stage)


# covers W6
def test_a_target_three_shadow_roots_deep_is_pointed_at(stage: Stage) -> None:
    stage.open("layers.html").show({"target": at("#nested", *SHADOWS)}, {})
    assert beside(stage.box(stage.popover), stage.box("#nested"), "bottom")
    expect_usable(stage)


# covers W6 W3
def test_a_target_in_an_iframe_is_scrolled_to_and_pointed_at(stage: Stage) -> None:
    stage.open("layers.html").show({"target": at("#inside", "#frame")}, {})
    frame, inner = stage.box("#frame"), stage.page.frame_locator("#frame").locator("#inside")
    box = stage.box(inner)
    spot = stage.spot()
    assert abs(spot["x"] - (frame["x"] + 7 + max(box["x"] - 6, -7))) < 8
    assert abs(spot["y"] + 6 - (frame["y"] + 7 + box["y"])) < 1
    assert inside(stage.box(stage.popover), 1000, 640)
    inner.evaluate("() => scrollBy(0, 20)")
    stage.settle()
    assert abs(stage.spot()["y"] + 6 - (frame["y"] + 7 + stage.box(inner)["y"])) < 1
    expect_usable(stage)


# covers W16
def test_hostile_styles_of_the_page_change_nothing_in_the_guide(stage: Stage) -> None:
    texts = {"title": "Start here", "body": "Every invoice begins here."}
    looks = []
    for page in ("plain.html", "hostile.html"):
        stage.open(page).show(
            {"target": at("#search, #target"), "place": "bottom", **texts}, {"target": at("#search, #target")}
        )
        looks.append(stage.popover.evaluate(LOOK))
    assert looks[0] == looks[1]
    target = stage.box("#target")
    assert beside(stage.box(stage.popover), target, "bottom")
    assert abs(stage.spot()["x"] + 6 - target["x"]) < 0.1
    expect_usable(stage)


# covers W16
def test_no_style_of_the_guide_leaks_into_the_page(stage: Stage) -> None:
    look = PAGE_LOOK
    before = stage.open("layers.html").page.evaluate(look)
    sheets = stage.page.evaluate("() => document.styleSheets.length + document.adoptedStyleSheets.length")
    stage.show({"target": at("#outside")})
    assert stage.page.evaluate(look) == before
    assert stage.page.evaluate("() => document.styleSheets.length + document.adoptedStyleSheets.length") == sheets


# covers W17
def test_everything_works_under_a_strict_policy_with_trusted_types(stage: Stage) -> None:
    body = {"t": "p", "c": ["Read ", {"t": "a", "a": {"href": "https://example.com/help"}, "c": ["the guide"]}]}
    stage.open("strict.html?strict").show({"target": at("#target"), "body": body}, {"target": at("#target")})
    assert beside(stage.box(stage.popover), stage.box("#target"), "bottom")
    assert stage.popover.evaluate("(e) => getComputedStyle(e).borderTopLeftRadius") == "10px"
    expect_usable(stage)


# covers W16 S2
def test_script_in_any_text_never_runs(stage: Stage) -> None:
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    body = {
        "t": "fragment",
        "c": [
            evil,
            {"t": "script", "c": ["window.hit = 1"]},
            {"t": "p", "a": {"onclick": "window.hit=1", "style": "position:fixed"}, "c": ["plain"]},
            {"t": "a", "a": {"href": "javascript:window.hit=1", "id": "evil"}, "c": ["a link"]},
            {"t": "a", "a": {"href": " jAvAsCrIpT:window.hit=1"}, "c": ["another"]},
            {"t": "img", "a": {"src": "https://evil.example/x.png", "alt": "elsewhere", "onerror": "window.hit=1"}},
        ],
    }
    stage.open("plain.html").show({"target": at("#search"), "title": evil, "body": body})
    for link in stage.popover.locator("a").all():
        assert link.get_attribute("href") is None
        link.click()
    assert stage.popover.locator("img").get_attribute("src") is None
    assert stage.popover.locator("script").count() == 0
    assert stage.popover.locator("p").evaluate("(e) => e.getAttributeNames()") == []
    expect(stage.popover.locator("#title")).to_have_text(evil)
    assert stage.page.evaluate("() => window.hit") is None


# covers W4
def test_a_guide_inside_an_iframe_leaves_the_page_around_it_alone(stage: Stage) -> None:
    page = stage.page
    page.goto(f"{stage.base}/framed.html")
    inner = page.frame_locator("#inner")
    inner.locator("body").evaluate(
        """async (body) => {
            while (!window.handrail) await new Promise(requestAnimationFrame);
            const step = { id: "one", title: "One", body: "Here", target: { css: "#new" } };
            await handrail.show({ kind: "tour", steps: [step] });
        }"""
    )
    expect(inner.locator("handrail-guide [role=dialog]")).to_be_visible()
    assert page.evaluate("() => scrollY") == 0
    page.locator("#outer").click()
    expect(page.locator("#outer")).to_have_text("pressed")
