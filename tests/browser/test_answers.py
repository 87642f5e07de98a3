"""What the pages answer when somebody asks why: a visitor's page, and a chart with its table."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.cms import too_wide
from tests.demo import Demo

pytestmark = pytest.mark.browser


@pytest.fixture
def author(page: Page, demo: Demo) -> Page:
    demo.sign_in(page)
    return page


# covers A9
def test_the_visitors_page_says_why_a_guide_was_not_seen(author: Page, demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context()
    host = context.new_page()
    with host.expect_response(lambda response: response.url.endswith("/events") and response.status == 202):
        host.goto(f"{demo.host}/?persona=jonas")
    context.close()
    author.goto(f"{demo.cms}/visitors/user-jonas")
    ruling = author.locator("main").get_by_text("First invoice").first
    expect(ruling).to_be_visible()
    expect(author.locator("main")).to_contain_text("on-trial")


# covers R8
def test_the_funnels_chart_has_a_caption_a_name_for_every_bar_and_its_table(
    author: Page, demo: Demo, chromium: Browser
) -> None:
    context = chromium.new_context()
    host = context.new_page()
    with host.expect_response(lambda response: "step_shown" in (response.request.post_data or "")):
        host.goto(f"{demo.host}/?persona=sora")
    context.close()
    author.goto(f"{demo.cms}/guides/first-invoice/report")
    expect(author.get_by_role("link", name="CSV")).to_be_visible()
    chart = author.locator("figure").first
    expect(chart.locator("figcaption")).not_to_be_empty()
    rows = author.get_by_role("table").first.get_by_role("row")
    expect(rows).not_to_have_count(0)
    assert all(image.get_attribute("aria-label") for image in chart.get_by_role("img").all())
    author.set_viewport_size({"width": 718, "height": 1000})  # A4 with margins of a centimetre
    author.emulate_media(media="print")
    assert too_wide(author) <= 0
    cut = author.locator(".table-scroll").evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert cut
    assert max(cut) <= 0  # paper does not scroll
