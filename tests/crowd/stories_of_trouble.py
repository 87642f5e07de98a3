"""Stories of networks, clocks, tabs, browsers and batches that go wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error

from tests.crowd.place import OwnBrowser, Place
from tests.crowd.stories import CLOSED, DONE, MINUTE_MS, story
from tests.crowd.truth import Attempt


@story(short=True)
def goes_on_without_a_network(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one").sent()
    person.context.set_offline(True)
    person.presses("next").finds("two").presses("next").finds("four").presses("next").sees_nothing()
    person.context.set_offline(False)
    person.sent().leaves()
    return [DONE]


@story()
def closes_without_a_network_and_comes_back_another_time(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one").sent()
    person.context.set_offline(True)
    person.presses("next").sees("two").presses("close").sees_nothing()
    person.page.close()
    person.context.set_offline(False)
    back = person.another_tab()
    back.comes("/plain").sent().leaves()
    return [CLOSED]


@story()
def never_has_a_network_again(place: Place) -> list[Attempt]:
    """Its first events arrived; what came after is nobody's knowledge."""
    person = place.person().comes().sees("one").sent()
    person.context.set_offline(True)
    person.presses("next").sees("two").leaves()
    return [Attempt("abandoned", None, "one")]


@story()
def has_a_clock_that_is_five_hours_fast(place: Place) -> list[Attempt]:
    person = place.person()
    person.page.clock.install(time=(place.now_ms() + 300 * MINUTE_MS) / 1000)
    person.comes().sees("one", "two", "four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story()
def has_a_clock_that_is_thirty_hours_slow(place: Place) -> list[Attempt]:
    person = place.person()
    person.page.clock.install(time=(place.now_ms() - 1800 * MINUTE_MS) / 1000)
    person.comes().sees("one", "two").presses("close").sees_nothing().sent().leaves()
    return [CLOSED]


@story()
def sets_the_clock_back_in_the_middle(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two").sent()
    person.does("() => { const now = Date.now; Date.now = () => now() - 2 * 3600e3; }")
    person.presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story()
def has_it_open_in_two_tabs(place: Place) -> list[Attempt]:
    first = place.person().comes().sees("one")
    second = first.another_tab().comes()
    second.does("() => new Promise((done) => setTimeout(done, 500))")
    second.sees_nothing()
    first.page.bring_to_front()
    first.presses("next").sees("two", "four").presses("next").sees_nothing()
    second.sees_nothing().sent().leaves()
    return [DONE]


@story()
def goes_on_in_another_tab(place: Place) -> list[Attempt]:
    first = place.person().comes().sees("one", "two").sent()
    second = first.another_tab()
    first.page.close()
    second.comes().finds("two").presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story(short=True)
def sends_every_batch_twice(place: Place) -> list[Attempt]:
    def twice(route: Any) -> None:
        route.fetch()
        route.fulfill(response=route.fetch())

    person = place.person().collects(twice).comes()
    person.finds("one").presses("next").finds("two").presses("close").sees_nothing().sent().leaves()
    return [CLOSED]


@story()
def loses_the_first_answer(place: Place) -> list[Attempt]:
    """The server has the events, the browser does not know it and sends them again."""
    lost: list[str] = []

    def lose(route: Any) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append("one")
            route.abort()

    person = place.person().collects(lose).comes().sees("one", "two").presses("close").sees_nothing().sent()
    assert lost
    person.leaves()
    return [CLOSED]


@story()
def is_told_to_wait(place: Place) -> list[Attempt]:
    """429 with Retry-After, then 503 with one: nothing is sent in between, and nothing is lost."""
    asked: list[float] = []

    def refuse(route: Any) -> None:
        asked.append(place.now_ms())
        status = {1: 429, 2: 503}.get(len(asked))
        headers = {
            "Retry-After": "2",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Retry-After",
        }
        route.fulfill(status=status, headers=headers, body="{}") if status else route.continue_()

    person = place.person().collects(refuse).comes().sees("one", "two").presses("close").sees_nothing().sent()
    assert asked[1] - asked[0] >= 1900
    assert asked[2] - asked[1] >= 1900
    person.leaves()
    return [CLOSED]


@story()
def has_batches_that_arrive_in_the_opposite_order(place: Place) -> list[Attempt]:
    held: list[bytes] = []

    def hold(route: Any) -> None:
        held.append(route.request.post_data_buffer)
        events = json.loads(held[-1])["events"]
        route.fulfill(status=202, json={"accepted": len(events), "duplicates": 0, "rejected": []},
                      headers={"Access-Control-Allow-Origin": "*"})  # fmt: skip

    person = place.person().collects(hold).comes()
    for step in ("one", "two", "four"):
        person.sees(step).sent().presses("next")
    person.sees_nothing().sent().leaves()
    assert len(held) >= 4
    for body in reversed(held):
        place.send(body)
    return [DONE]


@story()
def reloads_in_the_middle(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two")
    person.page.reload()
    person.finds("two").presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story()
def goes_away_and_back_through_the_cache(place: Place) -> list[Attempt]:
    """The page comes back as it was, from the back/forward cache, and the run with it."""
    browser = place.browser(ignore_default_args=["--disable-back-forward-cache"])
    person = place.person(browser=browser).comes().sees("one", "two")
    person.comes("/plain")
    person.does("() => void setTimeout(() => history.back())")
    person.page.wait_for_function("() => window.fromCache === true")
    person.finds("two").presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story()
def goes_to_another_page_and_comes_back(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two")
    person.comes("/plain").sees_nothing().comes()
    person.finds("two").presses("close").sees_nothing().sent().leaves()
    return [CLOSED]


@story()
def walks_through_a_router(place: Place) -> list[Attempt]:
    """An address that changes without a load: the step waits until the visitor is back."""
    person = place.person().comes().sees("one", "two")
    person.does("() => history.pushState({}, '', '/elsewhere')")
    person.does("() => { document.querySelector('#amount').hidden = true; }")
    person.sees_nothing()
    person.does("() => { document.querySelector('#amount').hidden = false; history.back(); }")
    person.finds("two").presses("next").sees("four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story()
def has_a_tab_that_crashes(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two").sent()
    with person.page.expect_event("crash"), suppress(Error):
        person.page.goto("chrome://crash")
    person.leaves()
    return [Attempt("abandoned", None, "one two", "one")]


@story()
def has_a_browser_that_is_killed_and_goes_on(place: Place) -> list[Attempt]:
    own = OwnBrowser(place)
    own.start().comes().sees("one", "two").sent()
    own.written(b'"step":"two"')
    own.kill()
    person = own.start().comes().finds("two").presses("next").sees("four").presses("next").sees_nothing().sent()
    person.leaves()
    own.kill()
    return [DONE]
