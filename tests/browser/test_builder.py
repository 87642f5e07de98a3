"""The visual builder on the live example application, as an author uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.cms import violations
from tests.demo import Demo

pytestmark = pytest.mark.browser

# The page's own listeners, on the window and before any of ours, note what reaches an element of the page.
LISTEN = """() => {
    window.reached = [];
    for (const type of ["pointerdown", "mousedown", "mouseup", "click", "keydown"])
        window.addEventListener(type, (event) => {
            if (event.target.localName !== "handrail-builder") reached.push(type);
        }, true);
}"""


class Builder:
    """The builder in a page of the example application, in the author's words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("handrail-builder section.panel")
        self.steps = self.panel.get_by_role("list", name="Steps").get_by_role("listitem")
        self.label = page.locator("handrail-builder .outline-label")
        expect(self.panel).to_be_visible()

    def press(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).click()

    def pick(self, target: Locator | str) -> None:
        """Point at an element of the page and click it, through the glass."""
        found = self.page.locator(target).first if isinstance(target, str) else target
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(self.panel).to_be_visible()

    def add(self, target: Locator | str) -> None:
        """Add a step for an element."""
        self.press("Add a step")
        self.pick(target)

    def target_name(self) -> Locator:
        return self.panel.locator(".target-name")

    def expect_saved(self) -> None:
        expect(self.panel.locator(".save")).to_have_text("Saved")


def new_guide(page: Page, demo: Demo, name: str) -> str:
    """Make an empty tour; return its key."""
    page.goto(f"{demo.cms}/guides/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the guide").click()
    page.wait_for_url(re.compile("/edit"))
    key = re.search(r"/guides/([^/]+)/edit", page.url)
    assert key
    return key[1]


def build(page: Page, demo: Demo, key: str) -> Builder:
    """Open the builder from the editor, in a new tab of the example application."""
    page.goto(f"{demo.cms}/guides/{key}/edit")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Build on my app").click()
    return Builder(opened.value)


def draft(page: Page, demo: Demo, key: str) -> dict:
    """Read the draft from the server."""
    return page.request.get(f"{demo.cms}/api/v1/guides/{key}").json()["draft"]


@pytest.fixture(scope="module")
def author_context(chromium: Browser, demo: Demo) -> Iterator[BrowserContext]:
    """One signed-in author for all tests of this file."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.set_default_timeout(15_000)
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


# covers A1, A2, A10, L1
def test_a_step_is_made_by_picking_an_element_and_writing_in_the_real_popover(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Picked")
    builder = build(author, demo, key)
    builder.page.evaluate(LISTEN)
    builder.add("[data-tour=new-invoice]")
    assert builder.page.evaluate("() => reached") == []
    assert builder.page.url.endswith("/")
    expect(builder.steps).to_have_count(1)
    expect(builder.target_name()).to_contain_text("New invoice")
    expect(builder.panel.locator(".target .hint")).to_contain_text("signals")
    builder.page.locator("handrail-guide").get_by_role("textbox", name="Title").fill("Begin here")
    expect(builder.panel.get_by_label("Title")).to_have_value("Begin here")
    builder.expect_saved()
    assert violations(builder.page) == []
    step = draft(author, demo, key)["steps"][0]
    assert (step["title"], step["on"]["path"]) == ("Begin here", "/")
    assert len(step["target"]) >= 4


# covers A2
def test_arrow_keys_walk_from_an_element_to_its_parent_child_and_siblings(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Walked"))
    builder.press("Add a step")
    builder.page.keyboard.press("Tab")
    expect(builder.label).to_be_visible()
    first = builder.label.inner_text()
    builder.page.keyboard.press("Tab")
    expect(builder.label).not_to_have_text(first)
    inner = builder.label.inner_text()
    builder.page.keyboard.press("ArrowUp")
    expect(builder.label).not_to_have_text(inner)
    builder.page.keyboard.press("ArrowDown")
    builder.page.keyboard.press("ArrowRight")
    builder.page.keyboard.press("ArrowLeft")
    chosen = builder.label.inner_text()
    builder.page.keyboard.press("Enter")
    expect(builder.target_name()).to_have_text(chosen)
    builder.press("Add a step")
    builder.page.keyboard.press("Escape")
    expect(builder.steps).to_have_count(1)


# covers A2, W6
def test_elements_in_a_shadow_root_an_iframe_and_a_modal_dialog_are_picked(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Deep")
    builder = build(author, demo, key)
    page = builder.page
    page.goto(f"{demo.host}/invoices/new")
    builder = Builder(page)
    builder.add(page.locator("ledger-total #rate"))
    page.goto(f"{demo.host}/invoice/2")
    builder = Builder(page)
    builder.add(page.frame_locator("#paper").locator("#copy"))
    builder.press("Move to the other side")
    page.locator("#open-send").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(builder.panel).to_be_visible()
    builder.add("dialog [data-tour=send-now]")
    expect(builder.steps).to_have_count(3)
    builder.expect_saved()
    targets = [step["target"] for step in draft(author, demo, key)["steps"]]
    assert targets[0]["within"], "the shadow host is named"
    assert targets[1]["within"], "the iframe is named"
    assert all(target for target in targets)
    expect(page.locator("handrail-guide [role=dialog]")).to_be_visible()


# covers A2
def test_an_element_under_the_panel_is_found_and_the_panel_gives_way(author: Page, demo: Demo) -> None:
    builder = build(author, demo, "first-invoice")
    button = builder.page.locator("[data-tour=new-invoice]").bounding_box()
    expect(builder.steps.first).to_contain_text("found here")
    panel = builder.panel.bounding_box()
    assert button
    assert panel
    assert panel["x"] + panel["width"] <= button["x"]


# covers A2
def test_a_recorded_path_becomes_one_step_for_each_action_across_pages(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Recorded")
    builder = build(author, demo, key)
    builder.press("Record")
    builder.page.locator("[data-tour=new-invoice]").click()
    builder.page.wait_for_url(re.compile("/invoices/new"))
    builder = Builder(builder.page)
    expect(builder.panel.get_by_role("button", name="Stop recording")).to_be_visible()
    builder.page.locator("#customer").select_option(index=1)
    builder.page.locator("#amount").fill("42")
    builder.page.locator("#amount").press("Tab")
    builder.press("Stop recording")
    expect(builder.steps).to_have_count(3)
    builder.expect_saved()
    steps = draft(author, demo, key)["steps"]
    assert [step["advance"]["on"] for step in steps] == ["click", "input", "input"]
    assert [step["on"]["path"] for step in steps] == ["/", "/invoices/new", "/invoices/new"]
    assert "42" not in str(steps), "typed values are not kept"


# covers A4
def test_undo_redo_and_order_by_keyboard_survive_a_reload(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Ordered")
    builder = build(author, demo, key)
    builder.add("[data-tour=new-invoice]")
    builder.add("nav a[href='/invoices']")
    expect(builder.steps).to_have_count(2)
    second = builder.steps.nth(1).get_by_role("button").first
    second.focus()
    builder.page.keyboard.press("Alt+ArrowUp")
    expect(builder.steps.nth(0)).to_contain_text("Invoices")
    builder.press("Undo")
    expect(builder.steps.nth(1)).to_contain_text("Invoices")
    builder.press("Redo")
    expect(builder.steps.nth(0)).to_contain_text("Invoices")
    builder.page.reload()
    builder = Builder(builder.page)
    expect(builder.steps.nth(0)).to_contain_text("Invoices")
    builder.expect_saved()


# covers A4
def test_two_authors_changes_are_merged_and_a_clash_is_shown(author: Page, demo: Demo) -> None:
    key = new_guide(author, demo, "Shared")
    builder = build(author, demo, key)
    builder.add("[data-tour=new-invoice]")
    builder.expect_saved()

    def change_elsewhere(**fields: str) -> None:
        found = author.request.get(f"{demo.cms}/api/v1/guides/{key}").json()
        csrf = author.locator("input[name=csrf]").first.get_attribute("value") or ""
        body = {**found["draft"]}
        body.update({name: value for name, value in fields.items() if name != "title"})
        if "title" in fields:
            body["steps"] = [{**body["steps"][0], "title": fields["title"]}]
        headers = {"If-Match": f'"{found["revision"]}"', "X-CSRF-Token": csrf}
        assert author.request.put(f"{demo.cms}/api/v1/guides/{key}", data=body, headers=headers).ok

    change_elsewhere(job="Send one")
    builder.panel.get_by_label("Text").fill("Mine")
    builder.expect_saved()
    merged = draft(author, demo, key)
    assert (merged["job"], merged["steps"][0]["body"]) == ("Send one", "Mine")

    change_elsewhere(title="Theirs")
    builder.panel.get_by_label("Title").fill("Ours")
    expect(builder.panel.get_by_role("alert")).to_contain_text("title")
    builder.press("Keep mine")
    builder.expect_saved()
    assert draft(author, demo, key)["steps"][0]["title"] == "Ours"


# covers A3
def test_the_draft_plays_from_the_chosen_step_and_the_panel_comes_back(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Played"))
    builder.add("[data-tour=new-invoice]")
    builder.add("nav a[href='/invoices']")
    builder.press("Play from here")
    expect(builder.panel).to_be_hidden()
    guide = builder.page.locator("handrail-guide")
    expect(guide.get_by_role("dialog")).to_contain_text("Invoices")
    guide.locator("[data-action=next]").click()
    expect(builder.panel).to_be_visible()


# covers S4
def test_a_code_works_once_and_visitors_never_see_the_builder(author: Page, demo: Demo, chromium: Browser) -> None:
    key = new_guide(author, demo, "Private")
    author.goto(f"{demo.cms}/guides/{key}/edit")
    with (
        author.context.expect_page() as opened,
        author.context.expect_event("request", lambda request: "handrail_code" in request.url) as asked,
    ):
        author.get_by_role("button", name="Build on my app").click()
    Builder(opened.value)
    assert "handrail_code" not in opened.value.url
    stranger = chromium.new_context()
    page = stranger.new_page()
    with page.expect_response(re.compile("/sessions")) as answer:
        page.goto(asked.value.url)
    assert answer.value.status == 403
    page.wait_for_function("() => handrail.state().ready")
    expect(page.locator("handrail-builder")).to_have_count(0)
    stranger.close()


# covers A2
def test_finishing_takes_the_builder_away_without_a_trace(author: Page, demo: Demo) -> None:
    builder = build(author, demo, new_guide(author, demo, "Ended"))
    builder.add("[data-tour=new-invoice]")
    builder.expect_saved()
    builder.press("Finish building")
    expect(builder.page.locator("handrail-builder")).to_have_count(0)
    builder.page.reload()
    builder.page.wait_for_function("() => handrail.state().ready")
    expect(builder.page.locator("handrail-builder")).to_have_count(0)
