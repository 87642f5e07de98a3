"""The checklist: ticked by facts and by its own buttons, in any order, in nobody's way, and counted item by item."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, Visit
from tests.browser.stage import ROOT, Stage, inside

pytestmark = pytest.mark.browser

# Events that stand beside the way through: how long an item was seen, that something on it was pressed.
_BESIDE = ("step_left", "step_acted")
GO = {"id": "go", "text": "Go", "action": {"emit": "go"}}
ITEMS: list[dict[str, Any]] = [
    {"id": "make", "title": "Make one", "body": "It takes a minute.", "done": {"event": "made"}, "buttons": [GO]},
    {"id": "look", "title": "Look around", "buttons": [GO]},
    {"id": "plan", "title": "Choose a plan", "done": {"trait": "plan", "in": ["pro", "team"]}},
]


def checklist(**more: Any) -> dict[str, Any]:
    """A checklist of three items: by an event, by its own button, by a trait."""
    guide = {"format": 1, "key": "first-steps", "kind": "checklist", "name": "First steps", "title": "Get started"}
    return {**guide, "language": "en", "steps": ITEMS, **more}


def shown(stage: Stage, **more: Any) -> Stage:
    stage.page.evaluate("(guide) => void handrail.show(guide)", checklist(**more))
    expect(stage.popover).to_be_visible()
    stage.settle()
    return stage


def done(stage: Stage | Visit) -> list[str]:
    return stage.host.locator("li.done").evaluate_all("(all) => all.map((one) => one.dataset.item)")


# covers W24
def test_items_are_ticked_by_what_really_happened_in_any_order(stage: Stage) -> None:
    shown(stage.open("plain.html"))
    expect(stage.host.locator(".progress")).to_have_text("0 of 3")
    expect(stage.host.locator(".arrow")).to_be_hidden()  # it points at nothing
    assert stage.focused() == "body"
    stage.page.evaluate("handrail.identify('ann', {plan: 'pro'})")
    expect(stage.host.locator("li.done")).to_have_count(1)
    assert done(stage) == ["plan"]
    expect(stage.host.get_by_role("img", name="Done")).to_have_count(1)
    stage.host.locator("[data-item=look] button").click()
    expect(stage.host.locator(".progress")).to_have_text("2 of 3")
    assert done(stage) == ["look", "plan"]
    stage.page.evaluate("handrail.track('made')")
    expect(stage.host).to_have_count(0)
    stage.expect_quiet()


def test_it_keeps_above_what_the_page_has_at_its_lower_edge_in_the_pages_words(stage: Stage) -> None:
    stage.open("plain.html").page.add_style_tag(content=":root { --handrail-bottom: 60px }")
    shown(stage, words={"progress": "{n}/{of}", "close": "Fermer"})
    expect(stage.host.locator(".progress")).to_have_text("0/3")
    expect(stage.host.get_by_role("button", name="Fermer")).to_be_visible()
    box = stage.popover.bounding_box()
    assert box
    assert round(box["y"] + box["height"]) == 640 - 60 - 16


# covers W24 W13
def test_the_keyboard_goes_through_it_folds_it_and_never_loses_its_place(stage: Stage) -> None:
    stage.open("plain.html").page.locator("#new").focus()
    shown(stage)
    assert stage.focused() == "new"
    stage.host.locator(".fold").focus()
    order = [stage.focused()]
    for _ in range(3):
        stage.page.keyboard.press("Tab")
        order.append(stage.focused())
    assert order == ["fold", "emit", "emit", "close"]
    stage.host.locator("[data-item=look] button").focus()
    stage.page.evaluate("handrail.track('made')")  # the first item passes, and the list is drawn anew
    expect(stage.host.locator("li.done")).to_have_count(1)
    expect(stage.host).to_have_attribute("data-step", "look")
    assert stage.focused() == "emit"
    stage.page.keyboard.press("Escape")
    expect(stage.host.locator("li").first).to_be_hidden()
    expect(stage.host.get_by_role("button", name="Get started 1 of 3")).to_have_attribute("aria-expanded", "false")
    assert stage.focused() == "fold"
    stage.page.keyboard.press("Enter")
    expect(stage.host.locator("li").first).to_be_visible()
    stage.button("close").focus()
    stage.page.keyboard.press("Enter")
    expect(stage.host).to_have_count(0)


# covers W24 W4
def test_the_page_around_it_is_as_free_as_ever(stage: Stage) -> None:
    shown(stage.open("plain.html"))
    assert inside(stage.box(stage.popover), 1000, 640)
    stage.page.locator("#new").click()
    assert stage.seen()
    stage.page.evaluate("(guide) => void handrail.show(guide)", {"key": "tour", "steps": [{"title": "A tour"}]})
    expect(stage.page.locator("handrail-guide[data-guide=tour] [role=dialog]")).to_be_visible()
    expect(stage.page.locator("handrail-guide[data-guide=first-steps]")).to_have_count(1)


# covers W24 W13
@pytest.mark.parametrize(("width", "language"), [(320, "en"), (390, "ko")])
def test_on_a_phone_it_begins_folded_and_fits(new_stage: Any, width: int, language: str) -> None:
    stage = new_stage(viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True)
    texts = {"ko": {"title": {"text": "시작하기", "of": "Get started"}}}
    shown(stage.open("plain.html"), translations=texts, language="en")
    expect(stage.host.locator("li").first).to_be_hidden()
    stage.host.locator(".fold").tap()
    expect(stage.host.locator("li").first).to_be_visible()
    assert inside(stage.box(stage.popover), width, 640)


# covers W24 W13
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_checklist(new_stage: Any, scheme: str) -> None:
    stage = new_stage(color_scheme=scheme, reduced_motion="reduce")
    stage.open("plain.html").page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
    shown(stage)
    stage.page.evaluate("handrail.track('made')")
    expect(stage.host.locator("li.done")).to_have_count(1)
    found = stage.page.evaluate(
        """() => axe.run({ include: [["handrail-guide"]] })
            .then((result) => result.violations.map((each) => [each.id, each.nodes.map((node) => node.html)]))"""
    )
    assert found == []


# covers W7 W24 E1
def test_it_goes_on_over_pages_and_each_item_is_counted_once(site: Site, visit: Visit) -> None:
    site.publish(checklist())
    visit.open("/a").see("make")
    visit.host.locator(".fold").click()
    visit.call("handrail.track('made')")
    visit.see("look")
    visit.arrived(lambda site: "step_shown look" in site.story())
    visit.open("/b").see("look")
    expect(visit.host.locator("li").first).to_be_hidden()  # as it was left
    visit.host.locator(".fold").click()
    visit.host.locator("[data-item=look] button").click()
    visit.see("plan")
    visit.call("handrail.identify('ann', {plan: 'team'})")
    expect(visit.host).to_have_count(0)
    wanted = [
        "run_requested", "step_shown make", "step_passed make", "step_shown look", "run_resumed",
        "step_passed look", "step_shown plan", "step_passed plan", "run_ended completed",
    ]  # fmt: skip
    visit.arrived(lambda site: [one for one in site.story("first-steps") if not one.startswith(_BESIDE)] == wanted)
    assert [event["data"]["by"] for event in site.of("step_passed")] == ["event", "button", "event"]


# covers W17 S2
def test_it_works_under_a_strict_policy_and_runs_no_script_of_its_texts(stage: Stage) -> None:
    bad = '<img src=x onerror="window.bad=1"><script>window.bad=1</script>'
    items = [{"id": "a", "title": bad, "body": bad, "buttons": [{"text": bad, "action": {"emit": "x"}}]}]
    stage.open("strict.html").page.evaluate("(guide) => void handrail.show(guide)", checklist(title=bad, steps=items))
    expect(stage.popover).to_be_visible()
    assert stage.page.evaluate("window.bad") is None
    stage.expect_quiet()
