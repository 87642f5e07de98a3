"""A guide that is live starts by itself, is followed, and tells what happened: from the manifest to the wire."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.site import Site, Visit, two_steps
from tests.browser.stage import DOT, new_context

pytestmark = pytest.mark.browser


# covers W1 E1
def test_a_tour_starts_by_itself_and_every_step_is_told(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    visit.arrived(lambda site: site.of("step_shown"))
    visit.press("next")
    visit.see("second")
    visit.press("next")
    visit.see_nothing()
    visit.expect_story(
        "run_requested",
        "step_shown first",
        "step_passed first",
        "step_left first",
        "step_shown second",
        "step_passed second",
        "step_left second",
        "run_ended completed",
    )
    assert [event["seq"] for event in site.events if "run" in event] == list(range(8))
    shown = site.of("step_shown")
    assert shown[0]["data"]["match"] == "css"
    assert "acted" not in shown[0]["data"]
    assert shown[1]["data"]["acted"] is True


# covers W9
@pytest.mark.parametrize(("deed", "by"), [("close", "close"), ("Escape", "escape"), ("host", "host")])
def test_a_tour_that_is_closed_is_dismissed(site: Site, visit: Visit, deed: str, by: str) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    visit.arrived(lambda site: site.of("step_shown"))
    if deed == "close":
        visit.press("close")
    elif deed == "host":
        visit.call("() => handrail.close()")
    else:
        visit.page.keyboard.press(deed)
    visit.see_nothing()
    visit.expect_story("run_requested", "step_shown first", "step_left first", "run_ended dismissed")
    assert site.of("run_ended")[0]["data"]["by"] == by


# covers W8
def test_a_click_on_the_target_advances_and_still_does_what_it_does(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"advance": {"on": "click"}}))
    visit.open("/a").see("first")
    visit.call(
        "() => document.querySelector('#new').addEventListener('click', e => { e.stopPropagation(); window.made = 1 })"
    )
    visit.page.click("#new")
    visit.see("second")
    assert visit.call("() => window.made") == 1
    visit.arrived(lambda site: site.of("step_passed"))
    assert site.of("step_passed")[0]["data"]["by"] == "click"


# covers W7
def test_a_tour_goes_on_after_a_reload(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    visit.press("next")
    visit.see("second")
    visit.page.reload()
    visit.see("second")
    visit.press("next")
    visit.see_nothing()
    visit.arrived(lambda site: site.of("run_ended"))
    assert len({event["run"] for event in site.events if "run" in event}) == 1
    assert site.story()[-1] == "run_ended completed"
    assert "run_resumed" in site.story()


# covers W7
def test_a_tour_crosses_pages_by_the_click_that_leads_there(site: Site, visit: Visit) -> None:
    first = {"target": {"css": "#to-b"}, "advance": {"on": "click"}, "on": {"path": "/a"}}
    site.publish(two_steps(first=first, second={"on": {"path": "/b"}}, where={"any": ["/a", "/b"]}))
    visit.open("/a").see("first")
    visit.page.click("#to-b")
    visit.page.wait_for_url("**/b")
    visit.see("second")
    visit.press("next")
    visit.arrived(lambda site: site.of("run_ended"))
    assert [word for word in site.story() if "shown" in word] == ["step_shown first", "step_shown second"]


# covers W7
def test_next_goes_to_the_page_where_the_next_step_lives(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"on": {"path": "/a"}}, second={"on": {"path": "/b"}}))
    visit.open("/a").see("first")
    visit.press("next")
    visit.page.wait_for_url("**/b")
    visit.see("second")


# covers W7
def test_a_tour_follows_the_routes_of_a_single_page_application(site: Site, visit: Visit) -> None:
    site.publish(
        two_steps(
            first={"on": {"path": "/a"}, "advance": {"on": "path", "path": "/b/*"}}, second={"on": {"path": "/b/7"}}
        )
    )
    visit.open("/a").see("first")
    visit.call("() => history.pushState({}, '', '/b/7')")
    visit.see("second")
    visit.call("() => history.pushState({}, '', '/elsewhere')")
    visit.see_nothing()
    visit.call("() => history.back()")
    visit.see("second")
    visit.arrived(lambda site: site.of("step_passed"))
    assert site.of("step_passed")[0]["data"]["by"] == "path"


# covers W5
def test_a_target_that_comes_late_is_waited_for(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"target": {"css": "#late button"}}))
    visit.open("/a")
    visit.settle()
    visit.see_nothing()
    visit.call("() => document.querySelector('#late').append(document.createElement('button'), 'Late')")
    visit.see("first")


# covers W12, L2
def test_waiting_for_a_late_element_reads_nothing_while_the_page_does_not_change(site: Site, visit: Visit) -> None:
    late = {"css": "#late button", "role": "button", "name": "Send", "path": "div#late>button"}
    site.publish(two_steps(first={"target": late, "if_missing": {"wait": "PT1M", "then": "skip"}}))
    visit.open()
    visit.arrived(lambda site: "run_requested" in site.story())
    visit.page.wait_for_timeout(2500)  # past the one look of the healing chunk
    visit.call("""() => {
        window.reads = 0;
        for (const [owner, name] of [[Document.prototype, "querySelectorAll"], [Element.prototype, "querySelectorAll"],
                [Document.prototype, "createTreeWalker"], [Element.prototype, "getBoundingClientRect"]]) {
            const before = owner[name];
            owner[name] = function (...given) { reads++; return before.apply(this, given); };
        }
    }""")
    visit.page.wait_for_timeout(1000)
    assert visit.call("() => reads") == 0
    visit.call("() => { document.querySelector('#late').innerHTML = '<button>Send</button>'; }")
    visit.see("first")
    assert visit.call("() => reads") > 0


# covers W5 E1
def test_a_target_that_never_comes_is_told_once_and_passed_over(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"target": {"css": "#nowhere"}, "if_missing": {"wait": "PT1S", "then": "skip"}}))
    visit.open("/a").see("second")
    visit.arrived(lambda site: len(site.of("step_shown")) == 1)
    assert site.story() == ["run_requested", "target_missing first", "step_skipped first", "step_shown second"]
    assert site.of("target_missing")[0]["data"]["reason"] == "not_found"


# covers W5
def test_a_target_that_is_drawn_anew_is_pointed_at_again(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"advance": {"on": "click"}}))
    visit.open("/a").see("first")
    visit.call("() => { const old = document.querySelector('#new'); old.replaceWith(old.cloneNode(true)) }")
    visit.settle()
    visit.page.click("#new")
    visit.see("second")


# covers W7 W20
def test_routes_are_followed_without_the_navigation_api_and_history_is_given_back(site: Site, visit: Visit) -> None:
    site.publish(two_steps(where={"any": ["/b"]}))
    visit.page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")
    visit.open("/a")
    visit.page.wait_for_function("() => Object.hasOwn(history, 'pushState')")
    visit.call("() => history.pushState({}, '', '/b')")
    visit.see("first")
    visit.call("() => handrail.destroy()")
    visit.see_nothing()
    assert visit.call("() => [Object.hasOwn(history, 'pushState'), Object.hasOwn(history, 'replaceState')]") == [
        False,
        False,
    ]


# covers W24 E1
@pytest.mark.parametrize("kind", ["hotspot", "tooltip"])
def test_what_waits_to_be_opened_is_shown_opened_acted_on_and_closed(site: Site, visit: Visit, kind: str) -> None:
    more = {"text": "More", "action": {"emit": "more"}}
    hint = {"id": "hint", "target": {"css": "#save"}, "title": "Hint", "open": "click", "buttons": [more]}
    site.publish(two_steps(kind=kind, steps=[hint]))
    visit.open("/a").see("hint")
    visit.expect_story("run_requested", "step_shown hint")
    opens = visit.host.locator(".dot") if kind == "hotspot" else visit.page.locator("#save")
    for _ in range(3):
        opens.click()
    visit.press("emit")
    visit.press("close")
    visit.see_nothing()
    visit.expect_story(
        "run_requested", "step_shown hint", "step_opened hint", "step_acted hint", "step_left hint",
        "run_ended dismissed",
    )  # fmt: skip


# covers W24 E1
def test_a_dot_that_nobody_could_see_was_not_shown(site: Site, visit: Visit) -> None:
    hint = {"id": "hint", "target": {"css": "#save"}, "title": "Hint", "open": "click"}
    site.publish(two_steps(kind="hotspot", steps=[hint]))
    visit.page.set_viewport_size({"width": 1000, "height": 30})
    visit.open("/a").see("hint")
    visit.arrived(lambda site: site.of("run_requested"))
    visit.call("() => new Promise((done) => setTimeout(done, 1500))")
    assert site.story() == ["run_requested"]
    visit.page.set_viewport_size({"width": 1000, "height": 640})
    visit.expect_story("run_requested", "step_shown hint")


# covers W9
@pytest.mark.parametrize(
    ("outside", "overlay", "end"),
    [
        ("ignore", "spotlight", "first"),
        ("close", "spotlight", None),
        ("close", "none", None),
        ("next", "spotlight", "second"),
    ],
)
def test_a_click_outside_does_what_the_step_says(
    site: Site, visit: Visit, outside: str, overlay: str, end: str | None
) -> None:
    site.publish(two_steps(first={"outside": outside, "overlay": overlay}))
    visit.open("/a").see("first")
    visit.arrived(lambda site: site.of("step_shown"))
    visit.page.mouse.click(600, 500)
    if end is None:
        visit.see_nothing()
        visit.arrived(lambda site: site.of("run_ended"))
        assert site.of("run_ended")[0]["data"] == {"state": "dismissed", "by": "outside"}
    else:
        visit.settle()
        visit.see(end)


# covers W9
def test_back_goes_back_and_skip_goes_past_as_their_buttons_say(site: Site, visit: Visit) -> None:
    leave = [{"text": "Back", "action": "back"}, {"text": "Skip", "action": "skip"}]
    site.publish(two_steps(second={"buttons": leave}))
    visit.open("/a").see("first")
    visit.press("next")
    visit.see("second")
    visit.press("back")
    visit.see("first")
    visit.press("next")
    visit.see("second")
    visit.press("skip")
    visit.see_nothing()
    visit.arrived(lambda site: site.of("run_ended"))
    assert [event["step"] for event in site.of("step_back")] == ["second"]
    assert site.of("run_ended")[0]["data"]["state"] == "dismissed"
    visit.open("/a").settle()
    visit.see_nothing()


# covers W8
def test_a_step_goes_on_when_an_element_disappears(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"advance": {"on": "element", "target": {"css": "#late i"}, "is": "absent"}}))
    visit.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.querySelector('#late').append("
        "Object.assign(document.createElement('i'), { textContent: 'Saving' })))"
    )
    visit.open("/a").see("first")
    visit.settle()
    visit.see("first")
    visit.call("() => document.querySelector('#late i').remove()")
    visit.see("second")


# covers W10
@pytest.mark.parametrize(("role", "step"), [("admin", "third"), ("clerk", "second")])
def test_a_branch_is_taken_by_what_is_known_of_the_visitor(site: Site, visit: Visit, role: str, step: str) -> None:
    guide = two_steps(first={"then": [{"if": {"trait": "role", "is": "admin"}, "to": "third"}]})
    guide["steps"].append({"id": "third", "title": "For admins", "body": "Yours alone."})
    site.publish(guide)
    visit.open("/a").see("first")
    visit.call("(role) => handrail.identify('ann', { role })", role)
    visit.press("next")
    visit.see(step)


# covers W7
@pytest.mark.parametrize(("hours", "step"), [(23, "second"), (25, "first")])
def test_a_run_goes_on_within_a_day_and_begins_anew_after(
    site: Site, visit: Visit, visitor: BrowserContext, hours: int, step: str
) -> None:
    site.publish(two_steps(frequency={"repeat": "always"}))
    before = Visit(visitor, site)
    before.page.clock.install(time=1795340000)
    before.open("/a").see("first")
    before.press("next")
    before.see("second")
    before.page.close()
    visit.page.clock.set_system_time(1795340000 + hours * 3600)
    visit.open("/a").see(step)


# covers W4 W23
def test_the_target_takes_a_tap_under_the_spotlight_and_the_page_around_it_none(site: Site, chromium: Browser) -> None:
    site.publish(two_steps(first={"target": {"css": "#amount"}}))
    context = new_context(chromium, viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    visit = Visit(context, site).open("/a")
    visit.see("first")
    visit.call("() => { window.taps = []; addEventListener('click', ({ target }) => taps.push(target.id)) }")
    visit.page.tap("#new", force=True)
    visit.page.tap("#amount")
    assert visit.call("() => document.activeElement.id") == "amount"
    assert visit.call("() => taps") == ["amount"]
    visit.host.locator("[data-action=next]").tap()
    visit.see("second")
    context.close()


# covers W5
def test_a_target_with_a_dot_over_its_middle_is_shown_after_a_second_look(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"target": {"css": "#new", "role": "button", "name": "New invoice"}}))
    visit.page.add_init_script(f"addEventListener('DOMContentLoaded', () => ({DOT})('#new'))")
    visit.open("/a").see("first")
    assert any(path.endswith("/wait.js") for path in site.requests)
    assert site.of("target_missing") == []
