"""A crowd of real browsers whose every deed is written down: the reports say exactly that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from handrail_guides.measures import TIME_ERROR
from playwright.sync_api import Page, Playwright

from tests.crowd import stories_of_people, stories_of_steps, stories_of_trouble, truth
from tests.crowd.place import EMAIL, PASSWORD, TIME_ZONE, Place, open_place
from tests.crowd.stories import CLOSED, SHORT, STORIES, TIMES_MS, Story
from tests.crowd.truth import Attempt, told

pytestmark = pytest.mark.browser
EVERYBODY = (stories_of_steps, stories_of_trouble, stories_of_people)
"""Their stories are in `STORIES` because they are imported."""
HOUR_MS = 3_600_000
QUICK = ["finishes in a hurry", "presses escape before a second has passed", "sends every batch twice"]
"""Some of those who never wait: for every run of the tests."""


@pytest.fixture
def place(playwright: Playwright, tmp_path: Path) -> Iterator[Place]:
    with open_place(playwright, tmp_path) as place:
        yield place


def live(place: Place, names: list[str]) -> list[Attempt]:
    """Let everybody live their story; return the attempts that they must be counted as."""
    begun_ms = place.now_ms()
    known: list[Attempt] = []
    waiting: dict[str, tuple[Story, str]] = {}
    for name in names:
        today, story = place.today(), STORIES[name](place)
        if isinstance(story, list):
            known += told(story, name, today)
        else:
            waiting[name] = story, today
            assert _go_on(story) is None
    for at_ms in TIMES_MS if waiting else ():
        place.move_to(begun_ms + at_ms)
        for name in list(waiting):
            story, today = waiting[name]
            found = _go_on(story)
            if found is not None:
                known += told(found, name, today)
                del waiting[name]
    assert not waiting
    return known


def _go_on(story: Story) -> list[Attempt] | None:
    """Tell a story until it waits or ends."""
    try:
        next(story)
    except StopIteration as ended:
        return ended.value
    return None


def same(found: dict[str, Any], truth: dict[str, Any]) -> None:
    """Compare a report with the truth; where they differ, print both side by side."""
    differ = [name for name in truth if found.get(name) != truth[name]]
    words = [f"{name}:\n  report {json.dumps(found.get(name))}\n  truth  {json.dumps(truth[name])}" for name in differ]
    assert not differ, "\n".join(["the report differs from what was done:", *words])


def without_times(report: dict[str, Any]) -> dict[str, Any]:
    """The funnel without what no story says: medians of times that nobody measured."""
    steps = [{**step, "time_s": {"n": step["time_s"]["n"]}} for step in report["steps"]]
    return {**report, "steps": steps, "goal_hits": report["goal"]["count"]}


def expect_funnel(place: Place, everybody: list[Attempt], guide: str, period: dict[str, str], **only: Any) -> None:
    """The API's funnel is the truth's, also of a part of the runs."""
    unit = {"unit": only.pop("unit")} if "unit" in only else {}
    expected = truth.funnel(everybody, guide, **only)
    narrowed = [name for name in only if name != "mark"]
    if unit or narrowed:
        del expected["marked"]
    if unit or len(narrowed) > 1:
        expected["days"] = []  # docs/metrics.md: they would cost too much
    same(without_times(place.ask(f"/guides/{guide}/funnel", **period, **unit, **only)), expected)


def expect_everything(place: Place, everybody: list[Attempt], period: dict[str, str]) -> None:
    """Every report of every guide says what the stories come to, whole and in parts."""
    for guide in truth.STEPS:
        expect_funnel(place, everybody, guide, period)
        edges = place.ask(f"/guides/{guide}/paths", **period)["edges"]
        assert {(e["from"], e["to"], e["back"], e["runs"]) for e in edges} == truth.paths(everybody, guide)
        items = place.ask(f"/guides/{guide}/endings", **period)["items"]
        assert {(i["step"], i["state"], i["by"], i["n"]) for i in items} == truth.endings(everybody, guide)
        expect_health(place, everybody, guide, period)
    for only in ({"mark": "walk"}, {"language": "ko"}, {"device": "phone"}, {"language": "ko", "device": "phone"}):
        expect_funnel(place, everybody, "tour", period, **only)
    expect_funnel(place, truth.first_runs(everybody), "tour", period, unit="visitors")


def expect_health(place: Place, everybody: list[Attempt], guide: str, period: dict[str, str]) -> None:
    """Targets were found and missing as often as the stories say, day by day."""
    items = place.ask(f"/guides/{guide}/health", **period)["items"]
    found = {
        (item["day"], item["step"]): {"found": item["exact"] + item["healed"], "missing": sum(item["missing"].values())}
        for item in items
        if item["n"]
    }
    assert found == truth.targets(everybody, guide)


def expect_page(place: Place, everybody: list[Attempt], period: dict[str, str], page: Page) -> None:
    """The report page shows the same numbers to somebody who signs in and looks."""
    page.goto(f"{place.server}/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    query = "&".join(f"{name}={value}" for name, value in period.items())
    page.goto(f"{place.server}/guides/tour/report?{query}")
    expected = truth.funnel(everybody, "tour")
    table = page.get_by_role("region", name="Step by step").locator("tbody tr")
    numbers = re.compile(r"\d+")
    for row, step in zip(table.all(), expected["steps"], strict=True):
        cells = [cell.inner_text() for cell in row.locator("td").all()]
        left = step["drop_off"]["count"]
        shown = [int(cells[place]) for place in (0, 1, 3, 4, 5, 6, 7)]
        here = step["ended_here"]
        failed = here["failed"] + step["failed_before_shown"]
        assert shown == [
            step["reached"], step["passed"], here["dismissed"], here["abandoned"], failed, step["skipped"], step["back"]
        ], (step, cells)  # fmt: skip
        drop_off = [int(one) for one in numbers.findall(cells[2])]
        assert step["drop_off"]["n"] in drop_off if step["drop_off"]["n"] else cells[2] == "nobody yet"
        if 0 < step["drop_off"]["n"] < 30:
            assert drop_off == [left, step["drop_off"]["n"]]
    runs = page.locator(".figures").get_by_text("Runs", exact=True).locator("..")
    assert f"{expected['runs']}\n" in runs.inner_text()


def expect_sums(place: Place) -> None:
    """The maintained sums equal a recount from the raw events."""
    checked = place.handrail("rollups", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def settled(place: Place, everybody: list[Attempt], period: dict[str, str]) -> None:
    """Wait until silence has been counted: the server's own task does it."""
    wanted = {guide: truth.funnel(everybody, guide)["ended"]["abandoned"] for guide in truth.STEPS}
    ask = lambda: {  # noqa: E731
        guide: place.ask(f"/guides/{guide}/funnel", **period)["ended"]["abandoned"] for guide in wanted
    }
    place.until(ask, lambda found: found == wanted)


def period_around(place: Place, days: int) -> dict[str, str]:
    """From yesterday for so many days."""
    today = date.fromisoformat(place.today())
    return {"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=days))}


# covers R1 E2 E3 E4
@pytest.mark.parametrize(
    "names", [QUICK, pytest.param(SHORT, marks=pytest.mark.slow)], ids=["three people", "a few people"]
)
def test_a_few_people_are_counted_exactly_as_they_behaved(place: Place, names: list[str]) -> None:
    period = period_around(place, 2)
    everybody = live(place, names)
    place.move_to(place.now_ms() + 2 * HOUR_MS)
    settled(place, everybody, period)
    expect_everything(place, everybody, period)
    expect_sums(place)


# covers R1 R3 R4 E2 E3 E4 E5 W7 W21
@pytest.mark.slow
def test_a_crowd_is_counted_exactly_as_it_behaved(place: Place, page: Page) -> None:
    assert len(STORIES) >= 40
    period = period_around(place, 365)
    everybody = live(place, list(STORIES)) + live_through_the_change_of_the_clocks(place)
    place.move_to(place.now_ms() + 2 * HOUR_MS)
    settled(place, everybody, period)
    place.person().comes().sees("one").sent()
    place.person().comes().finds("one").comes("/plain").sent()
    everybody += told([Attempt("open", None, "one")], "still looks at it", place.today())
    everybody += told([Attempt("waiting")], "has only just come", place.today())
    expect_everything(place, everybody, period)
    expect_page(place, everybody, period, page)
    expect_sums(place)


def live_through_the_change_of_the_clocks(place: Place) -> list[Attempt]:
    """People around the two midnights of the next day that is an hour shorter or longer, and after its change."""
    zone, known = ZoneInfo(TIME_ZONE), list[Attempt]()
    changed = datetime.fromtimestamp(place.now_ms() / 1000, zone).date() + timedelta(days=2)
    while _offset(changed, zone) == _offset(changed + timedelta(days=1), zone):
        changed += timedelta(days=1)
    for days, hour, minute in ((-1, 23, 50), (0, 0, 5), (0, 3, 30), (0, 23, 50), (1, 0, 5)):
        day = changed + timedelta(days=days)
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        place.move_to(int(at.timestamp() * 1000))
        person = place.person()
        person.page.clock.install(time=at)
        person.comes().sees("one", "two").presses("close").sees_nothing().sent().leaves()
        known += told([CLOSED], f"comes on {day} at {hour}:{minute}", str(day))
    return known


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()


# covers R3
@pytest.mark.slow
def test_times_on_a_step_are_those_that_people_took(place: Place) -> None:
    """Each browser's clock stands still but for the time that its person looks."""
    looked_s = [2, 3, 4, 5, 7, 11, 60]
    for seconds in looked_s:
        person = place.person()
        person.page.clock.install(time=place.now_ms() / 1000)
        person.page.clock.pause_at(place.now_ms() / 1000 + 1)
        person.comes("/timed").looks("first", seconds, guide="timed").presses("next")
        person.looks("last", 2 * seconds, guide="timed").presses("close").ticks_until_sent().leaves()
    (first, last) = place.ask("/guides/timed/funnel")["steps"]
    assert (first["time_s"]["n"], last["time_s"]["n"]) == (len(looked_s), 0)
    assert first["time_s"]["median"] == pytest.approx(5, rel=TIME_ERROR, abs=0.005)
    assert first["time_s"]["p90"] == pytest.approx(60, rel=TIME_ERROR, abs=0.005)
    expect_sums(place)
