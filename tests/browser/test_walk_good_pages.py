"""The walker checks itself: on good pages, awkward as they are, it reports nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from handrail_guides.validate import validate
from handrail_guides.walk.cases import VIEWPORTS, Ask, Bundle, cases
from handrail_guides.walk.runner import Job, Walker
from handrail_guides.walk.stage import Setup
from handrail_guides.walk.widget import built_widget
from playwright.sync_api import Playwright

from tests.browser.good_pages import GOOD, Good
from tests.browser.walk_site import serving

pytestmark = pytest.mark.browser

QUICK = [good for good in GOOD if good.name in ("dialog", "frame", "pages", "noisy", "closed-policy")]


@pytest.fixture(scope="module")
def walker(playwright: Playwright) -> Iterator[Walker]:
    pages = {path: page for good in GOOD for path, page in good.all_pages().items()}
    with serving(pages) as base, Walker(job(base), playwright) as walker:
        yield walker


def job(base: str) -> Job:
    return Job(Setup(built_widget(), Bundle([]), base), pictures=False)


def findings(walker: Walker, good: Good, ask: Ask) -> tuple[list[str], int]:
    bundle = Bundle([good.guide()])
    walks = [walker.using(bundle).walk(case) for case in cases(bundle, ask)]
    assert [walk.reason for walk in walks if walk.reason] == []
    return [f"{walk.id} {found.sentence()}" for walk in walks for found in walk.all()], sum(
        len(walk.steps) for walk in walks
    )


@pytest.mark.parametrize("good", QUICK, ids=lambda good: good.name)
def test_nothing_is_reported_on_a_good_page(walker: Walker, good: Good) -> None:
    assert findings(walker, good, Ask(languages=["en"]))[0] == []


@pytest.mark.slow
def test_two_hundred_step_walks_on_good_pages_report_nothing(walker: Walker) -> None:
    ask = Ask(viewports=[VIEWPORTS["desktop"], VIEWPORTS["phone"], VIEWPORTS["tablet"]])
    results = [findings(walker, good, ask) for good in GOOD]
    assert [line for lines, _ in results for line in lines] == []
    assert sum(steps for _, steps in results) >= 200


@pytest.mark.slow
@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_a_thorough_walk_of_a_good_page_reports_nothing(walker: Walker, good: Good) -> None:
    assert findings(walker, good, Ask(languages=["en"], profile="thorough"))[0] == []


def test_the_guides_of_the_good_pages_validate() -> None:
    assert [problem for good in GOOD for problem in validate(good.guide()) if problem.level == "error"] == []
