"""Every CMS page in a real browser: reachable, quiet, in bounds, within its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.cms import check_all, settled
from tests.demo import Demo

pytestmark = pytest.mark.browser

KILOBYTE = 1024


@pytest.fixture
def open_cms(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """Open a signed-in browser with the given language, colours and size."""
    contexts: list[Any] = []

    def make(
        language: str = "en-US", scheme: Any = "light", width: int = 1440, height: int = 900, **options: Any
    ) -> Page:
        context = chromium.new_context(
            locale=language, color_scheme=scheme, viewport={"width": width, "height": height}, **options
        )
        contexts.append(context)
        page = context.new_page()
        demo.sign_in(page)
        return page

    yield make
    for context in contexts:
        context.close()


# covers A10
@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("en-US", "light", 1440), ("ko-KR", "dark", 390)], ids=["desk", "phone"]
)
def test_every_page_passes_axe(open_cms: Any, demo: Demo, language: str, scheme: str, width: int) -> None:
    check_all(open_cms(language, scheme, width), demo)


# covers A10
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en-US", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 390])
def test_every_page_passes_axe_in_every_way(open_cms: Any, demo: Demo, language: str, scheme: str, width: int) -> None:
    check_all(open_cms(language, scheme, width), demo)


def test_pages_stay_within_their_bytes(open_cms: Any, demo: Demo) -> None:
    page: Page = open_cms()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received: dict[str, int] = {}
    names: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: received.update({names.get(event["requestId"], ""): int(event["encodedDataLength"])}),
    )
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    for path, limit in (("/guides", 150), ("/guides/first-invoice/report?mark=simulated", 150), ("/", 150),
                        ("/guides/first-invoice/edit", 350), ("/guides/first-invoice/json", 350)):  # fmt: skip
        received.clear()
        settled(page, demo, path)
        own = {url: size for url, size in received.items() if "/static/" in url}
        assert own, path
        assert sum(own.values()) <= limit * KILOBYTE, (path, own)


def test_no_page_shifts_while_it_loads(open_cms: Any, demo: Demo) -> None:
    page: Page = open_cms()
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver((list) => { for (const one of list.getEntries())"
        " if (!one.hadRecentInput) window.shifted += one.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    for path in ("/", "/guides", "/guides/first-invoice", "/guides/first-invoice/report?mark=simulated", "/settings",
                 "/guides/first-invoice/edit", "/guides/first-invoice/json"):  # fmt: skip
        for _ in range(3):
            settled(page, demo, path)
            shifted = page.evaluate("() => window.shifted")
            assert shifted < 0.0005, (path, shifted)


def test_the_palette_goes_anywhere_by_keyboard(open_cms: Any, demo: Demo) -> None:
    page: Page = open_cms()
    settled(page, demo, "/guides")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Go to")).to_be_visible()
    page.keyboard.type("first inv")
    expect(page.get_by_role("option", name="First invoice")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.cms}/guides/first-invoice")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_language_and_colours_are_chosen_and_kept(open_cms: Any, demo: Demo) -> None:
    page: Page = open_cms()
    settled(page, demo, "/more")
    page.get_by_role("group", name="Language").get_by_role("button", name="한국어").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("더 보기")
    page.get_by_role("group", name="색상").get_by_role("button", name="어둡게").click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    settled(page, demo, "/guides")
    expect(page.get_by_role("heading", level=1)).to_have_text("가이드")
    page.goto(f"{demo.cms}/more")
    page.get_by_role("group", name="언어").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("More")


def test_pages_work_without_a_script(chromium: Browser, demo: Demo) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    demo.sign_in(page)
    page.goto(f"{demo.cms}/guides/new")
    page.get_by_label("Name").fill("Made without a script")
    page.get_by_role("button", name="Make the guide").click()
    page.get_by_label("Title").fill("Only this")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".step-card[aria-current]")).to_contain_text("Only this")
    context.close()
