"""Which guide shows, when, and how often: start conditions, priorities, budgets, frequency, tabs."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.site import KEY, SCRIPT, STUB, Site, Visit, two_steps

pytestmark = pytest.mark.browser


def guide(key: str, **fields: Any) -> dict[str, Any]:
    return two_steps(key=key, **fields)


def finish(visit: Visit) -> None:
    visit.press("next")
    visit.see("second")
    visit.press("next")
    visit.see_nothing()


# covers W1
def test_a_guide_starts_on_an_event_of_the_host(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", start={"on": "event", "event": "invoice_sent"}))
    visit.open("/a").settle()
    assert visit.codes() == {"welcome": "start"}
    visit.call("() => handrail.track('invoice_sent', { amount: 3 })")
    visit.see("first")


# covers W1
def test_a_guide_starts_when_an_element_appears(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", start={"on": "element", "target": {"css": "#late b"}}))
    visit.open("/a").settle()
    visit.see_nothing()
    visit.call(
        "() => document.querySelector('#late').append(Object.assign(document.createElement('b'), { textContent: 'x' }))"
    )
    visit.see("first")


# covers W1
def test_a_guide_starts_when_nothing_happens_for_a_while(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", start={"on": "idle", "after": "PT1S"}))
    visit.open("/a").see("first")


# covers W1
def test_a_guide_starts_after_its_delay(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", start={"on": "load", "delay": "PT1S"}))
    visit.open("/a").settle()
    assert visit.codes() == {"welcome": "start"}
    visit.see("first")


# covers W1
def test_a_link_starts_a_guide_and_the_address_forgets_it(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", start={"on": "manual"}))
    visit.open("/a?handrail=welcome&tab=2#x").see("first")
    assert visit.page.url.endswith("/a?tab=2#x")


# covers W1
def test_the_host_starts_a_guide_by_its_key_before_the_loader_came(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", start={"on": "manual"}), guide("other", start={"on": "manual"}))
    site.head = f"{STUB}<script src='/go.js'></script>{SCRIPT}"
    site.faults["/go.js"] = lambda: (200, b"handrail.start('welcome')", {"Content-Type": "text/javascript"})
    visit.open("/a").see("first", "welcome")
    assert visit.call("() => handrail.start('nothing-like-it')") is False


# covers W19
def test_the_guide_of_highest_priority_goes_first_and_alone(site: Site, visit: Visit) -> None:
    site.publish(guide("low", priority=10), guide("high", priority=90), guide("middle", priority=50))
    visit.open("/a").see("first", "high")
    expect(visit.host).to_have_count(1)
    assert visit.codes() == {"high": "open", "low": "busy", "middle": "busy"}
    visit.press("close")
    visit.settle()
    visit.see_nothing()
    visit.open("/a").see("first", "middle")


# covers W19
def test_a_hotspot_stands_beside_a_running_tour(site: Site, visit: Visit) -> None:
    hotspot = guide("hint", kind="hotspot")
    hotspot["steps"] = [{"id": "hint", "target": {"css": "#amount"}, "title": "Amounts", "open": "click"}]
    site.publish(guide("welcome"), hotspot)
    visit.open("/a").see("first", "welcome")
    visit.see("hint", "hint")


# covers W19
def test_a_budget_holds_for_the_session(site: Site, visit: Visit) -> None:
    site.publish(guide("one", priority=90), guide("two"), budget={"session": 1})
    visit.open("/a").see("first", "one")
    visit.arrived(lambda site: site.of("step_shown"))
    visit.press("close")
    visit.see_nothing()
    visit.open("/a").settle()
    assert visit.codes()["two"] == "budget"
    visit.see_nothing()
    held = visit.arrived(lambda site: [e for e in site.of("decision") if e["data"]["code"] == "budget"])
    assert held[0]["guide"] == "two"
    visit.open("/a").settle()
    visit.call("() => handrail.start('two')")
    visit.see("first", "two")
    assert len([e for e in site.of("decision") if e["data"]["code"] == "budget"]) == 1


# covers W10
def test_starting_another_guide_supersedes_the_running_one(site: Site, visit: Visit) -> None:
    site.publish(guide("one"), guide("two", start={"on": "manual"}))
    visit.open("/a").see("first", "one")
    visit.arrived(lambda site: site.of("step_shown"))
    visit.call("() => handrail.start('two')")
    visit.see("first", "two")
    visit.arrived(lambda site: site.of("run_ended"))
    assert site.of("run_ended")[0]["data"] == {"state": "superseded", "by": "two"}
    expect(visit.host).to_have_count(1)


# covers W22
@pytest.mark.parametrize(
    ("repeat", "deed", "held"),
    [
        ("once", "close", True),
        ("until_completed", "finish", True),
        ("until_dismissed", "close", True),
        ("always", "finish", False),
    ],
)
def test_frequency_holds_over_a_reload(site: Site, visit: Visit, repeat: str, deed: str, held: bool) -> None:
    site.publish(guide("welcome", frequency={"repeat": repeat}))
    visit.open("/a").see("first")
    if deed == "finish":
        finish(visit)
    else:
        visit.press("close")
    visit.see_nothing()
    visit.open("/a").settle()
    if held:
        visit.see_nothing()
        assert visit.codes() == {"welcome": "frequency"}
    else:
        visit.see("first")


# covers W22 W9
def test_later_puts_a_guide_off(site: Site, visit: Visit) -> None:
    later = [{"text": "Later", "action": "snooze"}, {"text": "Never", "action": "never"}]
    site.publish(guide("welcome", first={"buttons": later}, frequency={"repeat": "always", "snooze": "PT1H"}))
    visit.open("/a").see("first")
    visit.press("snooze")
    visit.see_nothing()
    visit.open("/a").settle()
    assert visit.codes() == {"welcome": "snoozed"}
    visit.call("() => handrail.start('welcome')")
    visit.see("first")
    visit.press("never")
    visit.open("/a").settle()
    assert visit.codes() == {"welcome": "never"}
    assert [
        event["data"]["by"] for event in visit.arrived(lambda site: site.of("run_ended")[1:] and site.of("run_ended"))
    ] == ["snooze", "close"]


# covers W22
def test_a_cap_counts_showings_within_its_period(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", frequency={"repeat": "always", "at_most": {"times": 2, "per": "P1D"}}))
    for _ in range(2):
        visit.open("/a").see("first")
        visit.press("close")
        visit.see_nothing()
    visit.open("/a").settle()
    assert visit.codes() == {"welcome": "at_most"}


# covers W22
def test_a_guide_comes_no_sooner_again_than_it_says(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", frequency={"repeat": "always", "every": "P1D"}))
    visit.open("/a").see("first")
    visit.press("close")
    visit.see_nothing()
    visit.open("/a").settle()
    assert visit.codes() == {"welcome": "frequency"}
    assert visit.call("() => handrail.explain()[0].clause") == {"every": "P1D"}


# covers T2 W26
@pytest.mark.parametrize(
    ("fields", "here", "elsewhere"),
    [
        ({"where": {"any": [{"path": "/a", "query": {"tab": "*"}}]}}, "/a?tab=2", "/a?other=2"),
        ({"where": {"any": [{"hash": "/inbox/:id"}]}}, "/a#/inbox/7", "/a#/inbox"),
        ({"audience": {"path": "/a{/x}?"}}, "/a", "/b"),
        ({"audience": {"query": "n", "more_than": 3}}, "/a?n=4", "/a?n=3"),
        ({"audience": {"all": [{"trait": "seats", "is": 5}, {"query": "seats", "is": 5}]}}, "/a?seats=5", "/a"),
        ({"audience": {"event": "saved", "count": {"is": 1}, "within": "P1D"}}, "/a", "/b"),
    ],
    ids=str,
)
def test_what_few_guides_ask_is_answered_by_the_rules_chunk(
    site: Site, visit: Visit, fields: dict[str, Any], here: str, elsewhere: str
) -> None:
    site.publish(guide("welcome", **fields))
    deeds = "handrail.identify('ada', { seats: '5' }); location.pathname === '/a' && handrail.track('saved')"
    site.head = f"{STUB}<script>{deeds}</script>{SCRIPT}"
    visit.open(elsewhere).settle()
    visit.see_nothing()
    visit.open(here).see("first")
    assert any(path.endswith("/rules.js") for path in site.requests)


# covers W22
def test_an_identified_visitor_s_other_devices_count(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome", frequency={"repeat": "once"}))
    site.visitor = {
        "guides": {"welcome": {"times": 1, "last_at": 1795340000001, "state": "dismissed"}},
        "open": [],
        "events": {},
    }
    site.head = f"{STUB}<script src='/go.js'></script>{SCRIPT}"
    code = b"handrail.identify('ann', { plan: 'trial' }, { token: () => Promise.resolve('t.o.k') })"
    site.faults["/go.js"] = lambda: (200, code, {"Content-Type": "text/javascript"})
    visit.open("/a")
    visit.page.wait_for_function("() => handrail.explain()[0]?.code === 'frequency'")
    visit.see_nothing()
    assert site.tokens == ["Bearer t.o.k"]
    visit.arrived(lambda site: site.of("identify"))
    assert site.batches[-1]["visitor"] == {"id": "ann", "token": "t.o.k", "anonymous": False}


# covers W7
def test_a_run_of_another_device_goes_on_here(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome"))
    manifest, _ = site.compiled()
    run = {
        "run": "019a0000-0000-7000-8000-000000000001",
        "guide": "welcome",
        "version": 1,
        "hash": manifest["guides"][0]["hash"],
        "step": "second",
        "seq": 4,
    }
    site.visitor = {
        "guides": {"welcome": {"times": 1, "last_at": 1795340000001, "state": "open"}},
        "open": [run],
        "events": {},
    }
    site.head = f"{STUB}<script src='/go.js'></script>{SCRIPT}"
    site.faults["/go.js"] = lambda: (
        200,
        b"handrail.identify('ann', {}, { token: 't' })",
        {"Content-Type": "text/javascript"},
    )
    visit.open("/a").see("second")
    visit.press("next")
    visit.arrived(lambda site: site.of("run_ended"))
    assert next((e["type"], e["seq"], e["run"]) for e in site.events if "run" in e) == ("run_resumed", 5, run["run"])


# covers W21
@pytest.mark.parametrize("locks", [True, False], ids=["with locks", "without locks"])
def test_a_guide_open_in_one_tab_is_not_shown_in_another(
    site: Site, visit: Visit, visitor: BrowserContext, locks: bool
) -> None:
    site.publish(guide("welcome"))
    if not locks:
        visitor.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    visit.open("/a").see("first")
    visit.arrived(lambda site: site.of("step_shown"))
    other = Visit(visitor, site).open("/a")
    other.page.wait_for_function("() => handrail.explain()[0]?.code === 'other_tab'")
    other.see_nothing()
    finish(visit)
    other.page.wait_for_function("() => handrail.explain()[0].code === 'frequency'")
    other.see_nothing()
    assert other.problems == []


# covers W21
def test_a_closed_tab_s_guide_goes_on_in_the_next(site: Site, visit: Visit, visitor: BrowserContext) -> None:
    site.publish(guide("welcome"))
    first = Visit(visitor, site).open("/a")
    first.see("first")
    first.press("next")
    first.see("second")
    first.page.close()
    visit.open("/a").see("second")


# covers T4
def test_explain_names_the_deciding_clause_and_what_it_saw(site: Site, visit: Visit) -> None:
    trial = {"all": [{"device": "desktop"}, {"trait": "plan", "in": ["trial"]}]}
    site.publish(
        guide("trial", audience=trial),
        guide("elsewhere", where={"any": ["/z"]}),
        guide("asked", start={"on": "manual"}),
    )
    visit.open("/a").call("() => handrail.identify('ann', { plan: 'pro' })")
    visit.settle()
    rows = {row["guide"]: row for row in visit.call("() => handrail.explain()")}
    assert rows["trial"] == {
        "guide": "trial",
        "code": "audience",
        "at": "/all/1",
        "clause": {"trait": "plan", "in": ["trial"]},
        "saw": "pro",
    }
    assert rows["elsewhere"] == {"guide": "elsewhere", "code": "where", "clause": {"any": ["/z"]}, "saw": "/a"}
    assert rows["asked"]["code"] == "start"
    visit.call("() => handrail.identify('ann', { plan: 'trial' })")
    visit.see("first", "trial")


# covers W27
def test_a_host_s_own_suite_switches_guides_off_with_one_line(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome"))
    visit.page.add_init_script(path="widget/dist/stub.js")
    visit.page.add_init_script("handrail.test({ off: true })")
    visit.open("/a").settle()
    visit.see_nothing()
    visit.call("() => handrail.track('x')")
    assert visit.call("() => handrail.start('welcome')") is False
    visit.settle()
    assert site.batches == []
    assert visit.codes() == {"welcome": "off"}


# covers W27
def test_a_guide_is_pinned_at_a_step_for_a_persona(site: Site, visit: Visit) -> None:
    greeting = guide("welcome", start={"on": "manual"}, second={"title": "Hello {name|you}"})
    greeting["translations"] = {"ko": {"steps.second.body": {"text": "안녕하세요", "of": greeting["steps"][1]["body"]}}}
    site.publish(greeting, guide("other"))
    visit.page.add_init_script(path="widget/dist/stub.js")
    persona = "{ traits: { name: 'Mina' }, language: 'ko' }"
    pinned = f"guide: 'welcome', step: 'second', persona: {persona}, clock: '2027-01-31T09:00:00Z', events: 'walk'"
    visit.page.add_init_script(f"handrail.test({{ {pinned} }})")
    visit.open("/a").see("second", "welcome")
    expect(visit.host).to_contain_text("Hello Mina")
    expect(visit.host).to_contain_text("안녕하세요")
    visit.press("next")
    visit.arrived(lambda site: site.of("run_ended"))
    assert {batch["context"]["mark"] for batch in site.batches} == {"walk"}
    assert {event["at"] for event in site.events if "run" in event} == {1801386000000}


# covers W20
def test_stop_leaves_nothing_and_destroy_takes_the_global(site: Site, visit: Visit) -> None:
    site.publish(guide("welcome"))
    visit.open("/a").see("first")
    before = """() => [
        Object.hasOwn(history, 'pushState'),
        Object.keys(window).filter(name => name.includes('handrail')),
        document.querySelectorAll('handrail-guide').length,
    ]"""
    visit.call("() => handrail.stop()")
    visit.see_nothing()
    assert visit.call(before) == [False, ["handrail"], 0]
    visit.call("() => handrail.destroy()")
    assert visit.call(before) == [False, [], 0]
    visit.page.keyboard.press("Escape")
    visit.call("() => { history.pushState({}, '', '/b'); history.back() }")
    visit.arrived(lambda site: site.of("run_ended"))


# covers W26
def test_a_page_with_nothing_to_show_loads_the_loader_and_the_manifest_only(site: Site, visit: Visit) -> None:
    site.publish(guide("elsewhere", where={"any": ["/z"]}), guide("trial", audience={"trait": "plan", "is": "trial"}))
    visit.open("/a").settle()
    visit.page.wait_for_load_state("networkidle")
    assert sorted(path for path in site.requests if path != "/a") == [f"/v1/{KEY}/manifest.json", "/widget/handrail.js"]
