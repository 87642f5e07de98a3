"""When things go wrong around the widget: the host page notices nothing, and no event is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.site import KEY, SCRIPT, STUB, Site, Visit, two_steps
from tests.browser.stage import DIST

pytestmark = pytest.mark.browser

MANIFEST = f"/v1/{KEY}/manifest.json"
EVENTS = f"/v1/{KEY}/events"
THROWING = """for (const area of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, area, { get() { throw new DOMException("no", "SecurityError") } })"""

STUB_SCRIPT = (DIST / "stub.js").read_text() + ";"


def reason(event: dict[str, Any]) -> tuple[str, str] | None:
    """Return the type and the reason of an event that tells of something gone wrong."""
    data = event.get("data", {})
    if event["type"] == "track" and data["name"] == "handrail.problem":
        return event["type"], data["code"]
    return (event["type"], data["reason"]) if event["type"] == "run_ended" and data.get("reason") == "script" else None


def loud(visit: Visit) -> list[str]:
    """Return what the page complained of, without the browser's own line about a failed request."""
    return [line for line in visit.problems if "Failed to load resource" not in line]


# covers W18
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"format": 2}', b'{"format":1,"guides":[null,{"key":1}],"settings":{}}']
)
def test_a_malformed_manifest_is_borne(site: Site, visitor: BrowserContext, body: bytes) -> None:
    site.fail(MANIFEST, 200, body)
    visit = Visit(visitor, site)
    visit.page.goto(site.address + "/a")
    visit.page.wait_for_load_state("networkidle")
    assert visit.call("() => handrail.state().open") == []
    assert visit.call("() => handrail.start('welcome')") is False
    assert visit.problems == []


# covers W18
def test_guides_go_on_from_what_was_kept_while_the_server_is_down(site: Site, visitor: BrowserContext) -> None:
    site.publish(two_steps())
    visit = Visit(visitor, site).open("/a")
    visit.see("first")
    site.fail(MANIFEST, 500)
    site.fail(EVENTS, 500)
    visit.page.reload()
    visit.see("first")
    visit.press("next")
    visit.press("next")
    visit.see_nothing()
    site.mend()
    visit.page.reload()
    visit.arrived(lambda site: site.of("run_ended"))
    assert site.story()[0] == "run_requested"
    assert loud(visit) == []


# covers W18
def test_a_chunk_that_can_t_be_read_is_a_failed_attempt(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    _, chunks = site.compiled()
    for address in chunks:
        site.fail(f"/v1/{KEY}/chunks/{address}.json", 200, b"{}")
    visit.open("/a")
    visit.expect_story("run_requested", "run_ended failed")
    assert site.of("run_ended")[0]["data"]["reason"] == "script"
    visit.open("/a").settle()
    assert len(site.of("run_requested")) == 1


# covers W18
def test_storage_that_throws_is_survived(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.page.add_init_script(THROWING)
    visit.open("/a").see("first")
    visit.press("next")
    visit.press("next")
    visit.arrived(lambda site: site.story()[-1:] == ["run_ended completed"])


# covers W18
def test_a_slow_server_delays_nothing_on_the_page(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    site.delays = {MANIFEST: 2.0, "/widget/handrail.js": 1.0}
    visit.page.goto(site.address + "/a", wait_until="domcontentloaded")
    assert visit.call("() => performance.now()") < 900
    visit.see("first")


# covers W18
def test_bad_calls_and_listeners_that_throw_stay_with_the_page_s_own_console(
    site: Site, visitor: BrowserContext
) -> None:
    site.publish(two_steps())
    visit = Visit(visitor, site).open("/a")
    visit.call("""() => {
        const loop = {}; loop.self = loop;
        handrail.identify('ann', { loop, fine: 1, fn() {} }, null); handrail.identify();
        handrail.track(); handrail.on('x', null); handrail.identify('');
        handrail.on('step_shown', () => { throw new Error('mine') }); handrail.account(Symbol.iterator)
    }""")
    visit.see("first")
    visit.press("next")
    visit.see("second")
    assert [line for line in visit.problems if "mine" not in line] == []
    visit.arrived(lambda site: site.of("identify"))
    assert site.of("identify")[0]["data"]["traits"] == {"fine": 1}


# covers W18
@pytest.mark.parametrize(
    ("fault", "deed", "why"),
    [
        ("manifest", "", [("track", "manifest")]),
        ("chunk", "", [("run_ended", "script")]),
        ("", "handrail.on('run_requested', () => { throw new Error('mine') })", [("track", "listener_threw")]),
        ("", "handrail.identify()", [("track", "call_identify")]),
        ("tour", "", [("track", "chunk_unreachable")]),
    ],
    ids=["manifest", "chunk", "listener", "call", "script blocked"],
)
def test_bad_input_is_told_by_one_event_that_says_why_and_the_page_sees_nothing(
    site: Site, visitor: BrowserContext, fault: str, deed: str, why: list[tuple[str, str]]
) -> None:
    site.publish(two_steps())
    visit = Visit(visitor, site)
    visit.page.add_init_script(STUB_SCRIPT + deed)
    if fault == "manifest":
        visit.open("/a").see("first")  # a manifest to fall back to
        site.fail(MANIFEST, 200, b'{"format": 2}')
    for address in site.compiled()[1] if fault == "chunk" else ():
        site.fail(f"/v1/{KEY}/chunks/{address}.json", 200, b'{"format": 1, "steps": [{}]}')
    if fault == "tour":
        visitor.route("**/tour.js", lambda route: route.abort())
    visit.open("/a")
    told = visit.arrived(lambda site: [event for event in map(reason, site.events) if event])
    visit.page.wait_for_timeout(300)
    assert told == why
    assert [line for line in loud(visit) if "mine" not in line] == [], "the page's own mistake stays its own"
    assert visit.page.locator("h1").inner_text() == "/a"


# covers E4
def test_offline_events_wait_and_arrive_with_the_right_times(site: Site, visit: Visit, visitor: BrowserContext) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    visit.arrived(lambda site: site.of("step_shown"))
    visitor.set_offline(True)
    visit.press("next")
    visit.see("second")
    passed_at = visit.call("() => Date.now()")
    visit.page.wait_for_timeout(1500)
    assert not site.of("step_passed")
    visitor.set_offline(False)
    visit.arrived(lambda site: site.of("step_passed"))
    assert abs(site.of("step_passed")[0]["at"] - passed_at) < 1000
    assert site.batches[-1]["sent_at"] - site.of("step_passed")[0]["at"] >= 1000


# covers E4
def test_events_of_a_closed_tab_are_sent_by_the_next(site: Site, visit: Visit, visitor: BrowserContext) -> None:
    site.publish(two_steps())
    site.fail(EVENTS, 503, Retry_After="1")
    first = Visit(visitor, site).open("/a")
    first.see("first")
    first.press("close")
    first.page.close()
    site.mend()
    visit.open("/b")
    visit.arrived(
        lambda site: site.story() == ["run_requested", "step_shown first", "step_left first", "run_ended dismissed"]
    )


# covers E4
def test_a_server_that_asks_for_a_pause_gets_it(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    site.fail(EVENTS, 429, Retry_After="2")
    visit.open("/a").see("first")
    visit.page.wait_for_function("() => performance.getEntriesByName(location.origin + '/v1/pk_test/events').length")
    asked = site.requests.count(EVENTS)
    visit.call("() => handrail.track('x')")
    visit.page.wait_for_timeout(1200)
    assert site.requests.count(EVENTS) == asked
    site.mend()
    visit.arrived(lambda site: site.of("track"))
    visit.problems.clear()


# covers E4
def test_what_happens_while_a_slow_server_answers_is_sent_after_the_answer(site: Site, visit: Visit) -> None:
    site.publish(two_steps(where={"any": ["/elsewhere"]}))
    site.delays = {EVENTS: 3.0}
    visit.open("/a")
    visit.call("() => handrail.track('before')")
    visit.arrived(lambda site: EVENTS in site.requests)
    visit.call("() => handrail.track('meanwhile')")
    visit.arrived(lambda site: len(site.of("track")) == 2, timeout_ms=20_000)
    assert site.requests.count(EVENTS) == 2


# covers E4
def test_a_full_queue_drops_the_oldest_and_says_so(site: Site, visit: Visit) -> None:
    site.publish()
    site.fail(EVENTS, 503, Retry_After="1")
    visit.open("/a").call("() => { for (let n = 0; n < 1050; n++) handrail.track('n', { n }) }")
    site.mend()
    dropped = visit.arrived(
        lambda site: [e for e in site.of("track") if e["data"]["name"] == "handrail.dropped"], 15000
    )
    assert dropped[0]["data"]["count"] == 100
    visit.arrived(lambda site: {e["data"].get("n") for e in site.of("track")} >= set(range(100, 1050)), 15000)
    visit.problems.clear()


# covers E5
def test_a_driven_browser_says_so(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.open("/a").see("first")
    visit.arrived(lambda site: site.batches)
    assert site.batches[0]["context"]["automated"] is True
    assert site.batches[0]["context"]["device"] == "desktop"


# covers E7
def test_no_query_leaves_the_page_unless_allowed(site: Site, visit: Visit) -> None:
    site.publish(two_steps(), query=["tab"])
    visit.open("/a?token=secret&tab=2#access=secret").see("first")
    visit.page.fill("#amount", "424242")
    visit.press("close")
    visit.arrived(lambda site: site.of("run_ended"))
    assert {event["page"] for event in site.events} == {"/a?tab=2"}
    assert "secret" not in str(site.batches)
    assert "424242" not in str(site.batches)


# covers E7
def test_nothing_is_kept_or_sent_before_consent(site: Site, visit: Visit) -> None:
    site.publish(two_steps(), consent="ask")
    visit.open("/a").call("() => handrail.track('before')")
    visit.settle()
    assert visit.call("() => Object.keys(localStorage).concat(Object.keys(sessionStorage))") == []
    assert visit.codes() == {"first-invoice": "consent"}
    assert site.batches == []
    visit.call("() => handrail.consent(true)")
    visit.see("first")
    visit.arrived(lambda site: site.of("track"))
    visit.call("() => handrail.consent(false)")
    visit.settle()
    assert visit.call("() => Object.keys(localStorage)") == []
    sent = len(site.batches)
    visit.call("() => handrail.track('after')")
    visit.page.wait_for_timeout(1200)
    assert len(site.batches) == sent


# covers E7
def test_global_privacy_control_shows_guides_and_sends_nothing(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    visit.page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    visit.open("/a").see("first")
    visit.press("close")
    visit.page.wait_for_timeout(1200)
    assert site.batches == []
    visit.open("/a").settle()
    visit.see_nothing()


# covers W17
def test_a_strict_policy_allows_everything_that_is_needed(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    site.head = STUB + SCRIPT
    site.policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    visit.open("/a").see("first")
    visit.press("next")
    visit.press("next")
    visit.arrived(lambda site: site.of("run_ended"))


def test_two_copies_of_the_script_are_one_widget(site: Site, visit: Visit) -> None:
    site.publish(two_steps())
    site.head = SCRIPT + SCRIPT
    visit.open("/a").see("first")
    visit.press("close")
    visit.see_nothing()
    visit.expect_story("run_requested", "step_shown first", "step_left first", "run_ended dismissed")


# covers W18
@pytest.mark.parametrize("blocked", ["tour", "kind-hotspot"])
def test_a_chunk_that_an_ad_blocker_takes_is_borne(site: Site, visitor: BrowserContext, blocked: str) -> None:
    hotspot = two_steps(key="hint", kind="hotspot", start={"on": "manual"})
    site.publish(two_steps(start={"on": "manual"}), hotspot)
    visit = Visit(visitor, site)
    visitor.route(f"**/{blocked}.js", lambda route: route.abort())
    visit.open("/a").call("() => { window.told = []; handrail.on('problem', (problem) => told.push(problem.code)) }")
    visit.call("() => handrail.start('hint')")
    visit.page.wait_for_function("() => told.length")
    visit.open("/a?handrail=hint").settle()
    visit.see_nothing()
    assert loud(visit) == []


# covers S4
def test_identified_events_wait_for_a_token_where_one_is_required(site: Site, visit: Visit) -> None:
    site.publish(two_steps(), identity="required")
    site.visitor = {"guides": {}, "open": [], "events": {}}
    visit.open("/a").call("() => handrail.identify('ann', { plan: 'pro' })")
    visit.see("first")
    visit.press("close")
    visit.see_nothing()
    visit.call("() => new Promise(done => setTimeout(done, 1500))")
    assert [event for event in site.events if event["type"] == "run_ended"] == []
    visit.call("() => handrail.identify('ann', { plan: 'pro' }, { token: async () => 'fresh' })")
    visit.call("() => handrail.track('now')")
    visit.arrived(lambda site: site.of("run_ended"))
    assert {batch["visitor"].get("token") for batch in site.batches if batch["visitor"]["id"] == "ann"} == {"fresh"}
