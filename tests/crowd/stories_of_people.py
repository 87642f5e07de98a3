"""Stories of goals, devices, consent, branches, and of those who come back later."""

from __future__ import annotations

from dataclasses import replace

from tests.crowd.place import Place
from tests.crowd.stories import CLOSED, DONE, MINUTE_MS, Story, story
from tests.crowd.truth import Attempt


@story()
def pays_within_the_hour(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two").presses("close").sees_nothing()
    person.does("() => handrail.track('paid')")
    person.sent().leaves()
    return [replace(CLOSED, goal=True)]


@story()
def paid_before(place: Place) -> list[Attempt]:
    person = place.person().comes("/plain")
    person.does("() => handrail.track('paid')")
    person.sent().comes().sees("one", "two").presses("close").sees_nothing().sent().leaves()
    return [CLOSED]


@story()
def pays_too_late(place: Place) -> Story:
    person = place.person().comes().sees("one", "two").presses("close").sees_nothing().sent()
    yield
    person.does("() => handrail.track('paid')")
    person.sent().leaves()
    return [CLOSED]


@story()
def goes_on_with_another_device(place: Place) -> list[Attempt]:
    first = place.person().comes(**{"as": "mina"}).sees("one", "two").sent()
    second = place.person(viewport={"width": 390, "height": 760}, is_mobile=True, has_touch=True)
    second.comes(**{"as": "mina"}).finds("two").presses("next").sees("four").presses("next").sees_nothing()
    second.does("() => handrail.track('paid')")
    second.sent().leaves()
    first.leaves()
    return [replace(DONE, visitor="mina", goal=True)]


@story()
def is_known_only_later_and_pays_elsewhere(place: Place) -> list[Attempt]:
    """The anonymous run is theirs once they are known: what they do on another device reaches its goal."""
    first = place.person().comes().sees("one", "two").presses("close").sees_nothing()
    first.does("(token) => handrail.identify('noor', {}, { token })", place.token("noor"))
    first.sent().leaves()
    second = place.person().comes("/plain", **{"as": "noor"})
    second.does("() => handrail.track('paid')")
    second.sent().leaves()
    return [replace(CLOSED, visitor="noor", goal=True)]


@story()
def comes_twice_and_counts_once_as_a_visitor(place: Place) -> list[Attempt]:
    person = place.person().comes(**{"as": "sam"}).sees("one").presses("close").sees_nothing().sent()
    person.does("() => void handrail.start('tour')")
    person.sees("one", "two", "four").presses("next").sees_nothing().sent().leaves()
    return [Attempt("dismissed", "close", "one", visitor="sam"), replace(DONE, visitor="sam")]


@story()
def has_global_privacy_control(place: Place) -> list[Attempt]:
    """Guides are shown, nothing leaves the browser."""
    control = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
    person = place.person(script=control).comes()
    for step in ("one", "two", "four"):
        person.finds(step).presses("next")
    person.sees_nothing().sent().leaves()
    return []


@story(short=True)
def refuses_to_be_counted(place: Place) -> list[Attempt]:
    """Whoever has not agreed is shown nothing and kept nowhere."""
    person = place.person().comes(refuses="")
    person.page.wait_for_function("() => handrail.explain().some(({ code }) => code === 'consent')")
    person.sees_nothing().sent().leaves()
    return []


@story()
def has_a_browser_that_keeps_nothing(place: Place) -> list[Attempt]:
    blocked = "for (const area of ['localStorage', 'sessionStorage']) Object.defineProperty(window, area,"
    blocked += " { get() { throw new DOMException('no', 'SecurityError') } })"
    person = place.person(script=blocked).comes()
    with person.page.expect_response(lambda answer: "run_ended" in (answer.request.post_data or "")) as answered:
        person.sees("one", "two").presses("close").sees_nothing()
    assert answered.value.status == 202
    person.leaves()
    return [CLOSED]


@story()
def reads_korean_on_a_phone(place: Place) -> list[Attempt]:
    phone = place.person(viewport={"width": 390, "height": 760}, is_mobile=True, has_touch=True)
    phone.comes(lang="ko").sees("one", "two").presses("close").sees_nothing().sent().leaves()
    return [replace(CLOSED, language="ko", device="phone")]


@story()
def is_a_walk_and_counted_apart(place: Place) -> list[Attempt]:
    person = place.person().comes("/plain")
    person.does("() => handrail.test({ guide: 'tour', events: 'walk' })")
    person.sees("one", "two", "four").presses("next").sees_nothing().sent().leaves()
    return [replace(DONE, mark="walk")]


@story()
def takes_the_short_branch(place: Place) -> list[Attempt]:
    person = place.person().comes("/branch").sees("pick", guide="branch")
    person.page.get_by_role("button", name="Short").click()
    person.sees("short", "end-here", guide="branch").presses("next").sees_nothing().sent().leaves()
    return [Attempt("completed", "next", "pick short end-here", "pick short end-here", guide="branch")]


@story()
def takes_the_long_branch(place: Place) -> list[Attempt]:
    person = place.person().comes("/branch").sees("pick", guide="branch")
    person.page.get_by_role("button", name="Long").click()
    person.sees("long", "longer", "end-here", guide="branch").presses("next").sees_nothing().sent().leaves()
    way = "pick long longer end-here"
    return [Attempt("completed", "next", way, way, guide="branch")]


@story()
def turns_from_one_branch_to_the_other(place: Place) -> list[Attempt]:
    person = place.person().comes("/branch").sees("pick", guide="branch")
    person.page.get_by_role("button", name="Short").click()
    person.sees("short", guide="branch").presses("back").sees("pick", guide="branch")
    person.page.get_by_role("button", name="Long").click()
    person.sees("long", guide="branch").sent().leaves()
    return [Attempt("abandoned", None, "pick short <pick long", "pick", guide="branch")]


@story()
def is_silent_for_two_hours_and_goes_on(place: Place) -> Story:
    """Abandoned in between, and brought back to life."""
    person = place.person()
    person.page.clock.install(time=place.now_ms() / 1000)
    person.comes().sees("one", "two").sent()
    yield
    person.page.clock.fast_forward(120 * MINUTE_MS)
    person.presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story()
def finishes_without_a_network_and_is_heard_two_hours_later(place: Place) -> Story:
    person = place.person()
    person.page.clock.install(time=place.now_ms() / 1000)
    person.comes(**{"as": "olga"}).sees("one").sent()
    person.context.set_offline(True)
    person.presses("next").sees("two", "four").presses("next").sees_nothing()
    yield
    person.page.clock.fast_forward(120 * MINUTE_MS)
    person.context.set_offline(False)
    person.sent().leaves()
    (run,) = place.ask("/guides/tour/runs", visitor="olga")["items"]
    assert run["ended_at"] - run["started_at"] < 10 * MINUTE_MS
    return [replace(DONE, visitor="olga")]


@story()
def goes_on_after_more_than_a_day(place: Place) -> Story:
    """Its story was over: what comes after is kept and not counted."""
    person = place.person().comes(**{"as": "lars"}).sees("one", "two").sent()
    yield
    yield
    person.presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    (run,) = place.ask("/guides/tour/runs", visitor="lars")["items"]
    events = place.ask(f"/runs/{run['run']}")["events"]
    assert [event["type"] for event in events if event["counted"] == "too_late"][-1] == "run_ended"
    return [Attempt("abandoned", None, "one two", "one", visitor="lars")]
