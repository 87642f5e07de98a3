""" "Look like this button": a theme read from the live page, by mouse, by keyboard, and as visitors see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.test_builder import LISTEN, Builder, build, draft, new_guide
from tests.demo import Demo

pytestmark = pytest.mark.browser

BUTTON = "[data-tour=new-invoice]"
ACCENT = "rgb(59, 63, 182)"  # --accent of Ledger's sheet, in light


@pytest.fixture(scope="module")
def author_context(chromium: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """One signed-in author for all tests of this file."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    page = context.new_page()
    demo.sign_in(page)
    page.close()
    yield context
    context.close()


@pytest.fixture
def author(author_context: BrowserContext) -> Iterator[Page]:
    page = author_context.new_page()
    yield page
    for left in author_context.pages:
        left.close()


def review(builder: Builder) -> Locator:
    return builder.panel.locator("form.look")


def look_like(builder: Builder, target: str) -> Locator:
    """Pick the element whose look is taken; return the review, judged by the server."""
    builder.press("Look like this…")
    builder.pick(target)
    expect(review(builder).get_by_role("button", name="Save the theme")).to_be_enabled()
    return review(builder)


def token(form: Locator, name: str) -> Locator:
    return form.locator(f"dt:text-is('{name}') + dd")


def theme_of(page: Page, demo: Demo, key: str) -> dict[str, Any]:
    return page.request.get(f"{demo.cms}/api/v1/themes/{key}").json()["draft"]


def paint(locator: Locator) -> str:
    return locator.evaluate("(one) => getComputedStyle(one).backgroundColor")


def wear(builder: Builder, target: str, css: str) -> None:
    """Give an element of the page another look."""
    builder.page.locator(target).first.evaluate("(one, css) => { one.style.cssText = css }", css)


# covers A2, A3, W15
def test_a_theme_is_read_from_a_button_kept_and_worn_by_visitors(author: Page, demo: Demo, chromium: Browser) -> None:
    key = new_guide(author, demo, "Dressed")
    builder = build(author, demo, key)
    builder.add(BUTTON)
    builder.page.evaluate(LISTEN)
    form = look_like(builder, BUTTON)
    assert builder.page.evaluate("() => reached") == []
    expect(token(form, "Accent")).to_have_text("#3b3fb6")
    expect(token(form, "Text on accent")).to_have_text("#ffffff")
    expect(token(form, "Ground")).to_have_text("#fbfaf8")
    expect(token(form, "Text colour")).to_have_text("#1d1b2e")
    expect(token(form, "Quiet text")).to_contain_text("derived")
    expect(token(form, "Corner radius")).to_have_text("8 px")
    expect(form).to_contain_text("Read as light")
    expect(form).to_contain_text("Dark was derived from it")
    expect(form.locator(".too-close")).to_have_count(0)
    # the step beside it wears it at once
    assert paint(builder.page.locator("handrail-guide button.primary")) == ACCENT
    form.get_by_label("Name of the new theme").fill("Like our button")
    form.get_by_role("button", name="Save the theme").click()
    expect(builder.panel.locator(".kept")).to_contain_text("Like our button")
    builder.expect_saved()
    assert draft(author, demo, key)["theme"] == "like-our-button"
    kept = theme_of(author, demo, "like-our-button")
    assert (kept["light"]["accent"], kept["shape"]["radius_px"]) == ("#3b3fb6", 8)
    builder.press("Undo")
    builder.expect_saved()
    assert "theme" not in draft(author, demo, key)
    builder.press("Redo")
    builder.expect_saved()

    with builder.page.context.expect_page() as opened:
        builder.panel.get_by_role("link", name="Open it in the theme editor").click()
    expect(opened.value.get_by_label("Accent, light", exact=True)).to_have_value("#3b3fb6")

    author.goto(f"{demo.cms}/guides/{key}/publish")
    author.get_by_role("button", name="Publish version 1").click()
    expect(author.get_by_text("Live in Production, version 1").first).to_be_visible()
    see_as_a_visitor(chromium, demo, key)


def see_as_a_visitor(chromium: Browser, demo: Demo, key: str) -> None:
    """The guide's button has the colour of the page's button; of the builder there is nothing."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{demo.host}/?persona=guest")
    page.wait_for_function("() => handrail.state().ready")
    page.evaluate("(key) => void handrail.start(key)", key)
    guide = page.locator(f"handrail-guide[data-guide={key}]")
    expect(guide.locator("button.primary")).to_be_visible()
    assert paint(guide.locator("button.primary")) == paint(page.locator(BUTTON).first) == ACCENT
    expect(page.locator("handrail-builder")).to_have_count(0)
    assert not page.evaluate("() => performance.getEntriesByType('resource').some(({name}) => /builder/.test(name))")
    context.close()


FOCUSED = """() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return (active?.labels?.[0]?.innerText ?? active?.innerText ?? "").trim().split("\\n")[0];
}"""


def tab_to(page: Page, name: str) -> None:
    for _ in range(80):
        if page.evaluate(FOCUSED) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"“{name}” can't be reached with Tab")


def walk_to(builder: Builder, name: str) -> None:
    """Jump from control to control until the one with that name is outlined."""
    for _ in range(80):
        if builder.label.is_visible() and name in builder.label.inner_text():
            return
        builder.page.keyboard.press("Tab")
    raise AssertionError(f"{name} can't be reached with Tab")


# covers A2, A10, W13
def test_the_keyboard_alone_takes_a_look(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Typed")
    builder = build(author, demo, key)
    page = builder.page
    tab_to(page, "Look like this…")
    page.keyboard.press("Enter")
    walk_to(builder, "“New invoice”")
    page.keyboard.press("Escape")
    expect(builder.panel).to_be_visible()
    expect(review(builder)).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Look like this…"
    page.keyboard.press("Alt+l")
    walk_to(builder, "“New invoice”")
    page.keyboard.press("ArrowUp")
    expect(builder.label).not_to_contain_text("“New invoice”")
    page.keyboard.press("ArrowDown")
    walk_to(builder, "“New invoice”")
    page.keyboard.press("Enter")
    expect(review(builder).get_by_role("button", name="Save the theme")).to_be_enabled()
    assert page.evaluate(FOCUSED).startswith("Look like link “New invoice”")
    tab_to(page, "Name of the new theme")
    page.keyboard.press("Control+A")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(builder.panel.locator(".kept")).to_contain_text("By keyboard")
    assert page.evaluate(FOCUSED) == "Look like this…"
    builder.expect_saved()
    assert draft(author, demo, key)["theme"] == "by-keyboard"


# covers A6, W13
def test_colours_that_are_hard_to_read_are_named_with_the_nearest_that_are_not(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Weak"))
    builder.add(BUTTON)
    wear(builder, BUTTON, "background: oklch(0.75 0.1 250); color: white; border: 0; box-shadow: 0 12px 40px #0006")
    form = look_like(builder, BUTTON)
    assert re.fullmatch("#[0-9a-f]{6}", token(form, "Accent").inner_text()), "oklch is converted by the browser"
    weak = form.locator(".too-close").filter(has_text="Text on accent")
    expect(weak).to_contain_text("It needs 4.5")
    expect(form).to_contain_text("A theme's shadow is none, small or large: large comes nearest")
    weak.get_by_role("button", name="for Accent").click()
    expect(form.locator(".too-close")).to_have_count(0)
    expect(token(form, "Text on accent")).to_have_text("#ffffff")
    form.get_by_role("button", name="Cancel").click()
    expect(builder.steps).to_have_count(1)
    assert "theme" not in draft(author, demo, "weak")


# covers A6
@pytest.mark.slow
def test_what_a_theme_cannot_hold_is_named_and_not_guessed(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Odd"))
    builder.add(BUTTON)
    wear(builder, BUTTON, "background: linear-gradient(red, blue); letter-spacing: 2px; border-radius: 99px 0 0 99px")
    form = look_like(builder, BUTTON)
    expect(token(form, "Accent")).to_have_count(0)
    told = form.locator(".left")
    expect(told).to_contain_text("a gradient")
    expect(told).to_contain_text("letter-spacing")
    expect(told).to_contain_text("Its corners differ")


# covers A2, W6
@pytest.mark.slow
def test_a_look_is_taken_from_a_shadow_root_a_frame_and_a_dialog(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Deep looks"))
    page = builder.page
    page.goto(f"{demo.host}/invoices/new")
    builder = Builder(page)
    builder.press("Look like this…")
    builder.pick(page.locator("ledger-total #rate"))
    expect(review(builder)).to_contain_text("Read as light")
    builder.page.keyboard.press("Escape")
    expect(review(builder)).to_have_count(0)
    page.goto(f"{demo.host}/invoice/2")
    builder = Builder(page)
    builder.press("Look like this…")
    builder.pick(page.frame_locator("#paper").locator("#copy"))
    expect(token(review(builder), "Ground")).to_be_visible()
    builder.panel.get_by_role("button", name="Cancel").click()
    builder.press("Move to the other side")
    page.locator("#open-send").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(builder.panel).to_be_visible()
    form = look_like(builder, "dialog [data-tour=send-now]")
    expect(token(form, "Accent")).to_have_text("#3b3fb6")


# covers A2, W15
@pytest.mark.slow
def test_a_dark_page_changes_the_dark_half_of_the_theme_that_the_guide_wears(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Night shift")
    builder = build(author, demo, key)
    builder.add(BUTTON)
    look_like(builder, BUTTON).get_by_label("Name of the new theme").fill("Night")
    builder.press("Save the theme")
    expect(builder.panel.locator(".kept")).to_contain_text("Night")
    builder.expect_saved()
    before = theme_of(author, demo, "night")
    builder.page.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    form = look_like(builder, BUTTON)
    expect(form).to_contain_text("Read as dark")
    form.get_by_label("changes to “Night”").check()
    expect(form).to_contain_text("Light stays as the theme has it")
    expect(builder.page.locator("handrail-guide button.primary")).to_have_css("background-color", "rgb(166, 169, 255)")
    builder.press("Save the theme")
    expect(builder.panel.locator(".kept")).to_contain_text("Night")
    after = theme_of(author, demo, "night")
    assert (after["light"], after["dark"]["accent"]) == (before["light"], "#a6a9ff")
    assert draft(author, demo, key)["theme"] == "night"


# covers A4
@pytest.mark.slow
def test_a_theme_that_somebody_else_changed_meanwhile_is_not_overwritten(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Contested"))
    builder.add(BUTTON)
    look_like(builder, BUTTON).get_by_label("Name of the new theme").fill("Ours")
    builder.press("Save the theme")
    expect(builder.panel.locator(".kept")).to_contain_text("Ours")
    builder.expect_saved()
    form = look_like(builder, BUTTON)
    form.get_by_label("changes to “Ours”").check()
    expect(form).to_contain_text("Dark stays")
    other = author.context.new_page()
    other.goto(f"{demo.cms}/themes/ours")
    other.get_by_label("Popover width").fill("444")
    other.get_by_role("button", name="Save the theme").click()
    expect(other.get_by_label("Popover width")).to_have_value("444")
    builder.press("Save the theme")
    expect(form.get_by_role("alert")).to_contain_text("Somebody else changed this theme")
    builder.press("Save the theme")
    expect(builder.panel.locator(".kept")).to_contain_text("Ours")
    assert theme_of(author, demo, "ours")["shape"]["width_px"] == 444
