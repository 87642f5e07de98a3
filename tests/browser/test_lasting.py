"""What the widget costs and leaves: bytes, requests, memory, caches, copies."""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode

import pytest
from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Playwright

from tests.browser.site import KEY, SCRIPT, STUB, Site, Visit, two_steps
from tests.browser.stage import BUILD, DIST, new_context

pytestmark = pytest.mark.browser

# Bytes after gzip -9. The aim was 5,000 for a page with nothing to show, and is 14,000 for one that shows a tour
# (docs/widget.md says what is missing); what is reached is held here, so that it only gets better.
MOST_WITH_NOTHING = 4_940
MOST_WITH_A_TOUR = 19_520
MOST_ON_DEMAND = {"builder": 60_000, "tour": 14_600, "heal": 6_000}


def size(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9))


# covers W26
def test_the_bytes_stay_within_what_was_reached() -> None:
    chunks = {path.stem: size(f"{BUILD['build']}/{path.name}") for path in (DIST / BUILD["build"]).glob("*.js")}
    loader = chunks.pop("handrail")
    assert loader <= MOST_WITH_NOTHING
    assert loader + chunks["tour"] <= MOST_WITH_A_TOUR
    assert {name: most for name, most in chunks.items() if most > MOST_ON_DEMAND.get(name, 6_000)} == {}


# covers W26
def test_a_tour_from_its_first_step_to_its_last_event_loads_no_more_than_that(site: Site, visit: Visit) -> None:
    first = {"css": "#new", "role": "button", "name": "New invoice"}
    second = {"css": "#save", "tag": "button", "text": "Save"}
    audience = {"trait": "plan", "in": ["trial"]}
    site.publish(two_steps(first={"target": first}, second={"target": second}, audience=audience))
    site.head = STUB + "<script>handrail.identify('ada', { plan: 'trial' })</script>" + SCRIPT
    visit.open("/a").see("first")
    visit.press("next")
    visit.see("second")
    visit.press("next")
    visit.arrived(lambda site: site.of("run_ended"))
    loaded = [path.removeprefix("/widget/") for path in site.requests if path.startswith("/widget/")]
    scripts = [name for name in loaded if name != "stub.js"]
    assert [name.rpartition("/")[2] for name in scripts] == ["handrail.js", "tour.js"]
    assert sum(map(size, scripts)) <= MOST_WITH_A_TOUR


# covers W26
def test_a_first_step_takes_three_requests_after_the_script(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    asked = [
        path for path in site.requests if not path.endswith("/events") and path not in ("/a", "/widget/handrail.js")
    ]
    assert len(asked) == 3
    assert asked[0] == f"/v1/{KEY}/manifest.json"


# covers W26
def test_no_layout_shift_and_no_cookie(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.page.add_init_script(
        """window.shifts = [];
        const note = list => shifts.push(...list.getEntries());
        new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true })"""
    )
    visit.open("/a").see("first")
    visit.press("next")
    visit.see("second")
    visit.press("next")
    visit.see_nothing()
    assert visit.call("() => shifts.length") == 0
    assert visit.page.context.cookies() == []


# covers W20
def test_two_hundred_tours_leave_no_memory_behind(site: Site, playwright: Playwright) -> None:
    site.publish(two_steps(start={"on": "manual"}))
    cycle = """async (rounds) => {
        for (let n = 0; n < rounds; n++) {
            await handrail.start("first-invoice");
            while (!document.querySelector("handrail-guide")) await new Promise(requestAnimationFrame);
            handrail.close();
        }
    }"""
    # Without its compiler, whose code for warm functions (58 kB here) is no memory of ours.
    browser = launch_chromium(playwright, args=["--js-flags=--jitless"])
    visit = Visit(new_context(browser), site).open("/a")
    client = visit.page.context.new_cdp_session(visit.page)

    def heap() -> int:
        client.send("HeapProfiler.collectGarbage")
        client.send("HeapProfiler.collectGarbage")
        return client.send("Runtime.getHeapUsage")["usedSize"]

    client.send("HeapProfiler.enable")
    visit.call("() => handrail.test({ events: 'none' })")
    visit.call(cycle, 60)
    before, nodes = heap(), visit.call("() => document.querySelectorAll('*').length")
    visit.call(cycle, 200)
    grown = heap() - before
    assert visit.call("() => document.querySelectorAll('*').length") == nodes
    browser.close()
    assert grown <= 25_000, f"{grown} bytes after 200 tours"


def test_the_pinned_file_has_the_integrity_that_is_published(site: Site, visit: Visit) -> None:
    pinned = (DIST / BUILD["pinned"]).read_bytes()
    assert BUILD["integrity"] == "sha384-" + b64encode(hashlib.sha384(pinned).digest()).decode()
    site.publish(two_steps())
    site.head = SCRIPT.replace("/widget/handrail.js", f"/widget/{BUILD['pinned']}").replace(
        "data-env", f'crossorigin integrity="{BUILD["integrity"]}" data-env'
    )
    visit.open("/a").see("first")


# covers W8
@pytest.mark.parametrize(
    ("advance", "deed"),
    [
        ({"on": "input", "pattern": "\\d+"}, "() => {}"),
        ({"on": "event", "event": "saved"}, "() => handrail.track('saved')"),
        (
            {"on": "element", "target": {"css": "#late h1"}},
            "() => document.querySelector('#late').append(document.querySelector('h1').cloneNode(true))",
        ),
        ({"on": "delay", "after": "PT1S"}, "() => {}"),
        ({"on": "click", "target": {"css": "#new"}}, "() => document.querySelector('#new').click()"),
    ],
    ids=lambda value: value["on"] if isinstance(value, dict) else "",
)
def test_each_way_to_advance(site: Site, visit: Visit, advance: dict[str, object], deed: str) -> None:
    site.publish(two_steps(first={"target": {"css": "#amount"}, "advance": advance}))
    visit.open("/a").see("first")
    if advance["on"] == "input":
        visit.page.fill("#amount", "x")
        visit.page.fill("#amount", "42")
        visit.page.press("#amount", "Tab")
    visit.call(deed)
    visit.see("second")
    visit.arrived(lambda site: site.of("step_passed"))
    assert site.of("step_passed")[0]["data"]["by"] == advance["on"]


# covers W10
def test_buttons_jump_branch_emit_and_start(site: Site, visit: Visit) -> None:
    buttons = [{"text": "Skip ahead", "action": {"to": "third"}}, {"text": "Tell", "action": {"emit": "asked"}}]
    guide = two_steps(first={"buttons": buttons}, second={"then": [{"to": "end"}]})
    other = [{"text": "More", "action": {"start": "more"}}]
    guide["steps"].append({"id": "third", "title": "Third", "body": "The last.", "buttons": other})
    site.publish(guide, two_steps(key="more", start={"on": "manual"}))
    visit.open("/a").see("first")
    visit.call("() => handrail.on('asked', told => { window.told = told })")
    visit.host.get_by_role("button", name="Tell").click()
    assert visit.call("() => told") == {"guide": "first-invoice", "step": "first"}
    visit.host.get_by_role("button", name="Skip ahead").click()
    visit.see("third")
    visit.host.get_by_role("button", name="More").click()
    visit.see("first", "more")
    visit.arrived(lambda site: site.of("run_ended"))
    assert [event["data"]["by"] for event in site.of("step_passed")] == ["button", "button"]
    assert site.of("run_ended")[0]["data"] == {"state": "completed", "by": "more"}


# covers W5
def test_a_selector_that_is_none_is_a_missing_target(site: Site, visit: Visit) -> None:
    site.publish(two_steps(first={"target": {"css": "]["}, "if_missing": {"wait": "PT1S", "then": "end"}}))
    visit.open("/a")
    visit.expect_story("run_requested", "target_missing first", "run_ended failed")
    assert re.fullmatch("not_found", site.of("run_ended")[0]["data"]["reason"])
