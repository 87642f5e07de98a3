"""The editor as authors use it: saving by itself, the real preview, keys, and two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo import Demo

pytestmark = pytest.mark.browser


@pytest.fixture
def author(page: Page, demo: Demo, console_errors: list[str]) -> Iterator[Page]:
    """An author signed in; the test fails where a page complains, the strict CSP among the reasons."""
    demo.sign_in(page)
    yield page
    assert console_errors == []


@pytest.fixture
def new_guide(author: Page, demo: Demo) -> Callable[[str], str]:
    """Make a tour with two steps through the editor; return its key."""

    def make(name: str) -> str:
        author.goto(f"{demo.cms}/guides/new")
        author.get_by_label("Name").fill(name)
        author.get_by_role("button", name="Make the guide").click()
        author.get_by_label("Title").fill("One")
        author.get_by_role("button", name="Add a step").click()
        expect(author.locator("[data-steps] > li")).to_have_count(2)
        author.get_by_label("Title").fill("Two")
        saved(author)
        return re.findall(r"/guides/([^/]+)/edit", author.url)[0]

    return make


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Draft saved")


def titles(page: Page) -> list[str]:
    return page.locator("[data-steps] [data-step-name]").all_inner_texts()


def draft(page: Page, demo: Demo, key: str) -> dict[str, Any]:
    return page.request.get(f"{demo.cms}/api/v1/guides/{key}").json()["draft"]


# covers A3
def test_what_is_written_is_saved_and_drawn_by_the_real_widget(author: Page, demo: Demo, new_guide: Any) -> None:
    key = new_guide("Written and drawn")
    author.get_by_label("Title").fill("Press the button")
    author.get_by_label("Text", exact=True).fill("It is **here**.")
    saved(author)
    expect(author.get_by_label("Text", exact=True)).to_be_focused()
    expect(author.locator(".step-card[aria-current]")).to_contain_text("Press the button")
    guide = author.frame_locator("[data-stage-frame]").locator("handrail-guide")
    expect(guide.get_by_role("heading")).to_have_text("Press the button")
    expect(guide.locator("strong")).to_have_text("here")
    assert draft(author, demo, key)["steps"][1]["body"] == "It is **here**."


# covers A6
def test_problems_appear_at_their_field_and_in_the_summary(author: Page, demo: Demo, new_guide: Any) -> None:
    new_guide("With problems")
    author.get_by_label("Title").fill("")
    saved(author)
    expect(author.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    summary = author.get_by_role("region", name="To mend before it can be published")
    expect(summary.get_by_role("link")).to_have_count(1)
    author.get_by_label("Title").fill("Mended")
    saved(author)
    expect(summary).to_be_hidden()


def test_steps_move_by_keyboard_by_button_and_by_dragging(author: Page, demo: Demo, new_guide: Any) -> None:
    key = new_guide("Moving")
    author.get_by_label("Title").press("Alt+ArrowUp")
    expect(author.locator("[data-steps] [data-step-name]").first).to_have_text("Two")
    author.get_by_role("button", name="Move “Two” down").click()
    expect(author.locator("[data-steps] [data-step-name]").first).to_have_text("One")
    first, second = (author.locator("[data-steps] > li").nth(n) for n in (0, 1))
    first.hover()
    first.locator("[data-grip]").hover()
    box = second.bounding_box()
    assert box
    author.mouse.down()
    author.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.6, steps=8)
    author.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.95, steps=4)
    author.mouse.up()
    expect(author.locator("[data-steps] [data-step-name]").first).to_have_text("Two")
    saved(author)
    assert [step["title"] for step in draft(author, demo, key)["steps"]] == ["Two", "One"]


def test_undo_and_redo_by_keys(author: Page, demo: Demo, new_guide: Any) -> None:
    new_guide("Undoing")
    author.get_by_label("Title").fill("Changed")
    saved(author)
    author.keyboard.press("Alt+z")
    expect(author.get_by_label("Title")).to_have_value("Two")
    author.keyboard.press("Alt+Shift+z")
    expect(author.get_by_label("Title")).to_have_value("Changed")


def test_a_tour_is_made_and_published_with_the_keyboard_alone(author: Page, demo: Demo) -> None:
    author.goto(f"{demo.cms}/guides/new")

    def tab_to(name: str, most: int = 80) -> None:
        for _ in range(most):
            author.keyboard.press("Tab")
            focused = author.evaluate(
                "() => { const e = document.activeElement;"
                " return (e.labels?.[0]?.textContent || e.textContent || '').trim(); }"
            )
            if focused.startswith(name):
                return
        raise AssertionError(f"Tab does not reach {name}")

    tab_to("Name")
    author.keyboard.type("By keys alone")
    author.keyboard.press("Enter")
    author.wait_for_url(re.compile("/guides/by-keys-alone/edit"))
    tab_to("Title")
    author.keyboard.type("Only step")
    author.keyboard.press("Control+s")
    expect(author.locator(".step-card[aria-current]")).to_contain_text("Only step")
    author.keyboard.press("Control+k")
    author.keyboard.type("By keys alone")
    expect(author.get_by_role("option", name="By keys alone")).to_be_visible()
    author.keyboard.press("Enter")
    author.wait_for_url(f"{demo.cms}/guides/by-keys-alone")
    tab_to("Publish…")
    author.keyboard.press("Enter")
    author.wait_for_url(re.compile("/publish"))
    tab_to("Publish version 1")
    author.keyboard.press("Enter")
    expect(author.get_by_text("Version 1 is live in Production.")).to_be_visible()


# covers A4
def test_two_authors_are_told_and_neither_loses_work(
    author: Page, demo: Demo, new_guide: Any, chromium: Browser
) -> None:
    key = new_guide("Together")
    context = chromium.new_context()
    other = context.new_page()
    demo.sign_in(other)
    other.goto(f"{demo.cms}/guides/{key}/edit?panel=step-1")
    author.get_by_label("Title").fill("Mine")
    saved(author)
    other.get_by_label("Title").fill("Theirs, another step")
    saved(other)
    other.goto(f"{demo.cms}/guides/{key}/edit?panel=step-2")
    author.get_by_label("Title").fill("Mine again")
    saved(author)
    other.get_by_label("Title").fill("Theirs, the same step")
    expect(other.get_by_role("heading", level=1)).to_have_text("Two changes to the same place")
    expect(other.get_by_role("group", name="Mine, Title")).to_be_visible()
    other.get_by_label("From").check()
    other.get_by_role("button", name="Save the merge").click()
    expect(other.get_by_text("Merged and saved.")).to_be_visible()
    assert [step["title"] for step in draft(other, demo, key)["steps"]] == ["Theirs, another step", "Mine again"]
    context.close()


def test_the_json_view_completes_marks_lines_and_saves(author: Page, demo: Demo, new_guide: Any) -> None:
    key = new_guide("As JSON")
    author.goto(f"{demo.cms}/guides/{key}/json")
    code = author.locator(".code-editor").get_by_role("textbox", name="The draft as JSON")
    expect(code).to_be_visible()  # the plain text field of the same name, which it replaces, completes nothing
    code.press("Control+Home")
    author.keyboard.press("ArrowDown")
    author.keyboard.press("Home")
    author.keyboard.type('"prio')
    author.keyboard.press("Control+Space")
    option = author.get_by_role("option", name=re.compile("priority"))
    expect(option).to_be_visible()
    option.click()
    author.keyboard.type("500,")
    expect(author.locator("[data-json-problems] li").first).to_contain_text("Line 2")
    for _ in range(5):
        author.keyboard.press("Backspace")
    author.keyboard.type(" 70,")
    expect(author.locator("[data-json-problems] a[data-line]")).to_have_count(0)
    author.get_by_role("button", name="Save the draft").click()
    expect(author.get_by_text("Saved.")).to_be_visible()
    assert draft(author, demo, key)["priority"] == 70


def test_the_audience_reads_as_a_sentence_as_it_is_built(author: Page, demo: Demo, new_guide: Any) -> None:
    key = new_guide("For some")
    author.get_by_role("button", name="Who and where").click()
    author.get_by_role("button", name="Condition on a trait").click()
    author.get_by_label("Which one").fill("plan")
    author.get_by_label("Value", exact=True).fill("trial")
    saved(author)
    expect(author.locator("[data-audience]")).to_have_text("People for whom the trait plan is trial.")
    assert draft(author, demo, key)["audience"] == {"all": [{"trait": "plan", "is": "trial"}]}


def test_a_preview_opens_the_application_with_the_draft(author: Page, demo: Demo) -> None:
    author.goto(f"{demo.cms}/guides/first-invoice")
    with author.context.expect_page() as opened:
        author.get_by_role("button", name="Preview on your page").click()
    host = opened.value
    host.wait_for_url(lambda url: url.startswith(demo.host), timeout=15_000)
    expect(host.locator("handrail-guide[data-guide=first-invoice]").get_by_role("heading")).to_be_visible()


# covers A3
def test_the_preview_is_for_any_persona_in_the_frame_and_on_the_host_page(author: Page, demo: Demo) -> None:
    author.goto(f"{demo.cms}/guides/first-invoice/edit")
    frame = author.frame_locator("[data-stage-frame]").locator("handrail-guide")
    expect(frame.locator(".frame")).to_have_attribute("lang", "en")
    author.get_by_label("As whom").select_option(label="On trial")
    expect(author.locator("[data-member-note]")).to_have_text("Send a first invoice without help")
    expect(frame.locator(".frame")).to_have_attribute("lang", "ko")
    author.get_by_label("Width", exact=True).select_option("phone")
    with author.expect_popup() as opened:
        author.get_by_role("button", name="Preview on your page").click()
    host = opened.value
    host.wait_for_url(f"{demo.host}/**")
    expect(host.locator("handrail-guide .frame")).to_have_attribute("lang", "ko")
    assert host.evaluate("[innerWidth, opener]") == [390, None]
    with author.expect_popup() as opened:
        author.get_by_label("As whom").select_option("")
        author.get_by_label("Language", exact=True).select_option("en")
        author.get_by_label("Width", exact=True).select_option("desktop")
        author.get_by_role("button", name="Preview on your page").click()
    opened.value.wait_for_url(f"{demo.host}/**")
    expect(opened.value.locator("handrail-guide .frame")).to_have_attribute("lang", "en")
