"""Pages that come back alive from the back/forward cache: Playwright switches it off, these tests switch it on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Browser, Playwright

from tests.browser.site import Site, Visit, two_steps
from tests.browser.stage import new_context

pytestmark = pytest.mark.browser

KEPT = "() => performance.getEntriesByType('navigation')[0].notRestoredReasons"


@pytest.fixture(scope="module")
def browser_that_keeps_pages(playwright: Playwright) -> Iterator[Browser]:
    switched_off = ["--disable-back-forward-cache"]
    browser = launch_chromium(playwright, ignore_default_args=switched_off, args=["--enable-features=BackForwardCache"])
    yield browser
    browser.close()


@pytest.fixture
def keeping(browser_that_keeps_pages: Browser, site: Site) -> Iterator[Visit]:
    context = new_context(browser_that_keeps_pages)
    context.set_default_timeout(5_000)
    context.add_init_script("window.shows = []; addEventListener('pageshow', (e) => shows.push(e.persisted))")
    visit = Visit(context, site)
    yield visit
    assert visit.problems == []
    context.close()


def travel(visit: Visit, way: str, path: str) -> None:
    """Go back or forward to a page that was kept: it is shown as it was, nothing is loaded."""
    loads = visit.site.requests.count(path)
    getattr(visit.page, f"go_{way}")(wait_until="commit")
    visit.page.wait_for_url(f"**{path}", wait_until="commit")
    visit.page.wait_for_function("() => shows.at(-1)")
    assert visit.site.requests.count(path) == loads


# covers W7
def test_a_kept_page_takes_up_where_the_run_is_now(site: Site, keeping: Visit) -> None:
    first = {"target": {"css": "#to-b"}, "advance": {"on": "click"}, "on": {"path": "/a"}}
    site.publish(two_steps(first=first, second={"on": {"path": "/b"}}, where={"any": ["/a", "/b"]}))
    keeping.open("/a").see("first")
    keeping.page.click("#to-b")
    keeping.page.wait_for_url("**/b")
    keeping.see("second")
    keeping.arrived(lambda site: site.of("run_resumed"))
    travel(keeping, "back", "/a")
    keeping.settle()
    keeping.see_nothing()
    travel(keeping, "forward", "/b")
    keeping.see("second")
    keeping.press("next")
    keeping.arrived(lambda site: site.of("run_ended"))
    assert [word for word in site.story() if "shown" in word] == ["step_shown first", "step_shown second"]
    assert [event["data"]["state"] for event in site.of("run_ended")] == ["completed"]
    assert len({event["run"] for event in site.events if "run" in event}) == 1


# covers W7
def test_a_step_that_was_open_on_the_kept_page_is_open_again_and_works(site: Site, keeping: Visit) -> None:
    site.publish(two_steps())
    keeping.open("/a").see("first")
    keeping.arrived(lambda site: site.of("step_shown"))
    keeping.page.goto(f"{site.address}/c")
    keeping.ready()
    keeping.see_nothing()
    travel(keeping, "back", "/a")
    keeping.see("first")
    assert keeping.host.count() == 1
    keeping.press("next")
    keeping.see("second")
    keeping.press("next")
    keeping.arrived(lambda site: site.of("run_ended"))
    assert [word for word in site.story() if "shown" in word] == ["step_shown first", "step_shown second"]


# covers W7 W21
def test_a_guide_that_another_tab_finished_meanwhile_does_not_come_back(site: Site, keeping: Visit) -> None:
    site.publish(two_steps())
    keeping.open("/a").see("first")
    keeping.arrived(lambda site: site.of("step_shown"))
    keeping.page.goto(f"{site.address}/c")
    keeping.ready()
    other = Visit(keeping.page.context, site).open("/a")
    other.see("first")
    other.press("next")
    other.see("second")
    other.press("next")
    other.see_nothing()
    travel(keeping, "back", "/a")
    keeping.settle()
    keeping.see_nothing()
    assert keeping.codes() == {"first-invoice": "frequency"}
    keeping.arrived(lambda site: site.of("run_ended"))
    assert len(site.of("run_ended")) == 1


# covers W7 W21
def test_a_guide_that_another_tab_plays_meanwhile_stays_there(site: Site, keeping: Visit) -> None:
    site.publish(two_steps())
    keeping.open("/a").see("first")
    keeping.arrived(lambda site: site.of("step_shown"))
    keeping.page.goto(f"{site.address}/c")
    keeping.ready()
    other = Visit(keeping.page.context, site).open("/a")
    other.see("first")
    travel(keeping, "back", "/a")
    keeping.page.wait_for_function("() => handrail.explain()[0].code === 'other_tab'")
    keeping.see_nothing()
    other.see("first")


# covers W7 W26
@pytest.mark.parametrize("path", ["/a", "/c"], ids=["with a step open", "with nothing to show"])
def test_the_widget_gives_the_browser_no_reason_not_to_keep_the_page(site: Site, keeping: Visit, path: str) -> None:
    site.publish(two_steps(), struggle=True)
    keeping.open(path).settle()
    if path == "/a":
        keeping.see("first")
    keeping.page.goto(f"{site.address}/d")
    keeping.ready()
    travel(keeping, "back", path)
    assert keeping.call(KEPT) is None
