"""Struggle on a real page: heard where the environment asked for it, told by names, usable as a start condition."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site, Visit, two_steps

pytestmark = pytest.mark.browser


def kinds(site: Site) -> list[str]:
    return [event["data"]["kind"] for event in site.of("struggle")]


# covers E7 W1
def test_rage_clicks_start_a_guide_that_waits_for_them(site: Site, visit: Visit) -> None:
    help_ = two_steps(key="help", start={"on": "struggle", "kinds": ["rage_click"]})
    site.publish(help_, two_steps(key="news", start={"on": "event", "event": "news"}), struggle=True)
    visit.open("/a").settle()
    visit.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.includes('struggle'))"
    )
    visit.settle()
    visit.page.click("#save", click_count=4, delay=20)
    visit.see("first", "help")
    found = visit.arrived(lambda site: site.of("struggle"))
    assert found[0]["data"] == {"kind": "rage_click", "element": "id=save"}
    visit.press("close")
    visit.call("() => handrail.track('news')")
    visit.settle()
    assert visit.codes()["news"] == "quiet"


def test_a_stepper_and_a_search_are_no_struggle(site: Site, visit: Visit) -> None:
    site.publish(struggle=True)
    visit.open("/a").call("""() => {
        const count = document.querySelector("#late"); let n = 0;
        document.querySelector("#new").addEventListener("click", () => { count.textContent = ++n });
    }""")
    visit.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(e => e.name.includes('struggle'))"
    )
    visit.settle()
    for _ in range(6):
        visit.page.click("#new")
    visit.page.click("#amount", click_count=3)
    visit.page.fill("#amount", "secret 42")
    visit.page.wait_for_timeout(1800)
    visit.call("() => history.pushState({}, '', '/b')")
    visit.call("() => handrail.track('over')")
    visit.arrived(lambda site: site.of("track"))
    assert kinds(site) == []


def test_nothing_listens_where_the_environment_did_not_ask(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    assert not any("struggle" in path for path in site.requests)


# covers T4
def test_the_panel_shows_why_for_every_guide(site: Site, visit: Visit) -> None:
    site.publish(
        two_steps(key="trial", audience={"trait": "plan", "is": "trial"}),
        two_steps(key="elsewhere", where={"any": ["/z"]}),
    )
    visit.open("/a").call("() => { handrail.identify('ann', { plan: 'pro' }); handrail.explain({ panel: true }) }")
    panel = visit.page.locator("handrail-panel")
    expect(panel.get_by_role("row", name="trial")).to_contain_text('{"trait":"plan","is":"trial"}')
    expect(panel.get_by_role("row", name="trial")).to_contain_text('"pro"')
    expect(panel.get_by_role("row", name="elsewhere")).to_contain_text("does not live on this page")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
