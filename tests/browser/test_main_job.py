"""The main job, whole: a tour authored in the CMS, followed in a real application, its drop-off in the report.

Each test uses the pages as their people do and ends at what the report page and the API say.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.demo import Demo, running_demo

pytestmark = pytest.mark.browser

NEW_INVOICE = "[data-tour=new-invoice]"
INVOICES = "nav a[href='/invoices']"


@pytest.fixture
def own_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own: these tests move its clock and stop its server."""
    with running_demo(tmp_path_factory.mktemp("main-job")) as demo:
        yield demo


@pytest.fixture
def author(page: Page, own_demo: Demo) -> Page:
    own_demo.sign_in(page)
    return page


def expect_saved(page: Page) -> None:
    """Wait until the editor says that the server has the draft."""
    expect(page.locator("[data-saved]")).to_have_text("Draft saved")


def author_tour(page: Page, demo: Demo, name: str, steps: list[dict[str, str]]) -> str:
    """Make a tour through the editor's form and publish it; return its key."""
    page.goto(f"{demo.cms}/guides/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the guide").click()
    page.wait_for_url(re.compile("/edit"))
    key = re.search(r"/guides/([^/]+)/edit", page.url)
    assert key
    for number, step in enumerate(steps):
        if number:
            page.get_by_role("button", name="Add a step").click()
            expect(page.locator("[data-steps] > li")).to_have_count(number + 1)
        fill_step(page, step)
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.goto(f"{demo.cms}/guides/{key[1]}")
    expect(page.get_by_text("Live in Production, version 1").first).to_be_visible()
    return key[1]


def fill_step(page: Page, step: dict[str, str]) -> None:
    """Fill the form of the step that is open and wait until it is saved."""
    form = page.locator(".editor-properties")
    for label in ("Title", "Text", "CSS selector"):
        if label in step:
            form.get_by_label(label, exact=True).fill(step[label])
    form.get_by_role("button", name="Save the draft").click()
    expect_saved(page)


@contextmanager
def visitor(browser: Browser, demo: Demo) -> Iterator[Page]:
    """A person nobody knows, in a browser profile of their own; the host page must never complain."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{demo.host}/?persona=guest")
    page.evaluate("() => { window.seen = []; handrail.on('step_shown', ({ step }) => seen.push(step)); }")
    try:
        yield page
    except BaseException as error:
        error.add_note(f"explain(): {page.evaluate('() => JSON.stringify([handrail.explain(), handrail.state()])')}")
        raise
    finally:
        context.close()
    assert problems == []


def guide_of(page: Page, key: str) -> Locator:
    return page.locator(f"handrail-guide[data-guide={key}]")


def see(page: Page, key: str, title: str) -> None:
    """The step is on the screen, and stays for the second that makes it seen."""
    guide = guide_of(page, key)
    expect(guide.get_by_role("heading")).to_have_text(title)
    page.wait_for_function("(step) => seen.includes(step)", arg=guide.get_attribute("data-step"))


def press(page: Page, key: str, action: str) -> None:
    guide_of(page, key).locator(f"[data-action={action}]").click()


def gone(page: Page) -> None:
    """No guide is on the screen, and everything that happened has been taken by the server."""
    expect(page.locator("handrail-guide")).to_have_count(0)


def funnel(author: Page, demo: Demo, key: str) -> dict[str, Any]:
    """Ask the API, as the author who is signed in."""
    answer = author.request.get(f"{demo.cms}/api/v1/guides/{key}/funnel?environment=production")
    assert answer.ok, answer.text()
    return answer.json()


def until(author: Page, demo: Demo, key: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait until the funnel says so; events travel, and tasks run, in their own time."""
    deadline = time.monotonic() + 30
    while not holds(report := funnel(author, demo, key)):
        assert time.monotonic() < deadline, report
        time.sleep(0.2)
    return report


STEPS = [
    {"Title": "Begin here", "Text": "Every invoice begins with **New invoice**.", "CSS selector": NEW_INVOICE},
    {"Title": "Find them again", "Text": "All of them are in this list.", "CSS selector": INVOICES},
    {"Title": "That is all", "Text": "You can begin."},
]


# covers A1, W1, W9, E1, R1, R3
def test_three_visitors_are_counted_as_what_they_did(author: Page, own_demo: Demo, chromium: Browser) -> None:
    key = author_tour(author, own_demo, "First look", STEPS)

    with visitor(chromium, own_demo) as finisher:
        for title in ("Begin here", "Find them again", "That is all"):
            see(finisher, key, title)
            press(finisher, key, "next")
        gone(finisher)
    with visitor(chromium, own_demo) as closer:
        see(closer, key, "Begin here")
        press(closer, key, "next")
        see(closer, key, "Find them again")
        press(closer, key, "close")
        gone(closer)
    with visitor(chromium, own_demo) as leaver:
        see(leaver, key, "Begin here")
        leaver.goto("about:blank")

    until(author, own_demo, key, lambda report: report["runs"] == 3 and sum(report["ended"].values()) == 2)
    own_demo.move_clock(minutes=35)
    report = until(author, own_demo, key, lambda report: report["ended"]["abandoned"] == 1)

    ended = {"completed": 1, "dismissed": 1, "abandoned": 1, "failed": 0, "superseded": 0}
    assert (report["attempts"], report["runs"], report["open"], report["ended"]) == (3, 3, 0, ended)
    assert [
        (step["reached"], step["passed"], step["drop_off"]["count"], step["drop_off"]["n"]) for step in report["steps"]
    ] == [
        (3, 2, 1, 3),
        (2, 1, 1, 2),
        (1, 1, 0, 1),
    ]
    assert (report["completion"]["count"], report["completion"]["n"]) == (1, 3)

    author.goto(f"{own_demo.cms}/guides/{key}/report")
    rows = author.get_by_role("table").first.get_by_role("row")
    expect(rows.filter(has_text="Begin here")).to_contain_text("3")
    expect(author.get_by_text("too few to tell").first).to_be_visible()


# covers S2
def test_an_authors_text_full_of_markup_stays_text(author: Page, own_demo: Demo, chromium: Browser) -> None:
    attack = "<img src=x onerror='window.owned=1'><script>window.owned=1</script>"
    key = author_tour(author, own_demo, "Attack", [{"Title": attack, "Text": attack, "CSS selector": NEW_INVOICE}])
    with visitor(chromium, own_demo) as page:
        guide = guide_of(page, key)
        expect(guide.get_by_role("heading")).to_have_text(attack)
        assert guide.locator("img, script").count() == 0
        page.wait_for_function("() => seen.length === 1")
        press(page, key, "next")
        gone(page)
        assert page.evaluate("() => window.owned") is None
    until(author, own_demo, key, lambda report: report["ended"]["completed"] == 1)
    for path in ("", "/edit", "/json", "/versions", "/languages", "/report", "/runs"):
        author.goto(f"{own_demo.cms}/guides/{key}{path}")
        assert author.evaluate("() => window.owned") is None
        assert author.locator("img[onerror]").count() == 0


# covers S2, A6
def test_a_script_address_in_a_link_is_named_before_it_can_be_published(author: Page, own_demo: Demo) -> None:
    author.goto(f"{own_demo.cms}/guides/new")
    author.get_by_label("Name").fill("Link attack")
    author.get_by_role("button", name="Make the guide").click()
    fill_step(author, {"Title": "Press", "Text": "[here](javascript:alert(1))"})
    expect(author.locator("#problems")).to_contain_text("javascript")
    author.get_by_role("link", name="Publish…").click()
    expect(author.get_by_role("button", name="Publish version 1")).to_be_disabled()


# covers W5, E1
def test_a_target_that_never_appears_is_a_failure_of_ours_and_no_drop_off(
    author: Page, own_demo: Demo, chromium: Browser
) -> None:
    key = author_tour(author, own_demo, "Broken", [STEPS[0], {"Title": "Nowhere", "CSS selector": "#never"}, STEPS[2]])
    with visitor(chromium, own_demo) as page:
        see(page, key, "Begin here")
        press(page, key, "next")
        expect(guide_of(page, key).get_by_role("heading")).to_have_text("That is all", timeout=15_000)
        page.wait_for_function("() => seen.length === 2")
        press(page, key, "next")
        gone(page)
    report = until(author, own_demo, key, lambda report: report["ended"]["completed"] == 1)
    nowhere = report["steps"][1]
    assert (nowhere["reached"], nowhere["skipped"], nowhere["drop_off"]["count"]) == (0, 1, 0)


# covers W18, E3, E4
def test_a_stopped_server_costs_the_host_nothing_and_no_event(author: Page, own_demo: Demo, chromium: Browser) -> None:
    key = author_tour(author, own_demo, "Patient", STEPS)
    with visitor(chromium, own_demo) as page:
        see(page, key, "Begin here")
        own_demo.stop()
        press(page, key, "next")
        see(page, key, "Find them again")
        press(page, key, "next")
        see(page, key, "That is all")
        press(page, key, "next")
        gone(page)
        own_demo.start()
        report = until(author, own_demo, key, lambda report: report["ended"]["completed"] == 1)
        assert [step["reached"] for step in report["steps"]] == [1, 1, 1]
