"""What destroy() leaves: nothing, on a page where every listener, timer, observer and style is counted."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.site import Site, Visit, two_steps
from tests.browser.stage import PAGES, tour

pytestmark = pytest.mark.browser

# What a page shows of itself, less what the widget keeps for the visitor in storage.
PAGE = """async () => {
    const html = document.documentElement.cloneNode(true);
    for (const script of html.querySelectorAll("script")) script.remove();
    const { held, pending } = await navigator.locks.query();
    return {
        globals: Object.getOwnPropertyNames(window).filter((name) => name !== "kept").sort(),
        history: Object.getOwnPropertyNames(history),
        html: html.outerHTML,
        sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
        locks: held.length + pending.length,
        left: left(),
    };
}"""


def busy_site(site: Site) -> None:
    """Make every kind live at once, and every way to start that listens to something."""
    point = {"id": "point", "target": {"css": "#amount"}, "title": "Amount", "open": "load"}
    waits = {"element": {"target": {"css": "#never"}}, "idle": {"after": "PT1H"}, "struggle": {}, "load": {}}
    waiting = [two_steps(key=f"on-{on}", start={"on": on, **more}) for on, more in waits.items() if on != "load"]
    kinds = [two_steps(key=kind, kind=kind, steps=[point]) for kind in ("tooltip", "hotspot")]
    banner = two_steps(key="banner", kind="banner", steps=[{"id": "news", "title": "News", "body": "Today."}])
    later = two_steps(key="later", start={"on": "load", "delay": "PT1H"})
    site.publish(two_steps(first={"advance": {"on": "input"}}), *kinds, banner, later, *waiting, struggle=True)


def watched(visit: Visit) -> Any:
    """Open the page without the widget and say how it is."""
    site, script = visit.site, visit.site.head
    visit.page.add_init_script(path=PAGES / "ledger.js")
    site.head = ""
    visit.page.goto(f"{site.address}/a")
    before = visit.call(PAGE)
    site.head = script
    return before


def expect_as(page: Page, wanted: Any) -> None:
    """Wait until what was on its way has come, and the page is as it should be."""
    found = page.evaluate(PAGE)
    for _ in range(100):
        if found == wanted:
            break
        page.wait_for_timeout(50)
        found = page.evaluate(PAGE)
    assert found == wanted


# covers W20
@pytest.mark.parametrize("navigation", [True, False], ids=["navigation API", "wrapped history"])
def test_destroy_leaves_nothing_and_takes_the_global_too(site: Site, visit: Visit, navigation: bool) -> None:
    busy_site(site)
    if not navigation:
        visit.page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")
    before = watched(visit)
    assert before["left"] == []
    visit.open("/a").see("first", "first-invoice")
    for kind, step in (("tooltip", "point"), ("hotspot", "point"), ("banner", "news")):
        visit.see(step, kind)
    visit.page.wait_for_function("() => performance.getEntriesByName(location.origin + '/v1/pk_test/events').length")
    assert len(set(visit.call("() => left()"))) > 20, "the ledger sees what runs"
    visit.call("() => handrail.stop()")
    visit.see_nothing()
    visit.call("() => handrail.destroy()")
    expect_as(visit.page, before)


# covers W20
@pytest.mark.parametrize("navigation", [True, False], ids=["navigation API", "wrapped history"])
def test_after_stop_nothing_runs_once_the_events_are_sent(site: Site, visit: Visit, navigation: bool) -> None:
    busy_site(site)
    if not navigation:
        visit.page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")
    before = watched(visit)
    quiet = before | {"globals": sorted([*before["globals"], "handrail"])}
    visit.open("/a").see("first", "first-invoice")
    for kind, step in (("tooltip", "point"), ("hotspot", "point"), ("banner", "news")):
        visit.see(step, kind)
    visit.call("() => handrail.stop()")
    expect_as(visit.page, quiet)
    assert visit.call("() => handrail.start('banner')") is True
    visit.see("news", "banner")
    visit.call("() => handrail.stop()")
    expect_as(visit.page, quiet)


# covers W20
@pytest.mark.parametrize("again", [False, True], ids=["stopped", "stopped and asked for"])
def test_stop_while_the_tour_is_on_its_way(site: Site, visit: Visit, again: bool) -> None:
    site.publish(two_steps())
    before = watched(visit)
    held: list[Route] = []
    visit.page.route("**/tour.js", lambda route: held.append(route))
    with visit.page.expect_request("**/tour.js"):
        visit.open("/a")
    visit.call("() => handrail.stop()")
    if again:
        visit.call("() => void handrail.start('first-invoice')")
    for route in held:
        route.continue_()
    if again:
        visit.see("first")
        assert visit.call("() => left().filter((name) => name === 'BroadcastChannel').length") == 1
        visit.call("() => handrail.stop()")
    quiet = before | {"globals": sorted([*before["globals"], "handrail"])}
    expect_as(visit.page, quiet)


# covers W20
def test_after_stop_a_guide_that_is_asked_for_still_starts_and_goes_through_pages(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"on": {"path": "/a"}}, second={"on": {"path": "/b"}}, where={"any": ["/a", "/b"]}))
    before = watched(visit)
    visit.open("/a").see("first")
    visit.call("() => { window.kept = []; handrail.on('step_shown', ({ step }) => kept.push(step)) }")
    visit.call("() => { handrail.stop(); history.pushState({}, '', '/b'); history.pushState({}, '', '/a') }")
    visit.settle()
    visit.see_nothing()
    visit.call("() => void handrail.start('first-invoice')")
    visit.see("first")
    visit.call("() => { handrail.next(); history.pushState({}, '', '/b') }")
    visit.see("second")
    visit.press("next")
    visit.arrived(lambda site: len(site.of("run_ended")) == 2)
    assert [event["data"]["state"] for event in site.of("run_ended")] == ["dismissed", "completed"]
    assert visit.call("() => kept") == ["first", "second"], "the page's own listener outlives stop()"
    visit.call("() => { handrail.stop(); history.replaceState({}, '', '/a') }")
    visit.call("() => handrail.destroy()")
    expect_as(visit.page, before)


# covers W20
def test_a_library_without_a_server_leaves_nothing_either(new_stage: Any) -> None:
    stage = new_stage()
    stage.page.add_init_script(path=PAGES / "ledger.js")
    stage.open("plain.html")
    before = stage.page.evaluate(PAGE)
    for kind in ("tooltip", "hotspot", "banner", "modal"):
        guide = tour({"target": {"css": "#search"}, "open": "load"}, kind=kind, key=kind)
        stage.page.evaluate("(guide) => void handrail.show(guide)", guide)
        stage.page.locator(f"handrail-guide[data-guide={kind}]").wait_for(state="attached")
    assert stage.page.evaluate("() => left()") != []
    stage.page.evaluate("() => handrail.explain({ panel: true })")
    stage.page.locator("handrail-panel").wait_for()
    stage.page.evaluate("() => handrail.destroy()")
    expect_as(stage.page, before)
